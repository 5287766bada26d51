"""A lead names what several customers report, takes out a case that is about something else, and ends it."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from agent.clock import system_clock
from agent.store.tables import MailboxRow
from tests.browser.conftest import ServedDesk, new_page, sign_in
from tests.browser.test_states import faults
from tests.unit.desk.incident_rows import an_incident

pytestmark = pytest.mark.browser


def incident_of(served: ServedDesk) -> int:
    with served.house.store.reading() as session:
        served.house.mailbox_id = session.query(MailboxRow).one().id
    number, _ = an_incident(replace(served.house, clock=system_clock))  # type: ignore[arg-type]
    return number


def fits(page: Page, width: int) -> None:
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_incident_is_named_cleared_and_ended_with_a_way_back_from_each(
    chromium: Browser, served: ServedDesk
) -> None:
    number = incident_of(served)
    page = new_page(chromium)
    sign_in(page, served, email="emil@nordlys.example")
    page.goto(f"{served.url}/escalations")
    expect(page.get_by_role("img", name="Reports in steps of")).to_be_visible()
    page.get_by_role("link", name="Name the cause").click()
    page.get_by_label("Name of the cause").fill("Login fails after 4.2")
    page.get_by_label("What is known").fill("Fix due 20:00.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Login fails after 4.2")

    page.get_by_role("button", name="does not belong here").first.click()
    expect(page.get_by_role("heading", name="Taken out")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_role("heading", name="Taken out")).to_have_count(0)

    page.get_by_role("button", name="It is over").click()
    expect(page.get_by_role("status").filter(has_text="The incident has ended")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_role("status").filter(has_text="The incident is open again")).to_be_visible()

    page.get_by_role("link", name="Login", exact=True).first.click()
    expect(page.locator(".ban").filter(has_text="Login fails after 4.2")).to_contain_text("Fix due 20:00.")
    page.get_by_role("link", name=f"Open incident {number}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Login fails after 4.2")
    page.context.close()


def test_an_incident_and_the_earlier_ones_are_clean_in_both_themes_and_on_a_phone(
    chromium: Browser, served: ServedDesk
) -> None:
    number = incident_of(served)
    for width, height, theme in (
        (1440, 900, "light"),
        (1440, 900, "dark"),
        (390, 844, "light"),
        (320, 640, "dark"),
    ):
        page = new_page(chromium, width=width, height=height, theme=theme)
        sign_in(page, served, email="emil@nordlys.example")
        page.goto(f"{served.url}/escalations")
        fits(page, width)
        page.goto(f"{served.url}/escalations/incidents/{number}")
        fits(page, width)
        page.get_by_role("button", name="does not belong here").first.click()
        expect(page.get_by_role("heading", name="Taken out")).to_be_visible()
        fits(page, width)
        page.get_by_role("button", name="Put back").click()
        page.get_by_role("button", name="It is over").click()
        page.goto(f"{served.url}/escalations/incidents")
        fits(page, width)
        page.get_by_role("link", name="login").click()
        page.get_by_role("button", name="Open it again").click()
        expect(page.get_by_role("status").filter(has_text="The incident is open again")).to_be_visible()
        page.context.close()
