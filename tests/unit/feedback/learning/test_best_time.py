"""What was learnt proposes, the rules decide."""

from dataclasses import replace
from datetime import UTC, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.company import Company
from agent.errors import SettingError
from agent.feedback.history import Channel, History
from agent.feedback.learning.attempts import Attempt
from agent.feedback.learning.best_time import How, Proposal, by_lot, drawn_one, propose, shortlist
from agent.feedback.learning.numbers import load_learning
from agent.feedback.learning.prediction import Predictor
from agent.feedback.reasons import Code, Reason
from agent.feedback.rules import load_rules
from agent.feedback.timing.deciding import Ask, Wish, decide
from tests.unit.feedback.learnt_scenes import LEARNING, customer, predictor
from tests.unit.feedback.scenes import (
    COPENHAGEN,
    LIMITS,
    RULES,
    TUESDAY,
    a_complaint,
    an_event,
    ask,
    asked,
    days,
    history,
    why_not,
)

EVENT = an_event("delivered")
WISH = Wish(
    name="ours",
    reason=Reason(Code.CAMPAIGN),
    wanted_from=TUESDAY,
    wanted_until=TUESDAY + days(14),
    window="prompt",
    survey="csat",
    importance=10,
    event=EVENT,
)
NEVER_DRAWN, ALWAYS_DRAWN = (1.0, 0.5), (0.0, 0.5)
PLANNER, LATE = customer(4.0, 900, requests=18), customer(11.0, 901, requests=18)
BOTH = frozenset({Channel.EMAIL, Channel.SMS})


def with_threshold(threshold: float) -> Predictor:
    return replace(predictor(), learning=replace(LEARNING, threshold=threshold))


def proposed(
    past: tuple[Attempt, ...],
    known: History | None = None,
    *,
    lots: tuple[float, float] = NEVER_DRAWN,
    threshold: float = 0.3,
    wish: Wish = WISH,
) -> Proposal:
    return propose(wish, known or history(EVENT), past, TUESDAY, with_threshold(threshold), RULES, lots)


@pytest.mark.parametrize(("past", "earliest", "latest"), [(PLANNER, 2.5, 6), (LATE, 9, 13)])
def test_each_is_asked_at_the_delay_at_which_they_answer(
    past: tuple[Attempt, ...], earliest: float, latest: float
) -> None:
    proposal = proposed(past)
    assert proposal.how is How.BEST
    assert days(earliest) <= ask(proposal.decision).when - TUESDAY <= days(latest)
    assert proposal.chance is not None
    assert proposal.chance > 0.3


@pytest.mark.parametrize("known", [None, "little"])
def test_who_is_hardly_known_is_asked_by_the_rules(known: str | None) -> None:
    past = PLANNER[:2] if known else ()
    proposal = proposed(past)
    assert proposal.how is How.RULES
    assert proposal.decision == decide(WISH, history(EVENT), TUESDAY, RULES)
    assert (proposal.propensity, proposal.chance) == (1.0, None)


def test_without_anything_learnt_the_rules_decide() -> None:
    proposal = propose(WISH, history(EVENT), PLANNER, TUESDAY, None, RULES, ALWAYS_DRAWN)
    assert proposal == Proposal(decide(WISH, history(EVENT), TUESDAY, RULES), How.RULES)


def test_whom_the_rules_hold_back_nobody_asks() -> None:
    for known in (
        history(EVENT, cases=[a_complaint(TUESDAY - days(1))]),
        history(EVENT, opted_out=frozenset({"all"})),
        history(EVENT, objected=True),
        history(EVENT, asked=[asked(TUESDAY - days(1))]),
    ):
        for lots in (NEVER_DRAWN, ALWAYS_DRAWN):
            proposal = proposed(PLANNER, known, lots=lots)
            assert proposal.decision == decide(WISH, known, TUESDAY, RULES)
            assert not isinstance(proposal.decision, Ask)


def test_somebody_unlikely_to_answer_is_left_in_peace_and_told_why() -> None:
    proposal = proposed(PLANNER, threshold=0.999)
    assert why_not(proposal.decision) is Code.UNLIKELY
    assert proposal.how is How.UNLIKELY
    assert proposal.propensity == 1 - LEARNING.exploring


def test_a_drawn_moment_is_logged_with_its_propensity() -> None:
    proposal = proposed(PLANNER, threshold=0.999, lots=ALWAYS_DRAWN)
    assert proposal.how is How.DRAWN
    assert isinstance(proposal.decision, Ask)
    assert 0 < proposal.propensity < LEARNING.exploring


