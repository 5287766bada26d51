"""Checklists: how far a case is, and what a list may hold."""

import pytest

from agent.cases.checklist import MOST_ITEMS, Item, checked, progress, shipped
from agent.errors import WrongUse
from agent.triage.reading import LANGUAGES

ITEMS = (
    Item("a", {"en": "First"}, required=True),
    Item("b", {"en": "Second"}),
    Item("c", {"da": "Tredje"}, True),
)


def test_progress_counts_what_is_on_the_list_and_names_what_is_required() -> None:
    told = progress(ITEMS, {"a", "gone"})
    assert (told.done, told.total, [item.id for item in told.missing]) == (1, 3, ["c"])


def test_words_fall_back_to_english_and_then_to_what_there_is() -> None:
    assert [item.words("sv") for item in ITEMS] == ["First", "Second", "Tredje"]


def test_items_without_words_are_left_out() -> None:
    assert checked((*ITEMS, Item("d", {"en": " "}))) == ITEMS


def test_too_many_too_long_and_doubled_items_are_refused() -> None:
    for items in (
        [Item(str(n), {"en": "x"}) for n in range(MOST_ITEMS + 1)],
        [Item("a", {"en": "x" * 201})],
        [ITEMS[0], ITEMS[0]],
    ):
        with pytest.raises(WrongUse):
            checked(items)


@pytest.mark.parametrize("category", sorted(shipped()))
def test_the_shipped_lists_speak_five_languages_and_require_something(category: str) -> None:
    items = shipped()[category]
    assert all(set(item.texts) == set(LANGUAGES) for item in items)
    assert any(item.required for item in items)
    assert checked(items) == items
