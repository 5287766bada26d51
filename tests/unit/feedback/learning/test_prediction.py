"""The chance of an answer: in bounds, blind to the order of rows, true on average, and moved by experience."""

import time
from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.feedback.history import Channel
from agent.feedback.learning.attempts import Attempt, attempts_of, columns
from agent.feedback.learning.prediction import learn
from tests.unit.feedback.learnt_scenes import LEARNING, attempt, customer, predictor
from tests.unit.feedback.scenes import COPENHAGEN, TUESDAY, asked, days

MOMENTS = [attempt(40, delay, answered=False) for delay in (0, 4, 11)]


def _past_attempt(one: Attempt, reminder: bool, known: bool) -> Attempt:
    return replace(one, reminder=reminder, occasion=one.occasion if known else None)


pasts = st.lists(
    st.builds(
        lambda number, delay, answered, hour, channel, reminder, known: _past_attempt(
            attempt(number, delay, answered=answered, hour=hour, channel=channel), reminder, known
        ),
        st.integers(0, 39),
        st.integers(0, 14),
        st.booleans(),
        st.integers(0, 23),
        st.sampled_from(Channel),
        st.booleans(),
        st.booleans(),
    ),
    max_size=30,
)


def best_delay(past: tuple[Attempt, ...]) -> float:
    return (0, 4, 11)[int(np.argmax(predictor().chances(MOMENTS, past)))]


@settings(max_examples=80, deadline=None)
@given(pasts)
def test_a_chance_lies_between_nothing_and_certainty(past: list[Attempt]) -> None:
    chances = predictor().chances(MOMENTS, past)
    assert np.all((chances >= 0) & (chances <= 1))


@settings(max_examples=80, deadline=None)
@given(pasts, st.randoms(use_true_random=False))
def test_the_order_of_the_past_carries_no_meaning(past: list[Attempt], mixed: object) -> None:
    turned = list(past)
    mixed.shuffle(turned)  # type: ignore[attr-defined]
    np.testing.assert_allclose(predictor().chances(MOMENTS, past), predictor().chances(MOMENTS, turned))


@settings(max_examples=80, deadline=None)
@given(pasts)
def test_what_is_yet_to_come_changes_nothing(past: list[Attempt]) -> None:
    """Neither later messages nor answers that come after the moment was chosen."""
    later = attempt(41, 4, answered=True)
    open_yet = replace(attempt(39, 0, answered=True), answered_at=MOMENTS[0].at + timedelta(days=30))
    silent = replace(open_yet, answered_at=None)
    chances = predictor().chances(MOMENTS, [*past, silent])
    np.testing.assert_allclose(predictor().chances(MOMENTS, [*past, silent, later]), chances)
    np.testing.assert_allclose(predictor().chances(MOMENTS, [*past, open_yet]), chances)


def test_each_customers_own_delay_is_learnt() -> None:
    right = [
        best_delay(customer(likes, seed, requests=24)) == likes
        for likes in (0, 4, 11)
        for seed in range(200, 215)
    ]
    assert np.mean(right) > 0.85


def test_more_answers_at_a_delay_raise_its_chance_and_silence_lowers_it() -> None:
    past = customer(4.0, 300)
    before = predictor().chances(MOMENTS, past)[1]
    answered = [attempt(20 + n, 4, answered=True) for n in range(3)]
    silent = [attempt(20 + n, 4, answered=False) for n in range(3)]
    assert predictor().chances(MOMENTS, [*past, *answered])[1] > before
    assert predictor().chances(MOMENTS, [*past, *silent])[1] < before


def test_somebody_without_a_past_gets_what_everybody_has() -> None:
    chances = predictor().chances(MOMENTS, [])
    assert np.ptp(chances) < 0.25, "three likings in equal shares, some delays shared by two"
    assert abs(chances.mean() - predictor().everyone.rate) < 0.15


def test_chances_are_true_on_average_for_people_never_seen() -> None:
    """Asked at delays of all kinds: of those with a chance of about p about p answer."""
    found = []
    for seed in range(400, 520):
        past = columns(customer((0.0, 4.0, 11.0)[seed % 3], seed))
        found += list(zip(predictor().chances_at(past, past), past.answered, strict=True))
    chances, came = (np.array(values, float) for values in zip(*found, strict=True))
    steps = np.minimum((chances * 5).astype(int), 4)
    gaps = np.bincount(steps, came - chances, minlength=5)
    assert np.abs(gaps).sum() / len(chances) < 0.06


def test_nothing_is_learnt_from_few_requests() -> None:
    assert learn([customer(4.0, 1)], LEARNING) is None
    assert learn([], LEARNING) is None


def test_a_prediction_over_all_moments_takes_less_than_five_milliseconds() -> None:
    moments = [attempt(40, delay, answered=False, hour=hour) for delay in range(15) for hour in range(8, 18)]
    past = customer(4.0, 1, requests=40)
    predictor().chances(moments, past)
    spent = []
    for _ in range(20):
        began = time.process_time()
        predictor().chances(moments, past)
        spent.append(time.process_time() - began)
    assert min(spent) < 0.005


def test_a_history_is_read_as_messages_in_the_persons_zone() -> None:
    """What came back is no experience, and the second message of a request is a reminder."""
    first = asked(TUESDAY, "r", answered_at=None)
    second = asked(TUESDAY + days(3), "r", Channel.SMS, answered_at=TUESDAY + days(3.1))
    lost = asked(TUESDAY - days(40), "s", bounced=True)
    found = attempts_of([second, lost, first], {"r": TUESDAY - days(1)}, COPENHAGEN)
    assert [(one.reminder, one.channel) for one in found] == [(False, Channel.EMAIL), (True, Channel.SMS)]
    assert found[0].at.hour == 11
    assert columns(found).delay.tolist() == [1.0, 4.0]
