"""How to reach a customer, written down by keyboard: a mistake stands beside its field, and nothing typed is lost."""

import pytest
from playwright.sync_api import Page, expect

from agent.store.tables import ContactWayRow
from tests.browser.conftest import ServedDesk
from tests.browser.test_survey import _clean
from tests.unit.desk.feedback.given_answers import customer

pytestmark = pytest.mark.browser


def test_a_number_and_the_preferred_way_are_written_down(page: Page, served: ServedDesk) -> None:
    with served.house.store.writing() as unit:
        anne = customer(unit.session, served.house, country="DK").id
    page.goto(f"{served.url}/customers/{anne}")
    card = page.get_by_role("region", name="How to reach them")
    card.get_by_role("textbox", name="SMS").fill("20 12")
    card.get_by_role("textbox", name="Chat").fill("anne.berg")
    card.get_by_role("textbox", name="SMS").press("Enter")
    wrong = card.get_by_role("textbox", name="SMS")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(card.get_by_role("alert")).to_contain_text("Write a mobile number")
    expect(card.get_by_role("textbox", name="Chat")).to_have_value("anne.berg")

    wrong.fill("20 12 34 56")
    card.get_by_label("Preferred").select_option(label="SMS")
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_role("textbox", name="SMS")).to_have_value("+4520123456")
    expect(card.get_by_role("alert")).to_have_count(0)
    _clean(page)
    with served.house.store.reading() as session:
        kept = {row.channel: (row.address, row.preferred) for row in session.query(ContactWayRow)}
    assert kept == {"sms": ("+4520123456", True), "chat": ("anne.berg", False)}
