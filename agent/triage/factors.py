"""What makes a message urgent, found in the sender's own words by patterns of their language (`data/factors`).

Phrases that take a factor back ("no hurry", "ikke noget der haster") are blanked out before the patterns look;
where a factor can be denied ("no data was lost"), a negator just before the phrase denies it. An indirect deadline
is a near time and a word of need in one sentence ("before payroll on Friday").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from agent.triage.patterns import NEVER, compile_all, language_or_english, load_table, word_table
from agent.triage.reading import LANGUAGES, FactorName, Signal
from agent.triage.sentences import MAX_CHARACTERS, split

DENIABLE = frozenset({FactorName.BUSINESS_IMPACT})
"""Factors that a negator just before takes back. A deadline after one stands ("if it is not fixed by noon")."""

GRADES = {
    FactorName.BUSINESS_IMPACT: ("data_loss", "security", "stopped", "degraded"),
    FactorName.TIME_CRITICALITY: ("now", "deadline"),
    FactorName.ESCALATION_RISK: ("legal", "authority", "public", "leave"),
    FactorName.COMPLEXITY: ("several",),
}
"""Grades of each factor, the gravest first: one signal a factor carries the gravest grade found."""

EVIDENCE_LENGTH = 100

_CLAUSE_END = re.compile(r"[,;:.!?\n–—]")


@dataclass(frozen=True, slots=True)
class Lists:
    """One language's compiled lists."""

    patterns: dict[tuple[FactorName, str], re.Pattern[str]]
    excepted: dict[FactorName, re.Pattern[str]]
    near: re.Pattern[str]
    need: re.Pattern[str]
    negated: re.Pattern[str]


@lru_cache(maxsize=len(LANGUAGES))
def lists(language: str) -> Lists:
    """The lists of `language`, compiled once."""
    table = load_table("factors", language)
    words = word_table(table)

    def part(name: FactorName, grade: str) -> re.Pattern[str]:
        section: dict[str, Any] = table.get(name, {}).get(grade, {})
        return compile_all(section.get("patterns", ()), words)

    negators = compile_all(table["negators"]).pattern
    return Lists(
        patterns={(name, grade): part(name, grade) for name, grades in GRADES.items() for grade in grades},
        excepted={name: compile_all(table.get(name, {}).get("except", ()), words) for name in GRADES},
        near=part(FactorName.TIME_CRITICALITY, "near"),
        need=part(FactorName.TIME_CRITICALITY, "need"),
        negated=re.compile(rf"{negators}(?:\s+\w+){{0,2}}\s*$", re.IGNORECASE),
    )


def find(text: str, language: str) -> tuple[Signal, ...]:
    """The factors in the newly written `text`, at most one signal each, with the words that show it."""
    text = text[:MAX_CHARACTERS]
    known = lists(language_or_english(language, LANGUAGES))
    found: list[Signal] = []
    for name, grades in GRADES.items():
        # Blanked out with full stops: same length, so that the evidence can be quoted from the text itself.
        readable = known.excepted[name].sub(lambda match: "." * len(match[0]), text)
        signal = next(
            (
                Signal(name, evidence, grade)
                for grade in grades
                for evidence in matches(readable, text, known.patterns[name, grade], known, name)
            ),
            None,
        )
        if signal is None and name is FactorName.TIME_CRITICALITY:
            signal = indirect_deadline(readable, known)
        if signal is not None:
            found.append(signal)
    return tuple(found)


def matches(
    readable: str, text: str, pattern: re.Pattern[str], known: Lists, name: FactorName
) -> Iterator[str]:
    """The quoted evidence of each match of `pattern` that is not denied."""
    if pattern is NEVER:
        return
    for match in pattern.finditer(readable):
        if name in DENIABLE and known.negated.search(readable[max(0, match.start() - 40) : match.start()]):
            continue
        yield quote(text, match.start(), match.end())


def indirect_deadline(readable: str, known: Lists) -> Signal | None:
    """A near time and a need in one sentence, in either order."""
    for sentence in split(readable):
        near = known.near.search(sentence)
        if near and known.need.search(sentence):
            return Signal(
                FactorName.TIME_CRITICALITY, quote(sentence, near.start(), near.end()), "indirect"
            )
    return None


def quote(text: str, start: int, end: int) -> str:
    """The clause around `text[start:end]`, at most `EVIDENCE_LENGTH` characters, never cut inside the match."""
    before = [mark.end() for mark in _CLAUSE_END.finditer(text, max(0, start - EVIDENCE_LENGTH), start)]
    after = _CLAUSE_END.search(text, end, end + EVIDENCE_LENGTH)
    first = before[-1] if before else max(0, start - EVIDENCE_LENGTH)
    last = after.start() if after else min(len(text), end + EVIDENCE_LENGTH)
    clause = text[first:last]
    if len(clause) > EVIDENCE_LENGTH:
        clause = text[start:end]
    return " ".join(clause.split())
