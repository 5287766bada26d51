"""What Genklang is worth to this company: its figures now beside its baseline, under three scenarios."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.company import Company
from agent.desk.audit import by, record
from agent.desk.feedback.answers.answer_facts import loop_of
from agent.desk.house import House
from agent.desk.insight import facts_of
from agent.errors import NotAllowed, WrongUse
from agent.feedback.loop.loops import LOST, loop_figures, stayed
from agent.insight.facts import Facts
from agent.insight.figures import Name, figures
from agent.insight.value import Loops, Scenario, Standing, Value, counted_by, load_assumptions, value_of
from agent.store.queries.answers import follow_ups_between, signs_of_life
from agent.store.queries.model_spending import spent_between
from agent.store.session import Unit
from agent.store.tables import CustomerRow, FollowUpRow, PersonRow, ValueBaselineRow

DAYS_A_MONTH = 365.25 / 12
MAX_NOTE = 2_000  # characters
_LEADS = ("lead", "admin")


@dataclass(frozen=True, slots=True)
class Worth:
    """The worth of a span of time. `before` is the newest baseline, None while nobody has written one down."""

    start: datetime
    end: datetime
    now: Standing
    before: ValueBaselineRow | None
    loops: Loops
    values: Mapping[Scenario, Value]


def worth(session: Session, house: House, start: datetime, end: datetime) -> Worth:
    """What the span from `start` up to `end` was worth, as far as can be told by now."""
    company, now = house.company, house.clock()
    seen_until = min(end, now)
    standing = standing_of(facts_of(session, company, start, seen_until, now=now), start, seen_until)
    row = newest_baseline(session)
    loops = loops_of(session, start, seen_until, now)
    spent = spent_between(session, start.date(), seen_until.date())
    people = session.scalar(select(func.count(PersonRow.id)).where(~PersonRow.disabled)) or 0
    assumed = load_assumptions(company.overrides.get("value"))
    prices = house.understanding.engine.cap.prices
    if prices.known and spent.tokens:  # the engine's own prices outweigh what was assumed
        assumed = counted_by(assumed, prices.euros(spent.tokens_in, spent.tokens_out), spent.tokens)
    before = None if row is None else standing_from(row)
    values = {
        scenario: value_of(
            scenario, before, standing, loops, people=people, tokens=spent.tokens, assumed=assumed
        )
        for scenario in Scenario
    }
    return Worth(start, seen_until, standing, row, loops, values)


def standing_of(facts: Facts, start: datetime, end: datetime) -> Standing:
    """How support stood in a span, as the figures of insight count it."""
    found = figures(facts)
    handling, back = found[Name.HANDLING], found[Name.CAME_BACK]
    return Standing(
        months=(end - start).total_seconds() / 86_400 / DAYS_A_MONTH,
        cases=len(facts.cases),
        answered=sum(one.answered is not None for one in facts.cases),
        handling_h=None if handling.value is None or handling.too_few else handling.value / 3600,
        came_back=None if back.too_few else back.value,
    )


def standing_from(row: ValueBaselineRow) -> Standing:
    """The standing that somebody wrote down; what they did not know is None."""
    months = (row.until - row.since).total_seconds() / 86_400 / DAYS_A_MONTH
    cases = int(row.figures.get("cases", 0))
    return Standing(
        months=months,
        cases=cases,
        answered=cases,
        handling_h=row.figures.get("handling_h"),
        came_back=row.figures.get("came_back"),
    )


def newest_baseline(session: Session) -> ValueBaselineRow | None:
    return session.scalar(select(ValueBaselineRow).order_by(ValueBaselineRow.id.desc()).limit(1))


def baselines(session: Session) -> Sequence[ValueBaselineRow]:
    """All that were written down, the newest first."""
    return session.scalars(select(ValueBaselineRow).order_by(ValueBaselineRow.id.desc()).limit(20)).all()


def measured_baseline(
    session: Session, company: Company, start: datetime, end: datetime, now: datetime
) -> dict[str, Any]:
    """The figures of a past span as a baseline, where the desk has seen that span itself."""
    standing = standing_of(facts_of(session, company, start, end, now=now), start, end)
    known = {"cases": standing.cases, "handling_h": standing.handling_h, "came_back": standing.came_back}
    return {name: value for name, value in known.items() if value is not None}


def write_baseline(
    unit: Unit,
    house: House,
    *,
    since: datetime,
    until: datetime,
    figures: Mapping[str, float],
    note: str,
    person: PersonRow,
) -> ValueBaselineRow:
    """Write down how things stood. The newest one counts; older ones are kept to be seen.

    Raises `NotAllowed` for agents, and `WrongUse` for a span or figures that cannot be.
    """
    now = house.clock()
    if person.role not in _LEADS:
        raise NotAllowed(
            "Only leads write down a baseline.", code="value.not_allowed", remedy="Ask a lead or an admin."
        )
    if not since < until <= now:
        raise WrongUse(
            "A baseline is about days that are over.",
            code="value.span",
            remedy="Let the last day lie in the past.",
        )
    if figures.get("cases", 0) < 1:
        raise WrongUse(
            "A baseline without any case says nothing.", code="value.cases", remedy="Say how many cases came."
        )
    if not 0 <= figures.get("came_back", 0) <= 1 or figures.get("handling_h", 0) < 0:
        raise WrongUse(
            "These figures cannot be.",
            code="value.figures",
            remedy="Write a share of at most a hundred per cent and a time above 0.",
        )
    row = ValueBaselineRow(
        since=since,
        until=until,
        figures=dict(figures),
        note=note[:MAX_NOTE],
        person_id=person.id,
        created_at=now,
    )
    unit.session.add(row)
    unit.session.flush()
    record(
        unit, "value.baseline", actor=by(person), now=now, subject=f"baseline:{row.id}", detail=dict(figures)
    )
    return row


def loops_of(session: Session, start: datetime, end: datetime, now: datetime) -> Loops:
    """Unhappy customers of the span as `agent.feedback.loop.loops` counts who stayed."""
    rows = follow_ups_between(session, start, end)
    signs = signs_of_life(session, [row.id for row in rows])
    loops = [loop_of(row, signs) for row in rows]
    looked_after = [one for one in loops if one.closed_at is not None and not one.dropped]
    known = [told for one in looked_after if (told := stayed(one, now)) is not None]
    alone = loop_figures(loops, now).stayed_alone
    return Loops(
        alone_stayed=None if alone is None or alone.answers < 10 else alone.value,
        looked_after=len(known),
        stayed=sum(known),
        mean_revenue=_mean_revenue(session, [row for row in rows if row.outcome != LOST]),
    )


def _mean_revenue(session: Session, rows: Sequence[FollowUpRow]) -> float | None:
    ids = {row.customer_id for row in rows if row.customer_id is not None}
    mean = session.scalar(select(func.avg(CustomerRow.annual_revenue_eur)).where(CustomerRow.id.in_(ids)))
    return None if mean is None else float(mean)
