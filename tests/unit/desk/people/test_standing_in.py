"""Urgent cases of somebody who is away go on without them, once for each absence."""

from datetime import timedelta

from agent.desk.people.absences import Absence, enter_absence, remove_absence
from agent.desk.people.standing_in import hand_on_for_absent
from agent.store.tables import AbsenceRow, CaseRow, MailboxRow, MentionRow, NoteRow, PersonRow
from tests.builders import a_case
from tests.house import TestHouse
from tests.unit.desk.casework.test_assigning import a_colleague, away


def give_case(home: TestHouse, person: PersonRow, *, priority: str, due_in: timedelta) -> int:
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        case = a_case(
            unit.session, home.clock(), box, assignee_id=person.id, priority=priority, due_in=due_in
        )
        return case.id


def test_urgent_cases_of_an_absent_colleague_go_to_the_deputy_with_a_note(home: TestHouse) -> None:
    urgent = give_case(home, home.person, priority="high", due_in=timedelta(hours=2))
    calm = give_case(home, home.person, priority="low", due_in=timedelta(days=30))
    away(home, home.person, deputy=home.other.id)
    assert hand_on_for_absent(home.house) == 1
    assert hand_on_for_absent(home.house) == 0, "once for each absence"
    with home.store.reading() as session:
        assert session.get_one(CaseRow, urgent).assignee_id == home.other.id
        assert session.get_one(CaseRow, calm).assignee_id == home.person.id
        (note,) = session.query(NoteRow).filter_by(case_id=urgent)
        assert note.text == "ida is away up to and including 26 November. The case is with @emil now."


def test_without_a_deputy_nobody_has_them_and_a_deputy_is_told(home: TestHouse) -> None:
    jonas = a_colleague(home, "jonas")
    first = give_case(home, home.person, priority="critical", due_in=timedelta(hours=1))
    away(home, home.person)
    hand_on_for_absent(home.house)
    with home.store.reading() as session:
        assert session.get_one(CaseRow, first).assignee_id is None
    second = give_case(home, jonas, priority="critical", due_in=timedelta(hours=1))
    away(home, jonas, deputy=home.person.id)
    hand_on_for_absent(home.house)
    with home.store.reading() as session:
        assert session.get_one(CaseRow, second).assignee_id is None, "the deputy is away as well"
        assert session.query(MentionRow).count() == 0


def test_each_absence_hands_on_to_its_own_deputy_when_its_turn_comes(home: TestHouse) -> None:
    jonas, today = a_colleague(home, "jonas"), home.clock().date()
    away(home, home.person, deputy=home.other.id, days=0)
    with home.store.writing() as unit:
        later = Absence(today + timedelta(days=7), today + timedelta(days=8), jonas.id)
        enter_absence(unit, home.house, person_id=home.person.id, absence=later, person=home.other)
    first = give_case(home, home.person, priority="high", due_in=timedelta(hours=2))
    assert hand_on_for_absent(home.house) == 1

    home.clock.advance(days=3)
    between = give_case(home, home.person, priority="high", due_in=timedelta(days=9))
    assert hand_on_for_absent(home.house) == 0, "back at work, and the next absence has not begun"

    home.clock.advance(days=4)
    assert hand_on_for_absent(home.house) == 1
    assert hand_on_for_absent(home.house) == 0, "once for each absence"
    with home.store.reading() as session:
        assert session.get_one(CaseRow, first).assignee_id == home.other.id
        assert session.get_one(CaseRow, between).assignee_id == jonas.id
        (note,) = session.query(NoteRow).filter_by(case_id=between)
        assert "1 December. The case is with @Jonas now." in note.text


def test_an_absence_that_was_removed_hands_nothing_on(home: TestHouse) -> None:
    urgent = give_case(home, home.person, priority="critical", due_in=timedelta(hours=1))
    away(home, home.person, deputy=home.other.id)
    with home.store.writing() as unit:
        (absence,) = unit.session.query(AbsenceRow)
        remove_absence(unit, home.house, person_id=home.person.id, absence_id=absence.id, person=home.other)
    assert hand_on_for_absent(home.house) == 0
    with home.store.reading() as session:
        assert session.get_one(CaseRow, urgent).assignee_id == home.person.id
