"""Labels that two people look at: what waits for whom, where they differ, and how far it is."""

from dataclasses import dataclass

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session

from agent.quality.agreement import Agreement, cohens_kappa
from agent.store.tables import CorrectionRow, LabelCheckRow, LabelVoteRow, PersonRow

SKIPPED = ""
"""The category of a vote that says: somebody else shall look at this one."""

_CHOICES = (
    select(func.count())
    .select_from(LabelVoteRow)
    .where(LabelVoteRow.check_id == LabelCheckRow.id, LabelVoteRow.category != SKIPPED)
    .correlate(LabelCheckRow)
    .scalar_subquery()
)
_OPEN = and_(
    LabelCheckRow.outcome == "",
    exists()
    .where(CorrectionRow.id == LabelCheckRow.correction_id, CorrectionRow.undone_at.is_(None))
    .correlate(LabelCheckRow),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A label that waits for this person: the redacted words, and nothing of what others chose."""

    check_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two people chose differently: the redacted words, who chose what, and the label that the mail had before."""

    check_id: int
    text: str
    label: str
    votes: tuple[tuple[PersonRow, str], ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the check is: labels by state, those that wait for this person, and how well people agree.

    `can_undo` and `can_reopen`: whether this person has a choice, or a decision, to take back.
    """

    waiting: int
    disagreed: int
    settled: int
    for_you: int
    can_undo: bool
    can_reopen: bool
    agreement: Agreement

    @property
    def total(self) -> int:
        return self.waiting + self.disagreed + self.settled


def next_for(session: Session, person_id: int) -> Waiting | None:
    """The next label for this person: those in dispute or doubt, and then those half done, come first."""
    row = session.execute(
        _waiting_for(person_id)
        .join(CorrectionRow, CorrectionRow.id == LabelCheckRow.correction_id)
        .add_columns(CorrectionRow.redacted_text)
        .order_by(LabelCheckRow.cause == "sample", _CHOICES.desc(), LabelCheckRow.id)
        .limit(1)
    ).first()
    return None if row is None else Waiting(row[0], row[1])


def disagreements(session: Session, *, most: int = 50) -> list[Disagreement]:
    """What waits for a lead, oldest first."""
    rows = session.execute(
        select(LabelCheckRow, CorrectionRow.redacted_text)
        .join(CorrectionRow, CorrectionRow.id == LabelCheckRow.correction_id)
        .where(_OPEN, _CHOICES >= 2)
        .order_by(LabelCheckRow.id)
        .limit(most)
    ).all()
    votes: dict[int, list[tuple[PersonRow, str]]] = {}
    for person, check_id, category in session.execute(
        select(PersonRow, LabelVoteRow.check_id, LabelVoteRow.category)
        .join(LabelVoteRow, LabelVoteRow.person_id == PersonRow.id)
        .where(LabelVoteRow.check_id.in_([check.id for check, _ in rows]), LabelVoteRow.category != SKIPPED)
        .order_by(LabelVoteRow.id)
    ):
        votes.setdefault(check_id, []).append((person, category))
    return [Disagreement(check.id, text, check.label, tuple(votes[check.id])) for check, text in rows]


def progress(session: Session, person_id: int) -> Progress:
    """How far the check is, and how well people agree."""
    counted = select(func.count()).select_from(LabelCheckRow)
    disagreed = session.scalar(counted.where(_OPEN, _CHOICES >= 2)) or 0
    settled = counted.where(LabelCheckRow.outcome.in_(("agreed", "decided", "dropped")))
    newest = (
        select(LabelCheckRow.outcome)
        .join(LabelVoteRow, LabelVoteRow.check_id == LabelCheckRow.id)
        .where(LabelVoteRow.person_id == person_id)
        .order_by(LabelVoteRow.id.desc())
        .limit(1)
    )
    return Progress(
        waiting=(session.scalar(counted.where(_OPEN)) or 0) - disagreed,
        disagreed=disagreed,
        settled=session.scalar(settled) or 0,
        for_you=count_waiting(session, person_id),
        can_undo=session.scalar(newest) in {"", "agreed"},
        can_reopen=bool(session.scalar(counted.where(LabelCheckRow.decided_by_id == person_id))),
        agreement=cohens_kappa(_pairs(session)),
    )


def count_waiting(session: Session, person_id: int) -> int:
    """How many labels wait for this person's choice."""
    return session.scalar(select(func.count()).select_from(_waiting_for(person_id).subquery())) or 0


def _waiting_for(person_id: int) -> Select[int]:
    mine = exists().where(LabelVoteRow.check_id == LabelCheckRow.id, LabelVoteRow.person_id == person_id)
    return select(LabelCheckRow.id).where(_OPEN, ~mine, _CHOICES < 2)


def _pairs(session: Session) -> list[tuple[str, str]]:
    """Both choices for each label that two people labelled; the same person of a pair always on the same side."""
    rows = session.execute(
        select(LabelVoteRow.check_id, LabelVoteRow.category)
        .where(LabelVoteRow.category != SKIPPED)
        .order_by(LabelVoteRow.check_id, LabelVoteRow.person_id)
    )
    chosen: dict[int, list[str]] = {}
    for check_id, category in rows:
        chosen.setdefault(check_id, []).append(category)
    return [(both[0], both[1]) for both in chosen.values() if len(both) == 2]
