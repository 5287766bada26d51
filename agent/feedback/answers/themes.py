"""What comments are about: the same themes in five languages, found by words (`data/themes.toml`), and new ones.

A theme is found by the words of the comment's own language; where that is not one of the five, of all. What no theme
fits is put together by meaning, so that people see what is coming up.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.errors import SettingError
from agent.feedback.answers.wordlist import pattern_of
from agent.feedback.notation import Table, only_keys, rule_file

MOST_THEMES = 4
"""Themes of one comment; the first named count."""

ALIKE = 0.43
"""How near two comments without a theme must be to be about the same: cosine of vectors free of their language.

Of 17 short comments in five languages about five subjects, 0.40 to 0.45 put all together rightly; half of the pairs about
the same are nearer than 0.54, one in a hundred about different subjects nearer than 0.37.
"""

LEAST_ALIKE = 3
"""Fewer comments about the same are chance."""

Vectors = NDArray[np.float32]
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme: its names and what it is found by, by language."""

    name: str
    names: Mapping[str, str]
    found_by: Mapping[str, re.Pattern[str]]


Themes = Mapping[str, Theme]


@dataclass(frozen=True, slots=True)
class NewTheme:
    """Comments about the same that no theme fits: their places in what was given, and their most telling words."""

    members: tuple[int, ...]
    words: tuple[str, ...]


def load_themes(changes: Table | None = None) -> Themes:
    """The shipped themes with a company's tables `feedback.themes`: words are added, names replace.

    Raises `SettingError` naming what cannot be meant.
    """
    shipped = rule_file("themes")
    own = changes or {}
    themes = {}
    for name in [*shipped, *(name for name in own if name not in shipped)]:
        base, more = shipped.get(name, {}), own.get(name, {})
        try:
            only_keys(more, {"name", "words"}, f"feedback.themes.{name}")
            names = {**base.get("name", {}), **more.get("name", {})}
            words: dict[str, list[str]] = {}
            for table in (base.get("words", {}), more.get("words", {})):
                for language, listed in table.items():
                    words.setdefault(language, []).extend(str(word) for word in listed)
        except (AttributeError, TypeError) as error:
            raise SettingError(
                f"feedback.themes.{name} is not valid: {error}.",
                remedy='Write name = { en = "…" } and words = { en = ["word*"] }.',
            ) from error
        if not words:
            raise SettingError(
                f"feedback.themes.{name} is found by nothing.",
                remedy='Write words = { en = ["word*"] }.',
            )
        themes[name] = Theme(
            name, names, {language: pattern_of(listed) for language, listed in words.items()}
        )
    return themes


def find_themes(text: str, language: str, themes: Themes) -> tuple[str, ...]:
    """The themes of a comment in the order in which they are named, at most `MOST_THEMES`."""
    found: list[tuple[int, str]] = []
    for theme in themes.values():
        patterns = [theme.found_by[language]] if language in theme.found_by else theme.found_by.values()
        starts = [match.start() for pattern in patterns if (match := pattern.search(text)) is not None]
        if starts:
            found.append((min(starts), theme.name))
    return tuple(name for _, name in sorted(found)[:MOST_THEMES])


def theme_name(name: str, language: str, themes: Themes) -> str:
    """What people call a theme; one that is gone by its bare name."""
    names = themes[name].names if name in themes else {}
    return names.get(language) or names.get("en") or name.replace("_", " ").capitalize()


def new_themes(
    vectors: Vectors, texts: Sequence[str], *, alike: float = ALIKE, least: int = LEAST_ALIKE
) -> tuple[NewTheme, ...]:
    """Groups of comments that are about the same, the largest first; `vectors` have a row of length 1 for each text.

    Greedy: the comment with the most neighbours gathers them, then the next of those that are left. The outcome does
    not depend on anything but what is given.
    """
    if len(texts) < least:
        return ()
    near = (vectors @ vectors.T) >= alike
    left = np.ones(len(texts), dtype=bool)
    groups: list[tuple[int, ...]] = []
    while left.any():
        counts = np.where(left, (near & left).sum(axis=1), 0)
        centre = int(counts.argmax())
        if counts[centre] < least:
            break
        members = np.flatnonzero(near[centre] & left)
        groups.append(tuple(int(one) for one in members))
        left[members] = False
    everywhere = Counter(word for text in texts for word in _words(text))
    return tuple(NewTheme(group, _telling((texts[one] for one in group), everywhere)) for group in groups)


def _telling(texts: Iterable[str], everywhere: Counter[str], most: int = 3) -> tuple[str, ...]:
    """The words that occur in more of these texts than elsewhere (their share of the word's texts, by their count)."""
    here = Counter(word for text in texts for word in _words(text))
    order = sorted(here, key=lambda word: (-here[word] * here[word] / everywhere[word], word))
    return tuple(order[:most])


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(re.sub(r"\[[A-Z_]+_\d+\]", " ", text))}
