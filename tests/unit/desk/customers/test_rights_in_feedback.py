"""What is kept because of feedback is handed out and erased with its customer, and nobody else's with it."""

from datetime import timedelta

import pytest

from agent.desk.customers.rights import erase_customer, export_customer
from agent.desk.feedback.webhooks.queue import emit_answer
from agent.errors import Conflict
from agent.store.tables import (
    CampaignRow,
    ContactWayRow,
    CustomerRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    FollowUpRow,
    HeldBackRow,
    MessageRow,
    OutboxRow,
    SurveyAnswerRow,
    WebhookDeliveryRow,
    WebhookRow,
)
from tests.house import TestHouse
from tests.unit.desk.feedback.given_answers import answer, customer
from tests.unit.desk.feedback.requests import asked, open_link

TABLES = (
    ContactWayRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    FollowUpRow,
    HeldBackRow,
    OutboxRow,
    SurveyAnswerRow,
)
NEWS = "news@elsewhere.example"


def letter(home: TestHouse, email: str, state: str = "cancelled") -> OutboxRow:
    """A request for feedback that was called off: no message leads to it any more."""
    return OutboxRow(
        mailbox_id=home.mailbox_id, kind="survey", dedupe_key=f"{state}:{email}", message_id=f"<{state}{email}>",
        sender="support@nordlys.example", recipients=[email], content=b"Hej", content_hash="x", subject="Hej",
        text="Hej", state=state, send_after=home.clock(), created_at=home.clock(),
    )  # fmt: skip


def everything(home: TestHouse) -> CustomerRow:
    """A customer with a row in every table of feedback."""
    now = home.clock()
    with home.store.writing() as unit:
        session = unit.session
        anne = customer(session, home)
        request = asked(session, home, whose=anne)
        said = answer(session, home, anne, 1, request_id=request.id, comment="Slow", redacted_comment="Slow")
        campaign = CampaignRow(name="Spring", created_at=now, updated_at=now)
        hook = WebhookRow(
            url="https://x.example", secret_encrypted="", events=["answer.completed"], created_at=now
        )
        session.add_all([campaign, hook, letter(home, anne.email)])
        session.flush()
        session.add_all([
            ContactWayRow(customer_id=anne.id, channel="sms", address="+4512345678", created_at=now),
            FeedbackEventRow(customer_id=anne.id, kind="case_closed", at=now, source="case", created_at=now),
            FeedbackOptOutRow(customer_id=anne.id, what="nps", origin="link", created_at=now),
            FollowUpRow(answer_id=said.id, customer_id=anne.id, due_at=now + timedelta(days=1), created_at=now),
            HeldBackRow(
                campaign_id=campaign.id, run=1, customer_id=anne.id, code="unhappy", reason={}, created_at=now
            ),
        ])  # fmt: skip
        emit_answer(unit, home.house, said)
        return anne


def test_all_of_it_is_handed_out(home: TestHouse) -> None:
    anne = everything(home)
    with home.store.reading() as session:
        kept = export_customer(session, anne.email)
    assert {table.__tablename__: len(kept[table.__tablename__]) for table in TABLES} == {
        table.__tablename__: 1 for table in TABLES
    }


def test_all_of_it_is_erased_with_mails_that_never_left_and_calls_that_wait(home: TestHouse) -> None:
    anne = everything(home)
    with home.store.writing() as unit:
        erase_customer(unit, home.house, anne.email, actor="test")
    with home.store.reading() as session:
        left = {
            table.__tablename__ for table in (*TABLES, WebhookDeliveryRow) if session.query(table).count()
        }
    assert left == set()


def test_another_customer_loses_nothing(home: TestHouse) -> None:
    everything(home)
    with home.store.reading() as session:
        before = [session.query(table).count() for table in TABLES]
    other = everything(home)
    with home.store.writing() as unit:
        erase_customer(unit, home.house, other.email, actor="test")
    with home.store.reading() as session:
        assert [session.query(table).count() for table in TABLES] == before


def test_an_address_without_a_record_takes_no_unnamed_answer_with_it(home: TestHouse) -> None:
    now = home.clock()
    with home.store.writing() as unit:
        unit.session.add(
            MessageRow(mailbox_id=home.mailbox_id, direction="in", from_email=NEWS, received_at=now)
        )
        unnamed = answer(unit.session, home, None, 1, link_id=open_link(unit.session, home).id)
        unit.session.add(FollowUpRow(answer_id=unnamed.id, due_at=now, created_at=now))
    with home.store.writing() as unit:
        erase_customer(unit, home.house, NEWS, actor="test")
    with home.store.reading() as session:
        assert session.query(SurveyAnswerRow).count() == session.query(FollowUpRow).count() == 1


def test_nobody_is_erased_while_a_request_is_on_its_way_to_them(home: TestHouse) -> None:
    with home.store.writing() as unit:
        anne = customer(unit.session, home)
        unit.session.add(letter(home, anne.email, "sending"))
    with pytest.raises(Conflict), home.store.writing() as unit:
        erase_customer(unit, home.house, anne.email, actor="test")
