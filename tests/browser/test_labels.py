"""Labelling with the keyboard alone, and the pages of labels and accuracy as assistive technology sees them."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from agent.desk.learning.label_checks import open_checks
from agent.store.tables import CorrectionRow
from tests.browser.conftest import ServedDesk

pytestmark = pytest.mark.browser


@pytest.fixture
def labels(served: ServedDesk) -> None:
    """Two mails wait for two people."""
    with served.house.store.writing() as unit:
        rows = [
            CorrectionRow(
                field="category",
                before="",
                after="billing",
                redacted_text=text,
                created_at=served.house.house.clock(),
            )
            for text in ("The invoice is wrong", "The parcel is late")
        ]
        unit.session.add_all(rows)
        unit.session.flush()
        open_checks(unit, rows, cause="sample", now=served.house.house.clock())


@pytest.mark.usefixtures("labels")
def test_number_keys_choose_s_skips_and_z_takes_back(page: Page, served: ServedDesk) -> None:
    page.goto(f"{served.url}/labels")
    shown = page.locator(".label-t").first
    expect(shown).to_have_text("The invoice is wrong")
    page.keyboard.press("2")
    expect(shown).to_have_text("The parcel is late")
    page.keyboard.press("z")
    expect(shown).to_have_text("The invoice is wrong")
    page.keyboard.press("s")
    expect(shown).to_have_text("The parcel is late")
    page.keyboard.press("5")
    expect(page.get_by_text("No mail waits for your label")).to_be_visible()


@pytest.mark.usefixtures("labels")
@pytest.mark.parametrize("path", ["labels", "accuracy"])
def test_the_pages_are_free_of_barriers_and_fit_a_phone(page: Page, served: ServedDesk, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{served.url}/{path}")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
