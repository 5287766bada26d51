"""What facts a draft states: numbers, amounts, dates, codes, promises, statements from sources, and the sources.

Two drafts with the same facts may sound as different as they like. A fact has one value whatever the language and
spelling: `1.250,00 kr` and `1,250.00 kr.` are one amount, `fredag` and `Friday` one day. Pure functions, used by the
checks before sending, by the tests that hold the tones against each other, and by the evaluation.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from agent.drafting.draft import Draft, DraftSentence
from agent.drafting.phrases import load_rules
from agent.privacy.placeholders import PLACEHOLDER
from knowledge.features import codes

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,   ]\d{3})+(?:[.,]\d{1,2})?(?!\d)")
_CLOCK = re.compile(
    r"(?:\bkl\.?|\bklokken|\bklockan|\bat|\bum) (\d{1,2})[.:](\d{2})\b|\b(\d{1,2}):(\d{2})\b|\b(\d{1,2})\.(\d{2}) Uhr"
)
_ISO_DATE = re.compile(r"\b\d{4}-(\d{2})-(\d{2})\b")
_NUMERIC_DATE = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})(?:[./](?:\d{4}|\d{2})\b|\.(?=\s|$))")
_MENU_PATH = re.compile(r"[^\s>]+(?: [^\s>]+)? > [^\s>]+")
_QUOTED = re.compile(r"[»„“”«\"][^»„“”«\"\n]*[»„“”«\"]")
_ADDRESS = re.compile(
    r"\b(?:du|dig|deg|din|ditt?|dine|dina|de|dem|deres|ni|er|ert|era|sie|ihnen|ihre?[nmrs]?|dich|dir|deine?[nmrs]?)\b"
)


class FactKind(StrEnum):
    NUMBER = "number"
    AMOUNT = "amount"
    DATE = "date"
    CODE = "code"
    PROMISE = "promise"
    STATEMENT = "statement"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """One fact in its normal form: `amount 250 DKK`, `date 03-12`, `date weekday 5`, `date 14:30`."""

    kind: FactKind
    value: str

    def __str__(self) -> str:
        return self.value


def facts_of(draft: Draft) -> frozenset[Fact]:
    """Every fact of a draft, its sourced statements and their sources included.

    The words of a statement count without pronouns of address, since du and De are tone and no fact.
    """
    return frozenset(
        fact for sentence in draft.sentences for fact in facts_of_sentence(sentence, draft.language)
    )


def facts_of_sentence(sentence: DraftSentence, language: str) -> Iterator[Fact]:
    yield from facts_in(sentence.text, language)
    yield from (Fact(FactKind.SOURCE, source) for source in sentence.sources)
    if sentence.sources or _MENU_PATH.search(sentence.text):
        yield Fact(FactKind.STATEMENT, " ".join(_ADDRESS.sub("you", sentence.text.casefold()).split()))


@lru_cache(maxsize=2_000)  # the same articles are sources again and again
def facts_in(text: str, language: str) -> frozenset[Fact]:
    """The numbers, amounts, dates, times, codes and promises that a text states, wherever it stands."""
    bare = PLACEHOLDER.sub(" ", text)
    dates, rest = _dates(bare, language)
    amounts, rest = _amounts(rest)
    found = [*dates, *amounts]
    found += [
        Fact(FactKind.CODE, code) for code in codes(rest) if not code.isdigit() and re.search(r"\d", code)
    ]
    found += [Fact(FactKind.NUMBER, number) for number in normal_numbers(rest)]
    promise = _promises(language).search(_QUOTED.sub(" ", bare))
    return frozenset([*found, Fact(FactKind.PROMISE, promise.group().casefold())] if promise else found)


def normal_numbers(text: str) -> list[str]:
    """All numbers of a text in normal form: no thousands separators, a point for decimals, no trailing zeros."""
    return [normal_number(found.group()) for found in _either(_GROUPED, _NUMBER).finditer(text)]


def normal_number(written: str) -> str:
    """`1.250,00` → `1250`, `12,50` → `12.5`; what has several parts, such as a version, keeps them."""
    bare = re.sub(r"[   ]", "", written)
    if _GROUPED.fullmatch(written):
        whole, _, decimals = bare.rpartition(bare[-3]) if re.search(r"[.,]\d{2}$", bare) else (bare, "", "")
        if not whole:
            whole, decimals = bare, ""
        return _joined(re.sub(r"\D", "", whole), decimals)
    parts = re.split(r"[.,]", bare)
    if len(parts) == 2 and ":" not in bare:
        return _joined(parts[0], parts[1])
    return bare.replace(",", ".")


def differing(
    facts: Iterable[Fact], allowed: frozenset[Fact], kinds: Iterable[FactKind] = FactKind
) -> list[Fact]:
    """The facts of these kinds that `allowed` does not hold, sorted.

    A number may stand as an amount elsewhere and the reverse, but an amount never changes its currency; the Nordic
    `kr` is any of the three crowns.
    """
    wanted = frozenset(kinds)
    values = {fact.value.split(" ")[0] for fact in allowed if fact.kind in {FactKind.NUMBER, FactKind.AMOUNT}}
    units: dict[str, set[str]] = {}
    for fact in allowed:
        if fact.kind is FactKind.AMOUNT:
            value, unit = fact.value.split(" ")
            units.setdefault(value, set()).add(unit)

    def is_allowed(fact: Fact) -> bool:
        if fact in allowed:
            return True
        if fact.kind is FactKind.NUMBER:
            return fact.value in values
        if fact.kind is FactKind.AMOUNT:
            value, unit = fact.value.split(" ")
            known = units.get(value)
            return value in values if known is None else any(_same_currency(unit, one) for one in known)
        return False

    return sorted(fact for fact in set(facts) if fact.kind in wanted and not is_allowed(fact))


def _same_currency(one: str, other: str) -> bool:
    crowns = {"DKK", "NOK", "SEK", "kr"}
    return one == other or ("kr" in {one, other} and {one, other} <= crowns)


def _joined(whole: str, decimals: str) -> str:
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def _dates(text: str, language: str) -> tuple[list[Fact], str]:
    """Dates, weekdays and times of day, and the text without them."""
    found: list[str] = []

    def take(value: str) -> str:
        found.append(value)
        return " "

    def clock(match: re.Match[str]) -> str:
        hour, minute = [part for part in match.groups() if part][:2]
        return take(f"{int(hour):02d}:{minute}")

    def numeric(match: re.Match[str]) -> str:
        day, month = int(match[1]), int(match[2])
        return take(f"{month:02d}-{day:02d}") if 1 <= day <= 31 and 1 <= month <= 12 else match.group()

    text = _ISO_DATE.sub(lambda match: take(f"{match[1]}-{match[2]}"), text)
    text = _CLOCK.sub(clock, text)
    text = _NUMERIC_DATE.sub(numeric, text)
    for month, pattern in _month_dates():
        for match in pattern.finditer(text):
            take(f"{month:02d}-{int(match[1] or match[2]):02d}")
        text = pattern.sub(" ", text)
    for day, pattern in _weekdays():
        if pattern.search(text):
            found.append(f"weekday {day}")
    for day, pattern in _days(language):
        if pattern.search(text):
            found.append(f"day {day}")
    return [Fact(FactKind.DATE, value) for value in found], text


def _amounts(text: str) -> tuple[list[Fact], str]:
    found: list[Fact] = []

    def take(match: re.Match[str]) -> str:
        unit = next(
            name for name, pattern in _currencies() if pattern.fullmatch(match["before"] or match["after"])
        )
        found.append(Fact(FactKind.AMOUNT, f"{normal_number(match['b'] or match['a'])} {unit}"))
        return " "

    return found, _amount_pattern().sub(take, text)


def _either(*patterns: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile("|".join(pattern.pattern for pattern in patterns))


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("agent.drafting") / "facts.toml").read_text(encoding="utf-8"))


@cache
def _amount_pattern() -> re.Pattern[str]:
    units = "|".join(pattern.pattern for _, pattern in _currencies())
    number = _either(_GROUPED, _NUMBER).pattern
    return re.compile(
        rf"(?<!\w)(?P<before>{units})\s?(?P<b>{number})|(?P<a>{number})\s?(?P<after>{units})(?!\w)",
        re.IGNORECASE,
    )


@cache
def _currencies() -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(words, re.IGNORECASE)) for name, words in _table()["currencies"].items()]


@cache
def _month_dates() -> list[tuple[int, re.Pattern[str]]]:
    return [
        (
            int(month),
            re.compile(
                rf"\b(\d{{1,2}})(?:\.|st|nd|rd|th)? ?(?:of )?(?:{words})\b\.?(?: \d{{4}})?|\b(?:{words}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? \d{{4}})?",
                re.IGNORECASE,
            ),
        )
        for month, words in _table()["months"].items()
    ]


@cache
def _weekdays() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (day, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for day, words in _table()["weekdays"].items()
    ]


@cache
def _days(language: str) -> list[tuple[str, re.Pattern[str]]]:
    words = _table()["days"].get(language, {})
    return [(day, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for day, pattern in words.items()]


@cache
def _promises(language: str) -> re.Pattern[str]:
    return re.compile("|".join(load_rules("promises").get(language, ["(?!)"])), re.IGNORECASE)
