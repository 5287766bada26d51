"""Weekly accuracy by category, shifts that chance does not explain, and pairs that are mixed up."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agent.quality.accuracy import SortedMail, report, week_of

LAST = date(2026, 11, 16)


def mails(week: int, category: str, count: int, wrong: int = 0, truth: str = "other") -> list[SortedMail]:
    """`count` mails sorted as `category` so many weeks before the last, the first `wrong` of them corrected."""
    day = LAST - timedelta(weeks=week)
    return [
        SortedMail(day + timedelta(days=n % 7), category, "", truth if n < wrong else category)
        for n in range(count)
    ]


def test_a_week_begins_on_monday() -> None:
    assert week_of(date(2026, 11, 22)) == LAST
    assert week_of(LAST) == LAST


def test_each_category_and_week_has_its_count_accuracy_and_interval() -> None:
    seen = report([*mails(1, "billing", 40, 4), *mails(0, "billing", 10, 5)], last_week=LAST, weeks=2)
    before, since = seen.categories[0].weeks
    assert (before.sorted, before.corrected, before.accuracy) == (40, 4, 0.9)
    assert (since.accuracy, since.interval[0] < 0.5 < since.interval[1]) == (0.5, True)
    assert seen.total.total.sorted == 50


def test_a_category_that_becomes_less_accurate_is_named_with_the_week_it_began() -> None:
    history = [mail for week in range(2, 8) for mail in mails(week, "technical", 30, 2)]
    seen = report(
        [*history, *mails(1, "technical", 30, 14), *mails(0, "technical", 30, 15)], last_week=LAST, weeks=8
    )
    (drifting,) = seen.drifting
    assert drifting.category == "technical"
    assert drifting.less_accurate is not None
    assert drifting.less_accurate.since == LAST - timedelta(weeks=1)
    assert drifting.less_accurate.after < 0.6 < drifting.less_accurate.before


def test_too_few_mails_never_drift() -> None:
    seen = report([*mails(1, "billing", 19), *mails(0, "billing", 9, 9)], last_week=LAST, weeks=2)
    assert seen.drifting == ()


def test_more_mail_about_one_thing_is_a_shift_of_what_comes_in() -> None:
    usual = [mail for week in range(1, 8) for c in ("billing", "delivery") for mail in mails(week, c, 20)]
    seen = report([*usual, *mails(0, "billing", 5), *mails(0, "delivery", 40)], last_week=LAST, weeks=8)
    shifted = {one.category: one.incoming for one in seen.categories if one.incoming}
    assert set(shifted) == {"billing", "delivery"}
    assert shifted["delivery"].after > 0.8


def test_looking_at_every_category_and_week_raises_few_false_alarms() -> None:
    """60 reports over steady mail: with a chance of 5 % for any alarm, ten would be beyond belief."""
    generator = np.random.default_rng(5)
    alarms = 0
    for _ in range(60):
        steady = [
            mail
            for week in range(8)
            for category in ("billing", "delivery", "technical", "usability")
            for mail in mails(week, category, int(generator.poisson(15)), int(generator.binomial(15, 0.1)))
        ]
        seen = report(steady, last_week=LAST, weeks=8)
        alarms += bool(seen.drifting or any(one.incoming for one in seen.categories))
    assert alarms < 10


def test_the_pair_mixed_up_most_often_comes_first() -> None:
    seen = report(
        [*mails(0, "technical", 12, 12, "usability"), *mails(0, "billing", 5, 3, "delivery")],
        last_week=LAST,
        weeks=2,
    )
    assert [(one.predicted, one.truth, one.count, one.telling) for one in seen.confusions] == [
        ("technical", "usability", 12, True),
        ("billing", "delivery", 3, False),
    ]


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abc"), st.sampled_from("abc")), max_size=60))
def test_every_mail_of_the_weeks_is_counted_exactly_once(rows: list[tuple[int, str, str]]) -> None:
    given_mails = [SortedMail(LAST - timedelta(weeks=back), p, "", t) for back, p, t in rows]
    seen = report(given_mails, last_week=LAST, weeks=6)
    inside = [row for row in rows if row[0] < 6]
    assert seen.total.total.sorted == len(inside)
    assert seen.total.total.corrected == sum(p != t for _, p, t in inside)
    assert sum(cell.sorted for one in seen.categories for cell in one.weeks) == len(inside)
