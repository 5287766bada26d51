"""On paper: the figures with their heading, nothing to press, nothing cut, and ink on white whatever the theme."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.browser.conftest import ServedDesk, new_page
from tests.browser.test_settings import as_admin

pytestmark = pytest.mark.browser

A4_WITHOUT_MARGINS = 703  # CSS pixels: 210 mm less 12 on each side
PAGES = {
    "/insight": "Insight",
    "/insight/day": "Daily report",
    "/insight/week": "Weekly report",
    "/insight/month": "Monthly report",
    "/escalations": "Escalations",
}
_DARKER_THAN_PAPER = """
() => [...document.querySelectorAll('main :is(th, td, h1, h2)')].filter(one => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  canvas.fillStyle = getComputedStyle(one).color;
  canvas.fillRect(0, 0, 1, 1);
  return Math.max(...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)) > 0x60;
}).map(one => one.outerHTML.slice(0, 80))
"""


@pytest.fixture(params=["light", "dark"])
def paper(chromium: Browser, served: ServedDesk, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A lead's screen that shows pages as they will be printed."""
    page = new_page(chromium, width=A4_WITHOUT_MARGINS, height=1000, theme=request.param)
    as_admin(served, page)
    page.emulate_media(media="print", color_scheme=request.param)
    yield page
    page.context.close()


def _with_days(path: str) -> str:
    """With the days around in sight: the sample morning may lie before the midnight that began this week."""
    today = datetime.now(UTC).date()
    return (
        f"{path}?span=custom&first={today - timedelta(days=1)}&last={today + timedelta(days=1)}"
        if path == "/insight"
        else path
    )


def test_only_what_can_be_read_is_printed(paper: Page, served: ServedDesk) -> None:
    for path in PAGES:
        paper.goto(served.url + _with_days(path))
        for control in paper.locator("nav, button, .btn, select, input, textarea, dialog").all():
            assert not control.is_visible(), (path, control.evaluate("one => one.outerHTML.slice(0, 120)"))
        assert paper.get_by_role("heading", level=1).is_visible()
        tables = paper.locator("main table").filter(visible=True)
        assert tables.count() > 0, path
        for table in tables.all():
            box = table.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= A4_WITHOUT_MARGINS, f"{path}: a table is cut"
        assert paper.evaluate(_DARKER_THAN_PAPER) == [], f"{path}: too light for paper"


def test_every_sheet_carries_the_heading_and_none_is_missing(paper: Page, served: ServedDesk) -> None:
    sheets_of = {}
    for path, heading in PAGES.items():
        paper.goto(served.url + _with_days(path))
        last_row = paper.locator("main tr:visible").last.inner_text().split("\n")[0].split("\t")[0]
        pdf = PdfReader(BytesIO(paper.pdf(format="A4")))
        sheets = [" ".join(sheet.extract_text().split()) for sheet in pdf.pages]
        assert [heading in sheet for sheet in sheets] == [True] * len(sheets), path
        assert last_row in " ".join(sheets), f"{path}: what a screen scrolls to is on paper too"
        sheets_of[path] = len(sheets)
    assert sheets_of["/insight"] > 1


def test_the_mail_of_a_case_is_whole_on_paper(paper: Page, served: ServedDesk) -> None:
    paper.goto(f"{served.url}/cases/{served.sample.login.id}")
    text = paper.locator(".msg-long > .prose").first
    assert text.evaluate("one => [one.scrollHeight - one.clientHeight, getComputedStyle(one).maskImage]") == [
        0,
        "none",
    ]
    assert paper.get_by_role("link", name="Show the whole message").count() == 0
