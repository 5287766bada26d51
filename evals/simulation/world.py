"""Lives through weeks as a scheduler would: events come, a way of choosing proposes, the rules judge at the planned
instant again, messages leave, and people answer, are silent, or have had enough."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from agent.company import Company
from agent.feedback.history import Asked, CaseFacts, Channel, Customer, Event, History
from agent.feedback.learning.attempts import Attempt, attempts_of
from agent.feedback.learning.best_time import Proposal
from agent.feedback.rules import Rules, load_rules
from agent.feedback.timing.deciding import Ask, Wish, decide, decide_next_step, wish_of
from evals.simulation.people import CHANNELS, TOO_MANY, Person
from evals.simulation.policies import Choice, Exploring, Policy

ZONE = ZoneInfo("Europe/Copenhagen")
START = datetime(2024, 1, 1, tzinfo=UTC)
EVENT = "delivered"
TRIGGER = {
    "on": EVENT, "from": {"hours": 0}, "to": {"days": 14}, "window": "prompt", "survey": "csat", "importance": "normal",
}  # fmt: skip
TIRED_WITHIN = timedelta(days=90)
ANSWERS_AFTER_OPT_OUT = 0.25
"""The share of the unwelcome messages of a tired person that end in an opt-out."""


def rules_of_world() -> Rules:
    """The shipped rules with one trigger that leaves two weeks to choose from, and none of the others in its way."""
    return load_rules(Company(overrides={"feedback": {"triggers": {EVENT: TRIGGER}}}))


APART = (30.0, 44.0)
"""Days between two occasions: the last message about one has left before the next, a reminder included."""

KEEPS_OWN_HOUR = 0.5
"""The share of answers given at a person's own hour."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request and what became of it: its messages, the proposal it came from, the true chance of its first."""

    proposal: Proposal
    messages: tuple[Asked, ...]
    true_chance: float
    choice: Choice | None = None

    @property
    def answered(self) -> bool:
        return any(message.answered_at for message in self.messages)

    @property
    def first_answered(self) -> bool:
        return self.messages[0].answered_at is not None


@dataclass(slots=True)
class Life:
    """A person's record as the company sees it. `events` counts the occasions there were to ask."""

    person: Person
    customer: Customer
    asked: list[Asked] = field(default_factory=list)
    occasions: dict[str, datetime] = field(default_factory=dict)
    cases: list[CaseFacts] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    events: int = 0

    @classmethod
    def begin(cls, person: Person) -> "Life":
        return cls(
            person,
            Customer(
                business=person.business,
                country="DK",
                zone=ZONE,
                language="da",
                reachable=frozenset(CHANNELS),
            ),
        )

    def copy(self) -> "Life":
        """The same record up to now, with nothing counted yet."""
        return Life(self.person, self.customer, list(self.asked), dict(self.occasions), list(self.cases))

    def history(self, now: datetime, event: Event) -> History:
        """What the rules look at: a year of requests suffices them."""
        recent = tuple(one for one in self.asked if one.at > now - timedelta(days=366))
        return History(self.customer, (event,), tuple(self.cases), recent)

    def past(self) -> tuple[Attempt, ...]:
        return attempts_of(self.asked, self.occasions, ZONE)


def live(life: Life, policy: Policy, rules: Rules, *, begin: int, weeks: int, seed: int) -> None:
    """Let a person live through `weeks` from week `begin`. The same seed brings the same events and the same luck."""
    draw = np.random.default_rng([seed, 2, begin, life.person.number])
    now, end = (
        START + timedelta(weeks=begin, days=float(draw.uniform(*APART))),
        START + timedelta(weeks=begin + weeks),
    )
    while now < end:
        at = now.replace(
            hour=int(draw.integers(7, 15)), minute=int(draw.integers(0, 60)), second=0, microsecond=0
        )
        lots = (float(draw.random()), float(draw.random()))
        luck = draw.random(8)
        if luck[7] < 0.05:
            life.cases.append(_complaint(at, f"c{begin}-{life.events}"))
        life.events += 1
        _occasion(life, Event(EVENT, at, id=at.isoformat()), policy, rules, lots, luck)
        now = at + timedelta(days=float(draw.uniform(*APART)))


