"""How to reach a customer, written down on their page: kept in one form of numbers, and what cannot be is explained."""

from dataclasses import replace

import pytest

from agent.desk.customers.contact_ways import ways_of
from agent.feedback.history import Channel
from agent.store.tables import AuditRow, ContactWayRow, CustomerRow
from tests.unit.api.conftest import WebDesk
from tests.unit.desk.feedback.given_answers import customer


@pytest.fixture
def anne(signed_in: WebDesk) -> str:
    """The page of a customer in Denmark."""
    with signed_in.house.store.writing() as unit:
        row = customer(unit.session, signed_in.house, country="DK")
    return f"/customers/{row.id}"


def _ways(desk: WebDesk) -> dict[str, tuple[str, bool]]:
    with desk.house.store.reading() as session:
        number = session.query(CustomerRow).one().id
        return {str(name): (row.address, row.preferred) for name, row in ways_of(session, number).items()}


def test_numbers_are_kept_in_one_form_and_the_preferred_way_is_marked(signed_in: WebDesk, anne: str) -> None:
    typed: dict[str, object] = {
        "sms": "20 12 34 56",
        "whatsapp": "+45 20123457",
        "chat": "U024BE7LH",
        "preferred": "whatsapp",
    }
    saved = signed_in.post(f"{anne}/ways", typed, page=anne)
    assert saved.headers["Location"] == f"{anne}#ways"
    assert _ways(signed_in) == {
        "sms": ("+4520123456", False),
        "whatsapp": ("+4520123457", True),
        "chat": ("U024BE7LH", False),
    }
    page = signed_in.get(anne).text
    assert 'value="+4520123456"' in page
    assert '<option value="whatsapp" selected>' in page
    with signed_in.house.store.reading() as session:
        told = session.query(AuditRow).filter_by(action="customer.ways_changed").one()
        assert told.detail == {"ways": ["chat", "sms", "whatsapp"], "preferred": "whatsapp"}


def test_an_empty_field_forgets_the_address(signed_in: WebDesk, anne: str) -> None:
    signed_in.post(f"{anne}/ways", {"sms": "20 12 34 56", "preferred": "sms"}, page=anne)
    signed_in.post(f"{anne}/ways", {"sms": "", "preferred": ""}, page=anne)
    assert _ways(signed_in) == {"sms": ("", False)}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"sms": "33 12 34"}, "Write a mobile number"),
        ({"sms": "call me"}, "Write a mobile number"),
        ({"preferred": "whatsapp"}, "The preferred way has no address."),
    ],
)
def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(
    signed_in: WebDesk, anne: str, typed: dict[str, str], said: str
) -> None:
    refused = signed_in.post(f"{anne}/ways", {"chat": "U024BE7LH", **typed}, page=anne)
    assert refused.status_code == 422
    assert said in refused.text
    assert 'value="U024BE7LH"' in refused.text
    assert all(f'value="{value}"' in refused.text for value in typed.values())
    assert _ways(signed_in) == {}


def test_a_way_that_is_not_set_up_or_comes_back_says_so(signed_in: WebDesk, anne: str) -> None:
    assert signed_in.get(anne).text.count("this way is not set up") == 3
    company = replace(signed_in.app.state.house.company, writes_over=frozenset({"email", "sms"}))
    signed_in.app.state.house = replace(signed_in.app.state.house, company=company)
    signed_in.post(f"{anne}/ways", {"sms": "20 12 34 56"}, page=anne)
    with signed_in.house.store.writing() as unit:
        row = unit.session.query(ContactWayRow).filter_by(channel=Channel.SMS).one()
        row.bounced_at = signed_in.house.clock()
    page = signed_in.get(anne).text
    assert page.count("this way is not set up") == 2
    assert "Messages to this address come back." in page
