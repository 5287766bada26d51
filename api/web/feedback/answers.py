"""Answers: how asking fares, scores and themes, the journey, and the comments behind every number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from agent.company import Company
from agent.desk.feedback.answers.answer_facts import (
    COUNTED_AS,
    AnswerFacts,
    answer_facts,
    coming_up,
    product_of,
    segment_of,
    values_of,
)
from agent.desk.feedback.answers.reading_answers import themes_of
from agent.desk.feedback.loop.loop_rules import scale_of
from agent.feedback.answers import beside, figures
from agent.feedback.answers.figures import By, Step
from agent.feedback.answers.themes import theme_name
from agent.feedback.loop.loops import loop_figures
from agent.store.queries.answers import AnswerFilter, AnswerLine, asked_between, count_answers, find_answers
from api.dependencies import AtDesk, Desk
from api.web import spreadsheet
from api.web.feedback import answers_words, loop_words, score_chart
from api.web.feedback.follow_ups import words_of
from api.web.pages import gettext_of, reader_of, render
from api.web.shell import shell

router = APIRouter(prefix="/feedback")

MOST_THEMES, MOST_NAMED, EXPORTED_AT_ONCE = 14, 300, 5_000

Days = Literal["7", "30", "90", "365"]
Short = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days and which answers are wanted, as the page's address says it."""

    days: int
    by: By
    chosen: Mapping[str, str]

    def since(self, now: datetime) -> datetime:
        return now - timedelta(days=self.days)

    def query(self, **changes: object) -> str:
        """The same as the query of an address, with `changes`; an empty value leaves a key out."""
        own = {"days": self.days, "by": str(self.by), **self.chosen} | changes
        return urlencode({key: str(value) for key, value in own.items() if value not in {"", None}})

    @property
    def about(self) -> dict[str, str]:
        """What requests and answers are filtered by alike."""
        return {name: self.chosen[name] for name in map(str, By) if name in self.chosen}

    def filter(self, now: datetime) -> AnswerFilter:
        chosen = self.chosen
        return AnswerFilter(
            survey=chosen.get("survey", ""),
            channel=chosen.get("channel", ""),
            language=chosen.get("language", ""),
            trigger=chosen.get("trigger", ""),
            theme=chosen.get("theme", ""),
            sentiment=chosen.get("mood", ""),
            segment=chosen.get("segment", ""),
            product=chosen.get("product", ""),
            variant=chosen.get("variant", ""),
            lowest=_score(chosen.get("from", "")),
            highest=_score(chosen.get("to", "")),
            commented=bool(chosen.get("words")),
            since=self.since(now),
            ids=tuple(int(one) for one in chosen["ids"].split(",") if one.isdecimal())
            if chosen.get("ids")
            else None,
        )


def _asked(
    days: Days = "30",
    by: By = By.SURVEY,
    survey: Short = "",
    channel: Short = "",
    language: Short = "",
    trigger: Short = "",
    segment: Short = "",
    product: Short = "",
    variant: Short = "",
    theme: Short = "",
    mood: Short = "",
    lowest: Annotated[str, Query(alias="from", max_length=6)] = "",
    highest: Annotated[str, Query(alias="to", max_length=6)] = "",
    words: Annotated[str, Query(max_length=1)] = "",
    ids: Annotated[str, Query(max_length=4000)] = "",
) -> Asked:
    chosen = {
        "survey": survey, "channel": channel, "language": language, "trigger": trigger, "segment": segment,
        "product": product, "variant": variant, "theme": theme, "mood": mood, "from": lowest, "to": highest, "words": words, "ids": ids,
    }  # fmt: skip
    return Asked(int(days), by, {key: value for key, value in chosen.items() if value})


AskedFor = Annotated[Asked, Depends(_asked)]


