"""The pages that customers see: plain forms without any script, and nothing that a mere GET could do."""

import re
from dataclasses import dataclass, field

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from agent.desk.feedback.surveys.links import open_link_url, opt_out_url, survey_url
from agent.store.tables import (
    FeedbackMessageRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    SurveyAnswerRow,
    SurveyLinkRow,
)
from tests.unit.api.conftest import WebDesk
from tests.unit.desk.feedback.requests import asked, open_link

Row = SurveyAnswerRow | FeedbackOptOutRow


@dataclass(slots=True)
class Customer:
    """A browser without a session that follows forms as a person would."""

    desk: WebDesk
    address: str
    browser: TestClient = field(init=False)

    def __post_init__(self) -> None:
        self.browser = self.desk.new_browser()

    def opens(self, more: str = "") -> Response:
        return self.browser.get(self.address + more)

    def sends(self, **fields: str) -> Response:
        """Send the form on the page, and follow to the next one."""
        page = self.opens().text
        named = re.search(r'name="q" value="([^"]+)"', page)
        answer = self.browser.post(self.address, data={"q": named[1] if named else "", "lang": ""} | fields)
        if answer.status_code == 303:
            self.address = answer.headers["Location"].partition("?")[0]
            return self.browser.get(answer.headers["Location"])
        return answer

    def rows(self, kind: type[Row] = SurveyAnswerRow) -> list[Row]:
        with self.desk.house.store.reading() as session:
            return list(session.query(kind))


def _asked(desk: WebDesk, survey: str = "ces", **values: object) -> Customer:
    with desk.house.store.writing() as unit:
        request = asked(unit.session, desk.house, survey, **values)  # type: ignore[arg-type]
    return Customer(desk, survey_url(desk.house.house, request.id))


def _visitor(desk: WebDesk, kind: str = "link", **values: object) -> Customer:
    with desk.house.store.writing() as unit:
        link = open_link(unit.session, desk.house, kind, **values)
    return Customer(desk, open_link_url(desk.house.house, link))


def test_a_survey_goes_question_by_question_without_any_script(desk: WebDesk) -> None:
    anne = _asked(desk)
    first = anne.opens()
    assert '<html lang="da">' in first.text
    assert "Nordlys gjorde det let for mig" in first.text
    assert '<progress max="2" value="0"' in first.text
    second = anne.sends(answer="2")
    assert "Hvad gjorde det svært?" in second.text
    assert f'href="{anne.address}?q=score' in second.text  # back
    anne.sends(answer="Ventetiden")
    assert [(row.score, row.comment) for row in anne.rows()] == [(2, "Ventetiden")]


def test_opening_a_score_from_the_mail_votes_for_nothing(desk: WebDesk) -> None:
    anne = _asked(desk)
    for _ in range(3):
        page = anne.opens("?score=6")
    assert re.search(r'value="6"[^>]* checked', page.text)
    assert anne.rows() == []
    with desk.house.store.reading() as session:
        assert session.query(FeedbackMessageRow).one().opened_at is None
        assert session.query(FeedbackRequestRow).one().state == "asked"
    anne.sends(answer="6")
    assert [row.score for row in anne.rows()] == [6]


@pytest.mark.parametrize("score", ["0", "8", "99999", "x", "-1", "6.0", '"><script>'])
def test_a_score_that_the_survey_has_not_is_ignored(desk: WebDesk, score: str) -> None:
    page = _asked(desk).opens(f"?score={score}")
    assert page.status_code == 200
    assert " checked" not in page.text
    assert "<script>" not in page.text


def test_a_page_for_customers_sets_no_cookie_and_sends_its_address_nowhere(desk: WebDesk) -> None:
    page = _asked(desk).opens()
    assert "set-cookie" not in page.headers
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_an_answer_is_changed_over_the_same_link(desk: WebDesk) -> None:
    anne = _asked(desk)
    thanks = anne.sends(answer="7")
    assert f'href="{anne.address}?q=score' in thanks.text
    anne.browser.post(anne.address, data={"q": "score", "answer": "5"})
    assert [row.score for row in anne.rows()] == [5]


