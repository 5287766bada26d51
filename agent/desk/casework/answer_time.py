"""The clock of a case's row: it runs, stands while we wait for the customer, runs on, and is worked out anew."""

from datetime import datetime, timedelta

from agent.cases.answer_clock import AnswerClock, Promise, respond_by
from agent.cases.case import CaseState, Priority
from agent.cases.clock_rules import Calendar
from agent.desk.feedback.asking.events import case_turned
from agent.desk.house import House
from agent.desk.settings.rules import clock_mark, clock_rules_of, hours_of
from agent.store.session import Unit
from agent.store.tables import CaseRow, CustomerRow, MailboxRow
from agent.store.values import dump, load


def calendar_of(unit: Unit, house: House, case: CaseRow) -> Calendar:
    """Whose working hours count for this case."""
    mailbox = unit.session.get(MailboxRow, case.mailbox_id)
    customer = unit.session.get(CustomerRow, case.customer_id) if case.customer_id else None
    return hours_of(house.company).of(
        mailbox.address if mailbox else "", (customer.country or "") if customer else "", case.category
    )


def promise(unit: Unit, house: House, case: CaseRow, level: Priority, since: datetime, *, anew: bool) -> None:
    """The case is this urgent from `since` on: a further promise, or `anew` the only one (after an answer)."""
    clock = clock_of(case)
    if case.state == CaseState.OPEN:
        clock = clock.resumed(since)  # no clock stands while it is our turn
    clock = clock.answering(level, since) if anew else clock.promising(level, since)
    _keep(unit, house, case, clock)


def set_level(unit: Unit, house: House, case: CaseRow, level: Priority) -> None:
    """A person decided how urgent it is: more urgent counts from now, less urgent from when the clock began."""
    clock = clock_of(case)
    if not clock.promises or clock.paused_at is not None:
        return
    more = all(level.rank < one.level.rank for one in clock.promises)
    since = house.clock() if more else min(one.since for one in clock.promises)
    _keep(unit, house, case, clock.promising(level, since) if more else clock.answering(level, since))


def turn(unit: Unit, house: House, case: CaseRow, before: str, at: datetime, *, is_news: bool = True) -> None:
    """Whose turn it is has changed from `before`: the clock stands or runs on, or begins anew for a case that was done.

    Nothing happens where it has not changed. `is_news`: to the customer too, so that it counts for asking them.
    """
    clock = clock_of(case)
    if case.state == before:
        return
    if case.state != CaseState.OPEN:
        clock = clock.paused(at, clock_rules_of(house.company), calendar_of(unit, house, case))
    elif before == CaseState.WAITING_FOR_CUSTOMER:
        clock = clock.resumed(at)
    else:
        level = Priority(case.priority) if case.priority else None
        clock = AnswerClock((Promise(level, at),) if level and clock.promises else ())
    _keep(unit, house, case, clock)
    case_turned(unit, case, before, at, house.clock(), is_news=is_news)


def work_out(unit: Unit, house: House, case: CaseRow) -> None:
    """Work the answer time out anew under the rules of today, from what was promised."""
    _keep(unit, house, case, clock_of(case))


def clock_of(case: CaseRow) -> AnswerClock:
    """What is known of a case's clock, as the rules take it."""
    return AnswerClock(
        promises=tuple(load(Promise, row) for row in case.clock_promises or ()),
        used=timedelta(seconds=case.clock_used_s or 0),
        paused_at=case.clock_paused_at,
        deadline=case.deadline_at,
    )


def _keep(unit: Unit, house: House, case: CaseRow, clock: AnswerClock) -> None:
    """Write the clock down, and the answer time that follows from it; a clock that stands leaves it as it was."""
    case.clock_promises = [dump(one) for one in clock.promises]
    case.clock_used_s = int(clock.used.total_seconds())
    case.clock_paused_at = clock.paused_at
    case.clock_rules = clock_mark(house.company)
    due = respond_by(clock, clock_rules_of(house.company), calendar_of(unit, house, case))
    if due is not None:
        case.respond_by = due
