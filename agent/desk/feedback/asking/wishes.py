"""A request's row and the wish it stands for, either made of the other."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from agent.feedback.conditions import ALWAYS
from agent.feedback.history import CaseFacts, Event, History
from agent.feedback.reasons import Code, Reason
from agent.feedback.rules import Rules
from agent.feedback.timing.deciding import Wish
from agent.feedback.timing.nps import SURVEY as NPS
from agent.feedback.timing.triggers import Trigger
from agent.store.tables import FeedbackRequestRow


def request_of(wish: Wish, customer_id: int, history: History, now: datetime) -> FeedbackRequestRow:
    """A new open request, to be looked at now. A case counts only where it is one of the customer's own."""
    event = wish.event
    case = event.column("case") if event is not None else None
    return FeedbackRequestRow(
        customer_id=customer_id,
        case_id=next((int(each.id) for each in history.cases if each.id == case), None),
        event_id=int(event.id) if event is not None else None,
        name=wish.name,
        cause=kept(wish.reason),
        survey=wish.survey,
        form=wish.form,
        window=wish.window,
        importance=wish.importance,
        occasion_at=event.at if event is not None else None,
        wanted_from=wish.wanted_from,
        wanted_until=wish.wanted_until,
        state="open",
        look_at=now,
        created_at=now,
    )


def wish_of_row(row: FeedbackRequestRow, history: History, rules: Rules) -> Wish:
    """The wish as the rules of today mean it; of a rule that is gone, what was written down."""
    trigger = trigger_of(row, rules)
    when = trigger.when if trigger is not None else ALWAYS
    if row.name == NPS and row.campaign_id is None and rules.limits.nps.mode == "hybrid":
        when = rules.limits.nps.recent_positive
    about_case = row.follow_up_id is not None or (trigger is not None and trigger.about_case)
    return Wish(
        name=row.name,
        reason=reason_of(row.cause),
        wanted_from=row.wanted_from,
        wanted_until=row.wanted_until,
        window=row.window if row.window in rules.limits.windows else "prompt",
        survey=row.survey,
        importance=row.importance,
        form=row.form,
        when=when,
        event=event_of(row, history),
        case=str(row.case_id) if about_case and row.case_id is not None else "",
    )


def trigger_of(row: FeedbackRequestRow, rules: Rules) -> Trigger | None:
    """The rule that made the request; None for one of a campaign or the calendar, or of a rule that is gone."""
    if row.event_id is None:
        return None
    return next((trigger for trigger in rules.triggers if trigger.name == row.name), None)


def event_of(row: FeedbackRequestRow, history: History) -> Event | None:
    wanted = str(row.event_id)
    return next((event for event in history.events if event.id == wanted), None)


def goes_on(row: FeedbackRequestRow, history: History, rules: Rules) -> bool:
    """Whether the request is about a closed case that is not closed any more."""
    trigger = trigger_of(row, rules)
    if trigger is None or not trigger.about_case or row.case_id is None:
        return False
    case: CaseFacts | None = next((each for each in history.cases if each.id == str(row.case_id)), None)
    return case is None or case.closed_at is None


def kept(reason: Reason) -> dict[str, Any]:
    """A reason as JSON."""
    return {
        "code": str(reason.code),
        "facts": {
            name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
            for name, value in reason.facts.items()
        },
    }


def reason_of(data: Mapping[str, Any]) -> Reason:
    """A reason as it was kept; one of an unknown code, or none, is that of a campaign."""
    code = data.get("code", "")
    facts: Mapping[str, Any] = data.get("facts") or {}
    return Reason(
        Code(code) if code in set(Code) else Code.CAMPAIGN,
        {
            name: datetime.fromisoformat(value) if name == "until" and isinstance(value, str) else value
            for name, value in facts.items()
        },
    )