def test_what_cannot_be_taken_is_said_beside_the_question(desk: WebDesk) -> None:
    anne = _asked(desk)
    refused = anne.sends(answer="12")
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert 'aria-invalid="true"' in refused.text
    assert anne.sends(answer="").status_code == 422
    assert anne.rows() == []


def test_a_text_that_is_too_long_is_not_lost(desk: WebDesk) -> None:
    anne = _asked(desk)
    anne.sends(answer="2")
    refused = anne.sends(answer="x" * 4_001)
    assert refused.status_code == 422
    assert "x" * 4_001 in refused.text


def test_the_language_can_be_switched_and_stays(desk: WebDesk) -> None:
    anne = _asked(desk)
    assert '<html lang="de">' in anne.opens("?lang=de").text
    after = anne.sends(answer="2", lang="de")
    assert "Was hat es schwer gemacht?" in after.text
    assert '<html lang="de">' in anne.opens().text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "easy"), ("nb", "enkelt"), ("sv", "enkelt"), ("de", "leicht")]
)
def test_a_survey_speaks_the_language_of_its_request(desk: WebDesk, language: str, words: str) -> None:
    page = _asked(desk, language=language).opens().text
    assert f'<html lang="{language}">' in page
    assert words in page


def test_what_a_customer_writes_is_shown_as_text(desk: WebDesk) -> None:
    anne = _asked(desk)
    anne.sends(answer="2")
    anne.sends(answer="<script>alert(1)</script>")
    assert "<script>alert" not in anne.opens("?q=hard").text


@pytest.mark.parametrize("door", ["s", "o", "w"])
def test_an_unknown_link_is_kind_and_tells_nothing_of_the_desk(desk: WebDesk, door: str) -> None:
    page = desk.new_browser().get(f"/{door}/{'A' * 32}", headers={"Accept-Language": "da"})
    assert page.status_code == 404
    assert '<html lang="da">' in page.text
    assert 'href="/"' not in page.text


def test_a_link_that_has_run_out_says_so(desk: WebDesk) -> None:
    anne = _asked(desk)
    desk.house.clock.advance(days=61)
    assert anne.opens().status_code == 410
    assert anne.browser.post(anne.address, data={"q": "score", "answer": "7"}).status_code == 410
    assert anne.rows() == []


