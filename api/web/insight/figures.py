"""Insight: the figures of a period, by whom and what, with the cases behind each; for leads all, for agents their own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from agent.desk.insight import facts_of
from agent.insight.facts import By, Facts
from agent.insight.figures import Figure, Name, figures
from agent.insight.period import Period, Span, period_of
from agent.store.tables import CaseRow, PersonRow
from api.dependencies import AtDesk, Desk
from api.web import spreadsheet, wording
from api.web.feedback import answers_words
from api.web.insight import charts, feeling
from api.web.insight import words as insight_words
from api.web.insight.boards import tabs
from api.web.pages import category_name, gettext_of, person_name, reader_of, render
from api.web.shell import shell

router = APIRouter()

MOST_GROUPS, MOST_CASES = 30, 200


@dataclass(frozen=True, slots=True)
class Asked:
    """Which period and breakdown is wanted: the day, week or month of `at` (today's without), or own days."""

    span: Span
    first: date | None
    last: date | None
    by: By
    at: date | None = None

    def query(self, **more: str) -> str:
        """The same as the query of an address, with `more` in it."""
        own = {"span": str(self.span), "by": str(self.by)}
        if self.span is Span.CUSTOM and self.first and self.last:
            own |= {"first": self.first.isoformat(), "last": self.last.isoformat()}
        elif self.at is not None:
            own["at"] = self.at.isoformat()
        return urlencode(own | more)

    def of(self, days: tuple[date, date]) -> "Asked":
        """The same for a period with these first and last days."""
        if self.span is Span.CUSTOM:
            return replace(self, first=days[0], last=days[1])
        return replace(self, at=days[0])


def _asked(
    span: Span = Span.WEEK,
    first: date | None = None,
    last: date | None = None,
    by: By = By.CATEGORY,
    at: date | None = None,
) -> Asked:
    return Asked(span, first, last, by, at)


AskedFor = Annotated[Asked, Depends(_asked)]


@dataclass(frozen=True, slots=True)
class Group:
    """One line of a breakdown: a category, language, agent or mailbox with its figures."""

    value: str
    title: str
    figures: dict[Name, Figure]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page or an export is drawn from."""

    period: Period
    facts: Facts
    before: Facts
    groups: Sequence[Group]
    groups_left: int


@router.get("/insight")
def insight_page(desk: AtDesk, asked: AskedFor) -> Response:
    with desk.house.store.reading() as session:
        around = shell(session, desk)
        seen = _look(session, desk, asked)
        held, feel = _held(session, desk, seen), _feel(session, desk, seen.period)
    reader, period = reader_of(desk.request), seen.period
    today = reader.now.astimezone(period.zone).date()
    values = {
        "shell": around,
        "asked": asked,
        "period": period,
        "now": figures(seen.facts),
        "before": figures(seen.before),
        "groups": seen.groups,
        "groups_left": seen.groups_left,
        "words": insight_words,
        "own": _own(desk),
        "tabs": tabs(desk),
        "tab": "/insight",
        "named": insight_words.name_of(period, asked.span, reader, gettext_of(desk.request)),
        "answers_words": answers_words,
        "earlier": asked.of(period.earlier),
        "later": asked.of(period.later) if period.later[0] <= today else None,
        "empty": not (seen.facts.cases or seen.facts.mails or seen.facts.drafts),
        "breakdowns": {
            by: name for by, name in insight_words.BREAKDOWNS.items() if by is not By.AGENT or not _own(desk)
        },
        **held,
        "feelings": feel,
        **charts.charts(seen.facts, seen.before, period, reader),
    }
    return render(desk.request, "insight.html", values)


@router.get("/insight/cases")
def cases_page(
    desk: AtDesk, asked: AskedFor, figure: Name, value: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    with desk.house.store.reading() as session:
        around = shell(session, desk)
        seen = _look(session, desk, asked)
        facts = seen.facts if value is None else seen.facts.of(asked.by, value)
        found = figures(facts)[figure]
        parts = [_named(session, found.hits), _named(session, found.misses)]
        title = None if value is None else _titles(session, desk, asked.by, [value])[value]
    values = {
        "shell": around,
        "asked": asked,
        "period": seen.period,
        "figure": found,
        "words": insight_words,
        "parts": [
            (name, cases, len(set(ids)))
            for name, cases, ids in zip(
                insight_words.HITS.get(figure, ("", "")), parts, (found.hits, found.misses), strict=True
            )
            if ids
        ],
        "group": title,
        "first_answers": {one.id: one.first_answer for one in facts.cases},
    }
    return render(desk.request, "insight_cases.html", values)


@router.get("/insight.csv")
def insight_csv(desk: AtDesk, asked: AskedFor) -> Response:
    header, rows = _table(desk, asked)
    return _file(spreadsheet.as_csv(header, rows).encode(), spreadsheet.CSV, "insight.csv")


@router.get("/insight.xlsx")
def insight_excel(desk: AtDesk, asked: AskedFor) -> Response:
    header, rows = _table(desk, asked)
    return _file(spreadsheet.as_excel("Insight", header, rows), spreadsheet.EXCEL, "insight.xlsx")


def _own(desk: Desk) -> bool:
    return desk.person.role == "agent"


def _look(session: Session, desk: Desk, asked: Asked) -> Seen:
    house, now = desk.house, desk.house.clock()
    period = period_of(asked.span, now, house.company.zone, asked.first, asked.last, at=asked.at)
    person_id = desk.person.id if _own(desk) else 0
    facts = facts_of(session, house.company, period.start, period.end, now=now, person_id=person_id)
    before = facts_of(
        session, house.company, period.before_start, period.before_end, now=now, person_id=person_id
    )
    values = facts.values(asked.by)
    titles = _titles(session, desk, asked.by, values[:MOST_GROUPS])
    groups = [Group(one, title, figures(facts.of(asked.by, one))) for one, title in titles.items()]
    return Seen(period, facts, before, groups, max(len(values) - MOST_GROUPS, 0))


def _titles(session: Session, desk: Desk, by: By, values: Sequence[str]) -> dict[str, str]:
    """What the groups are called."""
    words, reader = gettext_of(desk.request), reader_of(desk.request)
    if by is By.AGENT:
        ids = [int(value) for value in values if value.isdecimal()]
        people = session.scalars(select(PersonRow).where(PersonRow.id.in_(ids)))
        names = {str(person.id): person_name(person) for person in people}
        return {value: names.get(value, words("Nobody")) for value in values}
    if by is By.CATEGORY:
        return {
            one: category_name(desk.request, reader.language, one) if one else words("Not sorted yet")
            for one in values
        }
    if by is By.LANGUAGE:
        return {one: reader.language_name(one) if one else words("Not read yet") for one in values}
    if by is By.PRIORITY:
        return {one: words(wording.PRIORITIES[one]) if one else words("Not read yet") for one in values}
    return {one: one for one in values}


def _named(session: Session, ids: Sequence[int]) -> list[CaseRow]:
    """The cases in the order of the figure, each once, as many as a page holds."""
    wanted = list(dict.fromkeys(ids))[:MOST_CASES]
    rows = {case.id: case for case in session.scalars(select(CaseRow).where(CaseRow.id.in_(wanted)))}
    return [rows[one] for one in wanted if one in rows]


def _held(session: Session, desk: Desk, seen: Seen) -> dict[str, Any]:
    """Shares of categories and priorities, each with what the group is called."""
    shown = {}
    for part, by, name in (
        ("right_by_category", By.CATEGORY, Name.RIGHT_CATEGORY),
        ("in_time_by_priority", By.PRIORITY, Name.IN_TIME),
    ):
        found = charts.held_by(seen.facts, by, name)
        titles = _titles(session, desk, by, [one.value for one in found])
        shown[part] = [(titles[one.value], one) for one in found]
    return shown


def _feel(session: Session, desk: Desk, period: Period) -> list[feeling.Feeling]:
    """How customers felt in the weeks up to the end of the period; leads see it, as they see the answers."""
    return [] if _own(desk) else feeling.feelings(session, desk.house, period, reader_of(desk.request))


HEADER = (
    "from",
    "to",
    "by",
    "group",
    "figure",
    "unit",
    "value",
    "cases",
    "low",
    "high",
    "before",
    "cases before",
)


def _table(desk: Desk, asked: Asked) -> tuple[Sequence[str], list[list[spreadsheet.Cell]]]:
    """Every figure of the period and of each group; times in seconds, shares from 0 to 1, empty where too few."""
    with desk.house.store.reading() as session:
        seen = _look(session, desk, asked)
    before = figures(seen.before)
    rows = [_row(seen.period, "", "", one, before[name]) for name, one in figures(seen.facts).items()]
    for group in seen.groups:
        rows += [_row(seen.period, str(asked.by), group.title, one, None) for one in group.figures.values()]
    return HEADER, rows


def _row(period: Period, by: str, group: str, now: Figure, before: Figure | None) -> list[spreadsheet.Cell]:
    return [
        period.first.isoformat(), period.last.isoformat(), by, group, str(now.name), str(now.kind),
        None if now.too_few else now.value, now.n,
        _rounded(now.low), _rounded(now.high),
        None if before is None or before.too_few else before.value, None if before is None else before.n,
    ]  # fmt: skip


def _rounded(end: float | None) -> float | None:
    return None if end is None else round(end, 4)


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(
        content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
