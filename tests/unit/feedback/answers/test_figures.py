"""Figures agree with a naive count, whatever happened."""

from datetime import UTC, date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from agent.feedback.answers.beside import benchmarks, compared, journey, station_name, station_of
from agent.feedback.answers.figures import (
    About,
    By,
    Contact,
    Given,
    Step,
    answer_times,
    broken_down,
    distribution,
    funnel,
    scores_by_kind,
    stations,
    theme_counts,
    weekly,
)
from agent.feedback.loop.loops import WATCHED, Loop, loop_figures, stayed
from agent.feedback.surveys.questions import LANGUAGES

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
moments = st.integers(0, 120 * 24).map(lambda hours: NOW - timedelta(hours=hours))
abouts = st.builds(
    About,
    survey=st.sampled_from(["csat", "nps", "product"]),
    trigger=st.sampled_from(["support_standard", "nps", "product_complex", "spring"]),
    channel=st.sampled_from(["email", "in_app", "sms"]),
    business=st.booleans(),
)
contacts = st.lists(
    st.builds(
        lambda number, about, sent, flags, took: Contact(
            number,
            about,
            sent,
            delivered=flags[0],
            opened=flags[1],
            started=flags[2],
            completed_at=sent + timedelta(minutes=took) if flags[3] else None,
        ),
        st.integers(1, 10**6),
        abouts,
        moments,
        st.tuples(*[st.booleans()] * 4),
        st.integers(1, 20000),
    ),
    max_size=40,
)
answers = st.lists(
    st.builds(
        Given,
        id=st.integers(1, 10**6),
        about=abouts,
        at=moments,
        kind=st.sampled_from(["csat", ""]),
        score=st.one_of(st.none(), st.integers(1, 5).map(float)),
        bad=st.booleans(),
        sentiment=st.sampled_from(["negative", "positive", ""]),
        themes=st.lists(st.sampled_from(["price", "waiting", "clear"]), max_size=3).map(tuple),
    ),
    max_size=40,
)


@given(contacts)
def test_each_step_counts_who_got_there_or_further(told: list[Contact]):
    found = funnel(told)
    rows = [(one.delivered, one.opened, one.started, one.completed_at is not None) for one in told]
    assert found.counts[Step.SENT] == len(told)
    for place, step in enumerate((Step.DELIVERED, Step.OPENED, Step.STARTED, Step.COMPLETED)):
        assert found.counts[step] == len([row for row in rows if any(row[place:])])
    counts = [found.counts[step] for step in Step]
    assert counts == sorted(counts, reverse=True)
    if told:
        assert found.response is not None
        assert found.response.low <= found.response.value <= found.response.high
        assert found.response.value * len(told) == found.counts[Step.COMPLETED]


@given(contacts, st.sampled_from(By))
def test_the_parts_of_a_breakdown_make_up_the_whole(told: list[Contact], by: By):
    parts = broken_down(told, by)
    for step in Step:
        assert sum(part.counts[step] for part in parts.values()) == funnel(told).counts[step]
    sizes = [part.counts[Step.SENT] for part in parts.values()]
    assert sizes == sorted(sizes, reverse=True)


@given(contacts)
def test_times_are_those_of_the_answered(told: list[Contact]):
    took = sorted((one.completed_at - one.sent_at).total_seconds() for one in told if one.completed_at)
    found = answer_times(told)
    if not took:
        assert found is None
        return
    assert found is not None
    assert abs(found.median.total_seconds() - median(took)) < 1e-3
    within = sum(one <= found.nine_of_ten.total_seconds() for one in took)
    assert within >= 0.9 * len(took)


@given(answers)
def test_scores_and_their_distribution_hold_the_same_answers(told: list[Given]):
    spread = distribution(told, "csat", (1, 5))
    scores = [one.score for one in told if one.kind == "csat" and one.score is not None]
    assert sum(spread.values()) == len(scores)
    figures = scores_by_kind(told)
    assert ("csat" in figures) == bool(scores)
    if scores:
        assert figures["csat"].value == (spread[4] + spread[5]) / len(scores)


@given(answers)
def test_the_weeks_of_a_trend_hold_every_answer_of_their_days_once(told: list[Given]):
    zone = ZoneInfo("Europe/Copenhagen")
    since, until = date(2026, 7, 1), date(2026, 11, 23)
    weeks = weekly(told, "csat", since, until, zone)
    scored = [one for one in told if one.kind == "csat" and one.score is not None]
    assert sum(week.answers for week in weeks) == len(scored)
    assert [week.monday.weekday() for week in weeks] == [0] * len(weeks)


@given(answers)
def test_themes_name_their_answers(told: list[Given]):
    found = theme_counts(told)
    for one in found:
        assert sorted(one.answers) == sorted(each.id for each in told if one.name in each.themes)
        assert set(one.bad) <= set(one.answers)
    sizes = [len(one.answers) for one in found]
    assert sizes == sorted(sizes, reverse=True)


@given(answers)
def test_every_answer_stands_at_one_station(told: list[Given]):
    found = stations(told, station_of, journey())
    assert sum(one.answers for one in found) == len(told)


def test_stations_and_benchmarks_have_names_in_the_five_languages():
    for language in LANGUAGES:
        assert all(station_name(one, language) for one in journey())
        assert all(one.names[language] for one in benchmarks())


def test_a_rate_is_compared_with_what_is_published_for_its_kind():
    about = About(survey="csat", trigger="support_standard", channel="email", business=True)
    told = [Contact(n, about, NOW, completed_at=NOW if n < 6 else None) for n in range(20)]
    (found,) = compared(told)
    assert (found.benchmark.name, found.verdict) == ("support", "good")  # 30 %
    assert compared(told[:5])[0].verdict == ""


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 10), st.booleans(), st.booleans()), max_size=30)
)
def test_closed_loops_are_counted_as_one_would_by_hand(rows: list[tuple[int, int, bool, bool]]):
    loops = []
    for number, (ago, took, done, dropped) in enumerate(rows):
        opened = NOW - timedelta(days=ago)
        closed = min(opened + timedelta(days=took), NOW) if done or dropped else None
        loops.append(
            Loop(number, opened, opened + timedelta(days=2), closed, dropped, "solved" if done else "")
        )
    found = loop_figures(loops, NOW)
    kept = [one for one in loops if not one.dropped]
    assert found.opened == len(loops)
    assert (found.closed is None) == (not kept)
    if found.closed is not None:
        assert found.closed.answers == len(kept)
        assert round(found.closed.value * len(kept)) == sum(one.closed_at is not None for one in kept)


def test_who_gave_a_sign_stayed_and_who_is_silent_for_long_did_not():
    opened = NOW - timedelta(days=100)
    early = NOW - timedelta(days=10)
    wrote = opened + timedelta(days=3)
    assert stayed(Loop(1, opened, opened, seen_at=wrote), NOW) is True
    assert stayed(Loop(2, opened, opened), NOW) is False
    assert stayed(Loop(3, early, early), NOW) is None
    assert stayed(Loop(4, opened, opened, outcome="lost", seen_at=wrote), NOW) is False
    assert stayed(Loop(5, opened, opened, seen_at=opened + WATCHED + timedelta(days=1)), NOW) is False