def _complaint(at: datetime, number: str) -> CaseFacts:
    return CaseFacts(at - timedelta(days=2), at + timedelta(days=1), id=number, complaint=True)


def _occasion(
    life: Life, event: Event, policy: Policy, rules: Rules, lots: tuple[float, float], luck: np.ndarray
) -> None:
    known = life.history(event.at, event)
    wish = wish_of(event, known, rules)
    if wish is None:
        return
    proposal = policy(wish, known, life.past(), event.at, rules, lots)
    choice = policy.last if isinstance(policy, Exploring) else None
    if not isinstance(proposal.decision, Ask):
        return
    request = f"r{event.at.isoformat()}"
    plan = proposal.decision
    messages: list[Asked] = []
    true_chance = 0.0
    for step in range(rules.limits.most_steps):
        look = _look(life, event, wish, plan, messages, rules)
        if look is None:
            break
        message, chance = _sent(life, look, event, request, step, luck)
        messages.append(message)
        life.asked.append(message)
        life.occasions[request] = event.at
        true_chance = true_chance or chance
        if message.answered_at or "all" in life.customer.opted_out:
            break
        following = decide_next_step(wish, messages, life.history(message.at, event), message.at, rules)
        if not isinstance(following, Ask):
            break
        plan = following
    if messages:
        life.sent.append(Sent(proposal, tuple(messages), true_chance, choice))


def _look(life: Life, event: Event, wish: Wish, plan: Ask, sent: Sequence[Asked], rules: Rules) -> Ask | None:
    """The look just before sending, as the product has it."""
    now = plan.when
    known = life.history(now, event)
    preferring = replace(known, customer=replace(known.customer, preferred=plan.channel))
    if sent:
        decision = decide_next_step(wish, sent, preferring, now, rules)
    else:
        until = max(wish.wanted_until, plan.when)
        decision = decide(replace(wish, wanted_from=now, wanted_until=until), preferring, now, rules)
    return decision if isinstance(decision, Ask) and decision.when == now else None


def _sent(
    life: Life, ask: Ask, event: Event, request: str, step: int, luck: np.ndarray
) -> tuple[Asked, float]:
    person, local = life.person, ask.when.astimezone(ZONE)
    chance = true_chance(life, ask.when, ask.channel, event.at, step)
    answered = luck[2 * step] < chance
    lately = sum(ask.when - TIRED_WITHIN < one.at < ask.when for one in life.asked)
    if not answered and lately > TOO_MANY and luck[2 * step + 1] < ANSWERS_AFTER_OPT_OUT * person.tires:
        life.customer = replace(life.customer, opted_out=frozenset({"all"}))
    came = _answer_at(person, local, float(luck[6])) if answered else None
    return Asked(ask.when, request, ask.survey, ask.channel, came), chance


def _answer_at(person: Person, local: datetime, luck: float) -> datetime:
    """When the answer comes: often at the hour that this person keeps free for such things, else after a while."""
    waited = local + timedelta(hours=person.quick_hours * (0.2 + luck))
    if luck < person.habits * KEEPS_OWN_HOUR:
        own = local.replace(hour=int(person.hour), minute=int(60 * (person.hour % 1)))
        waited = own if own > local else own + timedelta(days=1)
    return min(waited.astimezone(UTC), local.astimezone(UTC) + timedelta(hours=60))


def true_chance(life: Life, at: datetime, channel: Channel, occasion: datetime, step: int = 0) -> float:
    """The hidden chance of an answer at this moment."""
    local = at.astimezone(ZONE)
    lately = sum(at - TIRED_WITHIN < one.at < at for one in life.asked)
    delay = (at - occasion) / timedelta(days=1)
    return life.person.chance(delay, local.weekday(), local.hour + local.minute / 60, channel, step, lately)
