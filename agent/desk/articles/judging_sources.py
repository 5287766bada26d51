"""Did a source help? People say it of each article and solved case that was found; a sent reply that quotes one shows it.

The order of later matches learns from it (`knowledge.usefulness`), within the category of the case.
"""

from collections import Counter
from datetime import datetime
from threading import Lock

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.casework.cases import case_for_change
from agent.desk.house import House
from agent.errors import NotFound, WrongUse
from agent.store.session import Store, Unit
from agent.store.tables import CaseRow, DocumentRow, DraftRow, PersonRow, SourceVoteRow
from knowledge.usefulness import Record, Usefulness

HELPED, NOT_HELPED = "helped", "not_helped"
QUOTED = "quoted"  # by a reply that was sent; nobody's word

_MARK = select(func.count(SourceVoteRow.id), func.max(SourceVoteRow.created_at))
_COUNTS = select(
    SourceVoteRow.document_id,
    SourceVoteRow.category,
    SourceVoteRow.verdict,
    func.count(SourceVoteRow.case_id.distinct()),
).group_by(SourceVoteRow.document_id, SourceVoteRow.category, SourceVoteRow.verdict)


def judge_source(
    unit: Unit, house: House, *, case_id: int, document_id: str, verdict: str, person: PersonRow
) -> str:
    """Keep what a person says of a source in a case; saying the same again takes it back. Returns what stands now.

    Raises `WrongUse` for another verdict than helped and not_helped, `NotFound` for an unknown case or document.
    """
    if verdict not in {HELPED, NOT_HELPED}:
        raise WrongUse(
            "A source helped, or it did not help.",
            code="source.verdict",
            remedy=f"Use {HELPED} or {NOT_HELPED}.",
        )
    session, now = unit.session, house.clock()
    case = case_for_change(session, case_id)
    if session.get(DocumentRow, document_id) is None:
        raise NotFound(
            "This source is no longer there.", code="source.unknown", remedy="Open the case again."
        )
    row = session.scalar(
        select(SourceVoteRow).where(
            SourceVoteRow.case_id == case_id,
            SourceVoteRow.document_id == document_id,
            SourceVoteRow.person_id == person.id,
        )
    )
    taken_back = row is not None and row.verdict == verdict
    if row is None:
        row = SourceVoteRow(
            document_id=document_id, case_id=case_id, person_id=person.id, verdict=verdict,
            category=case.category, created_at=now,
        )  # fmt: skip
        session.add(row)
    elif taken_back:
        session.delete(row)
    else:
        row.verdict, row.category, row.created_at = verdict, case.category, now
    record(
        unit,
        "source.judgement_undone" if taken_back else "source.judged",
        actor=by(person),
        now=now,
        case_id=case_id,
        subject=f"document:{document_id}",
        verdict=verdict,
    )
    return "" if taken_back else verdict


def count_quoted(session: Session, draft: DraftRow, case: CaseRow, now: datetime) -> None:
    """Note which documents the sentences of a reply that was sent rest on, once a case and document."""
    named = {source for sentence in draft.sentences for source in sentence.get("sources", ())}
    quoted = set(session.scalars(select(DocumentRow.id).where(DocumentRow.id.in_(sorted(named)))))
    noted = session.scalars(
        select(SourceVoteRow.document_id).where(
            SourceVoteRow.case_id == case.id, SourceVoteRow.verdict == QUOTED
        )
    )
    session.add_all(
        SourceVoteRow(
            document_id=document_id, case_id=case.id, verdict=QUOTED, category=case.category, created_at=now
        )
        for document_id in sorted(quoted - set(noted))
    )


def forget_votes(session: Session, document_id: str) -> None:
    """What was said of a document goes with it."""
    session.execute(delete(SourceVoteRow).where(SourceVoteRow.document_id == document_id))


def verdicts_of(session: Session, case_id: int, person_id: int) -> dict[str, str]:
    """What one person said of the sources of a case, by document."""
    rows = session.execute(
        select(SourceVoteRow.document_id, SourceVoteRow.verdict).where(
            SourceVoteRow.case_id == case_id, SourceVoteRow.person_id == person_id
        )
    )
    return {row.document_id: row.verdict for row in rows}


def usefulness_of(session: Session) -> Usefulness:
    """What was said of all documents, in number of cases."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for document_id, category, verdict, cases in session.execute(_COUNTS):
        counts.setdefault((document_id, category), Counter())[verdict] = cases
    return Usefulness(
        Record(document_id, category, said[HELPED], said[NOT_HELPED], said[QUOTED])
        for (document_id, category), said in counts.items()
    )


class LearntUsefulness:
    """`usefulness_of` in step with the database: counted anew after something was said. Safe between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._mark: object = None
        self._known = Usefulness()

    def __call__(self) -> Usefulness:
        with self._lock, self._store.reading() as session:
            mark = tuple(session.execute(_MARK).one())
            if mark != self._mark:
                self._known, self._mark = usefulness_of(session), mark
            return self._known
