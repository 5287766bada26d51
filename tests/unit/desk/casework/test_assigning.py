"""New cases find somebody by themselves or on the board, and those of absent colleagues go on without them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.company import laid_over
from agent.desk.casework.assigning import accept_again, refuse, suggestions
from agent.desk.people.absences import Absence, enter_absence
from agent.desk.settings.work import Work, change_work
from agent.errors import NotAllowed
from agent.store.tables import AuditRow, CaseRow, MailboxRow, PersonRow
from tests.builders import a_case, a_person
from tests.house import TestHouse
from tests.unit.desk.conftest import letter, only_case


def with_mode(home: TestHouse, mode: str, **more: object) -> None:
    values = {"assignment.mode": mode} | {name.replace("__", "."): value for name, value in more.items()}
    home.house = replace(home.house, company=laid_over(home.house.company, values))


def a_colleague(home: TestHouse, name: str, **work: object) -> PersonRow:
    with home.store.writing() as unit:
        row = a_person(unit.session, home.clock(), email=f"{name}@nordlys.example", name=name.title())
        if work:
            values = {"languages": (), "skills": (), "capacity": None} | work
            lead = unit.session.get_one(PersonRow, home.other.id)
            change_work(unit, home.house, person_id=row.id, work=Work(**values), person=lead)  # type: ignore[arg-type]
    return row


def away(home: TestHouse, person: PersonRow, *, deputy: int = 0, days: int = 3) -> None:
    today = home.clock().date()
    with home.store.writing() as unit:
        enter_absence(
            unit, home.house, person_id=person.id,
            absence=Absence(today, today + timedelta(days=days), deputy), person=home.other,
        )  # fmt: skip


def test_a_new_case_goes_to_the_specialist_and_the_trail_says_why(home: TestHouse, receive) -> None:
    with_mode(home, "automatic")
    jonas = a_colleague(home, "jonas", skills=("technical",))
    receive()
    assert only_case(home).assignee_id == jonas.id
    with home.store.reading() as session:
        (event,) = session.query(AuditRow).filter_by(action="case.assigned")
        assert (event.actor, event.detail["why"]) == ("system", ["skill", "language", "least_full"])


def test_nothing_is_given_out_unless_the_company_says_so(home: TestHouse, receive) -> None:
    receive()
    assert only_case(home).assignee_id is None
    with home.store.reading() as session:
        assert suggestions(session, home.house) == ()


def test_a_team_that_looks_after_the_mailbox_gets_its_cases(home: TestHouse, receive) -> None:
    lise = a_colleague(home, "lise")
    team = {"mailboxes": ["support@nordlys.example"], "members": ["LISE@nordlys.example"]}
    with_mode(home, "automatic", hours__teams__nord=team)
    receive()
    assert only_case(home).assignee_id == lise.id


def test_suggestions_spread_and_can_be_refused_and_allowed_again(home: TestHouse) -> None:
    with_mode(home, "suggest", assignment__capacity=1)
    a_colleague(home, "jonas")
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        for _ in range(3):
            a_case(unit.session, home.clock(), box, language="en", category="technical", priority="medium")
    with home.store.reading() as session:
        found = suggestions(session, home.house)
    assert len({one.choice.person_id for one in found[:2]}) == 2
    assert found[2].choice.why_nobody == "full"

    first, taker = found[0].case.id, found[0].choice.person_id or 0
    with home.store.writing() as unit:
        lead = unit.session.get_one(PersonRow, home.other.id)
        refuse(unit, home.house, case_ids=[first], person_id=taker, reason="", person=lead)
    with home.store.reading() as session:
        assert suggestions(session, home.house)[0].choice.person_id != taker
    with home.store.writing() as unit:
        lead = unit.session.get_one(PersonRow, home.other.id)
        accept_again(unit, home.house, case_ids=[first], person_id=taker, person=lead)
    with home.store.reading() as session:
        assert suggestions(session, home.house)[0].choice.person_id == taker


def test_new_cases_pass_an_absent_colleague_by_until_they_are_back(home: TestHouse, receive) -> None:
    with_mode(home, "automatic")
    away(home, home.person, days=0)
    receive()
    assert only_case(home).assignee_id is None
    home.clock.advance(days=1)
    receive(letter(message_id="<2@customer.example>", sender="Bo <bo@other.example>", subject="Other"))
    with home.store.reading() as session:
        assert session.query(CaseRow).order_by(CaseRow.id.desc()).first().assignee_id == home.person.id  # type: ignore[union-attr]


def test_agents_do_not_plan_each_others_work(home: TestHouse) -> None:
    with pytest.raises(NotAllowed), home.store.writing() as unit:
        change_work(unit, home.house, person_id=1, work=Work((), (), 3), person=home.person)
