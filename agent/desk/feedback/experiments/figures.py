"""What has become of an experiment's requests: the settled ones, each customer once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from agent.feedback.experiments.outcome import Judging, Outcome, Seen, outcome_of
from agent.store.tables import (
    CaseRow,
    CustomerRow,
    ExperimentRow,
    FeedbackMessageRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    SurveyAnswerRow,
    VariantRow,
)

COMPLAINING = ("very_negative", "negative")
"""Moods of a new case that count as a complaint about having been asked."""


def outcome_now(session: Session, row: ExperimentRow, judging: Judging, now: datetime) -> Outcome:
    """The experiment as it may be read at this moment."""
    return outcome_of(
        seen_of(session, row, judging, now),
        judging,
        started=row.started_at or row.created_at,
        now=min(now, row.ended_at) if row.ended_at else now,
        least_days=row.least_days,
        sample_size=row.sample_size,
        cost_per_message_eur=row.cost_per_message_eur,
    )


def seen_of(session: Session, row: ExperimentRow, judging: Judging, now: datetime) -> list[Seen]:
    """Every arm with what is settled. A customer's first request counts, so that people stay independent of each
    other; an answer counts when it came within the time after which the request settles, for all arms alike."""
    variants = session.scalars(
        select(VariantRow)
        .where(VariantRow.experiment_id == row.id)
        .order_by(VariantRow.holdout.desc(), VariantRow.id)
    ).all()
    request, message = FeedbackRequestRow, FeedbackMessageRow
    first = (
        select(
            request.variant_id,
            request.customer_id,
            func.min(request.id).label("request_id"),
            func.min(message.sent_at).label("sent_at"),
            func.count(message.id).label("messages"),
        )
        .join(message, message.request_id == request.id)
        .where(request.variant_id.in_([one.id for one in variants]), message.sent_at.is_not(None))
        .group_by(request.variant_id, request.customer_id)
        .subquery()
    )
    settled = select(first).where(first.c.sent_at <= now - judging.settled_after)
    asked = {
        (one.variant_id, one.customer_id): (one.request_id, one.sent_at, one.messages)
        for one in session.execute(settled)
    }
    answered = _answers(session, [one.id for one in variants])
    guarded = {
        "complaints": _moments(
            session, select(CustomerRow.id, CaseRow.created_at)
            .join(CaseRow, CaseRow.customer_email == CustomerRow.email)
            .where(CaseRow.sentiment.in_(COMPLAINING), _took_part(CustomerRow.id, variants)),
        ),
        "opt_outs": _moments(
            session, select(FeedbackOptOutRow.customer_id, FeedbackOptOutRow.created_at)
            .where(_took_part(FeedbackOptOutRow.customer_id, variants)),
        ),
    }  # fmt: skip
    return [_seen(one, asked, answered, guarded, judging) for one in variants]


def _seen(
    variant: VariantRow,
    asked: dict[tuple[int, int], tuple[int, datetime, int]],
    answered: dict[int, datetime],
    guarded: dict[str, dict[int, list[datetime]]],
    judging: Judging,
) -> Seen:
    mine = {customer: found for (arm, customer), found in asked.items() if arm == variant.id}

    def within(moments: list[datetime], sent_at: datetime, width: timedelta) -> bool:
        return any(sent_at <= moment <= sent_at + width for moment in moments)

    def guard(name: str) -> int:
        return sum(
            within(guarded[name].get(customer, []), sent_at, judging.guarded_within)
            for customer, (_, sent_at, _) in mine.items()
        )

    came_back = sum(
        request_id in answered and within([answered[request_id]], sent_at, judging.settled_after)
        for request_id, sent_at, _ in mine.values()
    )
    return Seen(
        variant.name,
        asked=len(mine),
        answered=came_back,
        complaints=guard("complaints"),
        opt_outs=guard("opt_outs"),
        messages=sum(messages for _, _, messages in mine.values()),
        holdout=variant.holdout,
        stopped=variant.stopped_at is not None,
    )


def _answers(session: Session, variant_ids: list[int]) -> dict[int, datetime]:
    request, answer = FeedbackRequestRow, SurveyAnswerRow
    rows = session.execute(
        select(request.id, answer.completed_at)
        .join(answer, answer.request_id == request.id)
        .where(request.variant_id.in_(variant_ids), answer.completed_at.is_not(None))
    )
    return {one.id: one.completed_at for one in rows}


def _took_part(
    customer_id: InstrumentedAttribute[int], variants: Sequence[VariantRow]
) -> ColumnElement[bool]:
    request = FeedbackRequestRow
    ids = [one.id for one in variants]
    return customer_id.in_(select(request.customer_id).where(request.variant_id.in_(ids)))


def _moments(session: Session, query: Select[int, datetime]) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = {}
    for customer_id, moment in session.execute(query):
        found.setdefault(customer_id, []).append(moment)
    return found
