"""Who gets which report: addresses are checked, stored with a reason, and a report can be looked at before."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from agent.desk.reporting import recipients, send_reports
from agent.insight.reports import Kind
from agent.store.tables import OutboxRow
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
    assert "In brackets the" in page


def test_a_report_that_was_refused_is_sent_again_from_the_page(admin: WebDesk) -> None:
    number = reported(admin, "failed")
    page = admin.get(PAGE).text
    assert "Send again" in page
    assert admin.post(f"{PAGE}/again", {"outbox_id": number}, page=PAGE).status_code == 303
    with admin.house.store.reading() as session:
        assert session.get_one(OutboxRow, number).state == "waiting"
    assert "Send again" not in admin.get(PAGE).text


def test_a_report_that_has_left_is_not_sent_again(admin: WebDesk) -> None:
    number = reported(admin, "sent")
    answer = admin.post(f"{PAGE}/again", {"outbox_id": number}, page=PAGE)
    assert answer.status_code == 409
    assert "certainly did not leave" in answer.text


def reported(desk: WebDesk, state: str) -> int:
    """A monthly report to the boss of which this has become."""
    company = replace(desk.house.house.company, overrides={"reports": {"monthly": ["boss@nordlys.example"]}})
    morning = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
    send_reports(replace(desk.house.house, company=company, clock=lambda: morning))
    with desk.house.store.writing() as unit:
        row = unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "summary")).one()
        row.state = state
        return row.id
