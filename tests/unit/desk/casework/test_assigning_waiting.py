"""What nobody could be given finds somebody as soon as there is room or somebody is back, what is due first before the rest."""

from datetime import timedelta

import pytest

from agent.desk.casework import assigning_waiting
from agent.desk.casework.assigning import refuse
from agent.desk.casework.assigning_waiting import assign_waiting
from agent.desk.casework.correcting import correct
from agent.desk.people.absences import remove_absence
from agent.store.tables import AbsenceRow, AuditRow, CaseRow, MailboxRow, PersonRow
from agent.worker.schedule import duties
from tests.builders import a_case
from tests.house import TestHouse
from tests.unit.desk.casework.test_assigning import a_colleague, away, with_mode


def waiting(home: TestHouse, *, hours_ago: int, **more: object) -> int:
    values = {"language": "en", "category": "technical", "priority": "medium"} | more
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        return a_case(unit.session, home.clock(), box, came=timedelta(hours=hours_ago), **values).id  # type: ignore[arg-type]


def holder(home: TestHouse, case_id: int) -> int | None:
    with home.store.reading() as session:
        return session.get_one(CaseRow, case_id).assignee_id


def corrected(home: TestHouse, case_id: int, **change: object) -> None:
    with home.store.writing() as unit:
        person = unit.session.get_one(PersonRow, home.other.id)
        correct(unit, home.house, case_id=case_id, person=person, **change)  # type: ignore[arg-type]


def test_when_somebody_has_room_again_the_case_due_first_is_theirs(home: TestHouse) -> None:
    with_mode(home, "automatic", assignment__capacity=1)
    busy = waiting(home, hours_ago=1, assignee_id=home.person.id)
    due = home.clock()
    older = waiting(home, hours_ago=5, respond_by=due + timedelta(hours=8))
    urgent = waiting(home, hours_ago=2, priority="critical", respond_by=due + timedelta(hours=1))
    assert assign_waiting(home.house) == 0, "everybody is full"
    corrected(home, busy, state="done")
    assert assign_waiting(home.house) == 1
    assert (holder(home, urgent), holder(home, older)) == (home.person.id, None)
    with home.store.reading() as session:
        (event,) = session.query(AuditRow).filter_by(action="case.assigned", case_id=urgent)
        assert (event.actor, event.detail["cause"]) == ("system", "rule")


def test_when_an_absence_is_over_or_taken_back_its_person_is_given_what_waited(home: TestHouse) -> None:
    with_mode(home, "automatic")
    away(home, home.person, days=0)
    first = waiting(home, hours_ago=3)
    assert assign_waiting(home.house) == 0
    home.clock.advance(days=1)
    assert assign_waiting(home.house) == 1
    assert holder(home, first) == home.person.id

    away(home, home.person, days=30)
    second = waiting(home, hours_ago=1)
    assert assign_waiting(home.house) == 0
    with home.store.writing() as unit:
        (absence,) = unit.session.query(AbsenceRow)
        remove_absence(unit, home.house, person_id=home.person.id, absence_id=absence.id, person=home.person)
    assert assign_waiting(home.house) == 1
    assert holder(home, second) == home.person.id


def test_no_more_than_the_bound_are_given_at_once_and_the_rest_follow(
    home: TestHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_mode(home, "automatic")
    monkeypatch.setattr(assigning_waiting, "AT_MOST", 2)
    cases = [waiting(home, hours_ago=9 - n) for n in range(5)]
    assert assign_waiting(home.house) == 2
    assert [holder(home, case) is not None for case in cases] == [True, True, False, False, False]
    assert [assign_waiting(home.house) for _ in range(3)] == [2, 1, 0]


def test_a_call_fills_nobody_beyond_their_room(home: TestHouse) -> None:
    with_mode(home, "automatic", assignment__capacity=2)
    jonas = a_colleague(home, "jonas")
    cases = [waiting(home, hours_ago=n + 1) for n in range(6)]
    assert assign_waiting(home.house) == 4
    holders = [holder(home, case) for case in cases]
    assert (holders.count(home.person.id), holders.count(jonas.id), holders.count(None)) == (2, 2, 2)


def test_old_cases_that_nobody_can_have_do_not_keep_the_others_waiting(
    home: TestHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_mode(home, "automatic")
    monkeypatch.setattr(assigning_waiting, "AT_MOST", 1)
    finnish = waiting(home, hours_ago=90, language="fi")
    english = waiting(home, hours_ago=1)
    assert assign_waiting(home.house) == 1
    assert (holder(home, finnish), holder(home, english)) == (None, home.person.id)


@pytest.mark.parametrize("mode", ["off", "suggest"])
def test_nothing_is_given_where_people_decide(home: TestHouse, mode: str) -> None:
    with_mode(home, mode)
    case = waiting(home, hours_ago=2)
    assert assign_waiting(home.house) == 0
    assert holder(home, case) is None


def test_what_is_out_of_sight_done_not_judged_or_refused_stays_with_nobody(home: TestHouse) -> None:
    with_mode(home, "automatic")
    for more in (
        {"snoozed_until": home.clock() + timedelta(days=1)},
        {"state": "done"},
        {"priority": ""},
    ):
        waiting(home, hours_ago=2, **more)
    unwanted = waiting(home, hours_ago=2)
    with home.store.writing() as unit:
        lead = unit.session.get_one(PersonRow, home.other.id)
        refuse(
            unit,
            home.house,
            case_ids=[unwanted],
            person_id=home.person.id,
            reason="their cousin",
            person=lead,
        )
    assert assign_waiting(home.house) == 0


def test_a_case_that_a_person_put_back_is_left_to_people(home: TestHouse) -> None:
    with_mode(home, "automatic")
    case = waiting(home, hours_ago=2)
    assert assign_waiting(home.house) == 1
    corrected(home, case, priority="high")
    corrected(home, case, unassign=True)
    assert assign_waiting(home.house) == 0
    assert holder(home, case) is None


def test_it_is_looked_for_every_half_minute() -> None:
    assert next(duty.every_s for duty in duties() if duty.do is assign_waiting) <= 30
