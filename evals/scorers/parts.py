"""The same figure for all items and for each language."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from agent.triage.reading import LANGUAGES
from evals.outcome import Figure

Item = TypeVar("Item")


def by_language(
    items: Sequence[Item],
    language_of: Callable[[Item], str],
    measure: Callable[[Sequence[Item], str], Figure],
) -> list[Figure]:
    """`measure` (of items, named by a part) for all, and then for each of our languages that occurs."""
    found = [measure(items, "")]
    for language in LANGUAGES:
        own = [item for item in items if language_of(item) == language]
        if own and len(own) < len(items):
            found.append(measure(own, language))
    return found


def flat(groups: Iterable[Iterable[Figure]]) -> tuple[Figure, ...]:
    """The figures of all groups in their order."""
    return tuple(figure for group in groups for figure in group)
