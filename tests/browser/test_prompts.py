"""An administrator words a prompt: edited, tried on a past mail, published, and taken back where it was worse."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from agent.clock import system_clock
from agent.desk.settings.live import LiveCompany
from agent.desk.settings.trying_prompts import try_prompt
from agent.drafting.draft import Draft, DraftRequest
from agent.llm.engine import load_engine
from agent.store.tables import PromptTrialRow
from prompts.catalogue import PromptFile
from tests.browser.conftest import ServedDesk, listening, new_page
from tests.browser.test_settings import as_admin
from tests.house import ScriptedUnderstanding
from tests.servers.process import free_port

pytestmark = pytest.mark.browser

PROMPT = "/settings/prompts/draft/de"
KIND = "\nSchließen Sie mit einem freundlichen Wort."


class Worded(ScriptedUnderstanding):
    """Writes as its prompt says: one sentence more where a kind word is asked for."""

    def __init__(self, file: PromptFile) -> None:
        super().__init__()
        self.file = file

    @property
    def writer(self) -> "Worded":
        return self

    def write(self, request: DraftRequest) -> Draft:
        draft = super().write(request)
        kind = " Gern helfen wir weiter." if KIND.strip() in self.file.body else ""
        return replace(draft, text=draft.text + kind, engine="llm", prompt=self.file.id)


@pytest.fixture
def chief(
    chromium: Browser, served: ServedDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Page, ServedDesk]]:
    """Ida as an administrator of a house with a language model; what she publishes counts at once."""
    house = served.house.house
    served.house.understanding.chosen = load_engine(model="gpt-scripted")
    monkeypatch.setattr(ScriptedUnderstanding, "reworded", lambda _self, *files: Worded(files[0]))
    live = LiveCompany(served.house.store, house.company)
    real = replace(house, clock=system_clock, live_company=live)
    served.house.house = real
    with listening(real, tmp_path, free_port()) as url:
        there = replace(served, url=url)
        page = new_page(chromium)
        as_admin(there, page)
        yield page, there
        page.context.close()


def test_a_prompt_is_edited_tried_published_and_rolled_back(chief: tuple[Page, ServedDesk]) -> None:
    page, served = chief
    page.goto(served.url + PROMPT)
    expect(page.get_by_role("heading", name="Published: version 1")).to_be_visible()

    words = page.get_by_label("Words", exact=True)
    words.fill(words.input_value() + KIND)
    page.locator(".set-mails input").first.check()
    page.get_by_role("button", name="Save and try it").click()
    expect(page.get_by_role("heading", name="Your copy: version 2")).to_be_visible()
    expect(page.get_by_text("Waits for a worker.")).to_be_visible()
    with served.house.store.reading() as session:
        (trial,) = session.query(PromptTrialRow)
    try_prompt(served.house.house, trial.id)
    expect(page.get_by_text("Gern helfen wir weiter.")).to_have_count(1)  # the page asks for it itself
    expect(page.get_by_text("draft/v2/de", exact=True)).to_be_visible()

    page.get_by_label("Why?").first.fill("friendlier at the end")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_role("heading", name="Published: version 2")).to_be_visible()
    expect(page.locator("#changes")).to_contain_text("friendlier at the end")

    page.get_by_label("Version to publish again").select_option("0")
    page.get_by_label("Why?").last.fill("customers did not like it")
    page.get_by_role("button", name="Publish this one again").click()
    expect(page.get_by_role("heading", name="Published: version 1")).to_be_visible()
    expect(page.locator("#changes")).to_contain_text("customers did not like it")
