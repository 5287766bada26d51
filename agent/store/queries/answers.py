"""Answers to surveys as people look for them: requests with the steps they took, answers, and comments page by page."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, select
from sqlalchemy.orm import Session

from agent.store.tables import (
    CaseRow,
    CustomerRow,
    ExperimentRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    FollowUpRow,
    MessageRow,
    SurveyAnswerRow,
    VariantRow,
)

ON_PAGE = 50
MOST_VECTORS = 500


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A request of which something has left, its messages in the order of leaving, and what it is about."""

    request: FeedbackRequestRow
    messages: tuple[FeedbackMessageRow, ...]
    answer: SurveyAnswerRow | None
    customer: CustomerRow | None
    event_data: dict[str, Any]
    variant: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer with who gave it (None over an open link, or erased) and the request behind it."""

    row: SurveyAnswerRow
    customer: CustomerRow | None
    request: FeedbackRequestRow | None
    event_data: dict[str, Any]
    variant: str


@dataclass(frozen=True, slots=True)
class AnswerFilter:
    """Which answers are wanted; empty values mean all. `lowest` and `highest` bound the score, both included.

    `segment` is that of the record, else »company« or »private«; `variant` is »experiment: arm«.
    """

    survey: str = ""
    channel: str = ""
    language: str = ""
    trigger: str = ""
    theme: str = ""
    sentiment: str = ""
    segment: str = ""
    product: str = ""
    variant: str = ""
    lowest: float | None = None
    highest: float | None = None
    commented: bool = False
    since: datetime | None = None
    until: datetime | None = None
    ids: tuple[int, ...] | None = None


def asked_between(session: Session, start: datetime, end: datetime) -> tuple[AskedLine, ...]:
    """The requests whose first message left from `start` up to, not with, `end`."""
    first = (
        select(FeedbackMessageRow.request_id)
        .where(FeedbackMessageRow.sent_at.is_not(None))
        .group_by(FeedbackMessageRow.request_id)
        .having(and_(func.min(FeedbackMessageRow.sent_at) >= start, func.min(FeedbackMessageRow.sent_at) < end))
    )  # fmt: skip
    messages: defaultdict[int, list[FeedbackMessageRow]] = defaultdict(list)
    sent = (
        select(FeedbackMessageRow)
        .where(FeedbackMessageRow.request_id.in_(first), FeedbackMessageRow.sent_at.is_not(None))
        .order_by(FeedbackMessageRow.sent_at, FeedbackMessageRow.id)
    )
    for message in session.scalars(sent):
        messages[message.request_id].append(message)
    variants = _variants(session)
    rows = session.execute(
        select(FeedbackRequestRow, SurveyAnswerRow, CustomerRow, FeedbackEventRow.data)
        .outerjoin(SurveyAnswerRow, SurveyAnswerRow.request_id == FeedbackRequestRow.id)
        .outerjoin(CustomerRow, CustomerRow.id == FeedbackRequestRow.customer_id)
        .outerjoin(FeedbackEventRow, FeedbackEventRow.id == FeedbackRequestRow.event_id)
        .where(FeedbackRequestRow.id.in_(first), FeedbackRequestRow.form == "survey")
        .order_by(FeedbackRequestRow.id)
    )
    return tuple(
        AskedLine(
            request,
            tuple(messages[request.id]),
            answer,
            customer,
            data or {},
            variants.get(request.variant_id or 0, ""),
        )
        for request, answer, customer, data in rows
    )


def answers_between(session: Session, start: datetime, end: datetime) -> tuple[AnswerLine, ...]:
    """The answers that were completed in this time, the oldest first."""
    query = _answers().where(SurveyAnswerRow.completed_at >= start, SurveyAnswerRow.completed_at < end)
    return _read(session, query.order_by(SurveyAnswerRow.id))


def scores_between(session: Session, start: datetime, end: datetime) -> list[tuple[str, float, datetime]]:
    """The survey, score and time of each answer that was completed in this time: all that a trend of scores takes."""
    rows = session.execute(
        select(SurveyAnswerRow.survey, SurveyAnswerRow.score, SurveyAnswerRow.completed_at).where(
            SurveyAnswerRow.completed_at >= start,
            SurveyAnswerRow.completed_at < end,
            SurveyAnswerRow.score.is_not(None),
        )
    )
    return [(survey, score, at) for survey, score, at in rows if score is not None and at is not None]


def find_answers(
    session: Session, wanted: AnswerFilter, *, before: int | None = None, limit: int = ON_PAGE
) -> tuple[tuple[AnswerLine, ...], int | None]:
    """Completed answers, the newest first, with the number after which the next page begins (None on the last)."""
    query = _answers().where(SurveyAnswerRow.completed_at.is_not(None), *_conditions(wanted))
    if before is not None:
        query = query.where(SurveyAnswerRow.id < before)
    lines = _read(session, query.order_by(SurveyAnswerRow.id.desc()).limit(limit + 1))
    return lines[:limit], lines[limit - 1].row.id if len(lines) > limit else None


def count_answers(session: Session, wanted: AnswerFilter) -> int:
    query = select(func.count()).select_from(SurveyAnswerRow)
    return session.scalar(
        query.where(SurveyAnswerRow.completed_at.is_not(None), *_conditions(wanted))
    ) or 0  # fmt: skip


def unthemed(session: Session, start: datetime, end: datetime) -> tuple[tuple[int, str, bytes], ...]:
    """The newest hidden comments that no theme fits, with their vectors: id, words, vector."""
    rows = session.execute(
        select(SurveyAnswerRow.id, SurveyAnswerRow.redacted_comment, SurveyAnswerRow.vector)
        .where(
            SurveyAnswerRow.completed_at >= start,
            SurveyAnswerRow.completed_at < end,
            SurveyAnswerRow.vector.is_not(None),
            cast(SurveyAnswerRow.themes, String) == "[]",
        )
        .order_by(SurveyAnswerRow.id.desc())
        .limit(MOST_VECTORS)
    )
    return tuple((number, words, vector or b"") for number, words, vector in rows)


def signs_of_life(session: Session, follow_ups: Sequence[int]) -> dict[int, datetime]:
    """When each follow-up's customer first wrote, answered, or did something that another program told us, since it."""
    since = FollowUpRow.created_at
    wrote = (
        select(FollowUpRow.id, func.min(MessageRow.received_at))
        .join(CaseRow, CaseRow.customer_id == FollowUpRow.customer_id)
        .join(MessageRow, MessageRow.case_id == CaseRow.id)
        .where(MessageRow.direction == "in", MessageRow.kind == "customer", MessageRow.received_at > since)
    )
    answered = (
        select(FollowUpRow.id, func.min(SurveyAnswerRow.completed_at))
        .join(SurveyAnswerRow, SurveyAnswerRow.customer_id == FollowUpRow.customer_id)
        .where(SurveyAnswerRow.completed_at > since, SurveyAnswerRow.id != FollowUpRow.answer_id)
    )
    did = (
        select(FollowUpRow.id, func.min(FeedbackEventRow.at))
        .join(FeedbackEventRow, FeedbackEventRow.customer_id == FollowUpRow.customer_id)
        .where(FeedbackEventRow.source == "api", FeedbackEventRow.at > since)
    )
    first: dict[int, datetime] = {}
    for query in (wrote, answered, did):
        rows = session.execute(query.where(FollowUpRow.id.in_(follow_ups)).group_by(FollowUpRow.id))
        for number, at in rows:
            if at is not None:
                first[number] = min(at, first.get(number, at))
    return first


