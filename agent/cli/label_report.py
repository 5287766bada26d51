"""What an import of labelled history found, in words and as a CSV to put right."""

import csv
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.cli.terminal import read_text, table, whisper
from agent.errors import WrongUse

if TYPE_CHECKING:
    from agent.desk.learning.importing_history import Plan
    from agent.quality.label_mapping import Suggestion

COLUMNS = ("place", "label", "category", "suggested", "reason", "strength", "text")
_SHOWN = 20
"""Doubtful labels shown on the screen; the review file holds all of them."""

_REASONS = {
    "near_duplicate": "nearly the same text bears the other label",
    "neighbours": "the most similar mails bear the other label",
    "prediction": "what was learnt from all others says so",
    "conflict": "the same text bears several labels",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def tell(made: "Plan", suggestions: Sequence["Suggestion"], labels: Mapping[str, str]) -> None:
    """Labels first, then what was left out and why, then what is in doubt."""
    for one in suggestions:
        whisper(_about_label(one, labels.get(one.label)))
    for place in made.report.duplicates:
        whisper(f"{place}: The same text stands further up. It was left out.")
    for place, earlier in made.nearly:
        whisper(f"{place}: It is nearly the same as {earlier}. It was left out.")
    for conflict in made.report.conflicts:
        different = " and ".join(sorted(set(conflict.categories)))
        whisper(f"{', '.join(conflict.places)}: The same text is labelled {different}. Two people decide.")
    if made.report.known_already:
        whisper(f"{len(made.report.known_already)} texts were learnt before and left out.")
    rows = [
        (one.place, category, doubt.suggested, f"{doubt.strength:.0%}", _REASONS[doubt.reason])
        for doubt in made.doubts[:_SHOWN]
        for one, category in [made.taken[doubt.index]]
    ]
    if rows:
        whisper(f"In doubt, and put to two people ({len(made.doubts)}):")
        table(("Place", "Label", "Rather", "Strength", "Why"), rows, empty="")
    if len(made.doubts) > _SHOWN:
        whisper(f"and {len(made.doubts) - _SHOWN} more: write all of them with --review FILE.csv.")


def _about_label(one: "Suggestion", category: str | None) -> str:
    if category is not None:
        return f"{one.label!r} ({one.count} mails) is {category}."
    hint = f"--map {one.label + '=' + (one.category or 'CATEGORY')!r}"
    guess = (
        f"It may be {one.category} (classifier {one.by_votes:.0%}, name {one.by_name:.0%})."
        if one.category
        else ""
    )
    told = f"{one.label!r} ({one.count} mails) is no category. {guess}".rstrip()
    return f"{told} They were left out; say what it is with {hint}."


def in_numbers(made: "Plan", *, bad: int, unread: int) -> str:
    """The whole in one line."""
    parts = {
        "learnt": len(made.taken),
        "in doubt among them": len(made.doubts),
        "duplicates": len(made.report.duplicates) + len(made.nearly),
        "in conflict": sum(len(one.places) for one in made.report.conflicts),
        "learnt before": len(made.report.known_already),
        "under labels without a category": sum(made.unmapped.values()),
        "left out as wished": made.unwanted,
        "unusable": bad + unread,
    }
    return ", ".join(f"{count} {what}" for what, count in parts.items() if count or what == "learnt") + "."


def write_review(file: Path, made: "Plan") -> None:
    """Every label in doubt or in conflict as a CSV. `category` is to be put right, and read again with --fixes."""
    with file.open(
        "w", encoding="utf-8-sig", newline=""
    ) as opened:  # the mark lets spreadsheets read it as UTF-8
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        for conflict in made.report.conflicts:
            texts = {one.place: one.text.shareable() for one, _ in made.disputed}
            text = texts[conflict.places[0]]
            for place, category in zip(conflict.places, conflict.categories, strict=True):
                others = " or ".join(sorted({*conflict.categories} - {category}))
                writer.writerow((place, "", category, others, _REASONS["conflict"], "", _harmless(text)))
        for doubt in made.doubts:
            one, category = made.taken[doubt.index]
            writer.writerow(
                (
                    one.place,
                    _harmless(one.label),
                    category,
                    doubt.suggested,
                    _REASONS[doubt.reason],
                    f"{doubt.strength:.2f}",
                    _harmless(one.text.shareable()),
                )
            )
    whisper(f"{file}: Put `category` right and import again with --fixes {file}.")


def read_fixes(file: Path, categories: Collection[str]) -> dict[str, str]:
    """Category by place, `-` to leave a mail out. Raises `WrongUse` for another file or an unknown category."""
    from agent.quality.label_mapping import LEAVE_OUT

    text = read_text(file)
    first = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(keepends=True), delimiter=max(",;\t", key=first.count))
    if rows.fieldnames is None or not {"place", "category"} <= set(rows.fieldnames):
        raise WrongUse(f"{file} is no review file.", remedy="Write one with --review FILE.csv.")
    fixes = {}
    for row in rows:
        category = (row["category"] or "").strip()
        if category and category != LEAVE_OUT and category not in categories:
            raise WrongUse(
                f"{file}:{rows.line_num}: {category!r} is not a category.",
                remedy=f"Use one of {', '.join(categories)}, or {LEAVE_OUT} to leave the mail out.",
            )
        fixes[row["place"]] = category
    return fixes


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
