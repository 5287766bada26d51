"""The lead's board: what waits for a decision and why, who was told, and who has how much to do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.insight.workload import Experience, Job
from agent.store.queries.shell import Escalated, open_escalations
from agent.store.tables import (
    ApprovalRow,
    CaseRow,
    DraftRow,
    EscalationNoticeRow,
    EscalationRow,
    PersonRow,
)

SOON = timedelta(minutes=30)
HELD_FOR = timedelta(days=7)
EXPERIENCE = timedelta(days=90)
MOST_LETTERS = 3_000  # enough to know everybody by, and as quick at a desk of any size
MOST_SOON = 100
SOON_CAUSE = "soon"


@dataclass(frozen=True, slots=True)
class Told:
    """One notice: to whom (a person, or a channel or address), by which way, when, and whether it arrived."""

    to: str
    way: str
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A case that waits for a decision. `escalations` are those nobody has taken, empty for one that is only due soon.

    `cause` is the heading it stands under; `told` who heard of it, oldest first.
    """

    case: CaseRow
    assignee: PersonRow | None
    cause: str
    escalations: tuple[Escalated, ...] = ()
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A case that somebody has taken, or only looked at where it stayed with whom had it."""

    case: CaseRow
    assignee: PersonRow | None
    taken_by: PersonRow
    at: datetime


def board_lines(session: Session, now: datetime, order: Iterable[str]) -> tuple[BoardLine, ...]:
    """One line a case, under the first of its causes in `order`; within a cause what is due first comes first."""
    places = {cause: place for place, cause in enumerate(order)}
    by_case: defaultdict[int, list[Escalated]] = defaultdict(list)
    for one in open_escalations(session):
        by_case[one.case.id].append(one)
    told = _told(session, by_case)
    lines = []
    for case_id, found in by_case.items():
        found.sort(key=lambda one: places.get(one.escalation.cause, len(places)))
        first = found[0]
        lines.append(
            BoardLine(first.case, first.assignee, first.escalation.cause, tuple(found), told.get(case_id, ()))
        )
    lines += [BoardLine(case, person, SOON_CAUSE) for case, person in _due_soon(session, now, set(by_case))]
    last = datetime.max.replace(tzinfo=now.tzinfo)
    return tuple(
        sorted(
            lines,
            key=lambda one: (places.get(one.cause, len(places)), one.case.respond_by or last, one.case.id),
        )
    )


def held(session: Session, now: datetime) -> tuple[Held, ...]:
    """What leads took on lately and is still open, the newest first; one line a case."""
    rows = session.execute(
        select(EscalationRow, CaseRow)
        .join(CaseRow, CaseRow.id == EscalationRow.case_id)
        .where(EscalationRow.acknowledged_at >= now - HELD_FOR, CaseRow.state == "open")
        .order_by(EscalationRow.acknowledged_at.desc())
    ).all()
    people = {person.id: person for person in session.scalars(select(PersonRow))}
    found: dict[int, Held] = {}
    for row, case in rows:
        if row.acknowledged_by_id in people and row.acknowledged_at is not None:
            found.setdefault(
                case.id,
                Held(
                    case,
                    people.get(case.assignee_id or 0),
                    people[row.acknowledged_by_id],
                    row.acknowledged_at,
                ),
            )
    return tuple(found.values())


def open_jobs(session: Session) -> dict[int, tuple[Job, ...]]:
    """The open cases of each person, the most urgent first."""
    rows = session.execute(
        select(
            CaseRow.assignee_id, CaseRow.id, CaseRow.version, CaseRow.category, CaseRow.language, CaseRow.respond_by
        )
        .where(CaseRow.state == "open", CaseRow.assignee_id.is_not(None), CaseRow.merged_into_id.is_(None))
        .order_by(CaseRow.respond_by.is_(None), CaseRow.respond_by, CaseRow.id)
    )  # fmt: skip
    jobs: defaultdict[int, list[Job]] = defaultdict(list)
    for person_id, case_id, version, category, language, due in rows:
        jobs[person_id or 0].append(Job(case_id, version, category, language, due))
    return {person_id: tuple(found) for person_id, found in jobs.items()}


def experience(session: Session, now: datetime) -> dict[int, Experience]:
    """What each person has answered lately, by category and language: of the newest `MOST_LETTERS` that were sent."""
    lately = (
        select(ApprovalRow.person_id, ApprovalRow.draft_id)
        .where(ApprovalRow.created_at >= now - EXPERIENCE, ApprovalRow.undone_at.is_(None))
        .order_by(ApprovalRow.created_at.desc())
        .limit(MOST_LETTERS)
        .subquery()
    )
    rows = session.execute(
        select(lately.c.person_id, CaseRow.category, CaseRow.language, func.count())
        .join(DraftRow, DraftRow.id == lately.c.draft_id)
        .join(CaseRow, CaseRow.id == DraftRow.case_id)
        .where(DraftRow.state == "sent")
        .group_by(lately.c.person_id, CaseRow.category, CaseRow.language)
    )
    categories: defaultdict[int, dict[str, int]] = defaultdict(dict)
    languages: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for person_id, category, language, count in rows:
        categories[person_id][category] = categories[person_id].get(category, 0) + count
        languages[person_id][language] = languages[person_id].get(language, 0) + count
    return {one: Experience(categories[one], languages[one]) for one in categories}


def colleagues(session: Session) -> tuple[PersonRow, ...]:
    """Everybody who may be given a case, by name."""
    return tuple(
        session.scalars(
            select(PersonRow).where(PersonRow.disabled.is_(False)).order_by(PersonRow.name, PersonRow.email)
        )
    )


def _due_soon(session: Session, now: datetime, but: set[int]) -> list[tuple[CaseRow, PersonRow | None]]:
    rows = session.execute(
        select(CaseRow, PersonRow)
        .outerjoin(PersonRow, PersonRow.id == CaseRow.assignee_id)
        .where(CaseRow.state == "open", CaseRow.respond_by <= now + SOON, CaseRow.merged_into_id.is_(None))
        .order_by(CaseRow.respond_by, CaseRow.id)
        .limit(MOST_SOON)
    ).all()
    return [(case, person) for case, person in rows if case.id not in but]


def _told(session: Session, cases: Iterable[int]) -> Mapping[int, tuple[Told, ...]]:
    rows = session.execute(
        select(EscalationNoticeRow, PersonRow)
        .outerjoin(PersonRow, PersonRow.id == EscalationNoticeRow.person_id)
        .where(EscalationNoticeRow.case_id.in_(list(cases)), EscalationNoticeRow.state != "dropped")
        .order_by(EscalationNoticeRow.id)
    )
    found: defaultdict[int, list[Told]] = defaultdict(list)
    for notice, person in rows:
        name = (person.name or person.email) if person is not None else notice.target
        found[notice.case_id].append(
            Told(name, notice.way, notice.told_at or notice.created_at, notice.state)
        )
    return {case_id: tuple(told) for case_id, told in found.items()}
