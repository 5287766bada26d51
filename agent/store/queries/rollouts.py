"""Decisions about who sees drafts, and what was seen of the drafts that nobody did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from agent.drafting.rollout import UNSEEN, Mode, Setting, mode_for
from agent.store.tables import (
    CaseRow,
    CorrectionRow,
    DraftRow,
    MailboxRow,
    MessageRow,
    PersonRow,
    RolloutRow,
)

MOST_COMPARED = 500
"""Newest pairs of drafts and letters that are compared; reading all of a busy year would hold up the page."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision with who made it (nobody for the command line) and the address of its mailbox, if it has one."""

    row: RolloutRow
    person: PersonRow | None
    address: str


@dataclass(frozen=True, slots=True)
class UnseenDraft:
    """A draft that nobody saw, by the category of its case; `sent` is the letter that a person sent, or empty."""

    category: str
    language: str
    draft: str
    sent: str


@dataclass(frozen=True, slots=True)
class Sorted:
    """How a case was first sorted, and whether the people who worked on it let that stand."""

    category: str
    stood: bool


def standing_decisions(session: Session) -> tuple[RolloutRow, ...]:
    """The decision in force for each category and mailbox that has one."""
    rows = session.scalars(select(RolloutRow).where(RolloutRow.undone_at.is_(None)).order_by(RolloutRow.id))
    return tuple({(row.mailbox_id, row.category): row for row in rows}.values())


def as_settings(rows: Sequence[RolloutRow]) -> tuple[Setting, ...]:
    """The rows as the values that the rules work with."""
    return tuple(Setting(Mode(row.mode), row.category, row.mailbox_id, row.share) for row in rows)


def mode_of(session: Session, case: CaseRow) -> Mode:
    """What holds for drafts of this case now."""
    settings = as_settings(standing_decisions(session))
    return mode_for(settings, category=case.category, mailbox_id=case.mailbox_id, case_id=case.id)


def decisions(session: Session, limit: int = 20) -> tuple[Decision, ...]:
    """What was decided, the newest first, taken back or not."""
    rows = session.execute(
        select(RolloutRow, PersonRow, MailboxRow.address)
        .outerjoin(PersonRow, PersonRow.id == RolloutRow.person_id)
        .outerjoin(MailboxRow, MailboxRow.id == RolloutRow.mailbox_id)
        .order_by(RolloutRow.id.desc())
        .limit(limit)
    )
    return tuple(Decision(row, person, address or "") for row, person, address in rows)


def mails_by_category(
    session: Session, *, since: datetime, mailbox_id: int | None = None
) -> Mapping[str, int]:
    """How many of the customers' mails since then belong to cases of each category."""
    query = (
        select(CaseRow.category, func.count(MessageRow.id))
        .join(MessageRow, MessageRow.case_id == CaseRow.id)
        .where(MessageRow.direction == "in", MessageRow.kind == "customer", MessageRow.received_at >= since)
        .group_by(CaseRow.category)
    )
    if mailbox_id is not None:
        query = query.where(MessageRow.mailbox_id == mailbox_id)
    return {row[0]: row[1] for row in session.execute(query)}


def unseen_drafts(session: Session, *, since: datetime) -> tuple[UnseenDraft, ...]:
    """The newest drafts that nobody saw, each with what a person then sent in answer to the same mail."""
    sent = aliased(DraftRow)
    answer = (
        select(sent.text)
        .where(sent.message_id == DraftRow.message_id, sent.state == "sent")
        .order_by(sent.id)
        .limit(1)
        .correlate(DraftRow)
        .scalar_subquery()
    )
    rows = session.execute(
        select(CaseRow.category, DraftRow.language, DraftRow.text, answer)
        .join(CaseRow, CaseRow.id == DraftRow.case_id)
        .where(DraftRow.state == UNSEEN, DraftRow.created_at >= since)
        .order_by(DraftRow.id.desc())
        .limit(MOST_COMPARED)
    )
    return tuple(UnseenDraft(category, language, text, sent or "") for category, language, text, sent in rows)


def first_sortings(session: Session, *, since: datetime) -> tuple[Sorted, ...]:
    """Cases since then that a person answered, closed or sorted anew, by the category they had at first."""
    moved = {
        case_id: (before, after)
        for case_id, before, after in session.execute(
            select(CorrectionRow.case_id, CorrectionRow.before, CorrectionRow.after)
            .where(
                CorrectionRow.field == "category",
                CorrectionRow.undone_at.is_(None),
                CorrectionRow.case_id.is_not(None),
                CorrectionRow.created_at >= since,
            )
            .order_by(CorrectionRow.id.desc())
        )
    }  # the oldest correction of a case comes last, and stays
    cases = session.execute(
        select(CaseRow.id, CaseRow.category, CaseRow.first_answer_at, CaseRow.state).where(
            CaseRow.created_at >= since, CaseRow.category != "", CaseRow.state != "spam"
        )
    )
    found = []
    for case_id, category, answered, state in cases:
        if case_id in moved:
            found.append(Sorted(moved[case_id][0] or category, category == moved[case_id][0]))
        elif answered is not None or state == "done":
            found.append(Sorted(category, True))
    return tuple(found)
