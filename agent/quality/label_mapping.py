"""The company's own labels, and the category that each stands for.

A label that is called like a category stands for it. For others two witnesses make a suggestion: how alike the names
are, and what the classifier takes the mails under that label for. A person confirms it.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from statistics import fmean

from agent.errors import WrongUse
from agent.triage.taxonomy import Taxonomy

LEAVE_OUT = "-"
"""In place of a category: mails under this label teach nothing."""

ALIKE = 0.8
"""Likeness of two names, 0..1, from which on they may mean the same."""

CLEAR = 0.5
"""Share of the classifier's votes from which on a suggestion is made by them alone."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a label of `count` mails may stand for; `category` is empty where nothing is likely.

    `by_name` and `by_votes` (0..1) are the two witnesses. `sure` when both say the same, or the names are equal.
    """

    label: str
    count: int
    category: str
    by_name: float
    by_votes: float
    sure: bool


def suggest(label: str, votes: Sequence[Mapping[str, float]], taxonomy: Taxonomy) -> Suggestion:
    """`votes` are the shares by category of some of the mails under this label."""
    if (same := named(label, taxonomy)) is not None:
        return Suggestion(label, len(votes), same, 1.0, _share(votes, same), True)
    likeness = {slug: _likeness(label, _names(taxonomy, slug)) for slug in taxonomy.slugs}
    shares = {slug: _share(votes, slug) for slug in taxonomy.slugs}
    by_name = max(likeness, key=lambda slug: likeness[slug])
    by_votes = max(shares, key=lambda slug: shares[slug])
    if likeness[by_name] >= ALIKE:
        return Suggestion(label, len(votes), by_name, likeness[by_name], shares[by_name], by_name == by_votes)
    chosen = by_votes if shares[by_votes] >= CLEAR else ""
    return Suggestion(label, len(votes), chosen, likeness[by_votes], shares[by_votes], False)


def named(label: str, taxonomy: Taxonomy) -> str | None:
    """The category that is called exactly so, in any language; a subcategory's name stands for its category."""
    wanted = _plain(label)
    hits = {slug for slug in taxonomy.slugs if wanted in map(_plain, (slug, *taxonomy[slug].names.values()))}
    hits = hits or {slug for slug in taxonomy.slugs if wanted in map(_plain, _names(taxonomy, slug))}
    return hits.pop() if len(hits) == 1 else None


def parse_pair(pair: str, taxonomy: Taxonomy) -> tuple[str, str]:
    """`old=new` as typed. Raises `WrongUse`."""
    label, equals, category = (part.strip() for part in pair.rpartition("="))
    if not equals or not label:
        raise WrongUse(
            f"{pair!r} maps nothing.", code="mapping.form", remedy="Write --map 'old label=category'."
        )
    return label, _known(label, category, taxonomy)


def parse_mapping(text: str, taxonomy: Taxonomy) -> dict[str, str]:
    """A mapping file; labels with an empty category are not decided yet. Raises `WrongUse` that names the label."""
    try:
        table = tomllib.loads(text).get("labels", {})
    except tomllib.TOMLDecodeError as error:
        raise WrongUse(
            f"The mapping file is not valid TOML: {error}.", remedy="Correct the line it names."
        ) from error
    return {
        str(label): _known(str(label), str(category), taxonomy)
        for label, category in table.items()
        if category
    }


def mapping_file(suggestions: Iterable[Suggestion], taxonomy: Taxonomy) -> str:
    """A mapping file to be edited: sure suggestions filled in, the others beside an empty place."""
    lines = [
        "# The company's label = the category it stands for. An empty one is not decided; - leaves its mails out.",
        f"# Categories: {', '.join(taxonomy.slugs)}",
        "[labels]",
    ]
    for one in suggestions:
        value = one.category if one.sure else ""
        hint = f"{one.count} mails"
        if one.category and not one.sure:
            hint += f'; perhaps "{one.category}" (name {one.by_name:.0%}, classifier {one.by_votes:.0%})'
        lines.append(f"{_quoted(one.label)} = {_quoted(value)}  # {hint}")
    return "\n".join(lines) + "\n"


def _known(label: str, category: str, taxonomy: Taxonomy) -> str:
    if category != LEAVE_OUT and category not in taxonomy:
        raise WrongUse(
            f"{category!r} for {label!r} is not a category.",
            code="mapping.category",
            remedy=f"Use one of {', '.join(taxonomy.slugs)}, or {LEAVE_OUT} to leave its mails out.",
        )
    return category


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _share(votes: Sequence[Mapping[str, float]], slug: str) -> float:
    return fmean(vote.get(slug, 0.0) for vote in votes) if votes else 0.0


def _names(taxonomy: Taxonomy, slug: str) -> list[str]:
    category = taxonomy[slug]
    names = [slug, *category.names.values()]
    for sub in category.subcategories.values():
        names += [sub.slug, f"{slug}.{sub.slug}", f"{slug}/{sub.slug}", *sub.names.values()]
    return names


def _likeness(label: str, names: Iterable[str]) -> float:
    """The likeness to the nearest name, or of the whole to a label of several words ("Rechnung / Zahlung")."""
    wanted = _plain(label)
    pieces = {wanted, *(piece for piece in wanted.split() if len(piece) > 4)}
    return max(
        SequenceMatcher(None, piece, _plain(name)).ratio() * (1.0 if piece == wanted else 0.95)
        for name in names
        for piece in pieces
    )


def _plain(name: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())
