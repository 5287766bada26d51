"""One act on many cases, and one undo for the whole."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from agent.desk.casework import bulk
from agent.desk.casework.changes import Picked, change_of, take_back
from agent.desk.casework.snoozing import wake_due
from agent.desk.casework.tagging import change_tag
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.tables import AuditRow, CaseRow, CaseTagRow, CorrectionRow, DeskChangeRow, MailboxRow, TagRow
from tests.builders import a_case, a_message
from tests.house import TestHouse


@pytest.fixture
def cases(home: TestHouse) -> list[Picked]:
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        rows = [a_case(unit.session, home.clock(), box, subject=f"Case {n}") for n in range(3)]
        for row in rows:
            a_message(unit.session, home.clock(), row)
        return [Picked(row.id, row.version) for row in rows]


def facts(home: TestHouse, column: str) -> list[object]:
    with home.store.reading() as session:
        return [getattr(case, column) for case in session.scalars(select(CaseRow).order_by(CaseRow.id))]


def undo(home: TestHouse, change: DeskChangeRow) -> DeskChangeRow:
    with home.store.writing() as unit:
        row = change_of(unit, change.id, home.person)
        take_back(unit, home.house, row, home.person)
        return row


def test_closing_many_is_one_act_with_one_undo(home: TestHouse, cases: list[Picked]) -> None:
    due = facts(home, "respond_by")
    with home.store.writing() as unit:
        change = bulk.set_state(unit, home.house, cases, state="done", person=home.person)
    assert facts(home, "state") == ["done"] * 3
    undo(home, change)
    assert facts(home, "state") == ["open"] * 3
    assert facts(home, "respond_by") == due
    with home.store.reading() as session:
        actions = session.scalars(select(AuditRow.action)).all()
    assert actions.count("case.corrected") == actions.count("change.undone") == 3


def test_a_case_that_changed_meanwhile_is_left_out_and_named(home: TestHouse, cases: list[Picked]) -> None:
    with home.store.writing() as unit:
        bulk.assign(unit, home.house, cases[1:2], assignee_id=home.other.id, person=home.other)
    with home.store.writing() as unit:
        change = bulk.assign(unit, home.house, cases, assignee_id=home.person.id, person=home.person)
    assert change.left_out == [{"id": cases[1].case_id, "reason": "changed"}]
    assert facts(home, "assignee_id") == [home.person.id, home.other.id, home.person.id]


def test_an_undo_leaves_alone_what_changed_since(home: TestHouse, cases: list[Picked]) -> None:
    with home.store.writing() as unit:
        change = bulk.set_priority(unit, home.house, cases, priority="critical", person=home.person)
    newer = Picked(cases[0].case_id, change.cases[0]["version"])
    with home.store.writing() as unit:
        bulk.assign(unit, home.house, [newer], assignee_id=home.other.id, person=home.other)
    assert undo(home, change).left_out == [{"id": cases[0].case_id, "reason": "changed"}]
    assert facts(home, "priority") == ["critical", "medium", "medium"]


def test_an_undone_correction_teaches_nothing(home: TestHouse, cases: list[Picked]) -> None:
    with home.store.writing() as unit:
        change = bulk.set_category(unit, home.house, cases, category="billing", person=home.person)
    undo(home, change)
    with home.store.reading() as session:
        taught = session.scalars(select(CorrectionRow)).all()
    assert taught
    assert all(row.undone_at is not None for row in taught)
    assert facts(home, "category") == ["technical"] * 3


def test_nobody_undoes_twice_or_for_another(home: TestHouse, cases: list[Picked]) -> None:
    with home.store.writing() as unit:
        change = bulk.set_state(unit, home.house, cases, state="spam", person=home.person)
    undo(home, change)
    with pytest.raises(Conflict):
        undo(home, change)
    with pytest.raises(NotFound), home.store.writing() as unit:
        change_of(unit, change.id, home.other)


def test_nothing_picked_and_unknown_values_are_refused(home: TestHouse, cases: list[Picked]) -> None:
    with pytest.raises(WrongUse), home.store.writing() as unit:
        bulk.set_state(unit, home.house, [], state="done", person=home.person)
    with pytest.raises(WrongUse), home.store.writing() as unit:
        bulk.set_category(unit, home.house, cases, category="nonsense", person=home.person)
    assert facts(home, "category") == ["technical"] * 3


def test_a_sleeping_case_wakes_exactly_once(home: TestHouse, cases: list[Picked]) -> None:
    until = home.clock() + timedelta(hours=3)
    with home.store.writing() as unit:
        change = bulk.snooze(unit, home.house, cases[:2], until=until, person=home.person)
    assert change.detail["due"] == [cases[0].case_id, cases[1].case_id]  # the answer is due in two hours
    for _ in range(3):
        with home.store.writing() as unit:
            wake_due(unit, home.house)
    assert facts(home, "snoozed_until") == [until, until, None]
    home.clock.advance(hours=3)
    for _ in range(3):
        with home.store.writing() as unit:
            wake_due(unit, home.house)
    assert facts(home, "snoozed_until") == [None] * 3
    with home.store.reading() as session:
        assert session.scalars(select(AuditRow.action)).all().count("case.woken") == 2


def test_only_open_cases_sleep_and_only_ahead(home: TestHouse, cases: list[Picked]) -> None:
    with home.store.writing() as unit:
        done = bulk.set_state(unit, home.house, cases[:1], state="done", person=home.person)
    picked = [Picked(cases[0].case_id, done.cases[0]["version"]), cases[1]]
    with home.store.writing() as unit:
        until = home.clock() + timedelta(days=1)
        change = bulk.snooze(unit, home.house, picked, until=until, person=home.person)
    assert change.left_out == [{"id": cases[0].case_id, "reason": "not_open"}]
    with pytest.raises(WrongUse), home.store.writing() as unit:
        bulk.snooze(unit, home.house, cases, until=home.clock(), person=home.person)


def test_tags_have_one_spelling_and_leads_join_them(home: TestHouse, cases: list[Picked]) -> None:
    with home.store.writing() as unit:
        first = bulk.tag(unit, home.house, cases[:2], name="Release 4.2", person=home.person)
    with home.store.writing() as unit:
        picked = [Picked(one["id"], one["version"]) for one in first.cases]
        bulk.tag(unit, home.house, picked, name="release 4.2", person=home.person)
        bulk.tag(unit, home.house, cases[2:], name="New release", person=home.person)
    with home.store.reading() as session:
        one, two = session.scalars(select(TagRow).order_by(TagRow.id)).all()
    with pytest.raises(WrongUse), home.store.writing() as unit:
        change_tag(unit, home.house, tag_id=two.id, name="x", colour="ok", person=home.person)
    with home.store.writing() as unit:
        change_tag(unit, home.house, tag_id=two.id, name="Release 4.2", colour="ok", person=home.other)
    with home.store.reading() as session:
        assert session.scalars(select(TagRow.name)).all() == ["Release 4.2"]
        assert set(session.scalars(select(CaseTagRow.tag_id))) == {one.id}
        assert len(session.scalars(select(CaseTagRow)).all()) == 3


def test_an_undone_tag_is_off_again(home: TestHouse, cases: list[Picked]) -> None:
    with home.store.writing() as unit:
        change = bulk.tag(unit, home.house, cases, name="vip", person=home.person)
    undo(home, change)
    with home.store.reading() as session:
        assert not session.scalars(select(CaseTagRow)).all()
