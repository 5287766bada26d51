"""The answer times of open cases, worked out anew when targets, hours or holidays have changed.

The outcome follows from what was promised and the rules alone: doing it twice, or by several at once, changes nothing.
"""

from sqlalchemy import select

from agent.cases.case import CaseState
from agent.desk.audit import SYSTEM, record
from agent.desk.casework.answer_time import work_out
from agent.desk.casework.cases import touch
from agent.desk.casework.reprioritising import settle
from agent.desk.house import House
from agent.desk.settings.rules import clock_mark
from agent.store.session import retry_passing
from agent.store.tables import CaseRow

AT_ONCE = 200
"""Cases in one transaction: others can write in between."""


@retry_passing
def recompute_some(house: House) -> int:
    """Work out a batch of the answer times that older rules gave; how many. None are left when it is 0."""
    older = (
        select(CaseRow)
        .where(
            CaseRow.state == CaseState.OPEN,
            CaseRow.respond_by.is_not(None),
            CaseRow.clock_rules != clock_mark(house.company),
        )
        .order_by(CaseRow.respond_by, CaseRow.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    with house.store.writing() as unit:
        cases = unit.session.scalars(older).all()
        for case in cases:
            before = case.respond_by
            work_out(unit, house, case)
            settle(unit, house, case, cause="rules")
            if case.respond_by != before:
                touch(case, house.clock())
                record(
                    unit, "answer_time.changed", actor=SYSTEM, now=house.clock(), case_id=case.id, cause="rules",
                    before=before and before.isoformat(), after=case.respond_by and case.respond_by.isoformat(),
                )  # fmt: skip
        return len(cases)


def recompute_all(house: House) -> int:
    """All batches, one transaction each; how many cases in all."""
    count = 0
    while some := recompute_some(house):
        count += some
    return count
