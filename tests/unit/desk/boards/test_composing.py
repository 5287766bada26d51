"""What the boards tell: every figure that was promised to somebody, counted from what happened on those days."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from agent.desk.boards.composing import compose
from agent.insight import report_letter as letter
from agent.insight.reports import Kind, Line, Report, Section, span_of
from agent.store.tables import MailboxRow
from tests.builders import a_case, a_message, a_person, an_escalation
from tests.house import TestHouse, build_test_house
from tests.unit.desk.feedback.given_answers import answer, customer

MONDAY = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
TODAY = MONDAY.date()

KPIS = {
    "one_answer", "handling", "first_median", "csat", "nps", "ces", "escalated", "output", "came_back", "contact_cost",
    "unchanged", "right_category",
}  # fmt: skip
"""First-contact resolution, handling time, first response time, CSAT, NPS, CES, escalation rate, productivity,
re-contacts, cost per contact, drafts sent unchanged, category accuracy."""


@pytest.fixture
def home(tmp_path: Path) -> TestHouse:
    home = build_test_house(tmp_path)
    home.clock.now = MONDAY
    return home


def tell(home: TestHouse, kind: Kind, day: date = TODAY, language: str = "en") -> Report:
    with home.store.reading() as session:
        words = letter.words_in(language)
        return compose(session, home.house, kind, span_of(kind, day), language, words)


def section(report: Report, name: str) -> Section:
    return next(one for one in report.sections if one.name == name)


def line(report: Report, name: str) -> Line:
    return next(one for part in report.sections for one in part.lines if one.name == name)


def answered(home: TestHouse, count: int, *, came: timedelta = timedelta(hours=3)) -> int:
    """Cases that came and were answered by Sara twenty minutes later; her number."""
    with home.store.writing() as unit:
        session = unit.session
        box = session.get_one(MailboxRow, home.mailbox_id)
        sara = a_person(session, MONDAY, email=f"sara{count}@nordlys.example", name="Sara Lund")
        for n in range(count):
            case = a_case(
                session, MONDAY, box, came=came, subject=f"{n}", state="waiting", assignee_id=sara.id
            )
            a_message(session, MONDAY, case, came=came)
            left = came - timedelta(minutes=20)
            a_message(session, MONDAY, case, text="Svar", direction="out", kind="reply", came=left)
            case.first_answer_at = MONDAY - left
        return sara.id


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_board_without_any_case_says_so_and_every_word_is_there(
    home: TestHouse, kind: Kind, language: str
) -> None:
    report = tell(home, kind, language=language)
    words = letter.words_in(language)
    assert letter.as_text(report, words, "Nordlys", language, "")
    assert letter.as_html(report, words, "Nordlys", language, "")


def test_the_day_tells_volume_status_times_load_and_critical_escalations(home: TestHouse) -> None:
    answered(home, 12)
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        case = a_case(unit.session, MONDAY, box, came=timedelta(hours=1), priority="critical")
        a_message(unit.session, MONDAY, case, came=timedelta(hours=1))
        an_escalation(unit.session, MONDAY, case, cause="critical", reason="All down.")
        number = case.id
    report = tell(home, Kind.DAILY)
    assert [part.name for part in report.sections] == ["volume", "status", "times", "load", "escalations"]
    assert (line(report, "new").value, line(report, "answered").value) == ("13", "12")
    assert (line(report, "waiting").value, line(report, "open_now").value) == ("1", "1")
    (sara, *_) = [row for row in section(report, "load").rows if row.title == "Sara Lund"]
    assert tuple(sara.cells[:2]) == ("12", "12")
    (escalated,) = section(report, "escalations").rows
    assert (escalated.title, escalated.path) == (f"#{number}", f"/cases/{number}")
    assert "critical" in escalated.cells[0]
    assert line(report, "critical").value == "1"


def test_a_day_long_ago_says_nothing_about_now(home: TestHouse) -> None:
    report = tell(home, Kind.DAILY, TODAY - timedelta(days=30))
    assert "open_now" not in {one.name for one in section(report, "status").lines}
    assert "has_open" not in section(report, "load").columns


def test_a_day_is_compared_with_the_same_weekday_up_to_the_same_moment(home: TestHouse) -> None:
    answered(home, 1, came=timedelta(days=7, hours=3))
    answered(home, 2, came=timedelta(days=7) - timedelta(hours=5))  # later that day than it is now
    assert line(tell(home, Kind.DAILY), "new").before == "1"


def test_the_week_tells_satisfaction_productivity_cost_and_quality(home: TestHouse) -> None:
    answered(home, 12)
    report = tell(home, Kind.WEEKLY)
    assert [part.name for part in report.sections] == ["satisfaction", "productivity", "costs", "quality"]
    assert line(report, "output").value == "12"
    assert line(report, "contact_cost").value.startswith("€")


def test_the_month_holds_every_strategic_figure_return_benchmarks_and_what_to_do(home: TestHouse) -> None:
    report = tell(home, Kind.MONTHLY)
    assert {one.name for one in section(report, "strategy").lines} >= KPIS
    assert line(report, "roi").value == "no baseline written down"
    assert section(report, "benchmarks").nothing
    assert "do_no_baseline" in report.advice


def test_a_score_opens_to_the_answers_that_it_was_counted_from(home: TestHouse) -> None:
    with home.store.writing() as unit:
        number = answer(
            unit.session, home, customer(unit.session, home), 5, at=MONDAY - timedelta(hours=1)
        ).id
    found = line(tell(home, Kind.MONTHLY), "csat")
    assert (found.value, found.note) == ("100%", "answers: 1")
    assert found.path.endswith(f"ids={number}")
