"""Those who asked for a change hear of it, once each; nobody else does, and nobody who said no."""

import pytest
from sqlalchemy.orm import undefer

from agent.desk.customers.rights import erase_customer, object_to
from agent.desk.feedback.loop import improvements
from agent.desk.feedback.loop.improvements import LeftOut
from agent.errors import Conflict, NotAllowed, WrongUse
from agent.store.tables import (
    CustomerRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    ImprovementRow,
    OutboxRow,
)
from tests.house import TestHouse
from tests.unit.desk.feedback.given_answers import answer, customer


def _said(home: TestHouse, name: str = "Anne Berg", **values: object) -> CustomerRow:
    """Somebody answered a request of ours and waited too long."""
    told = {"themes": ["waiting"], "language": "da"} | values
    with home.store.writing() as unit:
        anne = customer(unit.session, home, name)
        request = FeedbackRequestRow(
            customer_id=anne.id, name="support_standard", cause={}, survey="csat", window="prompt", importance=1,
            wanted_from=home.clock(), wanted_until=home.clock(), created_at=home.clock(),
        )  # fmt: skip
        unit.session.add(request)
        unit.session.flush()
        answer(unit.session, home, anne, 2, request_id=request.id, comment="Ventetid", **told)
        return anne


def _draft(home: TestHouse, texts: dict[str, str] | None = None) -> ImprovementRow:
    with home.store.writing() as unit:
        row = improvements.begin(
            unit, home.house, theme="waiting", title="Vi svarer hurtigere", person=home.person
        )
        return improvements.write(
            unit, home.house, improvement_id=row.id, texts=texts or {"da": "Vi er nu flere."}, person=home.person
        )  # fmt: skip


def _approve(home: TestHouse, row: ImprovementRow) -> int:
    with home.store.writing() as unit:
        return improvements.approve(unit, home.house, improvement_id=row.id, person=home.other)


def _letters(home: TestHouse) -> list[OutboxRow]:
    with home.store.reading() as session:
        return (
            session.query(OutboxRow)
            .options(undefer(OutboxRow.content))
            .filter_by(kind="improvement")
            .order_by(OutboxRow.id)
            .all()
        )


def _left_out(home: TestHouse, row: ImprovementRow) -> list[str]:
    with home.store.reading() as session:
        current = session.get_one(ImprovementRow, row.id)
        return [one.left_out for one in improvements.recipients(session, home.house, current)]


def test_who_asked_hears_of_it_once_in_their_language(home: TestHouse):
    anne = _said(home)
    _said(home, themes=["price"])
    row = _draft(home)
    assert _approve(home, row) == 1
    (letter,) = _letters(home)
    assert letter.recipients == [anne.email]
    assert letter.text.startswith("Hej Anne")
    assert "Ventetid" in letter.text
    assert "Vi er nu flere." in letter.text
    assert "/o/" in letter.text
    assert b"List-Unsubscribe-Post" in letter.content
    with pytest.raises(Conflict):
        _approve(home, row)


def test_only_a_lead_lets_it_go(home: TestHouse):
    _said(home)
    row = _draft(home)
    with pytest.raises(NotAllowed), home.store.writing() as unit:
        improvements.approve(unit, home.house, improvement_id=row.id, person=home.person)
    assert _letters(home) == []


def test_who_said_no_and_who_reads_another_language_is_left_out(home: TestHouse):
    no = _said(home)
    _said(home, language="de")
    with home.store.writing() as unit:
        unit.session.add(
            FeedbackOptOutRow(customer_id=no.id, what="all", origin="link", created_at=home.clock())
        )
    row = _draft(home)
    assert _left_out(home, row) == [LeftOut.OPTED_OUT, LeftOut.NO_TEXT]
    with pytest.raises(WrongUse):
        _approve(home, row)


def test_nobody_hears_of_two_changes_within_the_cap(home: TestHouse):
    _said(home)
    _approve(home, _draft(home))
    home.clock.advance(days=13)
    second = _draft(home)
    assert _left_out(home, second) == [LeftOut.TOLD_LATELY]
    home.clock.advance(days=2)
    assert _left_out(home, second) == [""]


def test_it_is_taken_back_while_it_waits_and_can_go_again(home: TestHouse):
    _said(home)
    row = _draft(home)
    _approve(home, row)
    with home.store.writing() as unit:
        assert improvements.take_back(unit, home.house, improvement_id=row.id, person=home.other) == 1
    assert _letters(home) == []
    assert _approve(home, row) == 1
    assert [letter.state for letter in _letters(home)] == ["waiting"]


def test_a_theme_that_does_not_exist_begins_nothing(home: TestHouse):
    with pytest.raises(WrongUse), home.store.writing() as unit:
        improvements.begin(unit, home.house, theme="nonsense", title="x", person=home.person)


def test_erasing_a_customer_takes_the_letter_with_them(home: TestHouse):
    anne = _said(home)
    _approve(home, _draft(home))
    with home.store.writing() as unit:
        erase_customer(unit, home.house, anne.email, actor="person:1")
    assert _letters(home) == []


def _objects(home: TestHouse, anne: CustomerRow) -> None:
    with home.store.writing() as unit:
        object_to(unit, home.house, anne.email, ["feedback"], actor="person:1")


def _leave(home: TestHouse) -> None:
    home.clock.advance(minutes=2)
    for one in _letters(home):
        home.doorbell.ring("deliver", one.id)
    home.work()


def test_who_objected_to_being_asked_is_left_out(home: TestHouse):
    _objects(home, _said(home))
    assert _left_out(home, _draft(home)) == [LeftOut.OPTED_OUT]


def test_it_leaves_after_the_time_to_take_it_back(home: TestHouse):
    _said(home)
    _approve(home, _draft(home))
    _leave(home)
    assert [letter.state for letter in _letters(home)] == ["sent"]


@pytest.mark.parametrize("how", ["link", "objection"])
def test_who_says_no_after_the_approval_gets_nothing(home: TestHouse, how: str):
    anne = _said(home)
    _approve(home, _draft(home))
    if how == "objection":
        _objects(home, anne)
    else:
        with home.store.writing() as unit:
            unit.session.add(
                FeedbackOptOutRow(customer_id=anne.id, what="all", origin="link", created_at=home.clock())
            )
    _leave(home)
    assert [letter.state for letter in _letters(home)] == ["cancelled"]
    assert home.outgoing.sent == []
