"""Words that name a day or an hour become the instant that the writer means."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.triage.deadlines import resolve
from agent.triage.reading import LANGUAGES

ZONE = ZoneInfo("Europe/Copenhagen")
TUESDAY = datetime(2026, 2, 3, 10, 30, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("language", "words", "meant"),
    [
        ("da", "senest i morgen kl. 8", "2026-02-04T08:00"),
        ("da", "Fristen er fredag den 6. februar", "2026-02-06T16:00"),
        ("da", "inden lønkørslen på fredag", "2026-02-06T16:00"),
        ("da", "inden for to timer", "2026-02-03T12:30"),
        ("da", "inden månedens udgang", "2026-02-28T16:00"),
        ("nb", "før klokka ti på torsdag", "2026-02-05T10:00"),
        ("nb", "i morgen tidlig", "2026-02-04T08:00"),
        ("sv", "imorgon kl 9", "2026-02-04T09:00"),
        ("sv", "senast den 12:e februari", "2026-02-12T16:00"),
        ("sv", "inom en vecka", "2026-02-10T10:30"),
        ("de", "bis morgen früh um 9 Uhr", "2026-02-04T09:00"),
        ("de", "bis Freitag morgen", "2026-02-06T08:00"),
        ("de", "am 06.02. um 14:30 Uhr", "2026-02-06T14:30"),
        ("de", "innerhalb von 24 Stunden", "2026-02-04T10:30"),
        ("de", "bis übermorgen", "2026-02-05T16:00"),
        ("en", "by Friday 5pm", "2026-02-06T17:00"),
        ("en", "February 6th", "2026-02-06T16:00"),
        ("en", "the 6th of February", "2026-02-06T16:00"),
        ("en", "before payroll on Thursday morning", "2026-02-05T08:00"),
        ("en", "by the end of the week", "2026-02-06T16:00"),
        ("en", "in half an hour", "2026-02-03T11:00"),
    ],
)
def test_a_phrase_is_resolved(language: str, words: str, meant: str) -> None:
    assert resolve(words, language, TUESDAY) == datetime.fromisoformat(meant).replace(tzinfo=ZONE)


@pytest.mark.parametrize("words", ["haster", "NOW please", "as soon as possible", "straks"])
def test_urgency_without_a_time_names_none(words: str) -> None:
    assert resolve(words, "en", TUESDAY) is None


def test_an_hour_that_is_over_means_the_next_day() -> None:
    assert resolve("vi åbner kl. 8", "da", TUESDAY) == datetime(2026, 2, 4, 8, tzinfo=ZONE)


def test_today_written_in_the_evening_lasts_until_midnight() -> None:
    late = TUESDAY.replace(hour=19)
    assert resolve("senest i dag", "da", late) == late.replace(hour=23, minute=59)


def test_a_date_of_last_month_was_no_deadline_and_one_long_past_is_next_year() -> None:
    assert resolve("the 20th of January", "en", TUESDAY) is None
    november = datetime(2026, 11, 20, 9, tzinfo=ZONE)
    assert resolve("the 20th of January", "en", november) == datetime(2027, 1, 20, 16, tzinfo=ZONE)


def test_a_date_that_does_not_exist_names_none() -> None:
    assert resolve("the 31st of February", "en", TUESDAY) is None


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
def test_whatever_is_written_a_deadline_lies_ahead(words: str, language: str) -> None:
    found = resolve(words, language, TUESDAY)
    assert found is None or TUESDAY < found < TUESDAY + timedelta(days=7 * 1000)
