"""What somebody typed and did not send is still there."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.desk.replies.unsent import bring_back_unsent, discard_unsent, forget_unsent, keep_unsent, unsent_of
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.tables import UnsentTextRow
from tests.house import TestHouse
from tests.unit.desk.conftest import newest, only_case


def keep(
    home: TestHouse, text: str, *, form: str = "edit", revision: int | None = None
) -> UnsentTextRow | None:
    with home.store.writing() as unit:
        return keep_unsent(
            unit, home.house, case_id=only_case(home).id, form=form, text=text, draft_id=newest(home).id,
            revision=revision, person=home.person,
        )  # fmt: skip


def kept(home: TestHouse, form: str = "edit") -> str | None:
    with home.store.reading() as session:
        row = unsent_of(session, only_case(home).id, home.person.id, form)
        return row.text if row else None


def test_words_are_kept_with_the_version_they_began_from(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    row = keep(home, "Dear Anne,\r\nhalf a")
    assert row is not None
    assert (row.text, row.draft_id, row.saved_at) == ("Dear Anne,\nhalf a", newest(home).id, home.clock())


def test_nothing_typed_keeps_nothing_and_emptying_the_form_forgets(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    assert keep(home, "  ") is None
    keep(home, "words")
    assert keep(home, "") is None
    assert kept(home) is None


def test_an_older_window_cannot_overwrite_newer_words(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    first = keep(home, "one", revision=0)
    assert first is not None
    keep(home, "two", revision=first.revision)
    with pytest.raises(Conflict, match="another window"):
        keep(home, "from the old window", revision=first.revision)
    assert kept(home) == "two"


def test_a_discard_can_be_undone(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    keep(home, "words")
    where: dict[str, Any] = {"case_id": only_case(home).id, "form": "edit", "person": home.person}
    with home.store.writing() as unit:
        discard_unsent(unit, home.house, **where)
    assert kept(home) is None
    with home.store.writing() as unit:
        bring_back_unsent(unit, home.house, **where)
    assert kept(home) == "words"


def test_discarding_nothing_says_so(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    with home.store.writing() as unit, pytest.raises(NotFound):
        discard_unsent(unit, home.house, case_id=only_case(home).id, form="note", person=home.person)


def test_sending_a_reply_ends_the_words_of_edit_and_write_and_leaves_a_note(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    keep(home, "reply", form="write")
    keep(home, "remark", form="note")
    with home.store.writing() as unit:
        forget_unsent(unit.session, only_case(home).id, home.person.id, "edit")
    assert (kept(home, "write"), kept(home, "note")) == (None, "remark")


def test_there_are_no_other_forms(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    with pytest.raises(WrongUse):
        keep(home, "words", form="approve")
