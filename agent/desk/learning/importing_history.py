"""Labelled history out of a file: hidden, looked at, reviewed, and then learnt as one batch that can be undone.

What takes long, hiding and looking, is staged row by row, so that an import that was interrupted goes on where it
stopped. Nothing is learnt before the whole file has been reviewed.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from agent.desk.audit import record
from agent.desk.house import House
from agent.desk.learning.history import FIELD, Labelled, LearningReport, review
from agent.desk.learning.label_checks import open_checks
from agent.desk.steps.redacting import redact_mail
from agent.desk.values import learnt_text
from agent.errors import Conflict, NotFound, Unreadable
from agent.privacy.redaction import KnownPeople, RedactedText, join
from agent.quality.label_mapping import LEAVE_OUT
from agent.quality.label_review import Doubt, doubts, near_duplicates
from agent.store.session import Unit
from agent.store.tables import CorrectionRow, HistoryImportRow, LabelCheckRow, StagedLabelRow
from agent.triage.reading import TriageInput
from knowledge.embedding import Vectors32

MOST_CHECKED = 200
"""More labels than that nobody looks at; the ones most in doubt come first."""


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One labelled complaint as it stands in a file: text with its subject, or a whole mail.

    `names` and `emails` are what the file says of who wrote it; they are hidden wherever they stand in the text.
    """

    number: int
    place: str
    label: str
    text: str = ""
    subject: str = ""
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    mail: bytes | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """The same without personal data, with its vector and the share of each category without corrections."""

    number: int
    place: str
    label: str
    text: RedactedText
    vector: Vectors32
    shares: Mapping[str, float]


@dataclass(slots=True)
class Plan:
    """What would be learnt (`taken`, with categories), what is left out and why, and which labels are in doubt.

    `doubts` hold places in `taken`; `nearly` are (left out, nearly the same as) places under one label.
    """

    taken: list[tuple[Prepared, str]] = field(default_factory=list)
    report: LearningReport = field(default_factory=LearningReport)
    nearly: list[tuple[str, str]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    disputed: list[tuple[Prepared, tuple[str, ...]]] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)
    unwanted: int = 0


def prepare(house: House, item: HistoryItem) -> Prepared:
    """Hide personal data, then look. Raises `Unreadable` or `PrivacyRefused`."""
    subject, text, new_text, names, emails = item.subject, item.text, item.text, item.names, item.emails
    if item.mail is not None:
        mail = house.mail_reader.read(item.mail)
        subject, text, new_text = mail.subject, mail.text, mail.new_text
        names, emails = (mail.sender.name,), (mail.sender.email,)
    if not (subject.strip() or text.strip()):
        raise Unreadable("It holds no text.", code="history.empty", remedy="Leave the row out.")
    known = KnownPeople(
        tuple(filter(None, names)), tuple(filter(None, emails)), (house.company.name, *house.company.brands)
    )
    hidden = redact_mail(
        house.understanding.redactor,
        subject=subject,
        text=text,
        new_text=new_text,
        sender_name=next(iter(known.names), ""),
        known=known,
        given={},
    )
    whole = join((hidden.subject, hidden.new_text), ".\n\n") if hidden.subject else hidden.new_text
    vector, shares = house.understanding.uncorrected(TriageInput(hidden.subject, hidden.new_text, whole))
    return Prepared(item.number, item.place, item.label, whole, vector, shares)


def earlier_import(session: Session, digest: str) -> HistoryImportRow | None:
    """The newest import of the same content that was not undone, finished or not."""
    return session.scalar(
        select(HistoryImportRow)
        .where(HistoryImportRow.digest == digest, HistoryImportRow.undone_at.is_(None))
        .order_by(HistoryImportRow.id.desc())
        .limit(1)
    )


def begin(unit: Unit, *, origin: str, digest: str, rows: int, actor: str, now: datetime) -> HistoryImportRow:
    """Open a batch, or go on with the one that was interrupted."""
    row = earlier_import(unit.session, digest)
    if row is None or row.done_at is not None:
        row = HistoryImportRow(origin=origin, digest=digest, rows=rows, actor=actor, created_at=now)
        unit.session.add(row)
        unit.session.flush()
    return row


def stage(unit: Unit, import_id: int, prepared: Iterable[Prepared]) -> None:
    unit.session.add_all(
        StagedLabelRow(
            import_id=import_id,
            number=one.number,
            place=one.place,
            label=one.label,
            redacted_text=one.text.shareable(),
            vector=one.vector.astype("<f2").tobytes(),
            shares=dict(one.shares),
        )
        for one in prepared
    )


def staged(session: Session, import_id: int) -> list[Prepared]:
    """What has been staged so far, in the order of the file."""
    rows = session.scalars(
        select(StagedLabelRow).where(StagedLabelRow.import_id == import_id).order_by(StagedLabelRow.number)
    )
    return [
        Prepared(
            row.number,
            row.place,
            row.label,
            learnt_text(row),
            np.frombuffer(row.vector, "<f2").astype(np.float32),
            row.shares,
        )
        for row in rows
    ]


