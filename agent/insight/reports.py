"""The reports that remind people to look: weekly, monthly, quarterly and half-yearly, already filled in.

What a report tells is put together by `agent.desk.reporting`; here is when it is due, and how it reads.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from html import escape
from importlib.resources import files

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

SHOW_AFTER = timedelta(days=10)
"""A report that could not be sent for so long is left out: the next one says more."""

Words = Mapping[str, str]


class Kind(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"


MONTHS: Mapping[Kind, int] = {Kind.MONTHLY: 1, Kind.QUARTERLY: 3, Kind.HALF_YEARLY: 6}


@dataclass(frozen=True, slots=True)
class Span:
    """The days a report is about, both included."""

    first: date
    last: date

    @property
    def before(self) -> "Span":
        """As many days before it."""
        return Span(self.first - (self.last - self.first) - timedelta(days=1), self.first - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Line:
    """A figure: the name of its words, its value in words, and that of the time before (empty where not compared)."""

    name: str
    value: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    kind: Kind
    span: Span
    lines: Sequence[Line]
    advice: Sequence[str]  # names of words


def last_span(kind: Kind, today: date) -> Span:
    """The last week (from Monday), month, quarter or half-year that is over on `today`."""
    if kind is Kind.WEEKLY:
        monday = today - timedelta(days=today.weekday() + 7)
        return Span(monday, monday + timedelta(days=6))
    months = MONTHS[kind]
    start_of_this = date(today.year, (today.month - 1) // months * months + 1, 1)
    last = start_of_this - timedelta(days=1)
    return Span(date(last.year, (last.month - 1) // months * months + 1, 1), last)


def is_due(span: Span, today: date, *, working: bool) -> bool:
    """Whether the report of `span` may leave on `today`: on a working day, and while it is news."""
    return working and timedelta() < today - span.last <= SHOW_AFTER


def words_in(language: str) -> Words:
    """The words in a language, in English where there are none."""
    words = _all_words()
    return words.get(language, words["en"])


def title(report: Report, words: Words, company: str) -> str:
    return f"{words[report.kind]} · {company}"


def as_text(report: Report, words: Words, company: str, language: str, desk_url: str) -> str:
    """The report as plain text."""
    width = max((len(words[line.name]) for line in report.lines), default=0)
    figures = [
        f"{words[line.name].ljust(width)}  {line.value}{f'  ({line.before})' if line.before else ''}"
        for line in report.lines
    ]
    advice = [f"- {_with_address(words[name], desk_url)}" for name in report.advice]
    parts = [_about(report, words, company, language), "\n".join(figures)]
    if advice:
        parts.append("\n".join([words["advice"] + ":", *advice]))
    return "\n\n".join([*parts, words["why"]]) + "\n"


def as_html(report: Report, words: Words, company: str, language: str, desk_url: str) -> str:
    """The report as a page for mail programs: one table, no style sheet, readable without colours."""
    rows = "".join(
        f'<tr><th scope="row" align="left" style="font-weight:normal;padding:4px 16px 4px 0">{escape(words[line.name])}</th>'
        f'<td align="right" style="padding:4px 16px 4px 0"><b>{escape(line.value)}</b></td>'
        f'<td align="right" style="padding:4px 0;color:#555">{escape(f"({line.before})" if line.before else "")}</td></tr>'
        for line in report.lines
    )
    advice = "".join(f"<li>{escape(_with_address(words[name], desk_url))}</li>" for name in report.advice)
    link = f'<p><a href="{escape(desk_url)}">{escape(words["open"])}</a></p>' if desk_url else ""
    return (
        f'<div lang="{escape(language)}" style="font-family:sans-serif;font-size:14px;line-height:1.5">'
        f'<h1 style="font-size:18px">{escape(words[report.kind])}</h1>'
        f"<p>{escape(_about(report, words, company, language))}</p>"
        f'<table cellspacing="0" cellpadding="0">{rows}</table>'
        + (f'<h2 style="font-size:15px">{escape(words["advice"])}</h2><ul>{advice}</ul>' if advice else "")
        + f'{link}<p style="color:#555;font-size:12px">{escape(words["why"])}</p></div>'
    )


def a_number(value: float, language: str) -> str:
    return format_decimal(round(value, 1), locale=language)


def a_share(value: float, language: str) -> str:
    return format_percent(value, locale=language)


def an_amount(euros: float, language: str) -> str:
    return format_currency(
        round(euros),
        "EUR",
        "#,##0 ¤" if language != "en" else "¤#,##0",
        locale=language,
        currency_digits=False,
    )


def a_time(seconds: float, words: Words) -> str:
    minutes = round(seconds / 60)
    return (
        words["hours"].format(hours=minutes // 60, minutes=f"{minutes % 60:02d}")
        if minutes >= 60
        else f"{minutes} min"
    )


def _about(report: Report, words: Words, company: str, language: str) -> str:
    first, last = (
        format_date(day, "medium", locale=language) for day in (report.span.first, report.span.last)
    )
    return words["about"].format(company=company, first=first, last=last)


def _with_address(sentence: str, desk_url: str) -> str:
    """Pages of the desk stand in the words as paths."""
    head, slash, path = sentence.rpartition(" /")
    return f"{head} {desk_url.rstrip('/')}/{path}" if slash and desk_url else sentence


@cache
def _all_words() -> dict[str, dict[str, str]]:
    return tomllib.loads(
        files("agent.insight").joinpath("data/report_words.toml").read_text(encoding="utf-8")
    )