def follow_ups_between(session: Session, start: datetime, end: datetime) -> Sequence[FollowUpRow]:
    """Those that were opened in this time."""
    return session.scalars(
        select(FollowUpRow)
        .where(FollowUpRow.created_at >= start, FollowUpRow.created_at < end)
        .order_by(FollowUpRow.id)
    ).all()


def _answers() -> Select[SurveyAnswerRow, CustomerRow, FeedbackRequestRow, dict[str, Any]]:
    return (
        select(SurveyAnswerRow, CustomerRow, FeedbackRequestRow, FeedbackEventRow.data)
        .outerjoin(CustomerRow, CustomerRow.id == SurveyAnswerRow.customer_id)
        .outerjoin(FeedbackRequestRow, FeedbackRequestRow.id == SurveyAnswerRow.request_id)
        .outerjoin(FeedbackEventRow, FeedbackEventRow.id == FeedbackRequestRow.event_id)
    )


def _read(
    session: Session, query: Select[SurveyAnswerRow, CustomerRow, FeedbackRequestRow, dict[str, Any]]
) -> tuple[AnswerLine, ...]:
    variants = _variants(session)
    return tuple(
        AnswerLine(
            row, customer, request, data or {}, variants.get(request.variant_id or 0, "") if request else ""
        )
        for row, customer, request, data in session.execute(query)
    )


