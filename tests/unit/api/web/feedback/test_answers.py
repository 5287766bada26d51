"""The page of answers: figures with what they rest on, themes, the comments behind every number, and exports."""

import csv
import io
from datetime import timedelta

import pytest

from agent.store.tables import FeedbackMessageRow, FeedbackRequestRow
from tests.unit.api.conftest import WebDesk
from tests.unit.desk.feedback.given_answers import answer, customer


@pytest.fixture
def answered(signed_in: WebDesk) -> WebDesk:
    """Twelve were asked about a solved case, ten opened, eight answered: six are pleased, two are not."""
    house = signed_in.house
    with house.store.writing() as unit:
        for number in range(12):
            who = customer(unit.session, house, f"Customer {number}", company="Firm" if number % 2 else "")
            sent = house.clock() - timedelta(days=3)
            request = FeedbackRequestRow(
                customer_id=who.id, name="support_standard", cause={}, survey="csat", window="prompt",
                importance=20, wanted_from=sent, wanted_until=sent, state="asked", language="en", created_at=sent,
            )  # fmt: skip
            unit.session.add(request)
            unit.session.flush()
            unit.session.add(
                FeedbackMessageRow(
                    request_id=request.id, customer_id=who.id, channel="email", state="sent", send_after=sent,
                    sent_at=sent, opened_at=sent if number < 10 else None, created_at=sent,
                )
            )  # fmt: skip
            if number < 8:
                unhappy = number < 2
                words = "Third time I wait, =1+1 <script>" if unhappy else ""
                answer(
                    unit.session, house, who, 1 if unhappy else 5, request_id=request.id, channel="email",
                    at=sent + timedelta(hours=5), touchpoint="support_standard", comment=words,
                    redacted_comment=words, themes=["repeated", "waiting"] if unhappy else [],
                    sentiment="negative" if unhappy else "",
                )  # fmt: skip
        nobody = answer(unit.session, house, None, 4, survey="nps", channel="link", comment="=HYPERLINK(1)")
        nobody.redacted_comment = nobody.comment
    return signed_in


def test_without_answers_the_page_says_when_there_will_be_some(signed_in: WebDesk):
    assert "Nobody was asked and nobody answered" in signed_in.get("/feedback/answers").text


def test_rates_stand_with_their_interval_and_few_are_not_told(answered: WebDesk):
    page = answered.get("/feedback/answers").text
    assert "67%" in page  # 8 of 12
    assert "39% – 86%" in page  # Wilson
    assert "too few to say" in page  # one NPS answer


def test_every_step_opens_to_its_requests(answered: WebDesk):
    page = answered.get("/feedback/answers/who?step=opened&days=30").text
    assert "10 requests of the last 30 days" in page
    assert "Customer 9" in page
    assert "Customer 11" not in page


def test_a_value_of_the_breakdown_opens_to_its_own_requests(answered: WebDesk):
    page = answered.get("/feedback/answers/who?step=sent&by=segment&value=private&only=false").text
    assert "6 requests" in page
    assert "Private customers" in page


def test_themes_are_ranked_and_open_to_their_comments(answered: WebDesk):
    page = answered.get("/feedback/answers?theme=waiting").text
    assert "Had to ask again" in page
    assert "2 answers" in page
    assert "Third time I wait, =1+1 &lt;script&gt;" in page


def test_scores_and_moods_filter_the_list(answered: WebDesk):
    assert ">6 answers<" in answered.get("/feedback/answers?survey=csat&from=4").text
    assert ">2 answers<" in answered.get("/feedback/answers?mood=negative").text
    assert "No answer is like that" in answered.get("/feedback/answers?from=9").text


def test_our_rate_stands_beside_the_published_one(answered: WebDesk):
    page = answered.get("/feedback/answers").text
    assert "Support rating" in page
    assert "12% – 18%" in page
    assert "excellent" in page


def test_words_of_customers_are_no_formulas_in_exports(answered: WebDesk):
    rows = list(csv.DictReader(io.StringIO(answered.get("/feedback/answers.csv").text)))
    assert len(rows) == 9
    assert rows[0]["comment"] == "'=HYPERLINK(1)"
    assert {row["survey"] for row in rows} == {"csat", "nps"}
    assert answered.get("/feedback/answers.xlsx").content[:2] == b"PK"


def test_days_that_are_not_offered_are_refused(signed_in: WebDesk):
    assert signed_in.get("/feedback/answers?days=999").status_code == 422


def test_nobody_reads_answers_without_signing_in(desk: WebDesk):
    for place in ("/feedback/answers", "/feedback/answers.csv", "/feedback/follow-ups"):
        assert desk.get(place).status_code in {303, 307, 401}