def test_the_propensities_of_all_moments_make_one() -> None:
    """Over all lots, the drawn ones and the best one."""
    known = history(EVENT)
    found = shortlist(
        WISH, ask(decide(WISH, known, TUESDAY, RULES)), known, PLANNER, TUESDAY, predictor(), RULES
    )
    total, seen = 0.0, set()
    ends = np.cumsum(by_lot(found.chances, LEARNING.leaning))
    for lots in [NEVER_DRAWN, *((0.0, float(end) - 1e-6) for end in ends)]:
        proposal = proposed(PLANNER, known, lots=lots)
        decision = ask(proposal.decision)
        if (decision.when, decision.channel) not in seen:
            seen.add((decision.when, decision.channel))
            total += proposal.propensity
    assert total == pytest.approx(1)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.floats(0, 6), st.floats(0, 1))
def test_every_moment_may_be_drawn_and_a_likelier_one_rather(
    chances: list[float], leaning: float, lot: float
) -> None:
    likely = by_lot(np.array(chances), leaning)
    assert likely.sum() == pytest.approx(1)
    assert (likely > 0).all()
    assert np.all(np.diff(likely[np.argsort(chances)]) >= -1e-12)
    assert 0 <= drawn_one(likely, lot) < len(chances)


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["prompt", "planned"]), st.integers(0, 14))
def test_every_proposal_is_one_that_the_rules_would_make(
    first: float, second: float, window: str, ago: int
) -> None:
    """At the planned instant and over its channel `decide` says the same; hours and holds are kept."""
    known = history(EVENT, reachable=BOTH, asked=[asked(TUESDAY - days(ago + 20))])
    wish = replace(WISH, window=window)
    proposal = proposed(PLANNER, known, lots=(first, second), wish=wish, threshold=0.5)
    if not isinstance(proposal.decision, Ask):
        return
    found = proposal.decision
    preferring = replace(known, customer=replace(known.customer, preferred=found.channel))
    again = decide(replace(wish, wanted_from=found.when), preferring, found.when, RULES)
    assert isinstance(again, Ask)
    assert (again.when, again.channel) == (found.when, found.channel)
    assert found.when >= TUESDAY
    assert found.when - (TUESDAY - days(ago + 20)) >= LIMITS.cap_business.gap
    local = found.when.astimezone(COPENHAGEN)
    hours = LIMITS.windows[window]
    assert hours.opens <= local.time() < hours.closes
    assert local.isoweekday() in hours.weekdays


def test_the_channel_over_which_somebody_answers_is_proposed() -> None:
    """A customer who answers text messages alone."""
    past = tuple(
        replace(one, channel=Channel.SMS if one.answered_at else Channel.EMAIL)
        for one in customer(4.0, 902, requests=30)
    )
    moments = shortlist(
        WISH,
        ask(decide(WISH, history(EVENT, reachable=BOTH), TUESDAY, RULES)),
        history(EVENT, reachable=BOTH),
        past,
        TUESDAY,
        predictor(),
        RULES,
    )
    by_channel = {
        channel: max(
            chance
            for moment, chance in zip(moments.attempts, moments.chances, strict=True)
            if moment.channel is channel
        )
        for channel in BOTH
    }
    assert by_channel[Channel.SMS] >= by_channel[Channel.EMAIL]
    assert {moment.at.astimezone(UTC) >= TUESDAY for moment in moments.attempts} == {True}


@pytest.mark.parametrize("preferred", [None, Channel.EMAIL])
@pytest.mark.parametrize("keeps_channel", [False, True])
def test_a_channel_that_is_not_ours_to_choose_stays(preferred: Channel | None, keeps_channel: bool) -> None:
    """Neither the one that the customer prefers nor that of an experiment on channels yields to what was learnt."""
    past = tuple(
        replace(one, channel=Channel.SMS if one.answered_at else Channel.EMAIL)
        for one in customer(4.0, 902, requests=30)
    )
    known = history(EVENT, reachable=BOTH, preferred=preferred)
    by_rule = ask(decide(WISH, known, TUESDAY, RULES))
    found = shortlist(
        WISH, by_rule, known, past, TUESDAY, predictor(), RULES, keeps_channel=keeps_channel
    ).attempts
    free = preferred is None and not keeps_channel
    assert {moment.channel for moment in found} == (BOTH if free else {by_rule.channel})


def test_a_company_sets_threshold_and_exploring() -> None:
    company = Company(overrides={"feedback": {"learning": {"threshold": 0.5, "settled_after": {"days": 7}}}})
    learning = load_learning(company)
    assert (learning.threshold, learning.settled_after) == (0.5, timedelta(days=7))
    assert load_rules(company).limits == LIMITS


@pytest.mark.parametrize(
    "table", [{"threshold": 1.5}, {"thresold": 0.5}, {"exploring": "much"}, {"settled_after": {"months": 1}}]
)
def test_what_cannot_be_meant_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(SettingError, match=r"feedback\.learning"):
        load_learning(Company(overrides={"feedback": {"learning": table}}))
