"""Checklists: what is to be done in a case of a category. Shipped as data; a company's list replaces a whole one."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from agent.errors import WrongUse

MOST_ITEMS: Final = 20
MAX_WORDS: Final = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. `id` stays the same when its words change; `texts` holds language → words."""

    id: str
    texts: Mapping[str, str]
    required: bool = False

    def words(self, language: str) -> str:
        """In this language, else in English, else as the company wrote it in whatever language."""
        return self.texts.get(language) or self.texts.get("en") or next(iter(self.texts.values()), "")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a case is: »2 of 5«, and what still has to be done before it may be closed without a warning."""

    done: int
    total: int
    missing: tuple[Item, ...]


def progress(items: Sequence[Item], done: Collection[str]) -> Progress:
    """Ticks of items that are no longer on the list do not count."""
    return Progress(
        done=sum(item.id in done for item in items),
        total=len(items),
        missing=tuple(item for item in items if item.required and item.id not in done),
    )


def checked(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items as they are kept, those without words left out. Raises `WrongUse` for too many or too long ones."""
    kept = tuple(item for item in items if any(words.strip() for words in item.texts.values()))
    if len(kept) > MOST_ITEMS:
        raise WrongUse(
            f"A checklist has at most {MOST_ITEMS} items.",
            code="checklist.length",
            remedy="Leave out what nobody would miss.",
        )
    if any(len(words) > MAX_WORDS for item in kept for words in item.texts.values()):
        raise WrongUse(
            f"An item has at most {MAX_WORDS} characters.", code="checklist.words", remedy="Shorten it."
        )
    if len({item.id for item in kept}) < len(kept):
        raise WrongUse("Two items have the same name.", code="checklist.twice", remedy="Load the page again.")
    return kept


def item_of(data: Mapping[str, Any]) -> Item:
    """From plain data as the database holds it."""
    return Item(str(data["id"]), dict(data["texts"]), bool(data.get("required")))


@cache
def shipped() -> Mapping[str, tuple[Item, ...]]:
    """The checklists that come with the product, by category."""
    raw = tomllib.loads((files(__package__) / "checklists.toml").read_text("utf-8"))
    return {
        category: tuple(
            Item(one["id"], {k: v for k, v in one.items() if k not in {"id", "required"}}, one["required"])
            for one in items
        )
        for category, items in raw.items()
    }
