"""Templates, and what each of them may use: words in the reader's language, times in the company's zone."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

from babel.dates import format_date, format_datetime, format_interval, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from agent.desk.people.preferences import Preferences, preferences_of
from agent.errors import GenklangError
from agent.store.tables import PersonRow
from agent.triage.taxonomy import Taxonomy
from api.csrf import csrf_token
from api.dependencies import presence_of, the_house
from api.web import key_words, wording
from api.web import language as languages
from api.web.time_left import TimeLeft, time_left

_HERE = Path(__file__).parent.parent
STATIC = _HERE / "static"
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")


@cache
def environment(language: str) -> Environment:
    """The templates with words in one language."""
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    templates.install_gettext_translations(languages.translations(language), newstyle=True)  # type: ignore[attr-defined]
    templates.globals |= {
        "asset": asset,
        "wording": wording,
        "key_words": key_words,
        "languages": languages.available(),
        "language_names": languages.NAMES,
    }
    templates.filters |= {
        "initials": initials,
        "person_name": person_name,
        "said": languages.sentences(language).said,
    }
    return templates


@cache
def asset(path: str) -> str:
    """The address of one of our files, which changes with its content, so that browsers may keep it for good."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?v={digest}"


def person_name(person: PersonRow | None) -> str:
    return "" if person is None else person.name or person.email.partition("@")[0]


def initials(name: str) -> str:
    """Two letters for a name or an address."""
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"


def category_name(request: Request, language: str, slug: str) -> str:
    """What the company calls a category; the bare word for one it no longer has."""
    taxonomy: Taxonomy = request.app.state.taxonomy
    return taxonomy[slug].name(language) if slug in taxonomy else slug


def subcategory_name(request: Request, language: str, slug: str, subcategory: str) -> str:
    """What the company calls a subcategory; the bare word for one it no longer has."""
    found = request.app.state.taxonomy.subcategory(slug, subcategory)
    return found.names.get(language, found.slug) if found else subcategory


class Reader:
    """The eyes before the screen: their language, the company's zone, and the present moment."""

    def __init__(self, request: Request, chosen: str) -> None:
        house = the_house(request)
        self.language = chosen
        self.locale = languages.locale_of(chosen)
        self.zone = house.company.zone
        self.now = house.clock()

    def clock(self, instant: datetime) -> str:
        return format_time(instant, "short", tzinfo=self.zone, locale=self.locale)

    def moment(self, instant: datetime) -> str:
        """»10:00« for today, with the day before it for any other day."""
        local, today = instant.astimezone(self.zone), self.now.astimezone(self.zone)
        if local.date() == today.date():
            return self.clock(instant)
        skeleton = "MMMd" if local.year == today.year else "yMMMd"
        return f"{format_skeleton(skeleton, local.date(), locale=self.locale)} {self.clock(instant)}"

    def instant(self, written: str) -> datetime:
        """An instant that was kept as text."""
        return datetime.fromisoformat(written)

    def day(self, instant: datetime) -> str:
        return format_skeleton("yMMMd", instant.astimezone(self.zone).date(), locale=self.locale)

    def written_day(self, day: date) -> str:
        """»23 November 2026«: a day of any year."""
        return format_date(day, "long", locale=self.locale)

    def days(self, first: date, last: date) -> str:
        """»16–22 Nov 2026«, both days included; one day alone if they are the same."""
        return format_interval(first, last, "yMMMd", locale=self.locale)

    def day_of_week(self, day: date) -> str:
        """»Mon 23«, for a day of a week that is named beside it."""
        return format_skeleton("Ed", day, locale=self.locale)

    def month(self, day: date) -> str:
        """»November 2026«"""
        return format_skeleton("yMMMM", day, locale=self.locale)

    def date(self, day: date) -> str:
        """»23 Nov«: a day of the company's calendar."""
        return format_skeleton("MMMd", day, locale=self.locale)

    def weekday(self, number: int) -> str:
        """»Tuesday« for 2 (ISO)."""
        return str(self.locale.days["stand-alone"]["wide"][number - 1])

    def full(self, instant: datetime) -> str:
        return format_datetime(instant, "long", tzinfo=self.zone, locale=self.locale)

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self.locale)

    def signed(self, value: float) -> str:
        """»+34«, »−3«, »0«: how much a figure has changed."""
        return format_decimal(value, "+#,##0;−#,##0" if round(value) else "0", locale=self.locale)

    def euros(self, value: float) -> str:
        whole = self.locale.currency_formats["standard"].pattern.replace(".00", "")
        return format_currency(value, "EUR", whole, locale=self.locale, currency_digits=False)

    def cents(self, value: float) -> str:
        """An amount in euros to the cent; more digits where it would be nothing otherwise."""
        digits = "#,##0.0000" if 0 < value < 0.005 else "#,##0.00"
        pattern = self.locale.currency_formats["standard"].pattern.replace("#,##0.00", digits)
        return format_currency(value, "EUR", pattern, locale=self.locale, currency_digits=False)

    def percent(self, share: float) -> str:
        return format_percent(share, "#,##0 %" if self.language != "en" else None, locale=self.locale)

    def size(self, octets: int) -> str:
        """The size of a file, in kilobytes or megabytes of a thousand."""
        unit, size = (
            ("megabyte", octets / 1e6) if octets >= 1e6 else ("kilobyte", max(1, round(octets / 1e3)))
        )
        return format_unit(round(size, 1), f"digital-{unit}", "short", locale=self.locale)

    def value(self, text: str) -> str:
        """A value within one of our English sentences: the name of a language, a number; others stay as they are."""
        if text in languages.NAMES:
            return languages.language_name(text, self.language)
        return self.number(int(text.replace(",", ""))) if _THOUSANDS.fullmatch(text) else text

    def language_name(self, code: str) -> str:
        name = languages.language_name(code, self.language)
        return name[:1].upper() + name[1:]

    def time_left(self, respond_by: datetime | None, clock_from: datetime, state: str) -> TimeLeft:
        return time_left(respond_by, clock_from, self.now, state=state)


