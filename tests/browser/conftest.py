"""A real Chromium before a desk that is really served: the sample morning in five languages."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import delete

from agent.clock import system_clock
from agent.desk.house import House
from agent.settings import Settings
from agent.store.tables import MailboxRow, PersonRow
from api.app import create_app
from tests.builders import PASSWORD
from tests.house import TestHouse, build_test_house
from tests.sample_desk import SampleDesk, fill
from tests.servers.process import free_port

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(slots=True)
class ServedDesk:
    """A desk at `url`, with the house behind it and the cases of the sample morning."""

    url: str
    house: TestHouse
    sample: SampleDesk


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail("/usr/bin/chromium is missing: `make test-servers` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedDesk]:
    yield from serve(tmp_path)


def serve(tmp_path: Path) -> Iterator[ServedDesk]:
    """The sample morning at an address of its own, with its files in this folder."""
    house = build_test_house(tmp_path)
    with house.store.writing() as unit:
        unit.session.execute(delete(PersonRow))
        unit.session.execute(delete(MailboxRow))
    with house.store.writing() as unit:
        sample = fill(unit.session, system_clock())
    # browsers count down by their own clock, so the desk must go by the real one, and links be made by it
    house.house = replace(
        house.house, clock=system_clock, company=replace(house.house.company, name="Nordlys Software")
    )
    with listening(house.house, tmp_path, free_port()) as url:
        yield ServedDesk(url, house, sample)


@contextmanager
def listening(house: House, home: Path, port: int) -> Iterator[str]:
    """This house's pages at the address that it gives, for as long as it is entered."""
    app = create_app(house, Settings(home=home, web_port=port))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def new_page(chromium: Browser, *, width: int = 1440, height: int = 900, theme: str = "light") -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        locale="en-GB",
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",  # else axe may measure a colour that is still on its way
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


def sign_in(page: Page, served: ServedDesk, *, email: str = "ida@nordlys.example") -> None:
    page.goto(f"{served.url}/sign-in")
    page.get_by_label("Work e-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{served.url}/")


def listens(page: Page) -> None:
    """Wait until the page takes keys: what it shows is painted before its scripts run."""
    expect(page.locator("html.js")).to_be_attached()


def unpinned(page: Page) -> None:
    """Lay a phone's bar below the page: what it covers is a scroll away, and no smaller a target for that."""
    page.evaluate(
        "innerWidth < 768 && document.querySelector('.side')?.style.setProperty('position', 'static')"
    )


@pytest.fixture
def page(chromium: Browser, served: ServedDesk) -> Iterator[Page]:
    """Ida's screen, signed in; fails the test when the page reported an error or broke the content policy."""
    complaints: list[str] = []
    page = new_page(chromium)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    sign_in(page, served)
    yield page
    page.context.close()
    assert [words for words in complaints if "409" not in words and "422" not in words] == []
