"""The feedback light as far as cases tell: complaints hold a request back, with the reason and the day it ends."""

from datetime import datetime, timedelta

from agent.company import Company
from agent.desk.customers.feedback_light import light_from_cases
from agent.feedback.light import Colour
from agent.store.tables import CaseRow, CustomerRow
from tests.house import MONDAY_MORNING as NOW


def a_case(state: str, sentiment: str, *, closed: datetime = NOW, priority: str = "low") -> CaseRow:
    return CaseRow(
        id=1, state=state, sentiment=sentiment, priority=priority, category="technical",
        created_at=NOW - timedelta(days=60), updated_at=closed,
    )  # fmt: skip


def light(*cases: CaseRow) -> Colour | None:
    customer = CustomerRow(email="anne@holm.example", company="Holm", country="DK", language="da")
    shown = light_from_cases(customer, cases, Company(), NOW)
    return shown and shown.colour


def test_without_a_case_there_is_no_light() -> None:
    assert light() is None


def test_a_calm_case_leaves_it_green_open_or_closed() -> None:
    assert light(a_case("open", "neutral"), a_case("done", "positive")) is Colour.GREEN


def test_an_open_complaint_is_red_whether_by_mood_or_by_priority() -> None:
    assert light(a_case("open", "negative")) is Colour.RED
    assert light(a_case("waiting", "neutral", priority="critical")) is Colour.RED


def test_a_complaint_closed_lately_is_yellow_until_the_quiet_days_are_over() -> None:
    closed = NOW - timedelta(days=10)
    complaint = a_case("done", "negative", closed=closed)
    customer = CustomerRow(email="anne@holm.example", company="", country="", language="")
    shown = light_from_cases(customer, [complaint], Company(), NOW)
    assert shown is not None
    assert (shown.colour, shown.from_when) == (Colour.YELLOW, closed + timedelta(days=14))
    assert light(a_case("done", "negative", closed=NOW - timedelta(days=15))) is Colour.GREEN


def test_a_very_upset_mail_stays_red_until_somebody_has_been_in_touch() -> None:
    assert light(a_case("done", "very_negative", closed=NOW - timedelta(days=50))) is Colour.RED
