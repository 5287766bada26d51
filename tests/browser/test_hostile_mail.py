"""Opening a mail runs nothing and calls nobody, even where cleaning would have failed."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from agent.store.tables import MessageRow
from tests.browser.conftest import ServedDesk, new_page, sign_in

pytestmark = pytest.mark.browser

HOSTILE = """\
<img src="TRACKER/1.gif" srcset="TRACKER/2.gif 2x" onerror="window.parent.hacked=1">
<svg><animate onbegin="top.hacked=1" attributeName="x" dur="1s"/><feImage href="TRACKER/3.svg"/></svg>
<script>top.hacked = 1; fetch("TRACKER/4")</script>
<a href="javascript:top.hacked=1" id="lure">click</a>
<math><mtext><mglyph><style><img src=x onerror="top.hacked=1"></style></mglyph></mtext></math>
<style>@import "TRACKER/5.css"; body { background: url(TRACKER/6.png) }</style>
<video poster="TRACKER/7.png" src="TRACKER/8.mp4" autoplay></video>
<iframe srcdoc="<script>top.hacked=1</script>"></iframe><object data="TRACKER/9"></object>
<form action="TRACKER/10"><input name="q"><button id="send">send</button></form>
<base href="TRACKER/"><meta http-equiv="refresh" content="0;url=TRACKER/11">
<link rel="stylesheet" href="TRACKER/12.css"><link rel="prefetch" href="TRACKER/13">
<div style="position:fixed;inset:0;background:red">overlay</div><img src="TRACKER/14?
"""


@pytest.fixture
def tracker() -> Iterator[tuple[str, list[str]]]:
    """A stranger's server, and what it was asked for."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_hostile_html_is_inert(chromium: Browser, served: ServedDesk, tracker: tuple[str, list[str]]) -> None:
    page = new_page(chromium)
    sign_in(page, served)
    origin, asked = tracker
    with served.house.store.writing() as unit:
        message = unit.session.scalars(
            select(MessageRow).where(MessageRow.case_id == served.sample.login.id)
        ).all()[-1]
        message.safe_html = HOSTILE.replace("TRACKER", origin)  # as if nothing had been cleaned
        message_id = message.id
    page.goto(f"{served.url}/cases/{served.sample.login.id}?html={message_id}")
    frame = page.frame_locator("iframe.mail")
    expect(frame.get_by_text("overlay")).to_be_visible()
    frame.locator("#lure").click(force=True, no_wait_after=True)
    frame.locator("#send").click(force=True, no_wait_after=True)
    page.wait_for_timeout(1500)
    assert page.evaluate("window.hacked") is None
    assert asked == []
    page.context.close()


def test_the_stranger_would_have_been_heard(chromium: Browser, tracker: tuple[str, list[str]]) -> None:
    """The same mail in an ordinary page does call: the test above can fail."""
    page = new_page(chromium)
    page.set_content(HOSTILE.replace("TRACKER", tracker[0]), wait_until="commit")
    page.wait_for_timeout(1000)
    page.context.close()
    assert tracker[1]


def test_nothing_is_framed_until_somebody_asks(page: Page, served: ServedDesk) -> None:
    page.goto(f"{served.url}/cases/{served.sample.login.id}")
    expect(page.locator("iframe")).to_have_count(0)
    page.get_by_role("link", name="Show as formatted by the sender").click()
    expect(page.frame_locator("iframe.mail").get_by_text("kan ingen af os logge ind")).to_be_visible()


def test_markup_in_names_subjects_and_text_stays_text(page: Page, served: ServedDesk) -> None:
    with served.house.store.writing() as unit:
        case = unit.session.merge(served.sample.login)
        message = unit.session.scalars(select(MessageRow).where(MessageRow.case_id == case.id)).all()[-1]
        case.subject = case.customer_name = case.summary = "<img src=x onerror=hacked=1>{{7*7}}"
        message.new_text = message.quoted = message.signature = message.hidden_text = (
            "<script>hacked=1</script>"
        )
    page.goto(f"{served.url}/cases/{served.sample.login.id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("<img src=x onerror=hacked=1>{{7*7}}")
    assert page.evaluate("window.hacked") is None
