"""What must hold for every history, found by searching: caps, hours, holidays, and that more trouble never asks more."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.feedback.history import Asked, CaseFacts, Channel, Customer, Event, History
from agent.feedback.timing.deciding import Ask, Decision, decide_event, decide_next_step, wish_of
from agent.feedback.timing.light import Colour, light_of
from agent.feedback.timing.nps import nps_wish
from tests.unit.feedback.scenes import LIMITS, RULES, days

START = datetime(2026, 3, 1, tzinfo=UTC)
ZONES = (
    "Europe/Copenhagen", "Europe/Oslo", "Europe/Stockholm", "Europe/Berlin", "Europe/London", "America/New_York",
    "America/St_Johns", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Apia", "Africa/Cairo",
    "America/Santiago", "Asia/Kathmandu", "Pacific/Kiritimati", "Etc/GMT+12",
)  # fmt: skip
COUNTRIES = ("DK", "NO", "SE", "DE", "US", "AU", "CL", "EG", "")
KINDS = sorted({kind for trigger in RULES.triggers for kind in trigger.on} | {
    "portal_visited", "system_used", "use_confirmed", "personal_follow_up", "complained", "praise", "answered",
})  # fmt: skip

instants = st.one_of(
    st.integers(0, 2 * 365 * 24 * 60),  # anywhere in two years
    st.integers(0, 60 * 24 * 60),  # crowded into two months around a clock change
).map(lambda minutes: START + timedelta(minutes=minutes))
flags = st.dictionaries(
    st.sampled_from(["first_contact", "technical", "complex", "escalated", "emotional"]),
    st.booleans(),
    max_size=2,
)
events = st.builds(
    lambda kind, at, data, product, score: Event(
        kind, at, {**data, "product": product, "minutes": 12, "survey": "nps", "score": score, "case": "1"}
    ),
    st.sampled_from(KINDS),
    instants,
    flags,
    st.sampled_from(["standard", "consumable", "complex", "consulting", "software", None]),
    st.integers(0, 10),
)
cases = st.builds(
    lambda opened, hours, complaint: CaseFacts(
        opened, None if hours is None else opened + timedelta(hours=hours), id="1", complaint=complaint
    ),
    instants,
    st.one_of(st.none(), st.integers(1, 500)),
    st.booleans(),
)
requests = st.builds(lambda at: Asked(at, at.isoformat(), "nps"), instants)
customers = st.builds(
    Customer,
    business=st.booleans(),
    country=st.sampled_from(COUNTRIES),
    zone=st.one_of(st.none(), st.sampled_from(ZONES).map(ZoneInfo)),
    preferred=st.one_of(st.none(), st.sampled_from(Channel)),
    reachable=st.frozensets(st.sampled_from(Channel), min_size=1),
    bounced=st.frozensets(st.sampled_from(Channel), max_size=1),
    attributes=st.fixed_dictionaries({"employees": st.integers(1, 900)}),
)
histories = st.builds(
    History,
    customers,
    st.lists(events, min_size=1, max_size=8).map(tuple),
    st.lists(cases, max_size=3).map(tuple),
    st.lists(requests, max_size=3).map(tuple),
)


@dataclass(frozen=True)
class Sent:
    """One message that left, and what was known just before."""

    ask: Ask
    now: datetime
    known: History
    request: str


def lived(past: History) -> Iterator[Sent]:
    """Live through a history as a scheduler would: look at each event, and again when a decision says so.

    What is sent becomes part of the history.
    """
    known = replace(past, asked=())
    looks = sorted(
        ((event.at, number, event) for number, event in enumerate(past.events)), key=lambda look: look[:2]
    )
    sent_for: dict[int, list[Asked]] = {}
    for _ in range(120):
        if not looks:
            return
        now, number, event = looks.pop(0)
        mine = sent_for.setdefault(number, [])
        decision = decision_about(event, mine, known, now)
        if isinstance(decision, Ask) and decision.when <= now:
            yield Sent(decision, now, known, f"request {number}")
            mine.append(Asked(now, f"request {number}", decision.survey, decision.channel))
            known = replace(known, asked=(*known.asked, mine[-1]))
            again: datetime | None = now + timedelta(minutes=1)
        elif isinstance(decision, Ask):
            again = decision.when
        else:
            again = decision.again_at if decision else None
        if again is not None and again > now:
            looks.append((again, number, event))
            looks.sort(key=lambda look: look[:2])


def decision_about(event: Event, sent: list[Asked], known: History, now: datetime) -> Decision | None:
    if not sent:
        return decide_event(event, known, now, RULES)
    wish = wish_of(event, known, RULES)
    assert wish is not None
    return decide_next_step(wish, sent, known, now, RULES)


@settings(max_examples=150, deadline=None)
@given(histories)
def test_caps_are_kept_whatever_happens(past: History) -> None:
    sent = list(lived(past))
    gap = LIMITS.cap(business=past.customer.business).gap
    messages: dict[str, list[datetime]] = {}
    for message in sent:
        messages.setdefault(message.request, []).append(message.now)
    most = LIMITS.cap(business=past.customer.business).in_a_year
    begun = sorted(min(times) for times in messages.values())
    if most:
        assert all(later - earlier >= days(365) for earlier, later in zip(begun, begun[most:], strict=False))
    for times in messages.values():
        assert len(times) <= LIMITS.most_steps
        assert all(later - earlier >= LIMITS.wait_for_answer for earlier, later in pairwise(sorted(times)))
    spans = sorted((min(times), max(times)) for times in messages.values())
    assert all(later[0] - earlier[1] >= gap for earlier, later in pairwise(spans))
    assert len(sent) == len({message.now for message in sent}), "never two at once"


@settings(max_examples=150, deadline=None)
@given(histories)
def test_nothing_is_sent_in_quiet_hours_on_holidays_or_while_a_complaint_is_open(past: History) -> None:
    for message in lived(past):
        ask, now, known = message.ask, message.now, message.known
        customer = known.customer
        assert ask.channel in customer.reachable - customer.bounced
        assert not any(
            case.complaint and case.opened_at <= now and (case.closed_at is None or now < case.closed_at)
            for case in known.cases
        )
        zone = customer.zone or {"NO": ZoneInfo("Europe/Oslo"), "SE": ZoneInfo("Europe/Stockholm")}.get(
            customer.country
        )
        if zone is None:
            continue
        local = now.astimezone(zone)
        hours = LIMITS.channels[ask.channel].hours
        assert hours.opens <= local.time() < hours.closes
        assert local.isoweekday() <= 5
        assert local.date() not in holidays.country_holidays(customer.country or "DK")
        assert (local.month, local.day) not in LIMITS.also_closed


@settings(max_examples=150, deadline=None)
@given(histories, instants)
def test_a_look_at_the_planned_instant_gives_the_same_instant(past: History, now: datetime) -> None:
    """As long as nothing new is known: rows yet to come are left out."""
    event = min(past.events, key=lambda event: event.at)
    known = until(past, max(now, event.at))
    decision = decide_event(event, known, max(now, event.at), RULES)
    if isinstance(decision, Ask):
        again = decide_event(event, known, decision.when, RULES)
        # A period that has slid on may leave a condition unmet; a changed instant would be a fault.
        assert not isinstance(again, Ask) or again.when == decision.when


@settings(max_examples=150, deadline=None)
@given(histories, instants, st.timedeltas(timedelta(), days(20)))
def test_a_later_look_never_asks_earlier_and_never_in_the_past(
    past: History, now: datetime, later: timedelta
) -> None:
    event = past.events[0]
    now = max(now, event.at)
    known = until(past, now)
    for moment in (now, now + later):
        decision = decide_event(event, known, moment, RULES)
        if isinstance(decision, Ask):
            assert decision.when >= moment
    first, second = (decide_event(event, known, moment, RULES) for moment in (now, now + later))
    if isinstance(first, Ask) and isinstance(second, Ask):
        assert first.when <= second.when


@settings(max_examples=150, deadline=None)
@given(histories, instants, st.one_of(cases, requests))
def test_more_trouble_never_turns_the_light_greener(
    past: History, now: datetime, more: CaseFacts | Asked
) -> None:
    worse = (
        replace(past, cases=(*past.cases, more))
        if isinstance(more, CaseFacts)
        else replace(past, asked=(*past.asked, more))
    )
    before, after = light_of(past, now, LIMITS), light_of(worse, now, LIMITS)
    ranks = list(Colour)
    assert ranks.index(after.colour) >= ranks.index(before.colour)
    if before.from_when and after.from_when:
        assert after.from_when >= before.from_when


@settings(max_examples=100, deadline=None)
@given(histories, instants)
def test_a_yellow_light_turns_on_the_day_that_it_names(past: History, now: datetime) -> None:
    known = until(past, now)
    light = light_of(known, now, LIMITS)
    if light.colour is Colour.YELLOW:
        assert light.from_when is not None
        assert light_of(known, light.from_when, LIMITS).colour is not Colour.RED
        assert light_of(known, light.from_when, LIMITS).from_when == light.from_when
        just_before = light.from_when - timedelta(microseconds=1)
        assert light_of(known, just_before, LIMITS).colour is Colour.YELLOW


@settings(max_examples=100, deadline=None)
@given(histories, instants)
def test_the_order_in_which_rows_are_read_carries_no_meaning(past: History, now: datetime) -> None:
    turned = replace(past, events=past.events[::-1], cases=past.cases[::-1], asked=past.asked[::-1])
    event = past.events[0]
    assert decide_event(event, past, now, RULES) == decide_event(event, turned, now, RULES)
    assert light_of(past, now, LIMITS) == light_of(turned, now, LIMITS)
    assert nps_wish(past, now, RULES) == nps_wish(turned, now, RULES)


def until(past: History, now: datetime) -> History:
    """What is known at `now`: no row and no end of a case lies in the future."""
    return replace(
        past,
        events=tuple(event for event in past.events if event.at <= now),
        cases=tuple(
            case if case.closed_at is None or case.closed_at <= now else replace(case, closed_at=None)
            for case in past.cases
            if case.opened_at <= now
        ),
        asked=tuple(asked for asked in past.asked if asked.at <= now),
    )
