"""Pictures of every page of the sample desk in both themes, on a screen and on a phone: `make screenshots`.

Run as a module with the folder to write to; nothing is checked, people look at the pictures.
"""

import contextlib
import sys
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import update

from agent.clock import system_clock
from agent.store.tables import HeartbeatRow
from tests.browser.conftest import CHROMIUM, FLAGS, ServedDesk, new_page, serve, sign_in

WIDTHS = {1440: 900, 390: 844}
THEMES = ("light", "dark")
MOST_BYTES = 150_000

PAGES = {
    "desk": "/",
    "unassigned": "/views/unassigned",
    "search": "/search?q=faktura",
    "nothing-found": "/search?q=zzz",
    "case": "/cases/{login}",
    "case-edit": "/cases/{charged}?act=edit",
    "case-rewrite": "/cases/{charged}?act=rewrite",
    "case-model-view": "/cases/{login}?text=model",
    "board": "/escalations",
    "insight": "/insight",
    "customers": "/customers",
    "customer": "/customers/1",
    "knowledge": "/knowledge",
    "follow-ups": "/feedback/follow-ups",
    "problems": "/problems",
    "mentions": "/mentions",
    "tags": "/tags",
    "templates": "/templates",
    "template": "/templates/delay",
    "checklists": "/checklists",
    "checklist": "/checklists/billing",
    "settings": "/settings",
    "settings-mailboxes": "/settings/mailboxes",
    "settings-people": "/settings/people",
    "settings-company": "/settings/company",
    "settings-categories": "/settings/categories",
    "settings-priority": "/settings/priority",
    "settings-work": "/settings/work",
    "settings-tokens": "/settings/tokens",
    "settings-audit": "/settings/audit",
    "accuracy": "/accuracy",
    "rollout": "/rollout",
    "labels": "/labels",
    "memories": "/memories",
}


def take(folder: Path) -> Iterator[Path]:
    """Write the pictures, one file a page, theme and width; gives each as it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        contextlib.contextmanager(serve)(Path(home)) as served,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        for width, height in WIDTHS.items():
            for theme in THEMES:
                page = new_page(browser, width=width, height=height, theme=theme)
                for name in ("sign-in", *PAGES):
                    if name != "sign-in" and page.url.endswith("/sign-in"):
                        sign_in(page, served, email="emil@nordlys.example")
                    yield from _one(page, served, name, folder / f"{name}-{theme}-{width}.webp")
                page.context.close()
        browser.close()


def _one(page: Page, served: ServedDesk, name: str, file: Path) -> Iterator[Path]:
    with (
        served.house.store.writing() as unit
    ):  # no part of the agent runs here: the desk would say so after a while
        unit.session.execute(update(HeartbeatRow).values(at=system_clock()))
    path = PAGES.get(name, "/sign-in")
    sample = served.sample
    answer = page.goto(served.url + path.format(login=sample.login.id, charged=sample.charged.id))
    if answer is None or not answer.ok:
        sys.stderr.write(f"{path}: {answer.status if answer else 'no answer'}\n")
        return
    page.wait_for_timeout(150)  # what loads itself is there
    # what a person sees first, as WebP: as PNG a case is two and a half times what a picture in the repository may be
    taken = page.context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": 80}
    )
    file.write_bytes(b64decode(taken["data"]))
    if file.stat().st_size > MOST_BYTES:
        sys.stderr.write(f"{file.name}: {file.stat().st_size // 1000} kB\n")
    yield file


if __name__ == "__main__":
    for written in take(Path(sys.argv[1])):
        print(written.name)
