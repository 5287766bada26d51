"""New cases find somebody: given at once, or suggested on the lead's board, as the company has decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from agent.cases.assignment import Choice, Colleague, Mode, Wanted, choose
from agent.cases.case import Priority
from agent.cases.clock_rules import Calendar, worked
from agent.company import Company
from agent.desk.audit import SYSTEM, by, record
from agent.desk.casework.cases import case_for_change, touch
from agent.desk.house import House
from agent.desk.settings.rules import assignment_rules_of, hours_of
from agent.errors import NotFound, WrongUse
from agent.store.queries.team import Member, answered_before, members, refused, unassigned
from agent.store.session import Unit
from agent.store.tables import CaseRow, MailboxRow, PersonRow, RefusedHandOverRow

MOST_SUGGESTED = 8
MAX_REASON = 300  # characters
_URGENT = (Priority.CRITICAL, Priority.HIGH)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A case that nobody has, and who should have it, or why nobody can. `member` is empty for nobody."""

    case: CaseRow
    choice: Choice
    member: Member | None


def staff(session: Session, company: Company, now: datetime) -> tuple[Colleague, ...]:
    """Everybody as the rule sees them at this moment."""
    return tuple(_colleague(one, company, now) for one in members(session))


def _colleague(one: Member, company: Company, now: datetime) -> Colleague:
    hours, rules = hours_of(company), assignment_rules_of(company)
    teams = hours.teams_with(one.person.email)
    usual = (
        rules.capacity if one.person.role == "agent" else 0
    )  # leads and administrators: only when they say so
    return Colleague(
        person_id=one.person.id,
        languages=frozenset(one.profile.languages or (company.language,)),
        skills=frozenset(one.profile.skills),
        teams=frozenset(team.key for team in teams),
        open_cases=one.open_cases,
        capacity=usual if one.profile.capacity is None else one.profile.capacity,
        minutes_left=minutes_left(now, teams[0].calendar if teams else hours.company),
        away=one.is_away(now),
    )


def minutes_left(now: datetime, calendar: Calendar) -> float:
    """Working minutes from now to the end of the local day."""
    local = now.astimezone(calendar.zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), calendar.zone)
    return worked(now, midnight, calendar).total_seconds() / 60


def choice_for(
    session: Session,
    company: Company,
    case: CaseRow,
    mailbox: str,
    people: Sequence[Colleague],
    not_these: frozenset[int] = frozenset(),
) -> Choice:
    """Who should have this case now."""
    team = hours_of(company).team_of(mailbox, case.category)
    wanted = Wanted(
        language=case.language,
        category=case.category,
        team=team.key if team else "",
        urgent=case.priority in _URGENT,
        answered_before=answered_before(session, case.customer_email),
        refused=not_these,
    )
    return choose(wanted, people, team_has_members=bool(team and team.members))


def assign_new(unit: Unit, house: House, case: CaseRow) -> Choice | None:
    """Give a case that nobody has to whoever fits best, where the company lets this happen; None where it does not."""
    if assignment_rules_of(house.company).mode is not Mode.AUTOMATIC:
        return None
    if case.assignee_id is not None or case.state != "open" or case.merged_into_id is not None:
        return None
    mailbox = unit.session.get_one(MailboxRow, case.mailbox_id)
    people = staff(unit.session, house.company, house.clock())
    not_these = refused(unit.session, [case.id]).get(case.id, frozenset())
    choice = choice_for(unit.session, house.company, case, mailbox.address, people, not_these)
    if choice.person_id is not None:
        give(unit, house, case, choice.person_id, cause="rule", why=[str(reason) for reason in choice.why])
    return choice


def give(
    unit: Unit, house: House, case: CaseRow, person_id: int | None, *, cause: str, **detail: Any
) -> None:
    """The case is with this person from now on (None: with nobody), without a person having decided it."""
    before, case.assignee_id, now = case.assignee_id, person_id, house.clock()
    touch(case, now)
    record(
        unit, "case.assigned", actor=SYSTEM, now=now, case_id=case.id, cause=cause,
        before={"assignee_id": before}, after={"assignee_id": person_id}, **detail,
    )  # fmt: skip


def suggestions(session: Session, house: House) -> tuple[Suggestion, ...]:
    """Who should have the most urgent cases that nobody has; none where the company has switched that off.

    Each counts what the ones before it would add, so that nobody is offered everything.
    """
    if assignment_rules_of(house.company).mode is Mode.OFF:
        return ()
    waiting = unassigned(session, MOST_SUGGESTED)
    if not waiting:
        return ()
    known = {one.person.id: one for one in members(session)}
    now = house.clock()
    people = {key: _colleague(one, house.company, now) for key, one in known.items()}
    not_these = refused(session, [case.id for case, _ in waiting])
    found = []
    for case, mailbox in waiting:
        choice = choice_for(
            session, house.company, case, mailbox, tuple(people.values()), not_these.get(case.id, frozenset())
        )
        member = known.get(choice.person_id or 0)
        if member is not None:
            taker = people[member.person.id]
            people[member.person.id] = replace(taker, open_cases=taker.open_cases + 1)
        found.append(Suggestion(case, choice, member))
    return tuple(found)


def refuse(
    unit: Unit, house: House, *, case_ids: Sequence[int], person_id: int, reason: str, person: PersonRow
) -> None:
    """These cases are not suggested for that person again. Raises `NotFound`, and `WrongUse` for an endless reason."""
    words = " ".join(reason.split())
    if len(words) > MAX_REASON:
        raise WrongUse(
            "The reason is too long.",
            code="suggestion.reason",
            remedy=f"Write at most {MAX_REASON} characters.",
        )
    if unit.session.get(PersonRow, person_id) is None:
        raise NotFound("There is no such person.", code="person.unknown", remedy="Look at the board again.")
    now = house.clock()
    for case_id in sorted(set(case_ids)):
        case = case_for_change(unit.session, case_id)
        if unit.session.get(RefusedHandOverRow, (case.id, person_id)) is None:
            unit.session.add(
                RefusedHandOverRow(
                    case_id=case.id,
                    person_id=person_id,
                    reason=words,
                    refused_by_id=person.id,
                    refused_at=now,
                )
            )
        record(
            unit, "suggestion.refused", actor=by(person), now=now, case_id=case.id,
            subject=f"person:{person_id}", reason=words,
        )  # fmt: skip


def accept_again(
    unit: Unit, house: House, *, case_ids: Sequence[int], person_id: int, person: PersonRow
) -> None:
    """Take a refusal back. Taking back what was not refused changes nothing."""
    for case_id in sorted(set(case_ids)):
        row = unit.session.get(RefusedHandOverRow, (case_id, person_id))
        if row is not None:
            unit.session.delete(row)
            record(
                unit, "suggestion.allowed", actor=by(person), now=house.clock(), case_id=case_id,
                subject=f"person:{person_id}",
            )  # fmt: skip
