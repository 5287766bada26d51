"""What an agent does all day, in a real browser: read, approve, take back, edit, ask again, put right."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from agent.store.tables import CaseRow, DraftRow, NoteRow, OutboxRow
from tests.browser.conftest import ServedDesk

pytestmark = pytest.mark.browser


def letters(served: ServedDesk) -> list[OutboxRow]:
    with served.house.store.reading() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def test_approve_take_back_and_approve_again(page: Page, served: ServedDesk) -> None:
    page.get_by_role("link", name="Oktober doppelt abgebucht").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Oktober doppelt abgebucht")

    page.get_by_role("button", name="Approve and send").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Oktober doppelt abgebucht")
    bar = page.locator("#outbox")
    expect(bar).to_contain_text("Reply to Jürgen Krüner leaves in")
    assert [letter.state for letter in letters(served)] == ["waiting"]

    bar.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Oktober doppelt abgebucht")
    assert [letter.state for letter in letters(served)] == ["cancelled"]

    page.get_by_role("button", name="Approve and send").click()
    expect(bar).to_contain_text("leaves in")
    assert sum(letter.state == "waiting" for letter in letters(served)) == 1


def test_the_next_case_has_the_focus_after_sending(page: Page) -> None:
    page.get_by_role("link", name="Oktober doppelt abgebucht").click()
    page.get_by_role("button", name="Approve and send").click()
    expect(page.locator("#case-title")).to_be_focused()


def test_a_sentence_without_a_source_must_be_settled_first(page: Page, served: ServedDesk) -> None:
    page.get_by_role("link", name="Login fejler efter 4.2").click()
    page.get_by_role("button", name="Approve and send").click()
    expect(page.get_by_role("alert")).to_contain_text("has no source")
    expect(page.locator(".nosrc")).to_be_focused()
    assert letters(served) == []

    page.get_by_role("button", name="I vouch for it").click()
    page.get_by_role("button", name="Approve and send").click()
    expect(page.locator("#outbox")).to_contain_text("Anne Nørrelund")
    with served.house.store.reading() as session:
        notes = session.scalars(select(NoteRow).order_by(NoteRow.id)).all()
    assert "betaler vi bankens gebyr" in notes[-1].text


def test_removing_the_sentence_makes_a_new_version_without_it(page: Page, served: ServedDesk) -> None:
    page.get_by_role("link", name="Login fejler efter 4.2").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("#draft-text")).not_to_contain_text("bankens gebyr")
    expect(page.locator("#draft")).to_contain_text("Version 2")
    with served.house.store.reading() as session:
        assert (
            session.scalar(select(CaseRow.draft_state).where(CaseRow.id == served.sample.login.id)) == "ready"
        )


def test_an_edited_reply_is_sent_with_ctrl_enter(page: Page, served: ServedDesk) -> None:
    page.get_by_role("link", name="Oktober doppelt abgebucht").click()
    page.get_by_role("link", name="Edit").click()
    box = page.get_by_label("Text of the reply")
    expect(box).to_be_focused()
    box.fill("Guten Tag Herr Krüner,\n\nder Betrag ist heute zurück überwiesen worden.")
    box.press("Control+Enter")
    expect(page.locator("#outbox")).to_contain_text("Jürgen Krüner")
    assert "heute zurück überwiesen" in letters(served)[0].text


def test_a_rewrite_is_asked_for_in_words_and_the_desk_says_that_it_is_being_written(
    page: Page, served: ServedDesk
) -> None:
    page.get_by_role("link", name="Oktober doppelt abgebucht").click()
    page.get_by_role("link", name="Ask for rewrite").click()
    page.get_by_label("What should be different?").fill("Name the exact day.")
    page.locator("#act").get_by_role("button", name="Ask for rewrite").click()
    expect(page.locator("#draft")).to_contain_text("A draft is being written")

    with served.house.store.writing() as unit:
        case = unit.session.get_one(CaseRow, served.sample.charged.id)
        draft = unit.session.scalars(select(DraftRow).where(DraftRow.case_id == case.id)).one()
        assert draft.state in {"ready", "superseded"}
        draft.state, case.draft_state, case.version = "ready", "ready", case.version + 1
    expect(page.locator("#draft")).to_contain_text("Draft reply", timeout=12_000)  # by itself


def test_a_corrected_category_is_shown_and_can_be_taken_back(page: Page, served: ServedDesk) -> None:
    page.get_by_role("link", name="Login fejler efter 4.2").click()
    page.locator("summary", has_text="Category").click()
    page.locator(".menu:visible button[value=usability]").click()
    with served.house.store.reading() as session:
        assert session.get_one(CaseRow, served.sample.login.id).category == "usability"
    page.get_by_role("button", name="Take it back").click()
    with served.house.store.reading() as session:
        assert session.get_one(CaseRow, served.sample.login.id).category == "technical"


def test_everything_works_without_script(chromium, served: ServedDesk) -> None:
    from tests.browser.conftest import sign_in

    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    sign_in(page, served)
    page.get_by_role("link", name="Oktober doppelt abgebucht").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Text of the reply").fill("Guten Tag,\n\nerledigt.")
    page.get_by_role("button", name="Save, do not send").click()
    page.get_by_role("button", name="Approve and send").click()
    assert [letter.state for letter in letters(served)] == ["waiting"]
    page.locator("#outbox").get_by_role("button", name="Undo").click()
    assert [letter.state for letter in letters(served)] == ["cancelled"]
    context.close()
