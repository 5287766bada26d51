"""A run of a campaign: for each customer of its audience a request, or a note why this person is not asked.

Customers are taken in the order of their ids, a batch a transaction, and the place reached is stored with what the
batch brought. A process that is killed repeats nothing and leaves nobody out; of two schedulers that take the same
batch one finds that the place has moved, and lets go of its own.
"""

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from agent.desk.audit import SYSTEM, record
from agent.desk.feedback.asking.histories import histories
from agent.desk.feedback.asking.wishes import kept
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.house import House
from agent.feedback.campaigns.campaign import Steps, condition_of, ruled_by, steps_of, wish_of
from agent.feedback.campaigns.schedule import next_run
from agent.feedback.conditions import Condition
from agent.feedback.evaluation import holds
from agent.feedback.history import Channel, History
from agent.feedback.reasons import Code, Reason
from agent.feedback.rules import Rules
from agent.feedback.surveys.questions import LANGUAGES
from agent.feedback.timing.deciding import Ask, Decision, NotAsked, Wish, choose, decide
from agent.store.queries.feedback_conditions import customers_where
from agent.store.session import retry_passing
from agent.store.tables import CampaignRow, CustomerRow, FeedbackEventRow, FeedbackRequestRow, HeldBackRow

log = structlog.get_logger()

BATCH = 2500  # customers a transaction: each waits for the disk once
BATCHES_A_CALL = 8  # the scheduler has other duties
LOOK_FOR_EVENTS = timedelta(minutes=2)
SETTLED = timedelta(seconds=10)
"""Events younger than this are left for the next look: ids are given out before they are committed."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one campaign asks for, read once a batch."""

    id: int
    name: str
    number: int
    steps: Steps
    rules: Rules
    audience: Condition
    planned_up_to: int

    @classmethod
    def of(cls, row: CampaignRow, rules: Rules) -> "Run":
        steps = steps_of(row.steps)
        goes_on = row.runs > 0 and (row.planned_up_to > 0 or steps.schedule.how == "event")
        return cls(
            id=row.id,
            name=row.name,
            number=row.runs if goes_on else row.runs + 1,
            steps=steps,
            rules=ruled_by(steps.plan, rules),
            audience=condition_of(steps, rules),
            planned_up_to=row.planned_up_to,
        )

    @property
    def by_event(self) -> bool:
        return self.steps.schedule.how == "event"


@dataclass(slots=True)
class Batch:
    """What a batch brought: rows to insert, how far it came, and whether anybody is left behind it."""

    up_to: int
    more: bool
    looked_at: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    held_back: list[dict[str, Any]] = field(default_factory=list)


def plan_campaigns(house: House, batches: int = BATCHES_A_CALL) -> int:
    """Plan what is due, at most so many batches; how many customers were looked at. Call it again and again."""
    looked_at = 0
    for campaign_id in _due(house):
        while batches > 0:
            batches -= 1
            with _collector_waits():
                batch = _plan_batch(house, campaign_id)
            if batch is None:
                break
            looked_at += batch.looked_at
            if not batch.more:
                break
    _finish(house)
    return looked_at


@contextmanager
def _collector_waits() -> Iterator[None]:
    """A batch makes half a million values that never refer back: looking for cycles among them is a third of its work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@retry_passing
def _plan_batch(house: House, campaign_id: int) -> Batch | None:
    """One batch, decided before the database is locked for writing; None where it is nobody's turn any more."""
    now, rules = house.clock(), asking_rules_of(house.company)
    with house.store.reading() as session:
        row = session.get(CampaignRow, campaign_id)
        if row is None or not _is_due(row, now):
            return None
        run = Run.of(row, rules)
        batch = _of_events(session, run, now) if run.by_event else _of_customers(session, run, now)
    with house.store.writing() as unit:
        moved = unit.session.execute(
            update(CampaignRow)
            .where(
                CampaignRow.id == run.id,
                CampaignRow.planned_up_to == run.planned_up_to,
                CampaignRow.state.in_(("scheduled", "running")),
                CampaignRow.next_run_at <= now,
            )
            .values(**_afterwards(run, batch, now))
            .execution_options(synchronize_session=False)
        )
        if moved.rowcount != 1:  # type: ignore[attr-defined]
            return None
        for table, found in ((FeedbackRequestRow, batch.requests), (HeldBackRow, batch.held_back)):
            if found:
                unit.session.execute(insert(table), found)
        house.fail_point("campaign.batch")
        if not batch.more and not run.by_event:
            record(
                unit, "campaign.planned", actor=SYSTEM, now=now, subject=f"campaign:{run.id}", run=run.number
            )
    log.info(
        "campaign.batch_planned", campaign=run.id, run=run.number, asked=len(batch.requests),
        held_back=len(batch.held_back), up_to=batch.up_to,
    )  # fmt: skip
    return batch


