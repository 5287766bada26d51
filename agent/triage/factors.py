"""What makes a message urgent, found in the sender's own words by patterns of their language (`data/factors`).

Phrases that take a factor back ("no hurry", "ikke noget der haster") are blanked out before the patterns look;
where a factor can be denied ("no data was lost"), a negator just before the phrase denies it. An indirect deadline
is a near time and a word of need `together` in one sentence ("payroll has to run on Friday").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from agent.triage.patterns import compile_all, language_or_english, load_table, word_table
from agent.triage.reading import LANGUAGES, FactorName, Signal
from agent.triage.sentences import MAX_CHARACTERS, split

DENIABLE = frozenset({FactorName.BUSINESS_IMPACT})
"""Factors that a negator just before takes back. A deadline after one stands ("if it is not fixed by noon")."""

GRADES = {
    FactorName.BUSINESS_IMPACT: ("data_loss", "security", "stopped", "degraded"),
    FactorName.TIME_CRITICALITY: ("now", "deadline", "indirect"),
    FactorName.ESCALATION_RISK: ("legal", "authority", "public", "leave"),
    FactorName.COMPLEXITY: ("several",),
}
"""Grades of each factor, the gravest first: one signal a factor carries the gravest grade found."""

EVIDENCE_LENGTH = 100

_CLAUSE_END = re.compile(r"[,;!?\n–—]|:(?!\d)|(?<!\d)(?<!\bkl)\.(?!\d)")
"""Where quoted evidence may end: "den 6. februar kl. 8.30" stays whole."""


@dataclass(frozen=True, slots=True)
class Lists:
    """One language's compiled lists."""

    patterns: dict[tuple[FactorName, str], re.Pattern[str]]
    together: dict[tuple[FactorName, str], tuple[re.Pattern[str], ...]]
    excepted: dict[FactorName, re.Pattern[str]]
    negated: re.Pattern[str]


@lru_cache(maxsize=len(LANGUAGES))
def lists(language: str) -> Lists:
    """The lists of `language`, compiled once."""
    table = load_table("factors", language)
    words = word_table(table)

    sections: dict[tuple[FactorName, str], dict[str, Any]] = {
        (name, grade): table.get(name, {}).get(grade, {})
        for name, grades in GRADES.items()
        for grade in grades
    }
    negators = compile_all(table["negators"]).pattern
    return Lists(
        patterns={key: compile_all(section.get("patterns", ()), words) for key, section in sections.items()},
        together={
            key: tuple(compile_all(part, words) for part in section["together"])
            for key, section in sections.items()
            if "together" in section
        },
        excepted={name: compile_all(table.get(name, {}).get("except", ()), words) for name in GRADES},
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
        for grade in grades:
            evidence = next(matches(readable, text, known, name, grade), None)
            if evidence is not None:
                found.append(Signal(name, evidence, grade))
                break
    return tuple(found)


def matches(readable: str, text: str, known: Lists, name: FactorName, grade: str) -> Iterator[str]:
    """The quoted evidence of each place in `readable` that shows the grade and is not denied."""
    for match in known.patterns[name, grade].finditer(readable):
        if not denied(readable, match.start(), known, name):
            yield quote(text, match.start(), match.end())
    parts = known.together.get((name, grade), ())
    for sentence in split(readable) if parts else ():
        places = [part.search(sentence) for part in parts]
        last = places[-1]
        if last is not None and all(places) and not denied(sentence, last.start(), known, name):
            first = places[0] or last
            yield quote(sentence, first.start(), first.end())


def denied(text: str, start: int, known: Lists, name: FactorName) -> bool:
    """Whether a negator just before `start` takes the factor back."""
    return name in DENIABLE and known.negated.search(text[max(0, start - 40) : start]) is not None


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
