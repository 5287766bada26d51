"""Who works here with what they can take on, what they have now, when they are away, and who wrote to a customer."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.store.queries.case_list import UNFINISHED
from agent.store.tables import (
    AbsenceRow,
    ApprovalRow,
    CaseRow,
    DraftRow,
    MailboxRow,
    PersonRow,
    RefusedHandOverRow,
    WorkProfileRow,
)

MOST_BEFORE = 5


@dataclass(frozen=True, slots=True)
class Member:
    """A colleague; `profile` holds what was said of their work, an empty one where nothing was.

    `absences` are those that are entered, soonest first, with those that are over already.
    """

    person: PersonRow
    profile: WorkProfileRow
    open_cases: int
    absences: tuple[AbsenceRow, ...] = ()

    def is_away(self, now: datetime) -> bool:
        return any(is_current(one, now) for one in self.absences)

    def planned(self, now: datetime) -> tuple[AbsenceRow, ...]:
        """The absence that is current and those to come."""
        return tuple(one for one in self.absences if now < one.away_until)


def is_current(absence: AbsenceRow, now: datetime) -> bool:
    return absence.away_from <= now < absence.away_until


def current_absence(session: Session, person_id: int, now: datetime) -> AbsenceRow | None:
    """The absence of this person that covers this instant."""
    return session.scalar(
        select(AbsenceRow).where(
            AbsenceRow.person_id == person_id, AbsenceRow.away_from <= now, AbsenceRow.away_until > now
        )
    )


def planned_absences(session: Session, person_id: int, now: datetime) -> Sequence[AbsenceRow]:
    """The absence of this person that is current and those to come, soonest first."""
    return session.scalars(
        select(AbsenceRow)
        .where(AbsenceRow.person_id == person_id, AbsenceRow.away_until > now)
        .order_by(AbsenceRow.away_from)
    ).all()


def members(session: Session) -> tuple[Member, ...]:
    """Everybody who is not shut out, in the order in which they came."""
    rows = session.execute(
        select(PersonRow, WorkProfileRow)
        .outerjoin(WorkProfileRow, WorkProfileRow.person_id == PersonRow.id)
        .where(PersonRow.disabled.is_(False))
        .order_by(PersonRow.id)
    ).all()
    counted = session.execute(
        select(CaseRow.assignee_id, func.count())
        .where(
            UNFINISHED,
            CaseRow.state == "open",
            CaseRow.merged_into_id.is_(None),
            CaseRow.assignee_id.is_not(None),
        )
        .group_by(CaseRow.assignee_id)
    )
    counts = dict(iter(counted))
    away: defaultdict[int, list[AbsenceRow]] = defaultdict(list)
    for absence in session.scalars(select(AbsenceRow).order_by(AbsenceRow.away_from)):
        away[absence.person_id].append(absence)
    return tuple(
        Member(person, profile or empty_profile(person.id), counts.get(person.id, 0), tuple(away[person.id]))
        for person, profile in rows
    )


def empty_profile(person_id: int) -> WorkProfileRow:
    """What holds for somebody of whom nothing was said. Belongs to no session."""
    return WorkProfileRow(person_id=person_id, languages=[], skills=[])


def profile_of(session: Session, person_id: int) -> WorkProfileRow:
    return session.get(WorkProfileRow, person_id) or empty_profile(person_id)


def answered_before(session: Session, customer_email: str) -> tuple[int, ...]:
    """Who approved answers to this customer, whoever did so last first."""
    last = func.max(ApprovalRow.id)
    return tuple(
        session.scalars(
            select(ApprovalRow.person_id)
            .join(DraftRow, DraftRow.id == ApprovalRow.draft_id)
            .join(CaseRow, CaseRow.id == DraftRow.case_id)
            .where(CaseRow.customer_email == customer_email)
            .group_by(ApprovalRow.person_id)
            .order_by(last.desc())
            .limit(MOST_BEFORE)
        )
    )


def unassigned(session: Session, limit: int) -> Sequence[tuple[CaseRow, str]]:
    """Open cases that nobody has, with their mailbox's address; what is due first comes first."""
    rows = session.execute(
        select(CaseRow, MailboxRow.address)
        .join(MailboxRow, MailboxRow.id == CaseRow.mailbox_id)
        .where(
            CaseRow.state == "open",
            CaseRow.assignee_id.is_(None),
            CaseRow.merged_into_id.is_(None),
            CaseRow.snoozed_until.is_(None),
            CaseRow.priority != "",
        )
        .order_by(CaseRow.respond_by.is_(None), CaseRow.respond_by, CaseRow.id)
        .limit(limit)
    )
    return [(case, address) for case, address in rows]


def refused_of_open(session: Session) -> frozenset[tuple[int, int]]:
    """Every open case with each whom a lead does not want to have it. Refusals are few, whatever is open."""
    rows = session.execute(
        select(RefusedHandOverRow.case_id, RefusedHandOverRow.person_id)
        .join(CaseRow, CaseRow.id == RefusedHandOverRow.case_id)
        .where(CaseRow.state == "open")
    )
    return frozenset((case_id, person_id) for case_id, person_id in rows)


def refused(session: Session, case_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """By case, those whom a lead does not want to have it."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row in session.scalars(select(RefusedHandOverRow).where(RefusedHandOverRow.case_id.in_(case_ids))):
        found[row.case_id].add(row.person_id)
    return {case_id: frozenset(people) for case_id, people in found.items()}
