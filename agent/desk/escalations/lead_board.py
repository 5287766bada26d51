"""What a lead does on the board: take a case over, only take note of it, hand it back; and how full the day is."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.cases.answer_time import MINUTES_A_CASE
from agent.company import Company
from agent.desk.audit import by, record
from agent.desk.casework.assigning import staff
from agent.desk.casework.cases import case_for_change, touch
from agent.desk.casework.correcting import correct
from agent.desk.escalations.escalating import acknowledge, hand_back
from agent.desk.house import House
from agent.errors import Conflict
from agent.insight.workload import Experience, Load, Move, suggest
from agent.store.queries.board import experience, open_jobs
from agent.store.queries.team import members, refused_of_open
from agent.store.session import Unit
from agent.store.tables import CaseRow, EscalationRow, PersonRow


def take_over(unit: Unit, house: House, *, case_id: int, version: int, person: PersonRow) -> CaseRow:
    """The case is this person's, and nobody further is told.

    Raises `Conflict` when it was taken meanwhile: it has no open escalation and is not as it was on screen.
    """
    open_ones = _open(unit, case_id)
    if not open_ones:
        case = case_for_change(unit.session, case_id)
        if case.version != version:
            raise Conflict(
                "Somebody has taken it already.", code="escalation.taken", remedy="Look at the board again."
            )
        return correct(unit, house, case_id=case.id, person=person, assignee_id=person.id)
    acknowledge(unit, house, escalation_id=open_ones[0].id, person=person)
    return case_for_change(unit.session, case_id)


def take_note(unit: Unit, house: House, *, case_id: int, person: PersonRow) -> CaseRow:
    """A lead knows of it: nobody further is told, and the case stays with whom has it.

    Raises `Conflict` when there is nothing left to take note of.
    """
    case = case_for_change(unit.session, case_id)
    open_ones = _open(unit, case_id)
    if not open_ones:
        raise Conflict(
            "Somebody has taken it already.", code="escalation.taken", remedy="Look at the board again."
        )
    now = house.clock()
    for row in open_ones:
        row.acknowledged_by_id, row.acknowledged_at = person.id, now
        row.assignee_before_id = case.assignee_id
        record(
            unit, "escalation.acknowledged", actor=by(person), now=now, case_id=case.id,
            subject=f"escalation:{row.id}", kept=True,
        )  # fmt: skip
    touch(case, now)
    return case


def give_back(unit: Unit, house: House, *, case_id: int, person: PersonRow) -> CaseRow:
    """What this person took last of the case is on the board again, with whom had it before.

    Raises `Conflict` where they have nothing of it.
    """
    mine = unit.session.scalar(
        select(EscalationRow)
        .where(EscalationRow.case_id == case_id, EscalationRow.acknowledged_by_id == person.id)
        .order_by(EscalationRow.acknowledged_at.desc(), EscalationRow.id)
        .limit(1)
    )
    if mine is None:
        raise Conflict("Somebody else has it.", code="escalation.not_yours", remedy="Look at the case again.")
    hand_back(unit, house, escalation_id=mine.id, person=person)
    return case_for_change(unit.session, case_id)


def loads(session: Session, company: Company, now: datetime) -> tuple[Load, ...]:
    """How full everybody's day is, the fullest first: open cases at `MINUTES_A_CASE` against today's hours.

    Who is away has no time left; the hours are those of a person's team.
    """
    jobs = open_jobs(session)
    found = []
    for colleague in staff(session, company, now):
        mine = jobs.get(colleague.person_id, ())
        person = session.get_one(PersonRow, colleague.person_id)
        if mine or (colleague.capacity and not colleague.away):
            left = 0.0 if colleague.away else colleague.minutes_left
            name = person.name or person.email
            found.append(Load(person.id, name, mine, len(mine) * MINUTES_A_CASE, left))
    return tuple(sorted(found, key=lambda one: (-one.minutes, one.name)))


def moves(session: Session, found: tuple[Load, ...], now: datetime) -> tuple[Move, ...]:
    """What could go to whom today."""
    if not any(one.too_much for one in found):
        return ()
    answered, nothing = experience(session, now), Experience({}, {})
    knows = {
        one.person.id: replace(
            answered.get(one.person.id, nothing),
            skills=frozenset(one.profile.skills),
            speaks=frozenset(one.profile.languages),
        )
        for one in members(session)
    }
    return suggest(found, knows, minutes_a_case=MINUTES_A_CASE, refused=refused_of_open(session))


def _open(unit: Unit, case_id: int) -> list[EscalationRow]:
    return list(
        unit.session.scalars(
            select(EscalationRow)
            .where(EscalationRow.case_id == case_id, EscalationRow.acknowledged_at.is_(None))
            .order_by(EscalationRow.id)
            .with_for_update()
        )
    )
