"""What may be sent again by hand, and what a survey's page and its letter say that it is about."""

import pytest

from agent.desk.feedback.sending.requests import letter_of, mailbox_of, subject_of_request
from agent.desk.replies.delivery import deliver, try_again
from agent.desk.replies.fixing import fix
from agent.errors import Conflict
from agent.mail.mailbox import SendOutcome, SendState
from agent.mail.message import Address, OutgoingMail
from agent.store.tables import FeedbackRequestRow, MailboxRow, NoticeRow, OutboxRow
from tests.house import SUPPORT, TestHouse
from tests.unit.desk.feedback.asking_scenes import at, customer, happened, let_it_leave, letters, plan


def refused(_to: object) -> SendOutcome:
    return SendOutcome(SendState.REFUSED_FOR_GOOD, "550 no")


def test_a_request_is_decided_anew_and_never_sent_again_by_hand(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    happened(home, customer(home), "onboarding_done")
    plan(home)
    home.outgoing.answer = refused
    let_it_leave(home)
    (letter,) = letters(home)
    assert letter.state == "failed"
    with home.store.writing() as unit, pytest.raises(Conflict, match="request for feedback"):
        try_again(unit, home.house, outbox_id=letter.id, person=home.person)


def test_a_report_that_was_refused_may_be_sent_again(home: TestHouse) -> None:
    mail = OutgoingMail(
        message_id="<1@nordlys.example>",
        sender=Address("Nordlys", SUPPORT),
        to=(Address("", "boss@nordlys.example"),),
        subject="Report",
        text="Figures",
        html="<p>Figures</p>",
        date=home.clock(),
        automatic=True,
    )
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        number = fix(unit, home.house, box, mail, kind="summary", dedupe_key="summary:1", text="Figures").id
    good, home.outgoing.answer = home.outgoing.answer, refused
    deliver(home.house, number)
    with home.store.reading() as session:
        assert session.get_one(OutboxRow, number).state == "failed"
        assert "None" not in session.query(NoticeRow).one().text
    home.outgoing.answer = good
    with home.store.writing() as unit:
        try_again(unit, home.house, outbox_id=number, person=home.person)
    deliver(home.house, number)
    with home.store.reading() as session:
        assert session.get_one(OutboxRow, number).state == "sent"


def test_letter_and_page_say_the_same_about_what_is_asked(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    happened(home, customer(home), "meeting", subject="Q3 <secret>")
    plan(home)
    with home.store.reading() as session:
        row = session.query(FeedbackRequestRow).one()
        subject, box = subject_of_request(session, home.house, row), mailbox_of(session, row)
        assert box is not None
        assert subject
        assert "secret" not in subject
        assert "secret" not in letter_of(session, home.house, row, box, "").text
