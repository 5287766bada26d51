"""What an agent reaches for stays in reach: no key without its act, no button under another, nothing cut off."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import ServedDesk, listens, new_page, sign_in

pytestmark = pytest.mark.browser

IN_REACH = """one => {
  const box = one.getBoundingClientRect();
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return box.x >= 0 && box.y >= 0 && box.right <= innerWidth && box.bottom <= innerHeight && one.contains(hit);
}"""


def in_reach(one: Locator) -> bool:
    """Whether this can be pressed where it is: within the window, and with nothing over it."""
    return bool(one.evaluate(IN_REACH))


def test_every_key_of_the_navigation_goes_where_it_says(page: Page, served: ServedDesk) -> None:
    places = page.locator("nav.side a[data-key^='g ']").evaluate_all(
        "all => all.map(one => [one.dataset.key.slice(2), one.pathname])"
    )
    assert len(places) > 12
    for key, path in places:  # from each place to the next
        listens(page)
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(served.url + path)


def test_a_sequence_that_leads_nowhere_does_nothing_else(page: Page, served: ServedDesk) -> None:
    case = f"{served.url}/cases/{served.sample.login.id}"
    page.goto(case)
    listens(page)
    page.keyboard.press("g")
    page.keyboard.press("r")  # the roll-out, which agents do not have; alone it asks for a rewrite
    page.wait_for_timeout(300)
    expect(page).to_have_url(case)


def test_plus_opens_the_tags_and_takes_a_name_at_once(page: Page, served: ServedDesk) -> None:
    page.goto(f"{served.url}/cases/{served.sample.charged.id}")
    listens(page)
    page.keyboard.press("+")
    expect(page.locator(".facts").get_by_label("Tag", exact=True)).to_be_focused()
    page.keyboard.type("vip")
    page.keyboard.press("Enter")
    expect(page.locator(".case[aria-current]")).to_contain_text("vip")


def test_the_palette_says_what_is_done_and_reaches_into_menus(page: Page, served: ServedDesk) -> None:
    page.goto(f"{served.url}/cases/{served.sample.login.id}")
    listens(page)
    page.keyboard.press("Control+k")
    names = page.get_by_role("option").locator("span").all_inner_texts()
    assert {"Give it to someone", "Done", "Change priority", "Change category", "Change tags"} <= set(names)
    page.keyboard.type("note")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Note to the team")).to_be_focused()


def test_the_buttons_of_a_note_and_of_the_templates_are_not_covered(page: Page, served: ServedDesk) -> None:
    case = f"{served.url}/cases/{served.sample.login.id}"
    page.goto(f"{case}?act=note")
    listens(page)
    assert in_reach(page.get_by_role("button", name="Add note"))
    page.goto(case)
    listens(page)
    page.keyboard.press(";")
    expect(page.get_by_role("button", name="Ask for details")).to_be_focused()
    assert in_reach(page.get_by_role("link", name="All templates"))


@pytest.mark.parametrize("width", [1440, 1200])
def test_all_that_settles_a_sentence_and_every_fact_is_in_reach(
    chromium: Browser, served: ServedDesk, width: int
) -> None:
    page = new_page(chromium, width=width)
    sign_in(page, served)
    page.goto(f"{served.url}/cases/{served.sample.login.id}")
    assert all(in_reach(one) for one in page.locator(".settle .btn").all())
    assert all(in_reach(one) for one in page.locator(".facts summary").all())
    page.context.close()


@pytest.mark.parametrize("width", [1000, 390])
def test_a_reply_is_taken_back_from_a_narrow_screen(
    chromium: Browser, served: ServedDesk, width: int
) -> None:
    page = new_page(chromium, width=width, height=800)
    sign_in(page, served)
    page.goto(f"{served.url}/cases/{served.sample.charged.id}?view=approval")
    page.get_by_role("button", name="Approve and send").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Oktober doppelt abgebucht")
    undo = page.locator("#outbox").get_by_role("button", name="Undo")
    assert in_reach(undo)
    undo.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Oktober doppelt abgebucht")
    page.context.close()


def test_long_words_stay_within_their_pane(page: Page, served: ServedDesk) -> None:
    page.goto(f"{served.url}/search?q=faktura+lagn:da+is:opne+before:2026-13-01+before:2026-12-31")
    assert in_reach(page.locator(".list > .bar summary"))
    page.goto(f"{served.url}/cases/{served.sample.login.id}/split")
    assert page.evaluate(
        "[...document.querySelectorAll('.bundle .cut')].every(one =>"
        " one.getBoundingClientRect().right <= one.closest('.card').getBoundingClientRect().right)"
    )


def test_on_a_phone_the_places_beyond_the_bar_and_the_account_are_behind_more(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_out = page.get_by_role("button", name="Sign out")
    expect(page.get_by_role("link", name="Customers")).to_be_hidden()
    page.get_by_role("button", name="More", exact=True).click()
    page.locator(".me > summary").click()
    expect(sign_out).to_be_visible()
    page.get_by_role("link", name="Customers").click()
    page.wait_for_url("**/customers")


def test_on_a_phone_the_mail_is_cut_for_the_reply_and_whole_when_asked(
    page: Page, served: ServedDesk
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{served.url}/cases/{served.sample.login.id}")
    text = page.locator(".msg-long > .prose").first
    cut = "one => one.scrollHeight > one.clientHeight"
    assert text.evaluate(cut)
    assert in_reach(page.get_by_role("button", name="Approve and send"))
    page.get_by_role("link", name="Show the whole message").click()
    assert not text.evaluate(cut)
    expect(page.get_by_role("link", name="Show the whole message")).to_be_hidden()


SMALL = """() => [...document.querySelectorAll('.btn, .item, .seg > *, summary.fact, .picker')]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().width)
  .filter(one => one.getBoundingClientRect().height < 43.5)
  .map(one => one.className + ': ' + one.textContent.trim())"""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (820, 1180), (1180, 820)])
def test_what_is_pressed_by_a_finger_is_as_large_as_one(
    chromium: Browser, served: ServedDesk, width: int, height: int
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": height}, has_touch=True, locale="en-GB"
    )
    page = context.new_page()
    sign_in(page, served)
    assert page.evaluate("matchMedia('(pointer: coarse)').matches")
    for path in ("/", f"/cases/{served.sample.login.id}", f"/cases/{served.sample.charged.id}?act=edit"):
        page.goto(served.url + path)
        assert page.evaluate(SMALL) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
