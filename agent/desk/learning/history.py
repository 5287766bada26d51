"""Labelled history: mails that people have sorted before, taken in as corrections from which triage learns.

Personal data is hidden first. The same text twice teaches nothing and is left out; the same text with different
labels is a conflict, and none of its labels is taken.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.privacy.redaction import RedactedText
from agent.store.session import Unit
from agent.store.tables import CorrectionRow

FIELD = "category"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A redacted text and the category that people gave it. `place` is where it stands, for reports."""

    place: str
    text: RedactedText
    category: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """The same text under different labels: the places, and the labels in the order of the places."""

    places: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(slots=True)
class LearningReport:
    """What may be learnt, and what was left out and why (places)."""

    usable: list[Labelled] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    unknown_categories: list[Labelled] = field(default_factory=list)
    known_already: list[str] = field(default_factory=list)


def review(
    examples: Iterable[Labelled], categories: Collection[str], known: Collection[str] = ()
) -> LearningReport:
    """Sort examples into usable ones and the rest. `known` holds the fingerprints that were learnt before."""
    report = LearningReport()
    same: defaultdict[str, list[Labelled]] = defaultdict(list)
    for example in examples:
        if example.category in categories:
            same[fingerprint(example.text.shareable())].append(example)
        else:
            report.unknown_categories.append(example)
    for print_, group in same.items():
        if len({example.category for example in group}) > 1:
            places, labels = zip(*((example.place, example.category) for example in group), strict=True)
            report.conflicts.append(Conflict(places, labels))
        elif print_ in known:
            report.known_already += [example.place for example in group]
        else:
            report.usable.append(group[0])
            report.duplicates += [example.place for example in group[1:]]
    return report


def fingerprint(text: str) -> str:
    """The same for texts that differ only in spaces and capitals."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode("utf-8", "replace")).hexdigest()


def learnt_before(session: Session) -> frozenset[str]:
    """The fingerprints of history that was imported before."""
    wanted = select(CorrectionRow.redacted_text).where(
        CorrectionRow.case_id.is_(None), CorrectionRow.field == FIELD, CorrectionRow.undone_at.is_(None)
    )
    return frozenset(fingerprint(text) for text in session.scalars(wanted))


def learn(unit: Unit, examples: Sequence[Labelled], now: datetime) -> None:
    """Store examples as corrections without a case; the next message is judged by them."""
    unit.session.add_all(
        CorrectionRow(
            field=FIELD,
            before="",
            after=example.category,
            redacted_text=example.text.shareable(),
            created_at=now,
        )
        for example in examples
    )
