"""The page of figures with two weeks of work behind it: leafed through by keys, readable for everybody, in its box."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from agent.clock import system_clock
from agent.store.tables import PersonRow
from tests.browser.conftest import ServedDesk, listens, new_page, sign_in
from tests.browser.test_accessibility import RULES
from tests.sample_past import fill_past

pytestmark = pytest.mark.browser

INSIDE = """svg => [...svg.querySelectorAll('text')].every(one => {
  const box = one.getBoundingClientRect(), all = svg.getBoundingClientRect();
  return box.left >= all.left - 1 && box.right <= all.right + 1 && box.bottom <= all.bottom + 1;
})"""


@pytest.fixture
def past(served: ServedDesk) -> ServedDesk:
    with served.house.store.writing() as unit:
        fill_past(unit, system_clock())
    return served


def as_lead(page: Page, served: ServedDesk) -> None:
    sign_in(page, served, email="emil@nordlys.example")


@pytest.mark.parametrize(
    ("theme", "width", "language"), [("light", 1440, "de"), ("dark", 1280, "en"), ("light", 390, "nb"), ("light", 320, "de")]
)  # fmt: skip
def test_a_week_of_figures_is_clean_and_nothing_leaves_its_box(
    chromium: Browser, past: ServedDesk, theme: str, width: int, language: str
) -> None:
    page = new_page(chromium, width=width, theme=theme)
    as_lead(page, past)
    with past.house.store.writing() as unit:
        unit.session.execute(update(PersonRow).values(language=language))
    page.goto(f"{past.url}/insight")
    page.locator("a[rel=prev]").click()
    page.wait_for_url("**at=**")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("svg.chart").evaluate_all(f"all => all.every({INSIDE})")
    assert page.locator(".kf a").evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
    page.locator(".ins-leaf summary").click()
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in violations] == []
    page.context.close()


def test_weeks_are_leafed_through_by_keys_and_days_are_chosen(chromium: Browser, past: ServedDesk) -> None:
    page = new_page(chromium)
    as_lead(page, past)
    page.goto(f"{past.url}/insight")
    listens(page)
    running = page.locator(".ins-leaf summary").inner_text()
    page.keyboard.press("k")
    page.wait_for_url("**at=**")
    expect(page.locator(".ins-leaf summary")).not_to_have_text(running)
    expect(page.locator("svg.chart .band").first).to_be_attached()
    listens(page)
    page.keyboard.press("j")
    expect(page.locator(".ins-leaf summary")).to_have_text(running)
    page.locator(".ins-leaf summary").click()
    page.get_by_label("First day").fill("2026-01-05")
    page.get_by_label("Last day").fill("2026-01-06")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main")).to_contain_text("Nothing came and nothing left in these days")
