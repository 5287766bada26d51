"""The trail shows who did what, and shows when it was changed."""

from collections.abc import Callable

from agent.desk.audit import first_break, record, timeline
from agent.store.tables import AuditRow
from tests.house import TestHouse
from tests.unit.desk.conftest import approve_newest, only_case


def test_a_case_tells_what_happened_to_it(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    approve_newest(home)
    with home.store.reading() as session:
        actions = [row.action for row in timeline(session, only_case(home).id)]
    assert actions[0] == "case.opened"
    assert actions[-1] == "draft.approved"


def test_a_changed_event_breaks_the_chain(home: TestHouse) -> None:
    with home.store.writing() as unit:
        for number in range(3):
            record(unit, "note.added", actor="person:1", now=home.clock(), case_id=number)
    with home.store.reading() as session:
        assert first_break(session) is None
    with home.store.writing() as unit:
        second = unit.session.query(AuditRow).order_by(AuditRow.id).offset(1).first()
        assert second is not None
        second.actor = "person:2"
        changed = second.id
    with home.store.reading() as session:
        assert first_break(session) == changed


def test_a_removed_event_breaks_the_chain(home: TestHouse) -> None:
    with home.store.writing() as unit:
        rows = [record(unit, "note.added", actor="person:1", now=home.clock()) for _ in range(3)]
        last = rows[2].id
        unit.session.delete(rows[1])
    with home.store.reading() as session:
        assert first_break(session) == last