def plan(
    rows: Sequence[Prepared],
    mapping: Mapping[str, str],
    *,
    categories: Collection[str],
    known: Collection[str] = (),
    fixes: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Plan:
    """Sort the rows into what may be learnt and the rest. `fixes` are categories by place and outdo the mapping.

    `known` holds the fingerprints of what was learnt before.
    """
    made = Plan()
    by_place = {row.place: row for row in rows}
    labelled = []
    for row in rows:
        category = (fixes or {}).get(row.place) or mapping.get(row.label)
        if category is None:
            made.unmapped[row.label] += 1
        elif category == LEAVE_OUT:
            made.unwanted += 1
        else:
            labelled.append(Labelled(row.place, row.text, category))
    made.report = review(labelled, categories, known)
    made.disputed = [
        (by_place[one.places[0]], tuple(dict.fromkeys(one.categories))) for one in made.report.conflicts
    ]
    usable = made.report.usable
    pairs = near_duplicates([one.text.shareable() for one in usable])
    repeats: dict[int, int] = {}
    for earlier, later, _ in pairs:
        if earlier not in repeats and usable[earlier].category == usable[later].category:
            repeats.setdefault(later, earlier)
    made.nearly = [(usable[later].place, usable[earlier].place) for later, earlier in repeats.items()]
    kept = [index for index in range(len(usable)) if index not in repeats]
    place_in_kept = {index: place for place, index in enumerate(kept)}
    made.taken = [(by_place[usable[index].place], usable[index].category) for index in kept]
    crossing = [
        (place_in_kept[earlier], place_in_kept[later], likeness)
        for earlier, later, likeness in pairs
        if earlier in place_in_kept and later in place_in_kept
    ]
    if made.taken:
        made.doubts = doubts(
            [category for _, category in made.taken],
            [one.vector for one, _ in made.taken],
            [one.shares for one, _ in made.taken],
            crossing,
            seed=seed,
        )
    return made


def finish(
    unit: Unit, import_id: int, made: Plan, mapping: Mapping[str, str], *, now: datetime, checked: float
) -> HistoryImportRow:
    """Learn what was planned, and put doubtful and disputed labels and a share `checked` of the others to two people.

    Disputed labels (the same text under several) count for nothing before people have decided.
    """
    row = unit.session.get_one(HistoryImportRow, import_id, with_for_update=True)
    if row.done_at is not None:
        raise Conflict(
            "This import was finished by somebody else.", remedy="Look at `genklang history list`."
        )

    def correction(one: Prepared, category: str, weight: float) -> CorrectionRow:
        return CorrectionRow(
            field=FIELD,
            before="",
            after=category,
            redacted_text=one.text.shareable(),
            import_id=row.id,
            weight=weight,
            created_at=now,
        )

    learnt = [correction(one, category, 1.0) for one, category in made.taken]
    disputed = [correction(one, categories[0], 0.0) for one, categories in made.disputed]
    unit.session.add_all([*learnt, *disputed])
    unit.session.flush()
    in_doubt = [doubt.index for doubt in made.doubts]
    rest = [index for index in range(len(learnt)) if index not in set(in_doubt)]
    drawn = np.random.default_rng(row.id).permutation(rest)[: round(checked * len(learnt))]
    open_checks(unit, disputed, cause="dispute", now=now)
    open_checks(unit, [learnt[index] for index in in_doubt[:MOST_CHECKED]], cause="doubt", now=now)
    room = max(0, MOST_CHECKED - len(in_doubt))
    open_checks(unit, [learnt[int(index)] for index in drawn[:room]], cause="sample", now=now)
    row.mapping, row.taken, row.done_at = dict(mapping), len(learnt), now
    unit.session.execute(delete(StagedLabelRow).where(StagedLabelRow.import_id == row.id))
    record(
        unit, "history.imported", actor=row.actor, now=now, subject=f"import:{row.id}", rows=row.rows, taken=row.taken
    )  # fmt: skip
    return row


def abandon(unit: Unit, import_id: int) -> None:
    """Forget a batch from which nothing is to be learnt."""
    unit.session.execute(delete(StagedLabelRow).where(StagedLabelRow.import_id == import_id))
    unit.session.execute(delete(HistoryImportRow).where(HistoryImportRow.id == import_id))


def undo_import(unit: Unit, import_id: int, *, actor: str, now: datetime) -> int:
    """Take all labels of a batch back at once; how many. The same file may be imported again afterwards.

    Raises `NotFound`, and `Conflict` where it was taken back already.
    """
    row = unit.session.get(HistoryImportRow, import_id, with_for_update=True)
    if row is None:
        raise NotFound(
            f"There is no import {import_id}.",
            code="import.unknown",
            remedy="Look at `genklang history list`.",
        )
    if row.undone_at is not None:
        raise Conflict(
            f"Import {import_id} has been taken back already.", code="import.undone", remedy="Nothing is left to do."
        )  # fmt: skip
    theirs = (CorrectionRow.import_id == row.id) & CorrectionRow.undone_at.is_(None)
    checked = select(CorrectionRow.id).where(theirs)
    unit.session.execute(
        update(LabelCheckRow)
        .where(LabelCheckRow.correction_id.in_(checked), LabelCheckRow.outcome == "")
        .values(outcome="dropped", settled_at=now)
        .execution_options(synchronize_session=False)
    )
    ids = list(unit.session.scalars(checked))
    unit.session.execute(
        update(CorrectionRow).where(theirs).values(undone_at=now).execution_options(synchronize_session=False)
    )
    unit.session.execute(delete(StagedLabelRow).where(StagedLabelRow.import_id == row.id))
    row.undone_at = now
    record(unit, "history.undone", actor=actor, now=now, subject=f"import:{row.id}", taken_back=len(ids))
    return len(ids)


def list_imports(session: Session) -> Sequence[HistoryImportRow]:
    """All batches, the newest first."""
    return session.scalars(select(HistoryImportRow).order_by(HistoryImportRow.id.desc())).all()
