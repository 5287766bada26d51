"""A tone is chosen and reaches the writer as it was chosen; what is being written can be called off."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from agent.desk.replies.approval import ask_rewrite
from agent.desk.replies.stopping import have_written, stop_writing
from agent.drafting.tone_wish import ToneWish, tone_wish
from agent.errors import Conflict, WrongUse
from agent.store.tables import DraftRow, MessageRow, UnsentTextRow
from tests.house import TestHouse
from tests.unit.desk.conftest import newest, only_case

WARM = ToneWish(formality="formal", address="polite", length="short", expertise="expert", warmth="warm")


def ask(home: TestHouse, *, wish: str = "", tone: ToneWish | None = None) -> None:
    draft = newest(home)
    with home.store.writing() as unit:
        ask_rewrite(
            unit, home.house, case_id=draft.case_id, draft_id=draft.id, wish=wish, person=home.person,
            **({"tone": tone} if tone else {}),
        )  # fmt: skip


def test_a_tone_reaches_the_writer_and_stays_with_the_version(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    ask(home, tone=WARM)
    assert only_case(home).draft_state == "writing"
    home.work()
    request = home.understanding.requests[-1]
    assert request.tone == WARM
    assert str(request.previous) == newest(home).redacted_text
    draft = newest(home)
    assert (draft.version, draft.made, draft.tone) == (2, "toned", WARM.levels)
    with home.store.reading() as session:
        assert session.query(DraftRow).filter_by(version=1).one().state == "superseded"
        assert session.query(MessageRow).filter_by(direction="in").one().tone == {}


def test_the_desk_is_told_when_nothing_changed(home: TestHouse, receive: Callable[..., None]) -> None:
    """The scripted writer says the same whatever it is asked for."""
    receive()
    ask(home, tone=WARM)
    home.work()
    assert newest(home).warnings == [
        "Nothing changed: the writer found no other words for what was asked for."
    ]


def test_a_tone_that_does_not_exist_is_refused() -> None:
    for chosen in ({"warmth": "icy"}, {"volume": "loud"}):
        with pytest.raises(WrongUse, match="no such tone"):
            tone_wish(chosen)


def test_stopping_leaves_the_old_version_open_and_keeps_the_wish(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    ask(home, wish="Name the day.")
    with home.store.writing() as unit:
        stop_writing(unit, home.house, case_id=only_case(home).id, person=home.person)
    home.work()  # the ring is answered, and finds nothing to do
    assert only_case(home).draft_state == "ready"
    assert newest(home).version == 1
    with home.store.reading() as session:
        kept = session.query(UnsentTextRow).one()
        assert (kept.form, kept.text) == ("rewrite", "Name the day.")
    with pytest.raises(Conflict, match="Nothing is being written"), home.store.writing() as unit:
        stop_writing(unit, home.house, case_id=only_case(home).id, person=home.person)


def test_what_a_worker_brings_after_the_stop_is_not_taken(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    ask(home, wish="Shorter")
    write = home.understanding.write

    class SlowWriter:
        def write(self, request):  # the person stops while the writer is at it
            with home.store.writing() as unit:
                stop_writing(unit, home.house, case_id=only_case(home).id, person=home.person)
            return write(request)

    slow = SlowWriter()

    class Parts:
        writer = slow

        def __getattr__(self, name):
            return getattr(home.understanding, name)

    real, home.house = home.house, replace(home.house, understanding=Parts())
    home.work()
    home.house = real
    assert newest(home).version == 1
    assert only_case(home).draft_state == "ready"


def test_a_first_draft_that_was_stopped_can_be_had_after_all(home: TestHouse) -> None:
    from agent.desk.steps.intake import check_once
    from agent.desk.steps.pipeline import run_step
    from tests.unit.desk.conftest import letter

    home.inbox.deliver(letter())
    check_once(home.house, home.mailbox_id)
    while (message := _message(home)).step != "draft":
        home.doorbell.rung.clear()
        run_step(home.house, message.step, message.id)
    with home.store.writing() as unit:
        stop_writing(unit, home.house, case_id=message.case_id or 0, person=home.person)
    assert only_case(home).draft_state == "none"
    home.doorbell.rung.clear()
    with home.store.writing() as unit:
        have_written(unit, home.house, case_id=message.case_id or 0, person=home.person)
    home.work()
    assert newest(home).version == 1
    with pytest.raises(Conflict, match="a draft already"), home.store.writing() as unit:
        have_written(unit, home.house, case_id=message.case_id or 0, person=home.person)


def _message(home: TestHouse) -> MessageRow:
    with home.store.reading() as session:
        return session.query(MessageRow).filter_by(direction="in").one()
