"""axe finds nothing on any page of the settings, in both themes, and none is wider than a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy import update

from agent.store.tables import PersonRow
from tests.browser.conftest import ServedDesk, new_page, sign_in
from tests.browser.test_accessibility import RULES

pytestmark = pytest.mark.browser

PAGES = (
    "/settings",
    "/settings/company",
    "/settings/mailboxes",
    "/settings/people",
    "/settings/people/1",
    "/settings/work",
    "/settings/work/1",
    "/settings/categories",
    "/settings/priority",
    "/settings/hours",
    "/settings/hours/teams/new",
    "/settings/hours/countries/new",
    "/settings/escalation",
    "/settings/prompts",
    "/settings/prompts/draft/da",
    "/settings/engine",
    "/settings/tokens",
    "/settings/audit",
)


def as_admin(served: ServedDesk, page: Page) -> None:
    with served.house.store.writing() as unit:
        unit.session.execute(
            update(PersonRow).where(PersonRow.email == "ida@nordlys.example").values(role="admin")
        )
    sign_in(page, served)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_clean(chromium: Browser, served: ServedDesk, theme: str) -> None:
    page = new_page(chromium, theme=theme)
    as_admin(served, page)
    found = {}
    for path in PAGES:
        page.goto(served.url + path)
        found[path] = Axe().run(page, options=RULES).response["violations"]
    page.goto(f"{served.url}/settings/hours/teams/new")
    page.get_by_role("button", name="Show what would change").click()
    found["mistakes"] = Axe().run(page, options=RULES).response["violations"]
    page.context.close()
    assert {
        path: [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in vs]
        for path, vs in found.items()
        if vs
    } == {}


def test_no_page_is_wider_than_a_phone(chromium: Browser, served: ServedDesk) -> None:
    page = new_page(chromium, width=390, height=844)
    as_admin(served, page)
    for path in PAGES:
        page.goto(served.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.context.close()


def test_every_field_outside_a_table_has_a_label_that_is_seen(chromium: Browser, served: ServedDesk) -> None:
    """axe is content with a label for screen readers alone; people who see need one, too."""
    page = new_page(chromium)
    as_admin(served, page)
    unseen = {}
    for path in PAGES:
        page.goto(served.url + path)
        unseen[path] = page.evaluate(
            """() => [...document.querySelectorAll('.set .body :is(input:not([type=hidden]), select, textarea)')]
            .filter(field => !field.closest('td') && field.checkVisibility())
            .filter(field => ![...field.labels].some(label => label.getBoundingClientRect().width > 8))
            .map(field => field.name)"""
        )
    page.context.close()
    assert {path: names for path, names in unseen.items() if names} == {}


def test_a_step_of_the_escalation_stands_on_one_line(chromium: Browser, served: ServedDesk) -> None:
    page = new_page(chromium)
    as_admin(served, page)
    page.goto(f"{served.url}/settings/escalation")
    tops = [
        page.locator(f"[name='step.0.{field}']").bounding_box()["y"]  # type: ignore[index]
        for field in ("minutes", "to", "address")
    ]
    page.context.close()
    assert max(tops) - min(tops) < 2
