"""Several absences for each person, planned ahead: none over another, the current one counts, each can be removed."""

from datetime import date, timedelta

import pytest

from agent.desk.people.absences import Absence, absence_of, enter_absence, remove_absence
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.queries.team import current_absence, members, planned_absences
from agent.store.tables import AbsenceRow, AuditRow
from tests.house import TestHouse

TODAY = date(2026, 11, 23)  # where the clock of the house stands


def days(first: int, last: int) -> Absence:
    """From so many days after today to so many."""
    return Absence(TODAY + timedelta(days=first), TODAY + timedelta(days=last))


def enter(home: TestHouse, *absences: Absence, person_id: int = 0) -> list[int]:
    made = []
    for absence in absences:
        with home.store.writing() as unit:
            row = enter_absence(
                unit, home.house, person_id=person_id or home.person.id, absence=absence, person=home.other
            )
            unit.session.flush()
            made.append(row.id)
    return made


def planned(home: TestHouse) -> list[Absence]:
    with home.store.reading() as session:
        return [
            absence_of(row, home.house.company)
            for row in planned_absences(session, home.person.id, home.clock())
        ]


def is_away(home: TestHouse) -> bool:
    with home.store.reading() as session:
        (member,) = (one for one in members(session) if one.person.id == home.person.id)
        current = current_absence(session, home.person.id, home.clock())
        assert member.is_away(home.clock()) == (current is not None), "a list and one person agree"
        return current is not None


def test_absences_are_listed_soonest_first_whatever_the_order_of_entering(home: TestHouse) -> None:
    enter(home, days(30, 40), days(0, 1), days(10, 10))
    assert planned(home) == [days(0, 1), days(10, 10), days(30, 40)]


def test_whichever_is_current_counts_and_between_them_the_person_is_there(home: TestHouse) -> None:
    enter(home, days(0, 1), days(3, 4))
    seen = []
    for _ in range(6):
        seen.append(is_away(home))
        home.clock.advance(days=1)
    assert seen == [True, True, False, True, True, False]


@pytest.mark.parametrize("other", [(9, 10), (12, 15), (11, 11), (5, 20), (10, 12)])
def test_days_that_are_entered_already_are_refused(home: TestHouse, other: tuple[int, int]) -> None:
    enter(home, days(10, 12))
    with pytest.raises(Conflict):
        enter(home, days(*other))
    assert planned(home) == [days(10, 12)]


def test_the_day_before_the_day_after_and_somebody_elses_days_are_free(home: TestHouse) -> None:
    enter(home, days(10, 12), days(13, 14), days(8, 9))
    enter(home, days(10, 12), person_id=home.other.id)
    assert planned(home) == [days(8, 9), days(10, 12), days(13, 14)]


def test_one_is_removed_and_the_others_stay(home: TestHouse) -> None:
    now, _, later = enter(home, days(0, 3), days(10, 12), days(20, 21))
    for absence_id in (now, later):
        with home.store.writing() as unit:
            remove_absence(
                unit, home.house, person_id=home.person.id, absence_id=absence_id, person=home.other
            )
    assert planned(home) == [days(10, 12)]
    assert not is_away(home), "the one that was current is over"
    with home.store.reading() as session:
        events = session.query(AuditRow).filter_by(action="person.absence_removed").all()
        assert [event.detail["first"] for event in events] == ["2026-11-23", "2026-12-13"]


def test_nobody_removes_what_is_not_that_persons_or_not_there(home: TestHouse) -> None:
    (mine,) = enter(home, days(10, 12))
    for person_id, absence_id in ((home.other.id, mine), (home.person.id, mine + 1)):
        with pytest.raises(NotFound), home.store.writing() as unit:
            remove_absence(unit, home.house, person_id=person_id, absence_id=absence_id, person=home.other)
    assert planned(home) == [days(10, 12)]


def test_what_is_over_is_cleared_away_when_the_next_one_is_entered(home: TestHouse) -> None:
    enter(home, days(0, 1), days(3, 4))
    home.clock.advance(days=2)
    assert planned(home) == [days(3, 4)]
    enter(home, days(10, 12))
    with home.store.reading() as session:
        assert session.query(AbsenceRow).count() == 2


@pytest.mark.parametrize(
    "absence",
    [
        Absence(date(2026, 11, 25), date(2026, 11, 24)),
        Absence(date(2026, 11, 1), date(2026, 11, 2)),
        Absence(date(2026, 11, 25), date(2026, 11, 26), deputy_id=1),
    ],
)
def test_an_absence_that_cannot_be_meant_is_refused(home: TestHouse, absence: Absence) -> None:
    with pytest.raises(WrongUse), home.store.writing() as unit:
        enter_absence(unit, home.house, person_id=1, absence=absence, person=home.other)
    with home.store.reading() as session:
        assert session.query(AbsenceRow).count() == 0