def test_too_many_answers_are_told_to_wait(desk: WebDesk) -> None:
    anne = _asked(desk)
    for _ in range(60):
        anne.browser.post(anne.address, data={"q": "score", "answer": "7"})
    refused = anne.browser.post(anne.address, data={"q": "score", "answer": "1"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert [row.score for row in anne.rows()] == [7]


def test_the_page_says_that_it_is_seen(desk: WebDesk) -> None:
    anne = _asked(desk)
    said = re.search(r'data-opened="([^"]+)"', anne.opens().text)
    assert said
    assert anne.browser.post(said[1]).status_code == 204
    with desk.house.store.reading() as session:
        assert session.query(FeedbackMessageRow).one().opened_at is not None


def test_a_visitor_answers_an_open_link_once_and_keeps_a_link_of_their_own(desk: WebDesk) -> None:
    visitor = _visitor(desk)
    shared = visitor.address
    visitor.sends(answer="7")
    assert visitor.address not in shared
    again = Customer(desk, shared)
    assert again.sends(answer="1").status_code == 409
    assert [row.score for row in visitor.rows()] == [7]


def test_another_website_cannot_answer_an_open_link_for_its_visitors(desk: WebDesk) -> None:
    visitor = _visitor(desk)
    refused = visitor.browser.post(
        visitor.address, data={"q": "score", "answer": "1"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert refused.status_code == 403
    assert visitor.rows() == []


def test_a_closed_link_takes_nothing(desk: WebDesk) -> None:
    visitor = _visitor(desk)
    with desk.house.store.writing() as unit:
        unit.session.query(SurveyLinkRow).one().closed_at = desk.house.clock()
    assert visitor.opens().status_code == 410


def test_a_widget_is_framed_by_its_own_websites_alone_and_runs_in_a_sandbox(desk: WebDesk) -> None:
    origins = ["https://www.nordlys.example", "https://shop.nordlys.example:8443"]
    visitor = _visitor(desk, "widget", origins=origins)
    page = visitor.opens()
    policy = page.headers["Content-Security-Policy"]
    assert f"frame-ancestors {' '.join(origins)};" in policy
    assert "sandbox allow-forms allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "X-Frame-Options" not in page.headers
    after = visitor.sends(answer="2")
    assert visitor.address.startswith("/w/")
    assert after.headers["Content-Security-Policy"] == policy
    assert desk.new_browser().get(visitor.address.replace("/w/", "/s/")).headers["X-Frame-Options"] == "DENY"


def test_a_widgets_address_is_no_page(desk: WebDesk) -> None:
    visitor = _visitor(desk, "widget", origins=["https://www.nordlys.example"])
    assert desk.new_browser().get(visitor.address.replace("/w/", "/s/")).status_code == 404


def _opt_out(desk: WebDesk) -> Customer:
    with desk.house.store.writing() as unit:
        request = asked(unit.session, desk.house)
    return Customer(desk, opt_out_url(desk.house.house, request.id))


def test_opening_the_opt_out_page_opts_nobody_out(desk: WebDesk) -> None:
    anne = _opt_out(desk)
    assert anne.opens().status_code == 200
    assert anne.rows(FeedbackOptOutRow) == []


def test_one_click_of_a_mail_program_is_enough(desk: WebDesk) -> None:
    anne = _opt_out(desk)
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"}
    done = anne.browser.post(anne.address, data={"List-Unsubscribe": "One-Click"}, headers=headers)
    assert done.status_code == 200  # RFC 8058: no redirect
    assert [(row.what, row.origin) for row in anne.rows(FeedbackOptOutRow)] == [("all", "header")]


def test_a_person_confirms_by_a_button_and_finds_the_way_back(desk: WebDesk) -> None:
    anne = _opt_out(desk)
    after = anne.sends(act="stop", what="all")
    assert 'value="back"' in after.text
    assert [row.origin for row in anne.rows(FeedbackOptOutRow)] == ["link"]
    anne.sends(act="back")
    assert anne.rows(FeedbackOptOutRow) == []


def test_at_a_screen_on_a_counter_one_visitor_answers_after_the_other(desk: WebDesk) -> None:
    first = _visitor(desk, "kiosk", survey="csat")
    home = first.address
    thanks = first.sends(answer="5")
    assert f'data-home="{home}" data-idle="5"' in thanks.text
    assert f'<noscript><meta http-equiv="refresh" content="5;url={home}">' in thanks.text
    hasty = Customer(desk, home)
    assert hasty.sends(answer="1").status_code == 409  # the button was pressed twice
    for score in ("4", "3"):
        desk.house.clock.advance(seconds=6)
        Customer(desk, home).sends(answer=score)
    assert [row.score for row in first.rows()] == [5, 4, 3]


def test_the_next_visitor_at_the_counter_sees_and_changes_nothing_of_the_one_before(desk: WebDesk) -> None:
    first = _visitor(desk, "kiosk", survey="csat")
    thanks = first.sends(answer="5")
    assert "?q=score" not in thanks.text
    back = first.opens("?q=score")
    assert "checked" not in back.text
    first.browser.post(first.address, data={"q": "score", "answer": "1"})
    assert [row.score for row in first.rows()] == [5]


def test_a_screen_left_half_way_begins_anew_by_itself(desk: WebDesk) -> None:
    first = _visitor(desk, "kiosk", survey="csat")
    home = first.address
    assert "data-home" not in first.opens().text
    assert f'data-home="{home}" data-idle="60"' in first.sends(answer="2").text
    desk.house.clock.advance(seconds=70)
    Customer(desk, home).sends(answer="5")
    assert [(row.score, row.completed_at is None) for row in first.rows()] == [(2, True), (5, False)]
