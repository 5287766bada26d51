"""What holds a request back, each with its reason and, where it ends by itself, the instant from which one may ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.feedback.history import Asked, CaseFacts, Event, History
from agent.feedback.reasons import Code, Reason
from agent.feedback.timing.channels import usable
from agent.feedback.timing.limits import ComplaintRule, Limits, UnhappyRule

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason not to ask. `until` (UTC) is the first instant at which it is gone; None: somebody has to act."""

    reason: Reason
    until: datetime | None = None


def holds_on(
    history: History, now: datetime, limits: Limits, *, survey: str = "", case: str = "", request: str = ""
) -> tuple[Hold, ...]:
    """All that holds a request back at `now`: first what does not end by itself, then what ends last.

    `survey` adds the opt-out of that survey; `case` names the case that the request is about; `request` one that is
    under way, whose own messages do not stand in its way.
    """
    customer = history.customer
    lasting: list[Hold] = []
    if customer.objected:
        lasting.append(Hold(Reason(Code.OBJECTED)))
    if customer.opted_out & {"all", survey or "all"}:
        lasting.append(Hold(Reason(Code.OPTED_OUT)))
    if any(each.complaint and _open(each, now) for each in history.cases):
        lasting.append(Hold(Reason(Code.OPEN_COMPLAINT)))
    if is_unhappy(history, now, limits.unhappy):
        lasting.append(Hold(Reason(Code.UNHAPPY)))
    if not usable(customer, now, limits):
        lasting.append(Hold(Reason(_why_unreachable(history))))
    ending = [
        *_after_complaint(history.cases, now, limits.complaint, case),
        *_capped(history, now, limits, request),
    ]
    return (*lasting, *sorted(ending, key=lambda hold: hold.until or now, reverse=True))


def is_complaint(sentiment: str, priority: str, rule: ComplaintRule) -> bool:
    """Whether a case with this worst mood and this priority counts as a complaint."""
    return sentiment in rule.sentiments or priority in rule.priorities


def is_unhappy(history: History, now: datetime, rule: UnhappyRule) -> bool:
    """Whether a bad answer, a bad event or a very angry case has come after the last personal follow-up."""
    past = [event for event in history.events if event.at <= now]
    bad = [event.at for event in past if is_bad(event, rule)]
    bad += [
        case.opened_at
        for case in history.cases
        if case.sentiment in rule.sentiments and case.opened_at <= now
    ]
    cleared = [event.at for event in past if event.kind in rule.cleared_by]
    return bool(bad) and (not cleared or max(cleared) < max(bad))


def is_bad(event: Event, rule: UnhappyRule) -> bool:
    """Whether an event speaks of dissatisfaction: by its kind, or as an answer with a bad score."""
    if event.kind in rule.bad_events:
        return True
    survey, score = event.column("survey"), event.column("score")
    return (
        event.kind == "answered"
        and isinstance(survey, str)
        and isinstance(score, int | float)
        and score <= rule.bad_answer.get(survey, float("-inf"))
    )


def _open(case: CaseFacts, now: datetime) -> bool:
    return case.opened_at <= now and (case.closed_at is None or case.closed_at > now)


def _why_unreachable(history: History) -> Code:
    customer = history.customer
    if customer.reachable and customer.reachable <= customer.bounced:
        return Code.BOUNCED
    left = customer.reachable - customer.bounced
    return Code.OPTED_OUT if left and left <= customer.opted_out else Code.NO_CHANNEL


def _after_complaint(
    cases: Iterable[CaseFacts], now: datetime, rule: ComplaintRule, about: str
) -> Iterable[Hold]:
    ends = [
        case.closed_at + rule.quiet_after
        for case in cases
        if case.complaint
        and case.closed_at is not None
        and case.closed_at <= now < case.closed_at + rule.quiet_after
        and not (rule.about_itself and about and case.id == about)
    ]
    if ends:
        until = max(ends)
        yield Hold(Reason(Code.RECENT_COMPLAINT, {"days": rule.quiet_after.days, "until": until}), until)


def _capped(history: History, now: datetime, limits: Limits, request: str) -> Iterable[Hold]:
    cap = limits.cap(business=history.customer.business)
    others = [each for each in history.asked if each.at <= now and (not request or each.request != request)]
    last = max((each.at for each in others), default=None)
    if last is not None and now < last + cap.gap:
        until = last + cap.gap
        yield Hold(Reason(Code.ASKED_LATELY, {"days": cap.gap.days, "until": until}), until)
    begun = sorted(at for at in _beginnings(others) if now < at + YEAR)
    if cap.in_a_year and len(begun) >= cap.in_a_year:
        until = begun[-cap.in_a_year] + YEAR
        yield Hold(Reason(Code.ASKED_OFTEN, {"times": len(begun), "until": until}), until)


def _beginnings(asked: Iterable[Asked]) -> Iterable[datetime]:
    """When each request began: its first message."""
    first: dict[str, datetime] = {}
    for message in asked:
        first[message.request] = min(message.at, first.get(message.request, message.at))
    return first.values()
