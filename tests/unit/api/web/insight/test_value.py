"""The value page: nothing is claimed without a baseline, every amount opens, and leads change the numbers."""

import csv
import io

import pytest
from sqlalchemy import select

from agent.store.tables import AuditRow, ValueBaselineRow
from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.insight.test_figures import answered
from tests.unit.api.web.settings.test_overview import fields_of

PAGE = "/feedback/value"
NUMBERS = "/feedback/value/numbers"
TYPED = {
    "first": "2026-01-01", "last": "2026-01-31", "how": "typed", "cases": "400", "minutes": "30",
    "came_back": "30", "note": "the old system's monthly report",
}  # fmt: skip


@pytest.fixture
def lead(desk: WebDesk) -> WebDesk:
    assert desk.sign_in("emil@nordlys.example").status_code == 303
    return desk


def amounts(desk: WebDesk) -> dict[tuple[str, str], tuple[float, str]]:
    rows = csv.DictReader(
        io.StringIO(desk.get(f"{PAGE}.csv").text.lstrip("\ufeff")), delimiter=_delimiter(desk)
    )
    return {(row["scenario"], row["part"]): (float(row["eur"]), row["missing"]) for row in rows}


def _delimiter(desk: WebDesk) -> str:
    return ";" if ";" in desk.get(f"{PAGE}.csv").text.partition("\n")[0] else ","


def test_without_a_baseline_no_gain_and_no_return_is_claimed(lead: WebDesk) -> None:
    answered(lead, 40)
    page = lead.get(PAGE).text
    assert "Without a baseline no return is told." in page
    assert amounts(lead)["optimistic", "time"] == (0.0, "baseline")


def test_a_baseline_is_written_down_and_compared_with(lead: WebDesk) -> None:
    answered(lead, 40)
    assert lead.post(f"{PAGE}/baseline", TYPED, page=PAGE).status_code == 303
    with lead.house.store.reading() as session:
        row = session.scalars(select(ValueBaselineRow)).one()
        assert row.figures == {"cases": 400.0, "handling_h": 0.5, "came_back": 0.3}
        assert session.scalar(select(AuditRow.actor).where(AuditRow.action == "value.baseline"))
    eur, missing = amounts(lead)["realistic", "quality"]
    assert missing in {"", "cases"}
    assert (eur > 0) is (missing == "")
    assert "the old system" in lead.get(PAGE).text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cases": ""}, "A baseline without any case says nothing."),
        ({"cases": "many"}, "A figure of the baseline is not a number."),
        ({"first": ""}, "The days of the baseline are missing."),
        ({"last": "2999-01-01"}, "A baseline is about days that are over."),
        ({"came_back": "130"}, "These figures cannot be."),
    ],
)
def test_a_baseline_that_cannot_be_is_refused_and_what_was_typed_stays(
    lead: WebDesk, change: dict[str, str], said: str
) -> None:
    answer = lead.post(f"{PAGE}/baseline", TYPED | change, page=PAGE)
    assert answer.status_code == 422
    assert said in answer.text
    assert TYPED["note"].partition("'")[0] in answer.text


def test_agents_do_not_see_it(signed_in: WebDesk) -> None:
    assert signed_in.get(PAGE).status_code == 403
    assert signed_in.get(NUMBERS).status_code == 403


def test_an_admin_changes_the_numbers_with_a_reason(admin: WebDesk) -> None:
    fields = fields_of(admin.get(NUMBERS).text, NUMBERS)
    assert fields["value.money.hour"] == "40"
    fields |= {"value.money.hour": "52,5", "value.scenarios.realistic.time": "60", "reason": "new wages"}
    assert admin.post(NUMBERS, fields, page=NUMBERS).status_code == 303
    value = admin.house.house.today().company.overrides["value"]
    assert value == {"money": {"hour": 52.5}, "scenarios": {"realistic": {"time": 0.6}}}


@pytest.mark.parametrize(
    ("path", "written"),
    [("value.money.hour", "forty"), ("value.customers.margin", "140"), ("value.money.hours_a_month", "0")],
)
def test_numbers_that_cannot_be_are_said_beside_their_field(admin: WebDesk, path: str, written: str) -> None:
    fields = fields_of(admin.get(NUMBERS).text, NUMBERS) | {path: written, "reason": "x"}
    answer = admin.post(NUMBERS, fields, page=NUMBERS)
    assert answer.status_code == 422
    assert "Write a number" in answer.text