def _due(house: House) -> Sequence[int]:
    with house.store.reading() as session:
        return session.scalars(
            select(CampaignRow.id)
            .where(CampaignRow.next_run_at <= house.clock(), CampaignRow.state.in_(("scheduled", "running")))
            .order_by(CampaignRow.next_run_at, CampaignRow.id)
        ).all()


def _is_due(row: CampaignRow, now: datetime) -> bool:
    return row.state in {"scheduled", "running"} and row.next_run_at is not None and row.next_run_at <= now


def _afterwards(run: Run, batch: Batch, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"state": "running", "runs": run.number, "planned_up_to": batch.up_to}
    if run.by_event:
        values["next_run_at"] = now if batch.more else now + LOOK_FOR_EVENTS
    elif not batch.more:
        values["planned_up_to"] = 0
        values["next_run_at"] = next_run(run.steps.schedule, now, run.rules.company.zone)
    return values


def _of_customers(session: Session, run: Run, now: datetime) -> Batch:
    """The next customers of the audience, found by the database; the same condition holds in memory."""
    wanted = customers_where(run.audience, now, run.rules.limits, session.get_bind().dialect.name)
    ids = session.scalars(
        wanted.where(CustomerRow.id > run.planned_up_to).order_by(CustomerRow.id).limit(BATCH + 1)
    ).all()
    mine = ids[:BATCH]
    batch = Batch(mine[-1] if mine else run.planned_up_to, len(ids) > BATCH, len(mine))
    audience = histories(session, mine, run.rules, now)
    others = others_of(session, audience)
    wish = wish_of(run.name, run.steps, run.rules, now)
    for customer_id, history in audience.items():
        decision = weighed(wish, history, others.get(customer_id, ()), now, run.rules)
        _note(batch, run, customer_id, history, wish, decision, now)
    return batch


def _of_events(session: Session, run: Run, now: datetime) -> Batch:
    """The customers to whom the event has happened since the last look."""
    event = FeedbackEventRow
    found = session.execute(
        select(event.id, event.customer_id, event.at)
        .where(
            event.id > run.planned_up_to,
            event.kind == run.steps.schedule.event,
            event.created_at <= now - SETTLED,
        )
        .order_by(event.id)
        .limit(BATCH + 1)
    ).all()
    mine = found[:BATCH]
    batch = Batch(mine[-1].id if mine else run.planned_up_to, len(found) > BATCH, len(mine))
    known = histories(session, {each.customer_id for each in mine}, run.rules, now)
    others = others_of(session, known)
    held = _held_already(session, run, known)
    asked: set[int] = set()
    for each in mine:
        history = known[each.customer_id]
        if each.customer_id in asked or not holds(run.audience, history, now):
            continue
        asked.add(each.customer_id)
        wish = wish_of(run.name, run.steps, run.rules, now, occasion=each.at)
        decision = weighed(wish, history, others.get(each.customer_id, ()), now, run.rules)
        if isinstance(decision, Ask) or each.customer_id not in held:
            _note(batch, run, each.customer_id, history, wish, decision, now, occasion=each.at)
    return batch


