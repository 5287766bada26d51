"""The desk by keyboard alone, and the way to switch single keys off."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from agent.store.tables import OutboxRow
from tests.browser.conftest import ServedDesk, listens

pytestmark = pytest.mark.browser


def arrived(page: Page, title: str) -> None:
    """The page with this title is there and listens to keys: a heading is painted before scripts run."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    listens(page)


def test_from_the_list_to_an_approved_reply_and_back(page: Page, served: ServedDesk) -> None:
    for key in ("j", "j", "j"):
        page.keyboard.press(key)
    expect(page.locator(".case:focus")).to_contain_text("Oktober doppelt abgebucht")
    page.keyboard.press("o")
    arrived(page, "Oktober doppelt abgebucht")
    page.keyboard.press("1")
    expect(page.locator("#source-1 blockquote")).to_be_visible()
    page.keyboard.press("v")
    expect(page.locator("#thread .tok").first).to_have_text("PERSON_1")
    listens(page)
    page.keyboard.press("a")
    expect(page.locator("#outbox")).to_contain_text("Jürgen Krüner")
    listens(page)
    page.keyboard.press("z")
    arrived(page, "Oktober doppelt abgebucht")
    with served.house.store.reading() as session:
        assert session.scalars(select(OutboxRow.state)).all() == ["cancelled"]
    page.keyboard.press("u")
    expect(page).to_have_url(f"{served.url}/")


def test_sequences_and_help(page: Page, served: ServedDesk) -> None:
    page.keyboard.press("g")
    page.keyboard.press("e")
    arrived(page, "Escalations")
    page.keyboard.press("g")
    page.keyboard.press("u")
    expect(page).to_have_url(f"{served.url}/views/unassigned")
    listens(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("kruener")
    page.keyboard.press("Enter")
    expect(page.locator(".case")).to_have_count(1)


def test_keys_do_nothing_while_somebody_types_and_escape_keeps_the_words(
    page: Page, served: ServedDesk
) -> None:
    page.goto(f"{served.url}/cases/{served.sample.charged.id}?act=note")
    page.keyboard.type("aazed")
    expect(page.get_by_label("Note to the team", exact=False)).to_have_value("aazed")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Note to the team", exact=False)).to_have_value("aazed")
    with served.house.store.reading() as session:
        assert session.scalars(select(OutboxRow)).all() == []


def test_words_go_where_the_page_asks_for_them_before_it_listens_to_keys(
    page: Page, served: ServedDesk
) -> None:
    # a busy browser paints late, and moves to the field with `autofocus` only then: here the focus is still elsewhere
    page.add_init_script(
        "document.addEventListener('readystatechange', () => document.querySelector('.skip')?.focus(), {once: true})"
    )
    page.goto(f"{served.url}/cases/{served.sample.charged.id}?act=note")
    page.keyboard.type("aazed")
    expect(page.get_by_label("Note to the team", exact=False)).to_have_value("aazed")


def test_a_menu_opens_by_key_takes_the_focus_and_gives_it_back(page: Page, served: ServedDesk) -> None:
    page.goto(f"{served.url}/cases/{served.sample.charged.id}")
    page.keyboard.press("c")
    expect(page.locator(".menu:visible [aria-current]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("summary[data-key=c]")).to_be_focused()


def test_single_keys_can_be_switched_off(page: Page, served: ServedDesk) -> None:
    page.locator(".me summary").click()
    page.get_by_role("button", name="Turn single-key shortcuts off").click()
    page.goto(f"{served.url}/cases/{served.sample.charged.id}")
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    with served.house.store.reading() as session:
        assert session.scalars(select(OutboxRow)).all() == []


def test_keys_of_ones_own_choice(page: Page, served: ServedDesk) -> None:
    page.goto(f"{served.url}/keys")
    listens(page)
    approve, done = page.get_by_label("approve and send"), page.get_by_label("done", exact=True)
    approve.press("Alt+y")
    done.press("a")
    expect(approve).to_have_value("Alt+y")
    expect(done).to_have_value("a")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(f"{served.url}/cases/{served.sample.charged.id}")
    listens(page)
    page.keyboard.press("d")  # gives no command any more
    page.keyboard.press("Alt+y")
    expect(page.locator("#outbox")).to_contain_text("Jürgen Krüner")


def test_picking_takes_one_case_and_with_shift_all_up_to_here(page: Page, served: ServedDesk) -> None:
    boxes = page.locator(".rows .picker input")
    for key in ("j", "x", "j", "j", "x"):
        page.keyboard.press(key)
    assert [boxes.nth(n).is_checked() for n in range(5)] == [True, False, True, False, False]
    page.keyboard.press("x")
    assert not boxes.nth(2).is_checked()
    for key in ("j", "j", "Shift+X"):
        page.keyboard.press(key)
    assert [boxes.nth(n).is_checked() for n in range(6)] == [True, False, True, True, True, False]


def test_a_search_is_worked_through_by_keyboard(page: Page, served: ServedDesk) -> None:
    page.goto(f"{served.url}/search?q=lang:da+is:open+sort:oldest")
    listens(page)
    subjects = page.locator(".case .subj").all_inner_texts()
    for key in ("j", "j", "o"):
        page.keyboard.press(key)
    arrived(page, subjects[1])
    assert page.locator(".case .subj").all_inner_texts() == subjects
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search: lang:da is:open sort:oldest")