def reader_of(request: Request) -> Reader:
    presence = presence_of(request)
    if presence is not None:
        return Reader(request, presence.person.language)
    asked = request.query_params.get("lang", "")
    return Reader(
        request,
        asked
        if asked in languages.available()
        else languages.preferred(request.headers.get("Accept-Language", "")),
    )


def gettext_of(request: Request) -> Callable[[str], str]:
    """Words in the reader's language, for what is put together outside of templates."""
    return languages.translations(reader_of(request).language).gettext


def render(
    request: Request,
    template: str,
    values: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    visitor: str = "",
) -> HTMLResponse:
    """One page or part of a page. `visitor` is the value a form before sign-in is bound to."""
    presence = presence_of(request)
    reader = reader_of(request)
    page = environment(reader.language).get_template(template)
    html = page.render(
        reader=reader,
        me=presence.person if presence else None,
        chosen=preferences_of(presence.person) if presence else Preferences(),
        company=the_house(request).company,
        csrf=csrf_token(request, visitor),
        here=request.url.path,
        feedback_pages=_feedback_pages(request),
        category_name=partial(category_name, request, reader.language),
        subcategory_name=partial(subcategory_name, request, reader.language),
        **values,
    )
    return HTMLResponse(html, status, dict(headers or {}))


def _feedback_pages(request: Request) -> frozenset[str]:
    """The pages about feedback that there are, for the tabs above each of them."""
    state = request.app.state
    if not hasattr(state, "feedback_pages"):
        state.feedback_pages = frozenset(
            path for path in _paths(request.app.routes) if path.startswith("/feedback")
        )
    return cast(frozenset[str], state.feedback_pages)


def _paths(routes: Iterable[Any]) -> Iterator[str]:
    """The paths of all routes, those of included routers too."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from _paths(included.routes)
        elif hasattr(route, "path"):
            yield route.path


def problem_page(
    request: Request, error: GenklangError, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    """What happened, what is safe, what to do."""
    if request.headers.get("HX-Request") and request.method == "GET":
        return Response(
            status_code=status, headers=dict(headers or {})
        )  # a failed poll changes nothing on screen
    return render(request, "problem.html", {"error": error, "status": status}, status=status, headers=headers)
