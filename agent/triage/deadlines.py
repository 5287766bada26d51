"""By when a customer needs it: the instant meant by the words in which a time factor was found.

"before payroll on Friday", "senest i morgen kl. 8", "bis zum 6. Februar": day and hour are found by the lists of the
language, names of days and months come from Unicode's tables (Babel), and the arithmetic is dateutil's.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from babel.dates import get_day_names, get_month_names
from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta, weekday

from agent.triage.patterns import compile_all, language_or_english, load_table
from agent.triage.reading import LANGUAGES

END_OF_DAY = time(16)
"""The end of a working day, where the words name a day and no hour."""

_NUMERIC = re.compile(
    r"(?<![\d.,/])(?<!kl )(?<!kl\. )(?<!kl\.)(?<!kl)(?<!at )(?<!um )"
    r"(?P<day>0?[1-9]|[12]\d|3[01])[./](?P<month>0?[1-9]|1[0-2])(?:[./](?:\d{4}|\d{2}))?(?![\d,])(?! ?(?:uhr|[ap]\.?m))"
)
_DIGITAL = re.compile(r"(?<![\d.,])(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?![\d.,])")


@dataclass(frozen=True, slots=True)
class _Words:
    """One language's expressions."""

    days: tuple[tuple[str, re.Pattern[str]], ...]
    hours: tuple[tuple[str, re.Pattern[str]], ...]
    weekday: re.Pattern[str]
    weekdays: Mapping[str, int]
    dated: re.Pattern[str]
    months: Mapping[str, int]
    in_time: re.Pattern[str]
    numbers: Mapping[str, float]
    units: Mapping[str, str]
    clock: re.Pattern[str]


def resolve(words: str, language: str, written: datetime) -> datetime | None:
    """The instant that `words` name, seen from `written` (both in the writer's zone); None where they name none.

    A day without an hour ends at `END_OF_DAY`. What lies before `written` was no deadline.
    """
    known = _words(language_or_english(language, LANGUAGES))
    text = words.lower()
    span = _in_time(text, known, written)
    day = _day(text, known, written)
    hour = _hour(text, known)
    if span is not None:
        return span
    if day is None:
        if hour is None:
            return None
        day = written.date()
    at = datetime.combine(day, hour or END_OF_DAY, written.tzinfo)
    if at <= written and day == written.date():
        # "by 8" written in the evening means tomorrow; "today" written late means before midnight.
        at = at + timedelta(days=1) if hour is not None else at.replace(hour=23, minute=59)
    return at if at > written else None


def _in_time(text: str, known: _Words, written: datetime) -> datetime | None:
    """ "within two hours", "om 3 dage"."""
    found = known.in_time.search(text)
    if found is None:
        return None
    number = known.numbers.get(found["number"]) or (
        float(found["number"]) if found["number"].isdigit() else 0.0
    )
    unit = next((unit for stem, unit in known.units.items() if found["unit"].startswith(stem)), "")
    return written + timedelta(**{unit: number}) if number and unit else None


def _day(text: str, known: _Words, written: datetime) -> date | None:
    if (found := known.dated.search(text)) is not None:
        return _dated(
            written, int(found["day"]), known.months[(found["before"] or found["after"]).rstrip(".")]
        )
    if (found := _NUMERIC.search(text)) is not None:
        return _dated(written, int(found["day"]), int(found["month"]))
    for name, pattern in known.days:
        if pattern.search(text):
            return _NAMED[name](written).date()
    if (found := known.weekday.search(text)) is not None:
        return (written + relativedelta(days=1, weekday=_weekday(known.weekdays[found[0]]))).date()
    return None


def _dated(written: datetime, day: int, month: int) -> date | None:
    """The next such date; one that was half a year ago or less is meant as past."""
    try:
        this_year = written.date().replace(month=month, day=day)
    except ValueError:
        return None
    long_past = (written.date() - this_year).days > 183
    return this_year + relativedelta(years=1) if long_past else this_year


def _hour(text: str, known: _Words) -> time | None:
    if (found := known.clock.search(text)) is not None:
        hour = known.numbers.get(found["hour"]) if not found["hour"].isdigit() else int(found["hour"])
        if hour is not None and hour <= 24:
            afternoon = "pm" in found[0].replace(".", "") and hour < 12
            return time(int(hour) % 24 + (12 if afternoon else 0), int(found["minute"] or 0))
    if (found := _DIGITAL.search(_NUMERIC.sub("", text))) is not None:
        return time(int(found["hour"]), int(found["minute"]))
    return next((_HOURS[name] for name, pattern in known.hours if pattern.search(text)), None)


def _weekday(number: int) -> weekday:
    return (MO, TU, WE, TH, FR, SA, SU)[number]


def _at_weekday(number: int) -> Callable[[datetime], datetime]:
    return lambda written: written + relativedelta(weekday=_weekday(number))


_NAMED: Mapping[str, Callable[[datetime], datetime]] = {
    "day_after_tomorrow": lambda written: written + timedelta(days=2),
    "tomorrow": lambda written: written + timedelta(days=1),
    "today": lambda written: written,
    "end_of_week": _at_weekday(4),
    "weekend": _at_weekday(5),
    "end_of_month": lambda written: written + relativedelta(day=31),
}
_HOURS = {"morning": time(8), "noon": time(12), "evening": time(18), "midnight": time(23, 59)}


@lru_cache(maxsize=len(LANGUAGES))
def _words(language: str) -> _Words:
    table = load_table("deadlines", language)
    days = {
        name.lower().rstrip("."): number
        for width in ("wide", "abbreviated")
        for number, name in get_day_names(width, locale=language).items()
    } | {name: int(number) for name, number in table["weekdays"].items()}
    months = {
        name.lower().rstrip("."): number
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=language).items()
    } | {name: int(number) for name, number in table["months"].items()}
    month = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    number = "|".join(sorted(map(re.escape, table["numbers"]), key=len, reverse=True))
    return _Words(
        days=tuple((name, compile_all(table["days"][name])) for name in _NAMED),
        hours=tuple((name, compile_all(table["hours"][name])) for name in _HOURS),
        weekday=re.compile(
            rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, days), key=len, reverse=True))})(?!\w)"
        ),
        weekdays=days,
        dated=re.compile(
            rf"(?<!\d)(?:(?P<before>{month})\.? )?(?P<day>\d{{1,2}})"
            rf"(?(before)(?!\d)|(?:\.|:[aoe]|st|nd|rd|th)?(?: of)? ?(?P<after>{month})(?!\w))"
        ),
        months=months,
        in_time=re.compile(rf"(?<!\w)(?:{table['in_time']}) (?P<number>\d{{1,3}}|{number}) (?P<unit>\w+)"),
        numbers=table["numbers"],
        units=table["units"],
        clock=re.compile(table["clock"].replace("{number}", number)),
    )
