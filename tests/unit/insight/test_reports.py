"""When a report is due, and how it reads."""

from datetime import date

import pytest

from agent.insight import reports
from agent.insight.reports import Kind, Line, Report, Span


@pytest.mark.parametrize(
    ("kind", "today", "first", "last"),
    [
        (Kind.WEEKLY, date(2026, 11, 23), date(2026, 11, 16), date(2026, 11, 22)),
        (Kind.WEEKLY, date(2026, 11, 22), date(2026, 11, 9), date(2026, 11, 15)),
        (Kind.MONTHLY, date(2026, 3, 1), date(2026, 2, 1), date(2026, 2, 28)),
        (Kind.MONTHLY, date(2026, 1, 31), date(2025, 12, 1), date(2025, 12, 31)),
        (Kind.QUARTERLY, date(2026, 5, 12), date(2026, 1, 1), date(2026, 3, 31)),
        (Kind.HALF_YEARLY, date(2026, 7, 1), date(2026, 1, 1), date(2026, 6, 30)),
        (Kind.HALF_YEARLY, date(2026, 2, 1), date(2025, 7, 1), date(2025, 12, 31)),
    ],
)
def test_a_report_is_about_the_last_time_that_is_over(
    kind: Kind, today: date, first: date, last: date
) -> None:
    assert reports.last_span(kind, today) == Span(first, last)


def test_a_report_waits_for_a_working_day_and_is_left_out_when_it_is_old() -> None:
    span = Span(date(2026, 11, 1), date(2026, 11, 30))
    assert not reports.is_due(span, date(2026, 11, 30), working=True)
    assert not reports.is_due(span, date(2026, 12, 5), working=False)
    assert reports.is_due(span, date(2026, 12, 7), working=True)
    assert not reports.is_due(span, date(2026, 12, 11), working=True)


def test_the_time_before_is_as_long() -> None:
    assert Span(date(2026, 11, 16), date(2026, 11, 22)).before == Span(date(2026, 11, 9), date(2026, 11, 15))


def test_every_language_has_every_word() -> None:
    english = set(reports.words_in("en"))
    for language in ("da", "nb", "sv", "de"):
        assert set(reports.words_in(language)) == english
        assert reports.words_in(language) != reports.words_in("en")


def test_text_and_page_hold_the_figures_and_nothing_can_break_out_of_the_page() -> None:
    words = reports.words_in("da")
    report = Report(
        Kind.MONTHLY,
        Span(date(2026, 10, 1), date(2026, 10, 31)),
        [Line("new", "42", "40"), Line("csat", "<b>81 %</b>")],
        ["satisfaction_advice"],
    )
    text = reports.as_text(report, words, "Nordlys", "da", "http://desk.example/")
    page = reports.as_html(report, words, "Nordlys", "da", "http://desk.example/")
    assert "Nye sager" in text
    assert "(40)" in text
    assert "http://desk.example/feedback/follow-ups" in text
    assert "&lt;b&gt;81 %&lt;/b&gt;" in page
    assert "<b>81 %</b>" not in page


def test_times_and_amounts_are_written_as_the_language_does() -> None:
    assert reports.a_time(4 * 3600 + 5 * 60, reports.words_in("de")) == "4 Std. 05"
    assert reports.a_time(200, reports.words_in("en")) == "3 min"
    assert reports.an_amount(12345.6, "en") == "€12,346"
    assert reports.an_amount(12345.6, "de").replace("\N{NO-BREAK SPACE}", " ") == "12.346 €"
