"""Planned absences as pages list them: the days, the deputy's name, and which one is current."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from agent.store.queries.team import Member, is_current
from agent.store.tables import AbsenceRow
from api.dependencies import Desk
from api.web.pages import person_name, reader_of


@dataclass(frozen=True, slots=True)
class Listed:
    """One absence; `days` in the reader's way of writing, `deputy` empty for nobody."""

    id: int
    days: str
    deputy: str
    is_current: bool


def listed(desk: Desk, absences: Iterable[AbsenceRow], there: Iterable[Member]) -> tuple[Listed, ...]:
    """These absences, with the deputies' names as far as they still work here."""
    reader, now = reader_of(desk.request), desk.house.clock()
    names = {one.person.id: person_name(one.person) for one in there}
    found = []
    for row in absences:
        first, last = reader.day(row.away_from), reader.day(row.away_until - timedelta(seconds=1))
        days = first if first == last else f"{first} – {last}"
        found.append(Listed(row.id, days, names.get(row.deputy_id or 0, ""), is_current(row, now)))
    return tuple(found)


def absence_named(fields: Mapping[str, str]) -> int:
    """The absence that a form asks to remove; 0 where it asks for something else, -1 for one that cannot be."""
    named = fields.get("remove", "")
    if not named:
        return 0
    return int(named) if named.isascii() and named.isdecimal() and len(named) < 10 and int(named) else -1
