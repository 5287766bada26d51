"""Times that run on while a page stays open, and what is told when one runs out."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from agent.clock import system_clock
from agent.store.tables import CaseRow
from tests.browser.conftest import ServedDesk, listens

pytestmark = pytest.mark.browser


def later(page: Page, passed: timedelta) -> None:
    """So much time has passed by the browser's clock, and somebody looks at the page again."""
    page.clock.set_fixed_time(system_clock() + passed)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_time_left_runs_on_turns_amber_and_red_and_is_told_once(page: Page, served: ServedDesk) -> None:
    case = served.sample.charged.id
    with served.house.store.writing() as unit:
        row = unit.session.get_one(CaseRow, case)
        row.respond_by = system_clock() + timedelta(minutes=45, seconds=30)
    page.goto(f"{served.url}/cases/{case}")
    listens(page)
    line = page.locator(f"#row-{case} .sla")
    fact = page.locator(".facts .sla")
    expect(line).to_have_text("45 min")
    expect(fact).to_have_text("45 min left")
    expect(line).to_have_class("sla sla-plenty")
    later(page, timedelta(minutes=20))
    expect(line).to_have_text("25 min")
    expect(line).to_have_class("sla sla-soon")
    expect(page.locator("#past-due p")).to_have_count(0)
    later(page, timedelta(minutes=50))
    expect(line).to_have_text("4 min over")
    expect(fact).to_have_class("sla sla-over")
    expect(page.locator("#past-due p")).to_have_count(1)  # it is in the list and in the facts, and told once
    told = page.locator("#past-due[aria-live=assertive]")
    expect(told).to_have_text("Oktober doppelt abgebucht is past due.")


def test_hours_and_days_are_written_as_the_server_writes_them(page: Page, served: ServedDesk) -> None:
    page.goto(served.url)
    listens(page)
    written = page.locator(".sla").all_inner_texts()
    page.evaluate(
        "for (const one of document.querySelectorAll('.sla[data-due] > span')) one.textContent = ''"
    )
    later(page, timedelta())
    assert page.locator(".sla").all_inner_texts() == written
    assert any(" h " in words for words in written)
