"""A customer answers on a phone: by keyboard and touch, in light and dark, with nothing that axe would mind."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from agent.desk.feedback.surveys.links import open_link_url, opt_out_url, survey_url
from agent.store.tables import FeedbackMessageRow, FeedbackOptOutRow, SurveyAnswerRow
from tests.browser.conftest import ServedDesk, new_page
from tests.browser.test_accessibility import RULES
from tests.unit.desk.feedback.requests import asked, open_link

pytestmark = pytest.mark.browser


def _clean(page: Page) -> None:
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in violations] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_bad_score_from_the_mail_is_confirmed_explained_and_changed_on_a_phone(
    chromium: Browser, served: ServedDesk, theme: str
) -> None:
    with served.house.store.writing() as unit:
        request = asked(unit.session, served.house, "csat", language="en")
    phone = new_page(chromium, width=390, height=844, theme=theme)
    complaints: list[str] = []
    phone.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)

    phone.goto(served.url + survey_url(served.house.house, request.id, score=2))
    assert phone.get_by_role("radio", name="Dissatisfied", exact=True).is_checked()
    _clean(phone)
    with served.house.store.reading() as session:  # a scanner has come as far as this
        assert session.query(SurveyAnswerRow).count() == 0
        assert session.query(FeedbackMessageRow).one().opened_at is None

    phone.get_by_role("button", name="Send answer").click()
    why = phone.get_by_label("What went wrong?")
    assert phone.get_by_text("4000 characters left").is_visible()
    _clean(phone)
    why.fill("Nobody called back.")
    assert phone.get_by_text("3981 characters left").is_visible()
    phone.get_by_role("button", name="Next").click()
    phone.get_by_role("radio", name="Yes").press("Space")
    _clean(phone)
    phone.get_by_role("button", name="Send answer").click()
    phone.get_by_role("heading", name="Thank you").wait_for()
    _clean(phone)

    phone.get_by_role("link", name="How satisfied are you").click()
    phone.get_by_role("radio", name="Satisfied", exact=True).press("Space")
    phone.get_by_role("button", name="Save").click()
    phone.get_by_role("heading", name="Thank you").wait_for()
    with served.house.store.reading() as session:
        row = session.query(SurveyAnswerRow).one()
        assert (row.score, row.comment, row.changed_at is not None) == (4, "", True)
        assert session.query(FeedbackMessageRow).one().opened_at is not None
    assert complaints == []
    phone.context.close()


def test_not_to_be_asked_again_and_the_way_back(chromium: Browser, served: ServedDesk) -> None:
    with served.house.store.writing() as unit:
        request = asked(unit.session, served.house, language="en")
    phone = new_page(chromium, width=390, height=844)
    phone.goto(served.url + opt_out_url(served.house.house, request.id))
    _clean(phone)
    phone.get_by_role("button", name="Do not ask me again").click()
    phone.get_by_role("heading", name="You will not be asked again").wait_for()
    _clean(phone)
    with served.house.store.reading() as session:
        assert session.query(FeedbackOptOutRow).count() == 1
    phone.get_by_role("button", name="Ask me again after all").click()
    phone.get_by_role("heading", name="Shall we not ask you again?").wait_for()
    with served.house.store.reading() as session:
        assert session.query(FeedbackOptOutRow).count() == 0
    phone.context.close()


@pytest.fixture
def website() -> Iterator[tuple[str, list[str]]]:
    """Somebody's website at another origin; what is put into the list is its page."""
    body: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Shop</title><h1>Shop</h1>{''.join(body)}".encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}", body
    server.shutdown()


def test_a_widget_is_answered_within_its_website_and_on_no_other(
    chromium: Browser, served: ServedDesk, website: tuple[str, list[str]]
) -> None:
    shop, body = website
    with served.house.store.writing() as unit:
        link = open_link(unit.session, served.house, "widget", survey="csat", language="en", origins=[shop])
    url = served.url + open_link_url(served.house.house, link)
    body.append(f'<script async src="{served.url}/static/js/widget.js" data-survey="{url}"></script>')

    page = new_page(chromium, width=390, height=844)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(shop)
    frame = page.frame_locator("iframe")
    frame.get_by_role("radio", name="Very satisfied").press("Space")
    frame.get_by_role("button", name="Next").click()
    frame.get_by_role("heading", name="Thank you").wait_for()
    assert page.locator("iframe").get_attribute("sandbox") == "allow-forms allow-scripts"
    assert complaints == []
    with served.house.store.reading() as session:
        row = session.query(SurveyAnswerRow).one()
        assert (row.score, row.channel, row.customer_id) == (5, "widget", None)

    page.goto(shop.replace("localhost", "127.0.0.1"))  # the same server, another origin
    page.wait_for_timeout(1_000)
    assert frame.get_by_role("radio").count() == 0
    assert "frame-ancestors" in " ".join(complaints)
    page.context.close()


def test_a_screen_on_a_counter_takes_one_visitor_after_the_other(
    chromium: Browser, served: ServedDesk
) -> None:
    with served.house.store.writing() as unit:
        link = open_link(unit.session, served.house, "kiosk", survey="csat", language="en")
    home = served.url + open_link_url(served.house.house, link)
    tablet = new_page(chromium, width=1024, height=768)
    tablet.goto(home)
    for words in ("Very satisfied", "Satisfied"):
        tablet.get_by_role("radio", name=words, exact=True).press("Space")
        tablet.get_by_role("button", name="Next").click()
        tablet.get_by_role("heading", name="Thank you").wait_for()
        _clean(tablet)
        tablet.wait_for_url(home)  # by itself
    with served.house.store.reading() as session:
        assert [row.score for row in session.query(SurveyAnswerRow)] == [5, 4]
    tablet.context.close()
