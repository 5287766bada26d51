"""Answers to surveys over HTTP, and the figures they make."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from agent.desk.feedback.answers.answer_facts import answer_facts, product_of, segment_of
from agent.desk.feedback.loop.loop_rules import scale_of
from agent.errors import WrongUse
from agent.feedback.answers.beside import compared
from agent.feedback.answers.figures import (
    By,
    Funnel,
    answer_times,
    broken_down,
    distribution,
    funnel,
    moods,
    scores_by,
    scores_by_kind,
    theme_counts,
    usefulness,
)
from agent.feedback.answers.scores import Figure
from agent.feedback.loop.loops import loop_figures
from agent.store.queries.answers import AnswerFilter, AnswerLine, find_answers
from api.v1.access import CallerNeeded

router = APIRouter(tags=["feedback"])

LONGEST = timedelta(days=731)
USUAL = timedelta(days=30)


class AnswerOut(BaseModel):
    """One completed answer. `customer_id` is null over an open link, and for a customer who was erased."""

    id: int
    survey: str
    score: float | None
    answers: dict[str, Any]
    comment: str
    redacted_comment: str
    sentiment: str
    themes: list[str]
    usefulness: float | None
    customer_id: int | None
    case_id: int | None
    request_id: int | None
    channel: str
    language: str
    touchpoint: str
    segment: str
    product: str
    variant: str
    completed_at: datetime
    changed_at: datetime | None


class AnswerPageOut(BaseModel):
    """`next` goes into `after` for the next page; null on the last."""

    items: list[AnswerOut]
    next: int | None


class FigureOut(BaseModel):
    """A figure with its 95 % interval and the requests or answers it rests on."""

    value: float
    low: float
    high: float
    n: int


class FunnelOut(BaseModel):
    """How many requests got to each step; `response` is completed of sent, `completion` completed of started."""

    steps: dict[str, int]
    response: FigureOut | None
    completion: FigureOut | None


class LoopsOut(BaseModel):
    """Follow-ups of the time; `stayed` is a lower bound (see docs)."""

    opened: int
    closed: FigureOut | None
    in_time: FigureOut | None
    median_seconds: float | None
    stayed: FigureOut | None
    stayed_without: FigureOut | None


class BenchmarkOut(BaseModel):
    """Our own response rate beside the published one (usual and good from–to, excellent from); `verdict` may be empty."""

    ours: FigureOut | None
    usual: tuple[float, float]
    good: tuple[float, float]
    excellent: float
    verdict: str


class FeedbackFiguresOut(BaseModel):
    """Figures of the time from `since` up to, not with, `until`.

    `distributions` say how often each score was given, by kind; `usefulness` is the mean quality of comments (0 to 1).
    """

    since: datetime
    until: datetime
    funnel: FunnelOut
    by: str
    parts: dict[str, FunnelOut]
    scores: dict[str, FigureOut]
    median_seconds_to_answer: float | None
    distributions: dict[str, dict[int, int]]
    part_scores: dict[str, dict[str, FigureOut]]
    benchmarks: dict[str, BenchmarkOut]
    sentiments: dict[str, int]
    usefulness: float | None
    themes: dict[str, int]
    loops: LoopsOut


@router.get("/answers")
def list_answers(
    caller: CallerNeeded,
    *,
    survey: str = "",
    channel: str = "",
    language: str = "",
    touchpoint: str = "",
    theme: str = "",
    sentiment: str = "",
    segment: str = "",
    product: str = "",
    variant: str = "",
    commented: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    lowest: float | None = None,
    highest: float | None = None,
    after: Annotated[int | None, Query(description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AnswerPageOut:
    """Completed answers, newest number first."""
    wanted = AnswerFilter(
        survey=survey,
        channel=channel,
        language=language,
        trigger=touchpoint,
        theme=theme,
        sentiment=sentiment,
        segment=segment,
        product=product,
        variant=variant,
        commented=commented,
        lowest=lowest,
        highest=highest,
        since=_aware(since),
        until=_aware(until),
    )
    with caller.house.store.reading() as session:
        lines, following = find_answers(session, wanted, before=after, limit=limit)
    return AnswerPageOut(items=[_answer(line) for line in lines], next=following)


@router.get("/feedback/figures")
def feedback_figures(
    caller: CallerNeeded,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    by: By = By.SURVEY,
    survey: str = "",
    channel: str = "",
    language: str = "",
    touchpoint: str = "",
    segment: str = "",
    product: str = "",
    variant: str = "",
) -> FeedbackFiguresOut:
    """How asking fared: the last 30 days where nothing else is said, of what is chosen alone."""
    now = caller.house.clock()
    end = _aware(until) or now
    start = _aware(since) or end - USUAL
    if not start < end or end - start > LONGEST:
        raise WrongUse(
            "These instants are no period.", remedy="Let `until` follow `since`, within two years."
        )
    with caller.house.store.reading() as session:
        facts = answer_facts(session, caller.house.company, start, end).only(
            {
                "survey": survey, "channel": channel, "language": language, "trigger": touchpoint,
                "segment": segment, "product": product, "variant": variant,
            }
        )  # fmt: skip
    scores, useful = scores_by_kind(facts.given), usefulness(facts.given)
    times, loops = answer_times(facts.contacts), loop_figures(facts.loops, now)
    return FeedbackFiguresOut(
        since=start,
        until=end,
        funnel=_funnel(funnel(facts.contacts)),
        by=by,
        parts={value: _funnel(part) for value, part in broken_down(facts.contacts, by).items()},
        scores=_figures(scores),
        distributions={
            kind: distribution(facts.given, kind, scale_of(caller.house.company, kind)) for kind in scores
        },
        part_scores={value: _figures(part) for value, part in scores_by(facts.given, by).items()},
        benchmarks={
            one.benchmark.name: BenchmarkOut(
                ours=_figure(one.ours.response),
                usual=one.benchmark.usual,
                good=one.benchmark.good,
                excellent=one.benchmark.excellent,
                verdict=one.verdict,
            )
            for one in compared(facts.contacts)
        },
        sentiments=moods(facts.given),
        usefulness=useful[0] if useful is not None else None,
        median_seconds_to_answer=times.median.total_seconds() if times is not None else None,
        themes={one.name: len(one.answers) for one in theme_counts(facts.given)},
        loops=LoopsOut(
            opened=loops.opened,
            closed=_figure(loops.closed),
            in_time=_figure(loops.in_time),
            median_seconds=loops.median.total_seconds() if loops.median is not None else None,
            stayed=_figure(loops.stayed),
            stayed_without=_figure(loops.stayed_alone),
        ),
    )


def _answer(line: AnswerLine) -> AnswerOut:
    row = line.row
    return AnswerOut(
        id=row.id,
        survey=row.survey,
        score=row.score,
        answers=row.answers,
        comment=row.comment,
        redacted_comment=row.redacted_comment,
        sentiment=row.sentiment,
        themes=list(row.themes or ()),
        usefulness=row.usefulness,
        customer_id=row.customer_id,
        case_id=row.case_id,
        request_id=row.request_id,
        channel=row.channel,
        language=row.language,
        touchpoint=row.touchpoint,
        segment=segment_of(line.customer),
        product=product_of(line),
        variant=line.variant,
        completed_at=row.completed_at or row.created_at,
        changed_at=row.changed_at,
    )


def _funnel(one: Funnel) -> FunnelOut:
    return FunnelOut(
        steps={str(step): count for step, count in one.counts.items()},
        response=_figure(one.response),
        completion=_figure(one.completion),
    )


def _figures(scores: Mapping[str, Figure]) -> dict[str, FigureOut]:
    return {kind: out for kind, one in scores.items() if (out := _figure(one)) is not None}


def _figure(one: Figure | None) -> FigureOut | None:
    return None if one is None else FigureOut(value=one.value, low=one.low, high=one.high, n=one.answers)


def _aware(instant: datetime | None) -> datetime | None:
    """An instant without a zone is in UTC."""
    return instant.replace(tzinfo=UTC) if instant is not None and instant.tzinfo is None else instant
