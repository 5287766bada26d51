"""How a report reads: its words in five languages (`data/report_words.toml`), as plain text and as a page for mail."""

import tomllib
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files

from babel.dates import format_date, format_interval
from babel.numbers import format_currency, format_decimal, format_percent

from agent.insight.reports import Kind, Line, Report, Section
from agent.locales import locale_of

Words = Mapping[str, str]
_LEFT, _RIGHT = "padding:4px 16px 4px 0;text-align:left", "padding:4px 0 4px 16px;text-align:right"
_QUIET = "color:#555;font-size:12px"


def words_in(language: str) -> Words:
    """The words in a language, in English where there are none."""
    words = _all_words()
    return words.get(language, words["en"])


def title(report: Report, words: Words, company: str) -> str:
    return f"{words[report.kind]} · {company}"


def as_text(report: Report, words: Words, company: str, language: str, desk_url: str) -> str:
    """The report as plain text."""
    parts = [
        about(report, words, company, language),
        *("\n".join([words[one.name].upper(), *_plain(one, words)]) for one in report.sections),
    ]
    if report.advice:
        advice = [f"- {_with_address(words[name], desk_url)}" for name in report.advice]
        parts.append("\n".join([words["advice"].upper(), *advice]))
    return "\n\n".join([*parts, words["why"]]) + "\n"


def as_html(report: Report, words: Words, company: str, language: str, desk_url: str) -> str:
    """The report as a page for mail programs: tables, no style sheet, readable without colours."""
    sections = "".join(
        f'<h2 style="font-size:15px;margin:20px 0 4px">{escape(words[section.name])}</h2>{_marked_up(section, words, desk_url)}'
        for section in report.sections
    )
    advice = "".join(f"<li>{escape(_with_address(words[name], desk_url))}</li>" for name in report.advice)
    link = f'<p><a href="{escape(desk_url)}">{escape(words["open"])}</a></p>' if desk_url else ""
    return (
        f'<div lang="{escape(language)}" style="font-family:sans-serif;font-size:14px;line-height:1.5">'
        f'<h1 style="font-size:18px">{escape(words[report.kind])}</h1>'
        f"<p>{escape(about(report, words, company, language))}</p>{sections}"
        + (f'<h2 style="font-size:15px">{escape(words["advice"])}</h2><ul>{advice}</ul>' if advice else "")
        + f'{link}<p style="{_QUIET}">{escape(words["why"])}</p></div>'
    )


def as_file(report: Report, words: Words, company: str, language: str, desk_url: str) -> str:
    """The page of `as_html` as a file of its own, to keep and to print."""
    inner = as_html(report, words, company, language, desk_url)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(title(report, words, company))}</title></head><body>\n{inner}\n</body></html>\n"
    )


def name_of(line: Line, words: Words) -> str:
    return line.title or words[line.name]


def about(report: Report, words: Words, company: str, language: str) -> str:
    """Whose figures these are, of which days, and with what they are compared."""
    first, last, locale = report.span.first, report.span.last, locale_of(language)
    if report.kind is Kind.DAILY:
        return words["about_day"].format(company=company, day=format_date(first, "full", locale=locale))
    return words["about"].format(company=company, days=format_interval(first, last, "yMMMd", locale=locale))


def _plain(section: Section, words: Words) -> list[str]:
    width = max((len(name_of(line, words)) for line in section.lines), default=0)
    lines = [
        f"{name_of(line, words).ljust(width)}  {line.value}{f'  ({line.before})' if line.before else ''}"
        + (f"  {line.note}" if line.note else "")
        for line in section.lines
    ]
    if not section.columns:
        return lines
    rows = [
        f"{row.title}: "
        + ", ".join(
            f"{words[name]} {cell}" for name, cell in zip(section.columns[1:], row.cells, strict=True) if cell
        )
        for row in section.rows
    ]
    return lines + (rows or [words[section.nothing]])


def _marked_up(section: Section, words: Words, desk_url: str) -> str:
    lines = "".join(
        f'<tr><th scope="row" style="font-weight:normal;{_LEFT}">{escape(name_of(line, words))}</th>'
        f'<td style="{_RIGHT}"><b>{_linked(line.value, line.path, desk_url)}</b></td>'
        f'<td style="{_RIGHT};color:#555">{escape(f"({line.before})" if line.before else "")}</td>'
        f'<td style="{_RIGHT};{_QUIET}">{escape(line.note)}</td></tr>'
        for line in section.lines
    )
    found = f'<table cellspacing="0" cellpadding="0">{lines}</table>' if lines else ""
    if not section.columns:
        return found
    if not section.rows:
        return f"{found}<p>{escape(words[section.nothing])}</p>"
    first, *others = section.columns
    head = f'<th scope="col" style="{_LEFT}">{escape(words[first])}</th>' + "".join(
        f'<th scope="col" style="{_RIGHT}">{escape(words[name])}</th>' for name in others
    )
    rows = "".join(
        f'<tr><th scope="row" style="font-weight:normal;{_LEFT}">{_linked(row.title, row.path, desk_url)}</th>'
        + "".join(f'<td style="{_RIGHT}">{escape(cell)}</td>' for cell in row.cells)
        + "</tr>"
        for row in section.rows
    )
    return f'{found}<table cellspacing="0" cellpadding="0"><tr>{head}</tr>{rows}</table>'


def _linked(text: str, path: str, desk_url: str) -> str:
    """A figure that opens to its parts on the desk; the text alone where there is no page or no desk to be reached."""
    if not path or not desk_url:
        return escape(text)
    return f'<a href="{escape(desk_url.rstrip("/") + path)}">{escape(text)}</a>'


def a_number(value: float, language: str) -> str:
    return format_decimal(round(value, 1), locale=locale_of(language))


def a_share(value: float, language: str) -> str:
    return format_percent(value, locale=locale_of(language))


def an_amount(euros: float, language: str) -> str:
    return format_currency(
        round(euros),
        "EUR",
        "#,##0 ¤" if language != "en" else "¤#,##0",
        locale=locale_of(language),
        currency_digits=False,
    )


def an_exact_amount(euros: float, language: str) -> str:
    return format_currency(
        euros, "EUR", "#,##0.00 ¤" if language != "en" else "¤#,##0.00", locale=locale_of(language)
    )


def a_time(seconds: float, words: Words) -> str:
    minutes = round(seconds / 60)
    return (
        words["hours"].format(hours=minutes // 60, minutes=f"{minutes % 60:02d}")
        if minutes >= 60
        else f"{minutes} min"
    )


def _with_address(sentence: str, desk_url: str) -> str:
    """Pages of the desk stand in the words as paths."""
    head, slash, path = sentence.rpartition(" /")
    return f"{head} {desk_url.rstrip('/')}/{path}" if slash and desk_url else sentence


@cache
def _all_words() -> dict[str, dict[str, str]]:
    return tomllib.loads(
        files("agent.insight").joinpath("data/report_words.toml").read_text(encoding="utf-8")
    )
