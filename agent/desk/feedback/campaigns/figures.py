"""Figures of campaigns: whom one would reach as things stand, and how far those that run have come."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.desk.feedback.asking.histories import histories
from agent.desk.feedback.campaigns.planning import others_of, weighed
from agent.feedback.campaigns.audience import Audience
from agent.feedback.campaigns.campaign import Steps, condition_of, ruled_by, wish_of
from agent.feedback.rules import Rules
from agent.feedback.timing.deciding import NotAsked
from agent.store.queries.feedback_conditions import customers_where
from agent.store.tables import (
    CampaignRow,
    CustomerRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    HeldBackRow,
    SurveyAnswerRow,
)

LOOKED_AT = 2000
"""Members of an audience that a live count looks at; of more it takes a sample, and the page says so."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a campaign would do now. `members` are counted; the rest is of those of them that were `looked_at`."""

    customers: int
    members: int
    looked_at: int
    held_back: Mapping[str, int]  # by the code of the reason, the most frequent first
    languages: Mapping[str, int] = field(default_factory=dict)
    by_row: tuple[int, ...] = ()  # customers whom each condition alone fits, told where nobody fits them all

    @property
    def is_sample(self) -> bool:
        return self.looked_at < self.members

    @property
    def asked(self) -> int:
        return self.looked_at - sum(self.held_back.values())

    def of_all(self, count: int) -> int:
        """A count of the sample, brought to all members."""
        return round(count * self.members / self.looked_at) if self.looked_at else 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign has come. `planned` are all its requests; `sent` those of which a message has left."""

    planned: int = 0
    waiting: int = 0
    sent: int = 0
    answered: int = 0
    dropped: int = 0  # held back at a later look
    held_back: Mapping[str, int] = field(default_factory=dict)

    @property
    def not_asked(self) -> int:
        return sum(self.held_back.values())


def reach_of(session: Session, steps: Steps, rules: Rules, now: datetime) -> Reach:
    """Whom the campaign would ask if it were planned now, and whom not and why."""
    customers = session.scalar(select(func.count()).select_from(CustomerRow)) or 0
    ruled = ruled_by(steps.plan, rules)
    wanted = customers_where(condition_of(steps, rules), now, ruled.limits, session.get_bind().dialect.name)
    number = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    every = max(1, -(-number // LOOKED_AT))
    ids = session.scalars(wanted.where(CustomerRow.id % every == 0).order_by(CustomerRow.id)).all()
    members = histories(session, ids, ruled, now)
    others = others_of(session, members)
    wish = wish_of("", steps, ruled, now)
    held: Counter[str] = Counter()
    for customer_id, history in members.items():
        decision = weighed(wish, history, others.get(customer_id, ()), now, ruled)
        if isinstance(decision, NotAsked):
            held[str(decision.reason.code)] += 1
    languages = Counter(history.customer.language for history in members.values())
    return Reach(
        customers,
        number,
        len(members),
        dict(held.most_common()),
        dict(languages.most_common()),
        () if number else _fitting_each(session, steps, ruled, now),
    )


def _fitting_each(session: Session, steps: Steps, rules: Rules, now: datetime) -> tuple[int, ...]:
    """How many customers each condition of the audience fits by itself."""
    found = []
    for row in steps.audience.rows:
        alone = condition_of(replace(steps, audience=Audience(rows=(row,))), rules)
        fitting = customers_where(alone, now, rules.limits, session.get_bind().dialect.name)
        found.append(session.scalar(select(func.count()).select_from(fitting.subquery())) or 0)
    return tuple(found)


def list_campaigns(session: Session, most: int = 200) -> Sequence[CampaignRow]:
    """Those under way first, then drafts, then what is over; within each the newest first."""
    rows = session.scalars(select(CampaignRow).order_by(CampaignRow.id.desc()).limit(most)).all()
    order = {"running": 0, "paused": 0, "scheduled": 1, "draft": 2}
    return sorted(rows, key=lambda row: order.get(row.state, 3))


def progress_of(session: Session, campaign_ids: Iterable[int]) -> Mapping[int, Progress]:
    """The progress of several campaigns, in four queries."""
    ids = sorted(set(campaign_ids))
    request, message, held = FeedbackRequestRow, FeedbackMessageRow, HeldBackRow
    states: dict[int, Counter[str]] = defaultdict(Counter)
    for number, state, count in session.execute(
        select(request.campaign_id, request.state, func.count())
        .where(request.campaign_id.in_(ids))
        .group_by(request.campaign_id, request.state)
    ):
        states[number or 0][state] = count
    sent = session.execute(
        select(request.campaign_id, func.count(message.request_id.distinct()))
        .join(message, message.request_id == request.id)
        .where(request.campaign_id.in_(ids), message.sent_at.is_not(None))
        .group_by(request.campaign_id)
    )
    answered = session.execute(
        select(request.campaign_id, func.count())
        .join(SurveyAnswerRow, SurveyAnswerRow.request_id == request.id)
        .where(request.campaign_id.in_(ids), SurveyAnswerRow.completed_at.is_not(None))
        .group_by(request.campaign_id)
    )
    reasons: dict[int, dict[str, int]] = defaultdict(dict)
    for number, code, count in session.execute(
        select(held.campaign_id, held.code, func.count())
        .where(held.campaign_id.in_(ids))
        .group_by(held.campaign_id, held.code)
        .order_by(func.count().desc())
    ):
        reasons[number][code] = count
    left: dict[int | None, int] = {row[0]: row[1] for row in sent}
    came_back: dict[int | None, int] = {row[0]: row[1] for row in answered}
    return {
        number: Progress(
            planned=states[number].total(),
            waiting=states[number]["open"] + states[number]["paused"],
            sent=left.get(number, 0),
            answered=came_back.get(number, 0),
            dropped=states[number]["not_asked"],
            held_back=reasons[number],
        )
        for number in ids
    }
