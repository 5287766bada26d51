"""Ask or not, when, over which channel and why: one function for planning and for the look just before sending.

A *wish* is what an event, the calendar or a campaign would like. A decision is made of a wish and all that is known
at that instant, so the same wish is decided anew each time somebody looks. As long as nothing changes, a look at
the planned instant gives that same instant.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.feedback.conditions import ALWAYS, Condition
from agent.feedback.evaluation import holds
from agent.feedback.history import Asked, Channel, Event, History
from agent.feedback.reasons import Code, Reason
from agent.feedback.rules import Rules
from agent.feedback.timing.channels import in_order, next_step
from agent.feedback.timing.hours import Hours, next_allowed, zone_of
from agent.feedback.timing.limits import Cap, Limits
from agent.feedback.timing.segments import Profile, profile_of
from agent.feedback.timing.suppression import holds_on
from agent.feedback.timing.triggers import anchor, fired


@dataclass(frozen=True, slots=True)
class Wish:
    """A request that somebody would like to make between two instants (UTC), if `when` holds.

    `name` is the trigger's or campaign's; `window` one of the windows of `limits.toml`; `case` what it is about.
    """

    name: str
    reason: Reason
    wanted_from: datetime
    wanted_until: datetime
    window: str
    survey: str
    importance: int
    form: str = "survey"
    when: Condition = ALWAYS
    event: Event | None = None
    case: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask at `when` (UTC) over `channel`; without an answer then over the channels `then`, one after the other."""

    when: datetime
    channel: Channel
    survey: str
    form: str
    style: str
    reason: Reason
    wish: str = ""
    importance: int = 0
    then: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Not asked, and why. `again_at` (UTC): when another look is worth while; None: not without news."""

    reason: Reason
    again_at: datetime | None = None
    wish: str = ""


Decision = Ask | NotAsked


def decide_event(event: Event, history: History, now: datetime, rules: Rules) -> Decision:
    """What follows from `event`, which is part of `history`, as things stand at `now`."""
    wish = wish_of(event, history, rules)
    return NotAsked(Reason(Code.NO_TRIGGER)) if wish is None else decide(wish, history, now, rules)


def wish_of(event: Event, history: History, rules: Rules) -> Wish | None:
    """The wish of the trigger that speaks for `event`; None when no trigger fires."""
    trigger = fired(event, history, rules.triggers)
    if trigger is None:
        return None
    start = anchor(trigger, event, history, zone_of(history.customer, event.at) or rules.company.zone)
    case = event.column("case")
    return Wish(
        name=trigger.name,
        reason=Reason(Code.TRIGGER, {"trigger": trigger.name}),
        wanted_from=start + trigger.wanted_from,
        wanted_until=start + trigger.wanted_until,
        window=trigger.window,
        survey=trigger.survey,
        importance=trigger.importance,
        form=trigger.form,
        when=trigger.when,
        event=event,
        case=case if trigger.about_case and isinstance(case, str) else "",
    )


def decide(wish: Wish, history: History, now: datetime, rules: Rules) -> Decision:
    """The decision about the first message of a wish.

    What holds the customer back may postpone it up to `wanted_until`, closed hours and days beyond that to the next
    open hour. A look that comes later than that by more than the company's patience finds the moment passed.
    """
    return _Look.at(wish, history, now, rules).decision((), "")


def decide_next_step(
    wish: Wish, sent: Sequence[Asked], history: History, now: datetime, rules: Rules
) -> Decision | None:
    """The decision about the message after those `sent` for this request; None when the request is over."""
    if not sent:
        return decide(wish, history, now, rules)
    look = _Look.at(wish, history, now, rules)
    if next_step(sent, look.order, look.now, rules.limits) is None:
        return None
    return look.decision(sent, sent[0].request)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at one wish."""

    wish: Wish
    history: History
    now: datetime
    rules: Rules
    profile: Profile
    order: tuple[Channel, ...]

    @classmethod
    def at(cls, wish: Wish, history: History, now: datetime, rules: Rules) -> "_Look":
        now = now.astimezone(UTC)
        profile = profile_of(history, now, rules.segments, rules.limits)
        return cls(wish, history, now, rules, profile, in_order(history.customer, profile, now, rules.limits))

    @property
    def limits(self) -> Limits:
        return self.rules.limits

    def decision(self, sent: Sequence[Asked], request: str) -> Decision:
        wish, limits = self.wish, self.limits
        held = holds_on(self.history, self.now, limits, survey=wish.survey, case=wish.case, request=request)
        end = wish.wanted_until
        if sent:
            end = max(message.at for message in sent) + limits.wait_for_answer + limits.patience
        for hold in held:
            if hold.until is None or hold.until > end:
                return NotAsked(hold.reason, None, wish.name)
        step = next_step(sent, self.order, self.now, limits)
        if step is None:
            return NotAsked(Reason(Code.NO_CHANNEL), None, wish.name)
        latest = self._next_allowed(end, step.channel) + limits.patience
        if not holds(wish.when, self.history, self.now, wish.event):
            return self._unmet(latest)
        start = max([wish.wanted_from, step.not_before, *(hold.until for hold in held if hold.until)])
        when = self._next_allowed(start, step.channel)
        if when > latest:
            return self._no(Code.TOO_LATE)
        return Ask(
            when=when,
            channel=step.channel,
            survey=wish.survey,
            form=wish.form,
            style=self.profile.style,
            reason=wish.reason,
            wish=wish.name,
            importance=wish.importance,
            then=self._then(sent, step.channel),
        )

    def _unmet(self, latest: datetime) -> NotAsked:
        if self.now > latest:
            return self._no(Code.TOO_LATE)
        again = max(self.wish.wanted_from, self.now + self.limits.look_again)
        return self._no(Code.CONDITION, again if again <= latest else None)

    def _no(self, code: Code, again_at: datetime | None = None) -> NotAsked:
        return NotAsked(Reason(code, {"trigger": self.wish.name}), again_at, self.wish.name)

    def _next_allowed(self, instant: datetime, channel: Channel) -> datetime:
        customer, company = self.history.customer, self.rules.company
        return next_allowed(instant, self._hours(channel), customer, company, self.limits.also_closed)

    def _hours(self, channel: Channel) -> Hours:
        planned = self.wish.window == "planned"
        window = self.profile.planned if planned else self.limits.windows[self.wish.window]
        hours = window.within(self.limits.channels[channel].hours)
        assert hours is not None, "checked when the rules were loaded"
        return hours

    def _then(self, sent: Sequence[Asked], channel: Channel) -> tuple[Channel, ...]:
        gone = {message.channel for message in sent} | {channel}
        left = self.limits.most_steps - 1 - sum(not message.bounced for message in sent)
        return tuple(each for each in self.order if each not in gone)[:left]


def choose(decisions: Iterable[Decision], cap: Cap) -> list[Decision]:
    """Of several requests for one customer the important ones; those nearer to one than the cap allows yield.

    In the order given. Of equally important ones the earlier one stays.
    """
    decisions = list(decisions)
    ranked = sorted(
        (decision for decision in decisions if isinstance(decision, Ask)),
        key=lambda ask: (-ask.importance, ask.when),
    )
    kept: list[Ask] = []
    yields: dict[int, Ask] = {}
    for ask in ranked:
        other = next((other for other in kept if abs(other.when - ask.when) < cap.gap), None)
        if other is None:
            kept.append(ask)
        else:
            yields[id(ask)] = other
    return [
        NotAsked(Reason(Code.YIELDS, {"trigger": yields[id(decision)].wish}), None, decision.wish)
        if isinstance(decision, Ask) and id(decision) in yields
        else decision
        for decision in decisions
    ]
