"""The command palette names what the page offers, does it, and searches for everything else."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import ServedDesk, listens

pytestmark = pytest.mark.browser


def opened(page: Page) -> None:
    listens(page)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="What do you want to do?")).to_be_focused()


def test_a_command_of_the_page_is_found_by_its_name_and_done(page: Page, served: ServedDesk) -> None:
    page.goto(f"{served.url}/cases/{served.sample.charged.id}")
    opened(page)
    page.keyboard.type("rewri")
    expect(page.get_by_role("option").first).to_contain_text("Ask for rewrite")
    page.keyboard.press("Enter")
    expect(page.get_by_label("What should be different?")).to_be_visible()


def test_arrows_choose_a_place_and_escape_gives_the_focus_back(page: Page, served: ServedDesk) -> None:
    page.locator(".case").first.focus()
    opened(page)
    page.keyboard.press("Escape")
    expect(page.locator(".case").first).to_be_focused()
    opened(page)
    page.keyboard.type("feed")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.url}/feedback")


def test_what_is_no_command_is_searched_for(page: Page, served: ServedDesk) -> None:
    opened(page)
    page.keyboard.type("kruener")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.url}/search?q=kruener")
    expect(page.locator(".case")).to_have_count(1)


def test_the_open_palette_is_free_of_barriers(page: Page, served: ServedDesk) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert served.url in page.url
