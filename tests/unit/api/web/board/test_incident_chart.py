"""When the cases of an incident came, as bars."""

from datetime import UTC, datetime, timedelta

from api.web.board.incident_chart import HEIGHT, MOST_BARS, arrivals

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def minutes_ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=one) for one in minutes]


def test_bars_end_now_and_the_last_hour_is_fresh() -> None:
    drawn = arrivals(minutes_ago(1, 2, 59, 61, 120), NOW)
    assert drawn.step == timedelta(minutes=15)
    assert [slot.count for slot in drawn.slots] == [0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 2]
    assert [slot.fresh for slot in drawn.slots] == [False] * 8 + [True] * 4
    assert drawn.last_hour == 3


def test_the_tallest_bar_is_as_high_as_the_picture() -> None:
    drawn = arrivals(minutes_ago(1, 2, 30), NOW)
    assert max(slot.height for slot in drawn.slots) == HEIGHT
    assert all(slot.y + slot.height == HEIGHT for slot in drawn.slots)


def test_every_report_of_the_last_days_is_in_a_bar() -> None:
    for span in (3, 30, 59, 60, 240, 1000, 5000, 15_000):
        reported = minutes_ago(0, span / 2, span)
        assert sum(slot.count for slot in arrivals(reported, NOW).slots) == 3, span


def test_a_report_from_the_future_counts_as_now_and_an_old_one_not_at_all() -> None:
    drawn = arrivals([NOW + timedelta(minutes=3), NOW - timedelta(days=40)], NOW)
    assert [slot.count for slot in drawn.slots] == [0] * (MOST_BARS - 1) + [1]


def test_nothing_reported_is_an_empty_row() -> None:
    drawn = arrivals([], NOW)
    assert len(drawn.slots) == MOST_BARS
    assert not any(slot.count for slot in drawn.slots)
