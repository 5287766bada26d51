"""The draft panel by hand: sources both ways, settling, tone, versions, with keys alone and without script."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from agent.store.tables import CaseRow, DraftRow, MessageRow
from tests.browser.conftest import ServedDesk, listens, sign_in

pytestmark = pytest.mark.browser


def open_login(page: Page, served: ServedDesk, more: str = "") -> None:
    page.goto(f"{served.url}/cases/{served.sample.login.id}?view=approval{more}")


def newest(served: ServedDesk) -> DraftRow:
    with served.house.store.reading() as session:
        return session.scalars(
            select(DraftRow)
            .where(DraftRow.case_id == served.sample.login.id)
            .order_by(DraftRow.version.desc())
        ).first()  # type: ignore[return-value]


def test_a_key_goes_to_the_source_and_back_to_its_sentence(page: Page, served: ServedDesk) -> None:
    open_login(page, served)
    page.keyboard.press("1")
    expect(page.locator("#source-1 summary")).to_be_focused()
    marked = page.locator(".sent.is-on")
    expect(marked).to_have_count(1)
    page.keyboard.press("1")
    expect(marked.locator(".ref")).to_be_focused()
    page.locator("#source-2 summary").click()
    expect(page.locator(".sent.is-on")).to_contain_text(page.locator("#source-2 .rests a").inner_text()[:20])
    page.locator("#source-1 summary").click()
    page.locator("#source-1 .rests a").click()
    expect(page.locator(".sent.is-on .ref")).to_be_focused()


def test_a_number_that_the_focus_reaches_by_key_opens_its_source_and_keeps_the_focus(
    page: Page, served: ServedDesk
) -> None:
    open_login(page, served)
    first, second = page.locator(".ref[data-source='1']").first, page.locator(".ref[data-source='2']").first
    page.locator("#draft-text").focus()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    expect(first).to_have_class("ref is-on")
    expect(page.locator("#source-1")).to_have_attribute("open", "")
    for _ in range(8):
        if second.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(second).to_be_focused()
    expect(page.locator("#source-2")).to_have_attribute("open", "")
    expect(page.locator("#source-1")).not_to_have_attribute("open", "")
    expect(page.locator(".sent.is-on")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#source-2 summary")).to_be_focused()


def test_the_steps_to_a_draft_follow_the_work_and_stop_comes_with_the_writing(
    page: Page, served: ServedDesk
) -> None:
    def reach(step: str) -> None:
        with served.house.store.writing() as unit:
            case = unit.session.get_one(CaseRow, served.sample.login.id)
            case.draft_state = "writing"
            mail = unit.session.get_one(MessageRow, case.latest_in_id)
            mail.step, mail.lease_until = step, served.house.house.clock() + timedelta(minutes=2)

    reach("research")
    open_login(page, served)
    draft, stop = page.locator("#draft"), page.get_by_role("button", name="Stop")
    expect(draft.locator("li.now")).to_have_text("Looking for sources")
    expect(stop).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    reach("draft")
    expect(draft.locator("li.now")).to_contain_text("Writing in")
    expect(draft.locator("li.ok").last).to_contain_text("Sources found")
    stop.focus()
    page.wait_for_timeout(2500)
    expect(stop).to_be_focused()  # news do not take the focus
    page.keyboard.press("Escape")
    expect(draft).to_contain_text("Draft reply")


def test_the_tone_is_moved_by_keys_speaks_in_words_and_is_asked_for(page: Page, served: ServedDesk) -> None:
    open_login(page, served)
    warmth = page.get_by_label("Warmth")
    button = page.get_by_role("button", name="Write in this tone")
    expect(button).to_be_hidden()
    warmth.focus()
    page.keyboard.press("End")
    expect(warmth).to_have_attribute("aria-valuetext", "Warm")
    expect(page.locator("#tone-warmth-word")).to_have_text("Warm")
    button.click()
    expect(page.locator("#draft")).to_contain_text("A draft is being written")
    with served.house.store.reading() as session:
        message = session.get_one(MessageRow, newest(served).message_id)
        assert message.tone["warmth"] == "warm"
    page.keyboard.press("Escape")
    expect(page.locator("#draft")).to_contain_text("Draft reply")


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_control_of_the_tone_keeps_to_one_line(page: Page, served: ServedDesk, language: str) -> None:
    """The name and every word that may follow it, at the widths of usual screens; so does until when to answer."""
    page.evaluate("code => document.querySelector(`.me [name=language][value=${code}]`).click()", language)
    expect(page.locator(f"html[lang={language}]")).to_be_attached()
    open_login(page, served)
    for width in (1366, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        for control in page.locator(".tone label").all():
            name, *words = control.locator(".lab > :first-child, .word > *").all()
            line = name.bounding_box()
            assert line is not None
            for word in words:
                box = word.bounding_box()
                assert box is not None
                assert box["height"] < 20
                assert abs(box["y"] - line["y"]) < 4, (width, word.text_content())
        until = page.locator(".facts .fact:has(time) > b").first
        assert until.evaluate("one => one.scrollWidth <= one.clientWidth"), width


def test_vouch_undo_and_compare_by_keys(page: Page, served: ServedDesk) -> None:
    open_login(page, served)
    page.get_by_role("button", name="I vouch for it").press("Enter")
    expect(page.locator("#draft-text")).to_contain_text("Ida Kjær vouches for")
    assert newest(served).sentences != []
    listens(page)
    page.keyboard.press("z")
    expect(page.locator("#draft-text")).to_contain_text("Settle it before sending")
    page.get_by_role("button", name="Remove").press("Enter")
    expect(page.locator("#draft-text")).not_to_contain_text("bankens gebyr")
    listens(page)
    page.keyboard.press("h")
    expect(page.get_by_role("heading", level=1)).to_have_text("Versions of the reply")
    expect(page.locator("del")).to_have_count(2)  # the key to the signs, and the sentence
    page.get_by_role("button", name="Take version 3 again").click()
    expect(page.locator("#draft-text")).to_contain_text("bankens gebyr")


def test_f_looks_for_a_source_of_the_open_sentence(page: Page, served: ServedDesk) -> None:
    open_login(page, served)
    page.keyboard.press("f")
    listens(page)
    box = page.get_by_label("What the source should say")
    expect(box).to_be_focused()
    expect(box).to_have_value("Når I ikke fristen, betaler vi bankens gebyr.")
    page.keyboard.press("Escape")
    expect(page.locator("#find")).to_have_count(0)


def test_sources_and_settling_work_without_script(chromium, served: ServedDesk) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    sign_in(page, served)
    open_login(page, served)
    page.locator("#source-1 summary").click()
    page.locator("#source-1 .rests a").click()
    assert page.url.endswith("#sentence-3")
    expect(page.get_by_role("button", name="Write in this tone")).to_be_visible()
    page.get_by_role("button", name="I vouch for it").click()
    expect(page.locator("#draft-text")).to_contain_text("Ida Kjær vouches for")
    page.get_by_role("button", name="Undo the last change of the draft").click()
    expect(page.locator("#draft-text")).to_contain_text("Settle it before sending")
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", ["", "&act=source&sentence=5", "&text=model", "&act=rewrite", "versions"])
def test_every_state_of_the_panel_is_accessible(
    page: Page, served: ServedDesk, theme: str, state: str
) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    if state == "versions":
        open_login(page, served)
        page.get_by_role("button", name="Remove").click()
        page.goto(f"{served.url}/cases/{served.sample.login.id}/versions")
    else:
        open_login(page, served, state)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
