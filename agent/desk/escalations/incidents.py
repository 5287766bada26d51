"""What people decide about an incident: what it is called, what is known of it, which cases belong to it, and its end.

Cases are found to belong together by what their mails say; a lead's word counts for more, and each can be taken back.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.casework.cases import touch
from agent.desk.casework.reprioritising import customers_in, settle
from agent.desk.house import House
from agent.desk.notices import raise_notice, resolve_notice
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import CaseRow, IncidentCaseRow, IncidentRow, PersonRow

DECIDERS = ("lead", "admin")
LONGEST_NAME = 120
LONGEST_KNOWN = 2_000


def describe(
    unit: Unit, house: House, *, incident_id: int, name: str, known: str, person: PersonRow
) -> IncidentRow:
    """Name the cause, and say what is known of it; colleagues read both in every case of the incident.

    An empty name brings back the words of the glossary. Raises `WrongUse` for who is no lead and for too long a text.
    """
    incident = _for_change(unit.session, incident_id, person)
    name, known = " ".join(name.split()), known.strip()
    if len(name) > LONGEST_NAME:
        raise WrongUse(
            f"The name is longer than {LONGEST_NAME} characters.",
            code="incident.name",
            remedy="Put what is known into the field below it.",
        )
    if len(known) > LONGEST_KNOWN:
        raise WrongUse(
            f"What is known is longer than {LONGEST_KNOWN} characters.",
            code="incident.known",
            remedy="Shorten it.",
        )
    if (name, known) == (incident.name, incident.known):
        return incident
    now, renamed = house.clock(), name != incident.name
    incident.name, incident.known = name, known
    incident.described_by_id, incident.described_at = person.id, now
    record(
        unit, "incident.described", actor=by(person), now=now, subject=f"incident:{incident.id}",
        named=bool(name), known=bool(known),
    )  # fmt: skip
    if renamed:
        _look_again(unit, house, _members(unit.session, incident_id))
    return incident


def close(unit: Unit, house: House, *, incident_id: int, person: PersonRow) -> IncidentRow:
    """The incident is over: its cases wait like any other, and who reports it from now on is counted anew.

    Raises `Conflict` when it has ended already.
    """
    incident = _for_change(unit.session, incident_id, person)
    if incident.closed_at is not None:
        raise Conflict("The incident has ended already.", code="incident.ended", remedy="Look at it again.")
    incident.closed_by_id = person.id
    end(unit, incident, house.clock(), actor=by(person))
    _look_again(unit, house, _members(unit.session, incident_id))
    return incident


def reopen(unit: Unit, house: House, *, incident_id: int, person: PersonRow) -> IncidentRow:
    """The incident is not over after all. It stays open as long as a new one would. Raises `Conflict` when it is open."""
    incident = _for_change(unit.session, incident_id, person)
    if incident.closed_at is None:
        raise Conflict("The incident is open.", code="incident.open", remedy="Look at it again.")
    now = house.clock()
    incident.closed_at, incident.closed_by_id, incident.last_at = None, None, now
    record(unit, "incident.reopened", actor=by(person), now=now, subject=f"incident:{incident.id}")
    notify(unit, incident, now)
    _look_again(unit, house, _members(unit.session, incident_id))
    return incident


def end(unit: Unit, incident: IncidentRow, now: datetime, *, actor: str) -> None:
    """Nobody is told of the incident any more. `actor` is who says so, as the audit trail names them."""
    incident.closed_at = now
    resolve_notice(unit, _notice(incident), now)
    record(unit, "incident.closed", actor=actor, now=now, subject=f"incident:{incident.id}")


def notify(unit: Unit, incident: IncidentRow, now: datetime) -> None:
    """Everybody at the desk hears how many report it, in the glossary's words: a lead's may name somebody."""
    customers = incident.told_customers
    words = f"{customers} customers report the same: {incident.cause}."
    raise_notice(unit, _notice(incident), words, now, level="warning")


def take_out(unit: Unit, house: House, *, incident_id: int, case_id: int, person: PersonRow) -> None:
    """This case is about something else. Raises `NotFound` when it is not part of the incident."""
    incident = _for_change(unit.session, incident_id, person)
    row = _part(unit.session, incident_id, case_id)
    if row.taken_out_at is None:
        row.taken_out_at, row.taken_out_by_id = house.clock(), person.id
        _told(unit, house, "incident.taken_out", incident, case_id, person)


def put_back(unit: Unit, house: House, *, incident_id: int, case_id: int, person: PersonRow) -> None:
    """This case is about the same after all. Raises `NotFound` when it never was part of the incident."""
    incident = _for_change(unit.session, incident_id, person)
    row = _part(unit.session, incident_id, case_id)
    if row.taken_out_at is not None:
        row.taken_out_at, row.taken_out_by_id = None, None
        _told(unit, house, "incident.put_back", incident, case_id, person)


def _for_change(session: Session, incident_id: int, person: PersonRow) -> IncidentRow:
    if person.role not in DECIDERS:
        raise WrongUse(
            "Only leads decide about an incident.", code="incident.role", remedy="Ask a lead to do it."
        )
    incident = session.get(IncidentRow, incident_id, with_for_update=True)
    if incident is None:
        raise NotFound(
            "There is no such incident.", code="incident.unknown", remedy="Look at the board again."
        )
    return incident


def _part(session: Session, incident_id: int, case_id: int) -> IncidentCaseRow:
    row = session.get(IncidentCaseRow, (incident_id, case_id), with_for_update=True)
    if row is None:
        raise NotFound(
            "The case is not part of this incident.",
            code="incident.case",
            remedy="Look at the incident again.",
        )
    return row


def _members(session: Session, incident_id: int) -> list[int]:
    return list(
        session.scalars(
            select(IncidentCaseRow.case_id).where(
                IncidentCaseRow.incident_id == incident_id, IncidentCaseRow.taken_out_at.is_(None)
            )
        )
    )


def _told(
    unit: Unit, house: House, action: str, incident: IncidentRow, case_id: int, person: PersonRow
) -> None:
    """The case and those that stay are told: the number of customers in their reasons is another."""
    record(
        unit, action, actor=by(person), now=house.clock(), case_id=case_id, subject=f"incident:{incident.id}"
    )
    incident.told_customers = customers_in(unit.session, incident.id)
    _look_again(unit, house, [case_id, *_members(unit.session, incident.id)])


def _look_again(unit: Unit, house: House, case_ids: list[int]) -> None:
    """The reasons for the cases' priority name the incident."""
    unit.session.flush()
    rows = select(CaseRow).where(CaseRow.id.in_(case_ids)).order_by(CaseRow.id).with_for_update(of=CaseRow)
    for case in unit.session.scalars(rows):
        settle(unit, house, case, cause="incident")
        touch(case, house.clock())


def _notice(incident: IncidentRow) -> str:
    return f"incident:{incident.id}"