@router.get("/answers")
def answers_page(
    desk: AtDesk, asked: AskedFor, before: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    now = desk.house.clock()
    with desk.house.store.reading() as session:
        around = shell(session, desk)
        seen = answer_facts(session, desk.house.company, asked.since(now), now)
        groups = coming_up(session, asked.since(now), now)
        lines, following = find_answers(session, asked.filter(now), before=before)
        count = count_answers(session, asked.filter(now))
    facts = seen.only(asked.about)
    values = {
        "shell": around,
        "asked": asked,
        "facts": facts,
        "empty": not (seen.contacts or seen.given),
        "lines": lines,
        "line_count": count,
        "following": following,
        "further": before is not None,
        "new_themes": groups,
        "choices": {
            by: values_of(seen.contacts, seen.given, by)
            for by in ("survey", "channel", "segment", "product", "variant", "language")
        },
        **_figures(facts, asked, desk.house.company, now),
        **_names(desk),
        **_charts(facts, asked, desk, now),
    }
    return render(desk.request, "answers.html", values)


@router.get("/answers/who")
def who_page(desk: AtDesk, asked: AskedFor, step: Step, value: Short = "", only: bool = True) -> Response:
    """The requests behind a number: those that got to a step, of one value of the breakdown where `only` is off."""
    now = desk.house.clock()
    with desk.house.store.reading() as session:
        around = shell(session, desk)
        seen = answer_facts(session, desk.house.company, asked.since(now), now)
        contacts = {
            one.id: one
            for one in seen.only(asked.about).contacts
            if one.reached(step) and (only or str(getattr(one.about, asked.by)) == value)
        }
        lines = [one for one in asked_between(session, asked.since(now), now) if one.request.id in contacts]
    values = {
        "shell": around,
        "asked": asked,
        "step": step,
        "value": None if only else value,
        "lines": lines[::-1][:MOST_NAMED],
        "left": max(len(lines) - MOST_NAMED, 0),
        "contacts": contacts,
        **_names(desk),
    }
    return render(desk.request, "answers_who.html", values)


@router.get("/answers.csv")
def answers_csv(desk: AtDesk, asked: AskedFor) -> Response:
    header, rows = _table(desk, asked)
    return _file(spreadsheet.as_csv(header, rows).encode(), spreadsheet.CSV, "answers.csv")


@router.get("/answers.xlsx")
def answers_excel(desk: AtDesk, asked: AskedFor) -> Response:
    header, rows = _table(desk, asked)
    return _file(spreadsheet.as_excel("Answers", header, rows), spreadsheet.EXCEL, "answers.xlsx")


def _figures(facts: AnswerFacts, asked: Asked, company: Company, now: datetime) -> dict[str, Any]:
    counted = figures.moods(facts.given)
    return {
        "funnel": figures.funnel(facts.contacts),
        "parts": figures.broken_down(facts.contacts, asked.by),
        "part_scores": figures.scores_by(facts.given, asked.by),
        "times": figures.answer_times(facts.contacts),
        "scores": figures.scores_by_kind(facts.given),
        "themes": figures.theme_counts(facts.given)[:MOST_THEMES],
        "stations": figures.stations(facts.given, beside.station_of, beside.journey()),
        "benchmarks": beside.compared(facts.contacts),
        "loops": loop_figures(facts.loops, now),
        "useful": figures.usefulness(facts.given),
        "mood_counts": {mood: counted[mood] for mood in loop_words.MOODS if counted.get(mood)},
        "cloud": answers_words.cloud(figures.theme_counts(facts.given)),
        "steps": tuple(Step),
        "dimensions": tuple(By),
        "least": figures.LEAST,
    }


def _charts(facts: AnswerFacts, asked: Asked, desk: Desk, now: datetime) -> dict[str, Any]:
    """A trend and a distribution for each kind of score, with the rows of their tables."""
    reader, company, zone = reader_of(desk.request), desk.house.company, desk.house.company.zone
    first, last = asked.since(now).astimezone(zone).date(), now.astimezone(zone).date()
    drawn = {}
    for kind in figures.scores_by_kind(facts.given):
        weeks = figures.weekly(facts.given, kind, first, last, zone)
        spread = figures.distribution(facts.given, kind, scale_of(company, kind))
        labels = [reader.date(week.monday) for week in weeks]
        drawn[kind] = {
            "weeks": list(zip(labels, weeks, strict=True)),
            "trend": score_chart.trend(weeks, labels, kind),
            "bars": score_chart.bars(spread),
            "surveys": tuple(
                sorted(
                    {one.about.survey for one in facts.given if one.kind == kind and one.score is not None}
                )
            ),
        }
    return {"charts": drawn}


def _names(desk: Desk) -> dict[str, Any]:
    """What templates call surveys, themes, stations and the values of a breakdown."""
    words, reader, company = gettext_of(desk.request), reader_of(desk.request), desk.house.company
    themes = themes_of(company)

    def value_name(by: str, value: str) -> str:
        return answers_words.value_name(by, value, words, reader)

    return {
        "texts": answers_words,
        "value_name": value_name,
        "theme_name": lambda name: theme_name(name, reader.language, themes),
        "station_name": lambda name: beside.station_name(name, reader.language),
        "mood_name": lambda mood: words(loop_words.MOODS.get(mood) or mood),
        "moods": loop_words.MOODS,
        "counted_as": COUNTED_AS,
        **words_of(desk),
    }


def _table(desk: Desk, asked: Asked) -> tuple[list[str], list[Sequence[spreadsheet.Cell]]]:
    """The answers as rows, the newest first. Customers by number, and comments with personal data hidden."""
    header = [
        "answer", "completed_at", "survey", "score", "customer", "case", "channel", "language", "trigger",
        "segment", "product", "variant", "mood", "themes", "usefulness", "comment",
    ]  # fmt: skip
    with desk.house.store.reading() as session:
        wanted, lines, before = asked.filter(desk.house.clock()), list[AnswerLine](), None
        while not lines or before is not None:
            some, before = find_answers(session, wanted, before=before, limit=EXPORTED_AT_ONCE)
            lines += some
            if not some:
                break
    rows: list[Sequence[spreadsheet.Cell]] = []
    for line in lines:
        row = line.row
        rows.append(
            [
                row.id, row.completed_at.isoformat() if row.completed_at else None, row.survey, row.score,
                row.customer_id, row.case_id, row.channel, row.language, row.touchpoint,
                segment_of(line.customer), product_of(line), line.variant, row.sentiment,
                ", ".join(row.themes or ()), row.usefulness, row.redacted_comment,
            ]
        )  # fmt: skip
    return header, rows


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _score(written: str) -> float | None:
    try:
        return float(written) if written else None
    except ValueError:
        return None
