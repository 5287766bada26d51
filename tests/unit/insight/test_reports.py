"""When a report is due, and how it reads."""

from datetime import date, timedelta

import pytest

from agent.insight import report_letter as letter
from agent.insight import reports
from agent.insight.advice import advice, rules
from agent.insight.reports import Kind, Line, Report, Row, Section, Span


@pytest.mark.parametrize(
    ("kind", "today", "first", "last"),
    [
        (Kind.DAILY, date(2026, 11, 23), date(2026, 11, 22), date(2026, 11, 22)),
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


@pytest.mark.parametrize("kind", list(Kind))
def test_spans_of_a_kind_follow_one_another_without_a_gap(kind: Kind) -> None:
    span = reports.span_of(kind, date(2024, 2, 29))
    assert span.first <= date(2024, 2, 29) <= span.last
    following = reports.span_of(kind, span.last + timedelta(days=1))
    assert following.first == span.last + timedelta(days=1)
    assert reports.last_span(kind, following.first) == span


def test_the_time_before_is_as_long_and_of_a_day_the_same_weekday() -> None:
    assert Span(date(2026, 11, 16), date(2026, 11, 22)).before == Span(date(2026, 11, 9), date(2026, 11, 15))
    assert Span(date(2026, 11, 16), date(2026, 11, 16)).before == Span(date(2026, 11, 9), date(2026, 11, 9))


def test_every_language_has_every_word() -> None:
    english = set(letter.words_in("en"))
    for language in ("da", "nb", "sv", "de"):
        assert set(letter.words_in(language)) == english
        assert letter.words_in(language) != letter.words_in("en")


def test_every_recommendation_has_words_with_a_page_to_go_to() -> None:
    words = letter.words_in("en")
    for rule in rules():
        assert "/" in words[f"do_{rule.name}"].rpartition(": ")[2]


def test_text_and_page_hold_the_figures_and_nothing_can_break_out_of_the_page() -> None:
    words = letter.words_in("da")
    report = Report(
        Kind.MONTHLY,
        Span(date(2026, 10, 1), date(2026, 10, 31)),
        [
            Section("quality", [Line("new", "42", "40", path="/insight/cases?a=1&b=2"), Line("csat", "<b>81 %</b>")]),
            Section(
                "load", columns=("person", "cases"), rows=[Row("<i>Ida</i>", ("7",))], nothing="nobody_worked"
            ),
            Section("escalations", columns=("case", "priority"), nothing="no_escalation"),
        ],
        ["satisfaction_advice"],
    )  # fmt: skip
    text = letter.as_text(report, words, "Nordlys", "da", "http://desk.example/")
    page = letter.as_file(report, words, "Nordlys", "da", "http://desk.example/")
    assert "Nye sager" in text
    assert "(40)" in text
    assert "<i>Ida</i>: sager 7" in text
    assert "Intet blev eskaleret." in text
    assert "http://desk.example/feedback/follow-ups" in text
    assert 'href="http://desk.example/insight/cases?a=1&amp;b=2"' in page
    assert "&lt;b&gt;81 %&lt;/b&gt;" in page
    assert "<b>81 %</b>" not in page
    assert "<i>Ida</i>" not in page


def test_what_lies_beyond_its_limit_is_recommended_and_what_is_not_known_is_not() -> None:
    assert advice(Kind.WEEKLY, {"in_time": 0.5, "came_back": None})[0] == "do_late"
    assert advice(Kind.WEEKLY, {"in_time": 0.95, "came_back": 0.1, "drifting": 0.0}) == ("accuracy_advice",)
    assert advice(Kind.DAILY, {"came_back": 0.9}) == ()
    assert "do_no_baseline" in advice(Kind.MONTHLY, {"baseline": 0.0})
    everything = {"in_time": 0.0, "loops": 0.0, "drifting": 3.0, "came_back": 1.0, "csat": 0.0, "nps": -9.0}
    assert len(advice(Kind.MONTHLY, everything)) == 5


def test_times_and_amounts_are_written_as_the_language_does() -> None:
    assert letter.a_time(4 * 3600 + 5 * 60, letter.words_in("de")) == "4 Std. 05"
    assert letter.a_time(200, letter.words_in("en")) == "3 min"
    assert letter.an_amount(12345.6, "en") == "€12,346"
    assert letter.an_amount(12345.6, "de").replace("\N{NO-BREAK SPACE}", " ") == "12.346 €"
    assert letter.an_exact_amount(3.456, "en") == "€3.46"