def _conditions(wanted: AnswerFilter) -> list[ColumnElement[bool]]:
    row = SurveyAnswerRow
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (row.survey, wanted.survey),
        (row.channel, wanted.channel),
        (row.language, wanted.language),
        (row.touchpoint, wanted.trigger),
        (row.sentiment, wanted.sentiment),
    ):
        if value:
            found.append(column == value)
    if wanted.theme:  # names of themes are words: none holds another within quotation marks
        found.append(cast(row.themes, String).contains(f'"{wanted.theme}"', autoescape=True))
    found += _about_whom_and_what(wanted)
    if wanted.lowest is not None:
        found.append(row.score >= wanted.lowest)
    if wanted.highest is not None:
        found.append(row.score <= wanted.highest)
    if wanted.commented:
        found.append(row.comment != "")
    if wanted.since is not None:
        found.append(row.completed_at >= wanted.since)
    if wanted.until is not None:
        found.append(row.completed_at < wanted.until)
    if wanted.ids is not None:
        found.append(row.id.in_(wanted.ids))
    return found


def _about_whom_and_what(wanted: AnswerFilter) -> Iterator[ColumnElement[bool]]:
    row = SurveyAnswerRow
    if wanted.segment:
        yield row.customer_id.in_(select(CustomerRow.id).where(_segment() == wanted.segment))
    if wanted.product:
        yield row.id.in_(_about_product(wanted.product))
    if wanted.variant:
        yield row.request_id.in_(_of_variant(wanted.variant))


def _segment() -> ColumnElement[str]:
    """What `segment_of` says of a customer's row."""
    return case(
        (CustomerRow.segment != "", CustomerRow.segment),
        (CustomerRow.company != "", "company"),
        else_="private",
    )


def _about_product(name: str) -> Select[int]:
    """Answers about a product: that of the event which led to the request, else that of the customer's record."""
    product = func.coalesce(
        func.nullif(FeedbackEventRow.data["product"].as_string(), ""),
        CustomerRow.attributes["product"].as_string(),
    )
    return (
        select(SurveyAnswerRow.id)
        .outerjoin(CustomerRow, CustomerRow.id == SurveyAnswerRow.customer_id)
        .outerjoin(FeedbackRequestRow, FeedbackRequestRow.id == SurveyAnswerRow.request_id)
        .outerjoin(FeedbackEventRow, FeedbackEventRow.id == FeedbackRequestRow.event_id)
        .where(product == name)
    )


def _of_variant(name: str) -> Select[int]:
    return (
        select(FeedbackRequestRow.id)
        .join(VariantRow, VariantRow.id == FeedbackRequestRow.variant_id)
        .join(ExperimentRow, ExperimentRow.id == VariantRow.experiment_id)
        .where(ExperimentRow.name + ": " + VariantRow.name == name)
    )


def _variants(session: Session) -> dict[int, str]:
    """Variants by id, each named with its experiment: »Reminder: after 3 days«."""
    rows = session.execute(
        select(VariantRow.id, ExperimentRow.name, VariantRow.name).join(
            ExperimentRow, ExperimentRow.id == VariantRow.experiment_id
        )
    )
    return {number: f"{experiment}: {name}" for number, experiment, name in rows}