def weighed(wish: Wish, history: History, others: Sequence[Ask], now: datetime, rules: Rules) -> Decision:
    """The decision about a campaign's wish beside what else is wished of this customer."""
    decision = decide(wish, history, now, rules)
    if not others or isinstance(decision, NotAsked):
        return decision
    return choose([*others, decision], rules.limits.cap(business=history.customer.business))[-1]


def others_of(session: Session, customers: Iterable[int]) -> Mapping[int, Sequence[Ask]]:
    """The open requests of these customers, as what they would ask."""
    row, ids = FeedbackRequestRow, sorted(customers)
    found: dict[int, list[Ask]] = defaultdict(list)
    for start in range(0, len(ids), 500):
        for one in session.execute(
            select(row.customer_id, row.name, row.importance, row.survey, row.planned_for, row.wanted_from)
            .where(row.customer_id.in_(ids[start : start + 500]), row.state.in_(("open", "paused")))
            .order_by(row.id)
        ):
            found[one.customer_id].append(
                Ask(
                    one.planned_for or one.wanted_from, Channel.EMAIL, one.survey, "survey", "",
                    Reason(Code.CAMPAIGN), one.name, one.importance,
                )
            )  # fmt: skip
    return found


def _held_already(session: Session, run: Run, customers: Iterable[int]) -> set[int]:
    row, ids, found = HeldBackRow, sorted(customers), set[int]()
    for start in range(0, len(ids), 500):
        found |= set(
            session.scalars(
                select(row.customer_id).where(
                    row.campaign_id == run.id,
                    row.run == run.number,
                    row.customer_id.in_(ids[start : start + 500]),
                )
            )
        )
    return found


def _note(
    batch: Batch,
    run: Run,
    customer_id: int,
    history: History,
    wish: Wish,
    decision: Decision,
    now: datetime,
    *,
    occasion: datetime | None = None,
) -> None:
    """A row for the decision. What somebody may yet ask at a later look is a request too."""
    if isinstance(decision, NotAsked) and decision.again_at is None:
        batch.held_back.append(
            {
                "campaign_id": run.id,
                "run": run.number,
                "customer_id": customer_id,
                "code": str(decision.reason.code),
                "reason": kept(decision.reason),
                "created_at": now,
            }
        )
        return
    batch.requests.append(
        {
            "customer_id": customer_id,
            "campaign_id": run.id,
            "run": run.number,
            "name": wish.name,
            "cause": kept(wish.reason),
            "survey": wish.survey,
            "form": wish.form,
            "window": wish.window,
            "importance": wish.importance,
            "occasion_at": occasion,
            "wanted_from": wish.wanted_from,
            "wanted_until": wish.wanted_until,
            "state": "open",
            "look_at": decision.when if isinstance(decision, Ask) else decision.again_at,
            "reason": kept(decision.reason),
            "planned_for": decision.when if isinstance(decision, Ask) else None,
            "planned_channel": str(decision.channel) if isinstance(decision, Ask) else "",
            "style": decision.style if isinstance(decision, Ask) else "",
            "language": history.customer.language if history.customer.language in LANGUAGES else "",
            "created_at": now,
        }
    )


def _finish(house: House) -> None:
    """Campaigns that never run again, and of which no request is open any more, are done."""
    row, request = CampaignRow, FeedbackRequestRow
    over = select(row.id).where(
        row.state == "running",
        row.next_run_at.is_(None),
        ~select(request.id)
        .where(request.campaign_id == row.id, request.state.in_(("open", "asked", "paused")))
        .exists(),
    )
    with house.store.reading() as session:
        if not session.scalars(over).all():
            return
    with house.store.writing() as unit:
        for campaign_id in unit.session.scalars(over.with_for_update()).all():
            done = unit.session.get_one(CampaignRow, campaign_id)
            done.state, done.ended_at, done.version = "done", house.clock(), done.version + 1
            record(unit, "campaign.done", actor=SYSTEM, now=house.clock(), subject=f"campaign:{done.id}")
