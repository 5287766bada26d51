"""A customer's story at the desk: what was sent over which channel, what arrived, what did not and why."""

from datetime import timedelta

import pytest

from agent.store.tables import FeedbackMessageRow
from tests.unit.api.conftest import WebDesk
from tests.unit.desk.feedback.requests import asked


def _story(desk: WebDesk, **message: object) -> str:
    """The page of a customer who was sent one message like this."""
    with desk.house.store.writing() as unit:
        request = asked(unit.session, desk.house)
        row = unit.session.query(FeedbackMessageRow).one()
        for name, value in message.items():
            setattr(row, name, value)
        number = request.customer_id
    page = desk.get(f"/feedback/customers/{number}")
    assert page.status_code == 200
    return page.text


def test_a_mail_is_called_a_mail(signed_in: WebDesk) -> None:
    page = _story(signed_in)
    assert "Mail sent" in page
    assert "It arrived" not in page


def test_delivered_stands_apart_from_sent(signed_in: WebDesk) -> None:
    page = _story(signed_in, channel="sms", delivered_at=signed_in.house.clock())
    assert "Message sent · SMS" in page
    assert "It arrived" in page


def test_what_did_not_arrive_says_why(signed_in: WebDesk) -> None:
    words = "The service reports that this address does not exist."
    page = _story(signed_in, channel="whatsapp", bounced_at=signed_in.house.clock(), outcome=words)
    assert "Message sent · WhatsApp" in page
    assert "It did not arrive" in page
    assert words in page


@pytest.mark.parametrize(("channel", "title"), [("email", "Mail may have"), ("sms", "Message may have")])
def test_an_unclear_outcome_is_told(signed_in: WebDesk, channel: str, title: str) -> None:
    handed_over = signed_in.house.clock() - timedelta(minutes=9)
    page = _story(signed_in, channel=channel, state="uncertain", sent_at=None, handed_over_at=handed_over)
    assert f"{title} been sent" in page
    assert "It is not sent again." in page
