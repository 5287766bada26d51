"""What the scheduler does about follow-ups: escalates those that nobody did in time, and asks again later."""

from datetime import datetime

from sqlalchemy import select

from agent.cases.escalation import Cause
from agent.desk.audit import SYSTEM, record
from agent.desk.casework.answer_time import turn
from agent.desk.casework.cases import case_for_change, touch
from agent.desk.escalations.escalating import escalate_by_rule
from agent.desk.feedback.loop.loop_rules import asking_rules_of, follow_up_rules_of
from agent.desk.house import House
from agent.desk.notices import raise_notice
from agent.store.session import Unit, retry_passing
from agent.store.tables import CaseRow, CustomerRow, FeedbackRequestRow, FollowUpRow, SurveyAnswerRow

AT_MOST = 50
REQUEST = "follow_up"
"""The name of a request that asks again after a follow-up."""
REASON = "Nobody has talked with an unhappy customer in time."
WITHOUT_CASE = "An unhappy customer without a case waits for a call, and the time for it is over."


@retry_passing
def escalate_overdue(house: House) -> None:
    """Bring each task that is past its deadline before a lead, once.

    Its case stands on the lead's board and the notices climb; one that was done is opened again for that. Without a
    case it is a problem that everybody sees.
    """
    with house.store.writing() as unit:
        now = house.clock()
        late = (
            select(FollowUpRow)
            .where(FollowUpRow.state == "open", FollowUpRow.due_at <= now, FollowUpRow.escalated_at.is_(None))
            .order_by(FollowUpRow.due_at, FollowUpRow.id)
            .limit(AT_MOST)
            .with_for_update(skip_locked=True)
        )
        for row in unit.session.scalars(late).all():
            row.escalated_at = now
            if row.case_id is None:
                raise_notice(unit, f"follow_up:{row.id}", WITHOUT_CASE, now)
            else:
                _escalate(unit, house, row, case_for_change(unit.session, row.case_id), now)
            record(
                unit, "follow_up.escalated", actor=SYSTEM, now=now, case_id=row.case_id,
                subject=f"follow_up:{row.id}",
            )  # fmt: skip


def _escalate(unit: Unit, house: House, row: FollowUpRow, case: CaseRow, now: datetime) -> None:
    if case.state == "done":
        before, case.state = case.state, "open"
        row.reopened_case = True
        turn(unit, house, case, before, now, is_news=False)
        touch(case, now)
    escalate_by_rule(unit, case, cause=Cause.FOLLOW_UP, reason=REASON, now=now)


@retry_passing
def ask_again(house: House) -> None:
    """Wish for a new answer from each customer whose follow-up was done long enough ago; the rules decide as ever."""
    with house.store.writing() as unit:
        now = house.clock()
        ready = (
            select(FollowUpRow)
            .where(FollowUpRow.ask_again_at <= now, FollowUpRow.asked_again_id.is_(None))
            .order_by(FollowUpRow.ask_again_at, FollowUpRow.id)
            .limit(AT_MOST)
            .with_for_update(skip_locked=True)
        )
        for row in unit.session.scalars(ready).all():
            request = _request(unit, house, row, now)
            if request is None:
                row.ask_again_at = None
                continue
            unit.session.add(request)
            unit.session.flush()
            row.asked_again_id = request.id
            record(
                unit, "follow_up.asked_again", actor=SYSTEM, now=now, case_id=row.case_id,
                subject=f"follow_up:{row.id}", request=request.id,
            )  # fmt: skip


def _request(unit: Unit, house: House, row: FollowUpRow, now: datetime) -> FeedbackRequestRow | None:
    """The same question again; None for a customer who has been erased, or a survey that is no longer asked."""
    answer = unit.session.get_one(SurveyAnswerRow, row.answer_id)
    customer = unit.session.get(CustomerRow, row.customer_id) if row.customer_id is not None else None
    rules, again = asking_rules_of(house.company), follow_up_rules_of(house.company)
    if customer is None or answer.survey not in rules.surveys.by_name:
        return None
    return FeedbackRequestRow(
        customer_id=customer.id,
        case_id=row.case_id,
        follow_up_id=row.id,
        name=REQUEST,
        cause={"code": "trigger", "facts": {"trigger": REQUEST}},
        survey=answer.survey,
        form="survey",
        window=again.ask_window,
        importance=rules.limits.importance[again.ask_importance],
        wanted_from=now,
        wanted_until=now + again.ask_width,
        state="open",
        look_at=now,
        language=answer.language or customer.language,
        created_at=now,
    )
