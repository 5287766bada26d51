"""axe finds nothing where things went wrong, where nothing is, and while something is open above the page."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete

from agent.clock import system_clock
from agent.company import Company
from agent.store.tables import EscalationRow, MailboxRow, PersonRow
from tests.browser.conftest import ServedDesk, listening, listens, new_page, sign_in
from tests.browser.test_accessibility import RULES
from tests.browser.test_settings import as_admin
from tests.builders import PASSWORD, a_person
from tests.house import build_test_house
from tests.servers.process import free_port
from tests.unit.desk.incident_rows import an_incident

pytestmark = pytest.mark.browser

State = Callable[[Page, str], None]


def pressed(path: str, button: str, **fields: str) -> State:
    """The page after this button was pressed with these fields filled, by name."""

    def reach(page: Page, url: str) -> None:
        page.goto(url + path)
        for name, value in fields.items():
            page.locator(f"[name='{name}']").fill(value)
        page.get_by_role("button", name=button, exact=True).first.click()
        page.wait_for_load_state()

    return reach


def opened(path: str) -> State:
    def reach(page: Page, url: str) -> None:
        page.goto(url + path)

    return reach


def keys_help(page: Page, url: str) -> None:
    page.goto(url)
    listens(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def commands(page: Page, url: str) -> None:
    page.goto(f"{url}/escalations")
    listens(page)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()


def menu_of_a_case(page: Page, url: str) -> None:
    page.goto(f"{url}/escalations")
    page.locator(".esc-t details > summary").last.click()


STATES: dict[str, State] = {
    "no sign-in": pressed("/settings/people/new", "Make the link", email="nobody"),
    "mailbox without servers": pressed("/settings/mailboxes/new", "Only try", address="wrong"),
    "mailbox that refuses": pressed(
        "/settings/mailboxes/new",
        "Only try",
        **{
            "address": "help@nordlys.example",
            "password": "x",
            "imap.host": "127.0.0.1",
            "smtp.host": "127.0.0.1",
        },
    ),
    "wrong points": pressed(
        "/settings/priority", "Show what would change", **{"priority.levels.critical": "many"}
    ),
    "preview of points": pressed(
        "/settings/priority", "Show what would change", **{"priority.levels.critical": "12"}
    ),
    "wrong step": pressed("/settings/escalation", "Save", **{"step.0.minutes": "soon"}),
    "trial of the steps": pressed("/settings/escalation", "Send trial notices"),
    "wrong price": pressed("/settings/engine", "Save", **{"engine.price_read": "dear"}),
    "endpoint away": pressed("/settings/engine", "Ask the endpoint", **{"engine.model": "some-model"}),
    "prompt without its fields": pressed("/settings/prompts/draft/da", "Save and publish", body="Svar."),
    "category without a name": pressed("/settings/categories/new", "Save"),
    "a new token": pressed("/settings/tokens", "Make the token", name="crm"),
    "the trail is whole": pressed("/settings/audit", "Check the whole trail"),
    "nothing in the trail": opened("/settings/audit?case=999999"),
    "no such page": opened("/nowhere"),
    "no such case": opened("/cases/999999"),
    "keys": keys_help,
    "commands": commands,
    "menu of a case on the board": menu_of_a_case,
}


POPOVERS = ("/cases/{charged}", "/", "/search?q=faktura", "/customers/1", "/escalations")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_opens_over_a_page_is_clean(chromium: Browser, served: ServedDesk, theme: str) -> None:
    """Each by itself: what lies half under it cannot be pressed meanwhile, and need not be large enough."""
    page = new_page(chromium, theme=theme)
    as_admin(served, page)
    found: dict[tuple[str, str], list[tuple[str, list[str]]]] = {}
    for path in POPOVERS:
        page.goto(served.url + path.format(charged=served.sample.charged.id))
        listens(page)
        if path == "/":
            page.keyboard.press("j")
            page.keyboard.press("x")  # picked: what is done to several has menus of its own
            expect(page.locator("#picked")).to_be_visible()
        for number in range(page.locator("details.pop").count()):
            popover = page.locator("details.pop").nth(number)
            if popover.locator("> summary").is_visible():
                popover.evaluate("one => { one.open = true }")
                name = popover.locator("> summary").inner_text()
                found[path, name] = faults(page, "details.pop[open] > :not(summary)")
                popover.evaluate("one => { one.open = false }")
    page.context.close()
    assert len(found) > 15
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_mistakes_outcomes_and_dialogs_are_clean(chromium: Browser, served: ServedDesk, theme: str) -> None:
    page = new_page(chromium, theme=theme)
    as_admin(served, page)
    found = {}
    for name, reach in STATES.items():
        reach(page, served.url)
        found[name] = faults(page)
    page.context.close()
    assert {name: what for name, what in found.items() if what} == {}


def test_one_reply_for_an_incident_is_clean_at_each_step(chromium: Browser, served: ServedDesk) -> None:
    with served.house.store.writing() as unit:
        box = unit.session.query(MailboxRow).one()
        box.signatures = {"da": "Venlig hilsen\n{name}", "en": "{name}\n{company}"}
        served.house.mailbox_id = box.id
    incident, _ = an_incident(replace(served.house, clock=system_clock))  # type: ignore[arg-type]
    for width, height, theme in ((1440, 900, "dark"), (390, 844, "light")):
        page = new_page(chromium, width=width, height=height, theme=theme)
        as_admin(served, page)
        page.goto(f"{served.url}/escalations/incidents/{incident}/reply")
        assert faults(page) == []
        for text in page.locator("textarea").all():
            text.fill("{greeting}\n\n4.2.1 {number}.")
        page.get_by_role("button", name="Read 5 letters").click()
        page.wait_for_load_state()
        expect(page.locator(".ir-sig").first).to_contain_text("Ida Kjær")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()


def test_an_empty_board_is_clean(chromium: Browser, served: ServedDesk) -> None:
    with served.house.store.writing() as unit:
        unit.session.execute(delete(EscalationRow))
    page = new_page(chromium)
    as_admin(served, page)
    page.goto(f"{served.url}/escalations")
    assert faults(page) == []
    page.context.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[ServedDesk]:
    """A desk on its first day: one administrator, no mailbox, no case."""
    home = build_test_house(tmp_path)
    with home.store.writing() as unit:
        unit.session.execute(delete(PersonRow))
        unit.session.execute(delete(MailboxRow))
    with home.store.writing() as unit:
        a_person(unit.session, system_clock(), email="ida@nordlys.example", name="Ida Kjær", role="admin")
    house = replace(home.house, clock=system_clock, company=replace(home.house.company, name=Company().name))
    with listening(house, tmp_path, free_port()) as url:
        yield ServedDesk(url, home, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_the_first_day_is_clean_and_names_the_next_step(
    chromium: Browser, empty: ServedDesk, width: int, theme: str
) -> None:
    page = new_page(chromium, width=width, height=844, theme=theme)
    sign_in(page, empty)
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()
    found = {}
    for path in (
        "/",
        "/escalations",
        "/insight",
        "/customers",
        "/knowledge",
        "/mentions",
        "/problems",
        "/settings",
        "/settings/mailboxes",
        "/settings/people",
        "/settings/hours",
        "/settings/audit",
    ):
        page.goto(empty.url + path)
        found[path] = faults(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.context.close()
    assert {path: what for path, what in found.items() if what} == {}


def test_a_refused_sign_in_is_clean(chromium: Browser, served: ServedDesk) -> None:
    page = new_page(chromium, theme="dark")
    page.goto(f"{served.url}/sign-in")
    page.get_by_label("Work e-mail").fill("ida@nordlys.example")
    page.get_by_label("Password").fill(PASSWORD + "x")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == []
    page.context.close()


def faults(page: Page, within: str | None = None) -> list[tuple[str, list[str]]]:
    violations = Axe().run(page, context=within, options=RULES).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in violations]
