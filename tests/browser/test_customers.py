"""The customer's page in a real browser: reached by keys, changed from a menu, clean for assistive technology."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from agent.clock import system_clock
from agent.customers.profile import Impression, Sign, StyleProfile, grow
from agent.store.tables import CustomerRow, CustomerStyleRow
from agent.store.values import dump
from tests.browser.conftest import ServedDesk, new_page, sign_in
from tests.browser.test_accessibility import RULES

pytestmark = pytest.mark.browser


@pytest.fixture
def anne(served: ServedDesk) -> int:
    """The id of a customer whose profile rests on two mails."""
    now = system_clock()
    profile = StyleProfile()
    for day in (2, 1):
        profile = grow(
            profile, Impression(now - timedelta(days=day), {"formality": Sign("formal"), "role": Sign("it")})
        )
    with served.house.store.writing() as unit:
        anne = unit.session.query(CustomerRow).filter_by(email="anne@norrelund.example").one()
        unit.session.add(
            CustomerStyleRow(customer_id=anne.id, profile=dump(profile), created_at=now, updated_at=now)
        )
        return anne.id


def test_g_c_leads_to_the_customers_and_a_level_is_set_from_its_menu(
    page: Page, served: ServedDesk, anne: int
) -> None:
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url(f"{served.url}/customers")
    page.get_by_role("link", name="Anne Nørrelund").click()
    expect(page.get_by_text("Learnt from 2 mails.")).to_be_visible()
    page.locator(".traits summary", has_text="Formal").click()
    page.locator(".traits").get_by_role("button", name="Informal").click()
    expect(page.get_by_text("set by a person")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "theme"), [(1440, "light"), (1440, "dark"), (1200, "light"), (390, "light"), (320, "dark")]
)
def test_both_pages_are_clean_and_fit_the_screen(
    chromium: Browser, served: ServedDesk, anne: int, width: int, theme: str
) -> None:
    page = new_page(chromium, width=width, theme=theme)
    sign_in(page, served)
    for path in ("/customers", f"/customers/{anne}"):
        page.goto(served.url + path)
        violations = Axe().run(page, options=RULES).response["violations"]
        assert [(found["id"], [node["html"][:120] for node in found["nodes"]]) for found in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()
