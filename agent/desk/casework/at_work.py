"""Who has a case open now, reading or writing. A page renews its lease; who closes it is gone when the lease ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from agent.desk.house import House
from agent.errors import NotFound
from agent.store.session import Unit
from agent.store.tables import AtWorkRow, CaseRow, PersonRow

LEASE = timedelta(seconds=30)
_RENEW = timedelta(seconds=20)  # with less than this left, a lease is written anew

WRITING = ("edit", "write")
DOINGS = {"edit": "writing", "write": "writing", "note": "noting"}


@dataclass(frozen=True, slots=True)
class AtWork:
    """Somebody else on the same case. `doing`: reading | writing | noting."""

    person: PersonRow
    doing: str


def needs_word(session: Session, case_id: int, person_id: int, act: str, now: datetime) -> bool:
    """Whether a page should renew its lease now: most calls find that there is nothing to write."""
    row = session.get(AtWorkRow, (case_id, person_id))
    return row is None or row.until - now < _RENEW or row.doing != DOINGS.get(act, "reading")


def say_at_work(unit: Unit, house: House, *, case_id: int, act: str, person: PersonRow) -> None:
    """This person has the case open, with the form `act` or none. Raises `NotFound`."""
    session, now = unit.session, house.clock()
    if session.get(CaseRow, case_id) is None:
        raise NotFound(f"There is no case {case_id}.", code="case.unknown", remedy="Check the number.")
    session.execute(delete(AtWorkRow).where(AtWorkRow.until < now - 10 * LEASE))
    row = session.get(AtWorkRow, (case_id, person.id))
    if row is None:
        row = AtWorkRow(case_id=case_id, person_id=person.id, doing="reading", until=now)
        session.add(row)
    row.doing, row.until = DOINGS.get(act, "reading"), now + LEASE


def others_at_work(session: Session, case_id: int, person_id: int, now: datetime) -> Sequence[AtWork]:
    """Who else is on this case, those who write first."""
    rows = session.execute(
        select(AtWorkRow, PersonRow)
        .join(PersonRow, PersonRow.id == AtWorkRow.person_id)
        .where(AtWorkRow.case_id == case_id, AtWorkRow.person_id != person_id, AtWorkRow.until > now)
        .order_by(PersonRow.name, PersonRow.id)
    ).all()
    found = [AtWork(person, row.doing) for row, person in rows]
    return sorted(found, key=lambda one: one.doing != "writing")
