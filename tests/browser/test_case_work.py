"""Working on one case: words survive, colleagues see each other, a template and a file go into the reply."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from agent.desk.casework.cases import case_for_change
from agent.store.tables import CaseRow, DraftRow
from tests.browser.conftest import ServedDesk, new_page, sign_in


def case_with_draft(served: ServedDesk) -> int:
    with served.house.store.reading() as session:
        draft = (
            session.query(DraftRow)
            .join(CaseRow, CaseRow.id == DraftRow.case_id)
            .filter(DraftRow.state == "ready", CaseRow.state == "open")
            .first()
        )
        assert draft is not None
        return draft.case_id


def begin_to_write(page: Page, served: ServedDesk, case_id: int, words: str) -> None:
    page.goto(f"{served.url}/cases/{case_id}?act=edit")
    page.get_by_label("Text of the reply").fill(words)
    expect(page.locator("#unsent")).to_contain_text("Not sent yet, saved", timeout=20_000)


def test_typed_words_survive_a_reload_and_a_second_browser(
    page: Page, served: ServedDesk, chromium: Browser
) -> None:
    case_id = case_with_draft(served)
    begin_to_write(page, served, case_id, "Half of an answer")
    page.reload()
    expect(page.get_by_label("Text of the reply")).to_have_value("Half of an answer")
    second = new_page(chromium)
    sign_in(second, served)
    second.goto(f"{served.url}/cases/{case_id}?act=edit")
    expect(second.get_by_label("Text of the reply")).to_have_value("Half of an answer")
    second.context.close()


def test_a_lost_connection_is_said_and_loses_nothing(served: ServedDesk, chromium: Browser) -> None:
    page = new_page(chromium)
    sign_in(page, served)
    case_id = case_with_draft(served)
    begin_to_write(page, served, case_id, "Before the tunnel")
    page.context.set_offline(True)
    page.get_by_label("Text of the reply").fill("Before the tunnel and in it")
    expect(page.locator("#unsent.is-lost")).to_be_visible(timeout=20_000)
    page.context.set_offline(False)
    expect(page.locator("#unsent.is-lost")).to_have_count(0, timeout=30_000)
    page.reload()
    expect(page.get_by_label("Text of the reply")).to_have_value("Before the tunnel and in it")
    page.context.close()


def test_a_template_chosen_by_key_and_a_file_go_into_the_reply(
    page: Page, served: ServedDesk, tmp_path: Path
) -> None:
    case_id = case_with_draft(served)
    with served.house.store.writing() as unit:
        case_for_change(unit.session, case_id).language = "en"
    page.goto(f"{served.url}/cases/{case_id}")
    page.locator("body").press(";")
    page.get_by_role("button", name="Close the case").press("Enter")
    expect(page.get_by_label("Text of the reply")).to_have_value(re.compile(f"closing case #{case_id}"))
    file = tmp_path / "guide.txt"
    file.write_text("1. Restart\n")
    page.get_by_label("Files to send along").set_input_files(file)
    expect(page.get_by_role("button", name="Take out guide.txt")).to_be_visible()
    expect(page.get_by_label("Text of the reply")).to_have_value(re.compile(f"closing case #{case_id}"))
