"""A mistyped key is harmless: what it did is said on the next page, and Z takes back one's own newest act."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from agent.store.tables import CaseRow, OutboxRow
from tests.browser.conftest import ServedDesk, listens, new_page, sign_in
from tests.browser.test_in_reach import in_reach

pytestmark = pytest.mark.browser

TITLE = "Oktober doppelt abgebucht"


@pytest.fixture
def emil(chromium: Browser, served: ServedDesk) -> Iterator[Page]:
    """Emil's screen."""
    page = new_page(chromium)
    sign_in(page, served, email="emil@nordlys.example")
    yield page
    page.context.close()


def letters(served: ServedDesk) -> list[str]:
    with served.house.store.reading() as session:
        return list(session.scalars(select(OutboxRow.state).order_by(OutboxRow.id)))


def state(served: ServedDesk) -> str:
    with served.house.store.reading() as session:
        return session.get_one(CaseRow, served.sample.charged.id).state


def press(page: Page, *keys: str) -> None:
    """These keys, once the page listens."""
    listens(page)
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_case_that_was_closed_by_a_key_is_named_and_brought_back(
    chromium: Browser, served: ServedDesk, width: int
) -> None:
    page = new_page(chromium, width=width, height=800)
    sign_in(page, served)
    page.goto(f"{served.url}/cases/{served.sample.charged.id}?view=approval")
    press(page, "d")
    said = page.locator("#change")
    expect(said).to_contain_text("1 case is done.")
    expect(said.get_by_role("link", name=f"Case {served.sample.charged.id}")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(TITLE)
    assert state(served) == "done"
    assert in_reach(said.get_by_role("button", name="Undo"))
    press(page, "z")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(said).to_contain_text("Taken back.")
    assert state(served) == "open"
    page.context.close()


def test_a_letter_and_a_change_are_both_in_reach_and_the_newer_has_the_key(
    chromium: Browser, served: ServedDesk
) -> None:
    page = new_page(chromium, width=390, height=800)
    sign_in(page, served)
    page.goto(f"{served.url}/cases/{served.sample.charged.id}?view=approval")
    press(page, "a")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(TITLE)
    press(page, "t")
    expect(page.locator("#change")).to_contain_text("1 case was given.")
    for bar in ("#change", "#outbox"):
        assert in_reach(page.locator(bar).get_by_role("button", name="Undo")), bar
    press(page, "z")
    expect(page.locator("#change")).to_contain_text("Taken back.")
    assert letters(served) == ["waiting"]
    press(page, "z")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert letters(served) == ["cancelled"]
    page.context.close()


def test_the_key_of_one_person_does_not_recall_the_letter_of_another(
    page: Page, emil: Page, served: ServedDesk
) -> None:
    page.goto(f"{served.url}/cases/{served.sample.charged.id}?view=approval")
    press(page, "a")
    expect(page.locator("#outbox")).to_contain_text("Jürgen Krüner")
    for place in ("/", f"/cases/{served.sample.charged.id}", "/customers"):
        emil.goto(served.url + place)
        expect(emil.locator("#outbox")).to_contain_text("Ida Kjær · Reply to Jürgen Krüner leaves in")
        press(emil, "z")
    emil.wait_for_timeout(300)
    assert letters(served) == ["waiting"]
    emil.locator("#outbox").get_by_role("button", name="Undo").click()  # meant, and said in so many words
    expect(emil.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert letters(served) == ["cancelled"]


def test_a_letter_is_taken_back_from_another_page_and_stays_there_when_it_is_refreshed(
    page: Page, served: ServedDesk
) -> None:
    page.goto(f"{served.url}/cases/{served.sample.charged.id}?view=approval")
    press(page, "a")
    expect(page.locator("#outbox")).to_contain_text("Jürgen Krüner")
    press(page, "g", "c")
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    expect(page.locator("#outbox")).to_contain_text("Reply to Jürgen Krüner leaves in")
    page.evaluate("document.getElementById('outbox').dataset.drawn = 'before'")
    page.evaluate("htmx.ajax('GET', '/live', {source: '#live', swap: 'none'})")
    expect(page.locator("#outbox[data-drawn]")).to_have_count(0)
    expect(page.locator("#outbox")).to_have_count(1)
    assert in_reach(page.locator("#outbox").get_by_role("button", name="Undo"))
    press(page, "z")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert letters(served) == ["cancelled"]
