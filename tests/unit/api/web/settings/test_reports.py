"""Who gets which report: addresses are checked, stored with a reason, and a report can be looked at before."""

import pytest

from agent.desk.reporting import recipients
from agent.insight.reports import Kind
from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.settings.test_overview import fields_of

PAGE = "/settings/reports"


def test_addresses_are_stored_and_count_at_once(admin: WebDesk) -> None:
    fields = fields_of(admin.get(PAGE).text, PAGE) | {
        "reports.monthly": "Boss@nordlys.example, board@nordlys.example",
        "reason": "the board wants it",
    }
    assert admin.post(PAGE, fields, page=PAGE).status_code == 303
    found = recipients(admin.house.house.today().company)
    assert found[Kind.MONTHLY] == ("boss@nordlys.example", "board@nordlys.example")
    assert found[Kind.WEEKLY] == ()
    assert "board@nordlys.example" in admin.get(PAGE).text


def test_what_is_no_address_is_said_beside_its_field(admin: WebDesk) -> None:
    fields = fields_of(admin.get(PAGE).text, PAGE) | {"reports.weekly": "the boss", "reason": "x"}
    answer = admin.post(PAGE, fields, page=PAGE)
    assert answer.status_code == 422
    assert "Write e-mail addresses" in answer.text
    assert "the boss" in answer.text


@pytest.mark.parametrize("kind", list(Kind))
def test_each_report_can_be_seen_before_it_is_mailed(admin: WebDesk, kind: Kind) -> None:
    page = admin.get(f"{PAGE}?show={kind}").text
    assert 'id="report"' in page
    assert "In brackets the time before." in page
