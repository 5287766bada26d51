"""What a page shows while the desk works or cannot be reached."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from agent.store.tables import OutboxRow
from tests.browser.conftest import ServedDesk, listens, new_page, sign_in

pytestmark = pytest.mark.browser


class Gate:
    """Holds what is asked for until it is opened."""

    def __init__(self) -> None:
        self.held: list[Route] = []

    def hold(self, route: Route) -> None:
        self.held.append(route)

    def open(self) -> None:
        for route in self.held:
            route.continue_()


@pytest.fixture
def case(page: Page, served: ServedDesk) -> int:
    """Jürgen's case is on the screen, and its reply can be approved."""
    page.goto(f"{served.url}/cases/{served.sample.charged.id}")
    listens(page)
    return served.sample.charged.id


def watch(page: Page, what: str) -> None:
    """Remember what was busy: while an answer is outstanding the page itself cannot be asked."""
    page.evaluate(
        """what => new MutationObserver(() => {
            const busy = document.querySelector(what);
            if (busy) sessionStorage.busy = busy.innerText || busy.tagName;
        }).observe(document, {subtree: true, attributes: true})""",
        what,
    )


def was_busy(page: Page) -> str:
    return str(page.evaluate("sessionStorage.busy ?? ''"))


def letters(served: ServedDesk) -> int:
    with served.house.store.reading() as session:
        return len(session.scalars(select(OutboxRow.id)).all())


def test_a_button_is_busy_until_the_answer_and_a_second_press_asks_nothing(
    page: Page, served: ServedDesk, case: int
) -> None:
    gate = Gate()
    page.route(f"**/cases/{case}/drafts/*/approve", gate.hold)
    watch(page, ".btn[aria-busy]")
    page.keyboard.press("a")
    page.keyboard.press("a")
    page.wait_for_timeout(500)
    assert len(gate.held) == 1
    gate.open()
    expect(page.locator("#outbox")).to_contain_text("Jürgen Krüner")
    assert letters(served) == 1
    assert "Approve and send" in was_busy(page)


@pytest.mark.usefixtures("case")
def test_a_page_that_does_not_come_at_once_shows_where_it_will_stand(page: Page, served: ServedDesk) -> None:
    gate = Gate()
    login = f"**/cases/{served.sample.login.id}?*"
    page.route(login, gate.hold)
    watch(page, "main.work[aria-busy]")
    page.get_by_role("link", name="Login fejler efter 4.2").click(no_wait_after=True)
    page.wait_for_timeout(600)
    gate.open()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Login fejler")
    expect(page.locator("main[aria-busy]")).to_have_count(0)
    assert "Oktober doppelt abgebucht" in was_busy(page)  # it was over the case that was left


def test_without_a_connection_it_is_said_and_a_reply_waits_for_it(
    chromium: Browser, served: ServedDesk
) -> None:
    page = new_page(chromium)
    sign_in(page, served)
    page.goto(f"{served.url}/cases/{served.sample.charged.id}")
    listens(page)
    page.context.set_offline(True)
    banner = page.locator("#connection")
    expect(banner).to_contain_text("No connection since")
    expect(banner).to_contain_text("What you write is kept here. Nothing is sent.")
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    expect(page.get_by_role("heading", level=1)).to_have_text("Oktober doppelt abgebucht")
    assert letters(served) == 0
    page.context.set_offline(False)
    expect(banner).to_be_hidden()
    page.keyboard.press("a")
    expect(page.locator("#outbox")).to_contain_text("Jürgen Krüner")
    page.context.close()
