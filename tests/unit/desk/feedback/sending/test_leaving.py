"""The look just before a request leaves, the bytes that leave, and what became of them."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from agent.desk.feedback.asking.allowing import ask_again, do_not_ask
from agent.desk.feedback.asking.events import customer_wrote, note_event
from agent.desk.steps.intake import check_once
from agent.feedback.reasons import Code
from agent.mail.mailbox import SendOutcome, SendState
from agent.store.tables import CaseRow, ContactWayRow, FeedbackRequestRow, MessageRow, OutboxRow
from tests.house import TestHouse
from tests.unit.desk.feedback.asking_scenes import (
    EMAIL,
    at,
    case,
    close,
    customer,
    happened,
    let_it_leave,
    letters,
    messages,
    plan,
    request,
    why,
)


def asked(home: TestHouse, **of_customer: object) -> int:
    """Anne has just been written a request, which waits for its last minute."""
    at(home, "2026-11-24T11:00")
    anne = customer(home, **of_customer)
    happened(home, anne, "onboarding_done")
    plan(home)
    return anne


def mail(home: TestHouse) -> EmailMessage:
    with home.store.reading() as session:
        content = session.query(OutboxRow).filter_by(kind="survey").one().content
    parsed = message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_request_leaves_once_and_counts_from_then(home: TestHouse) -> None:
    asked(home)
    let_it_leave(home)
    let_it_leave(home)
    assert len(home.outgoing.sent) == 1
    assert messages(home)[0].state == "sent"
    assert messages(home)[0].sent_at is not None
    assert request(home).state == "asked"


def test_the_mail_can_be_answered_by_one_click_and_left_by_one_click(home: TestHouse) -> None:
    asked(home)
    written = mail(home)
    assert written["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/o/" in written["List-Unsubscribe"]
    assert written["Auto-Submitted"] == "auto-generated"
    plain = written.get_body(("plain",))
    assert plain is not None
    text = plain.get_content()
    assert text.count("/s/") == 7  # effort is asked from 1 to 7
    assert "score=7" in text
    html = written.get_body(("html",))
    assert html is not None
    assert html.get_content().count("score=") == 7


@pytest.mark.parametrize(
    ("language", "greeting", "no_more"),
    [
        ("da", "Hej Anne", "Spørg mig ikke igen"),
        ("nb", "Hei Anne", "Ikke spør meg igjen"),
        ("sv", "Hej Anne,", "Fråga mig inte igen"),
        ("de", "Guten Tag Anne Berg,", "Fragen Sie mich nicht mehr"),
        ("en", "Hello Anne,", "Do not ask me again"),
        ("fi", "Hello Anne,", "Do not ask me again"),
    ],
)
def test_the_letter_speaks_the_customers_language(
    home: TestHouse, language: str, greeting: str, no_more: str
) -> None:
    asked(home, language=language)
    html = mail(home).get_body(("html",))
    assert html is not None
    assert greeting in html.get_content()
    assert no_more in html.get_content()


def test_the_customers_own_subject_is_shown_and_never_runs(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    close(home, case(home, subject="Re: <script>alert(1)</script> {name}"))
    plan(home)
    html = mail(home).get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {name}" in html.get_content()


def test_whoever_complains_before_it_leaves_is_not_asked(home: TestHouse) -> None:
    asked(home)
    case(home, sentiment="negative")
    let_it_leave(home)
    assert not home.outgoing.sent
    assert messages(home)[0].state == "dropped"
    assert letters(home)[0].state == "cancelled"
    assert why(request(home)) is Code.OPEN_COMPLAINT


def test_whoever_opts_out_before_it_leaves_is_not_asked(home: TestHouse) -> None:
    anne = asked(home)
    with home.store.writing() as unit:
        do_not_ask(unit, home.house, customer_id=anne, origin="link", actor="customer")
    let_it_leave(home)
    assert not home.outgoing.sent
    plan(home)
    assert request(home).state == "not_asked"
    assert why(request(home)) is Code.OPTED_OUT


def test_a_case_opened_again_before_it_leaves_is_not_asked_about(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    number = case(home)
    close(home, number)
    plan(home)
    close(home, number, "open")
    let_it_leave(home)
    assert not home.outgoing.sent
    plan(home)
    assert why(request(home)) is Code.REOPENED


def test_a_mail_that_was_held_up_until_the_night_waits_for_the_morning(home: TestHouse) -> None:
    asked(home)
    at(home, "2026-11-24T23:00")
    let_it_leave(home)
    assert not home.outgoing.sent
    at(home, "2026-11-25T08:00")
    let_it_leave(home)
    assert len(home.outgoing.sent) == 1


def test_a_request_that_was_dropped_may_leave_later_once(home: TestHouse) -> None:
    anne = asked(home)
    with home.store.writing() as unit:
        note_event(unit, customer_id=anne, kind="complained", at=home.clock(), source="api", now=home.clock())
    let_it_leave(home)
    assert why(request(home)) is Code.UNHAPPY
    home.clock.advance(hours=1)
    happened(home, anne, "personal_follow_up")
    plan(home)
    let_it_leave(home)
    assert len(home.outgoing.sent) == 1
    assert len(messages(home)) == 1


def test_a_refused_address_counts_as_one_that_mail_comes_back_from(home: TestHouse) -> None:
    asked(home)
    home.outgoing.answer = lambda _to: SendOutcome(SendState.REFUSED_FOR_GOOD, "550 no such user")
    let_it_leave(home)
    plan(home)
    assert messages(home)[0].state == "failed"
    assert why(request(home)) is Code.BOUNCED


def test_who_was_refused_is_asked_after_all_once_their_address_works_again(home: TestHouse) -> None:
    asked(home)
    good = home.outgoing.answer
    home.outgoing.answer = lambda _to: SendOutcome(SendState.REFUSED_FOR_GOOD, "550 mailbox full")
    let_it_leave(home)
    plan(home)
    assert request(home).state == "open"
    home.outgoing.answer = good
    at(home, "2026-11-25T11:00")
    number = case(home)
    with home.store.writing() as unit:
        wrote = unit.session.query(MessageRow).filter_by(case_id=number, direction="in").one()
        customer_wrote(unit, unit.session.get_one(CaseRow, number), wrote, home.clock())
    plan(home)
    let_it_leave(home)
    (only,) = messages(home)
    assert (only.state, request(home).state) == ("sent", "asked")
    assert only.bounced_at is None
    assert [row.state for row in letters(home)] == ["failed", "sent"]


def test_an_unclear_outcome_counts_as_sent_and_is_never_repeated(home: TestHouse) -> None:
    anne = asked(home)
    home.outgoing.answer = lambda _to: SendOutcome(SendState.UNCERTAIN, "?")
    let_it_leave(home)
    at(home, "2026-11-28T11:00")
    happened(home, anne, "goal_reached")
    plan(home)
    let_it_leave(home)
    assert len(letters(home)) == 1


def test_a_bounce_marks_the_address_until_the_customer_writes_again(home: TestHouse) -> None:
    from tests.unit.desk.conftest import letter

    asked(home)
    let_it_leave(home)
    sent = letters(home)[0].message_id
    home.inbox.deliver(
        (
            "From: MAILER-DAEMON@customer.example\r\nTo: support@nordlys.example\r\nSubject: Undelivered\r\n"
            "Message-ID: <b@customer.example>\r\nContent-Type: multipart/report; report-type=delivery-status;"
            ' boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n--b\r\n'
            "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
            f"Final-Recipient: rfc822; {EMAIL}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
            f"Content-Type: message/rfc822\r\n\r\nMessage-ID: {sent}\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
        ).encode()
    )
    check_once(home.house, home.mailbox_id)
    home.work()
    assert messages(home)[0].bounced_at is not None
    with home.store.reading() as session:
        assert session.query(ContactWayRow).one().bounced_at is not None
    home.inbox.deliver(letter(sender=f"Anne <{EMAIL}>", message_id="<2@customer.example>"))
    check_once(home.house, home.mailbox_id)
    home.work()
    with home.store.reading() as session:
        assert session.query(ContactWayRow).one().bounced_at is None


def test_asking_again_is_allowed_by_taking_the_opt_out_back(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    with home.store.writing() as unit:
        do_not_ask(unit, home.house, customer_id=anne, origin="person", actor="person:1")
        do_not_ask(unit, home.house, customer_id=anne, origin="person", actor="person:1")
        ask_again(unit, home.house, customer_id=anne, actor="person:1")
    happened(home, anne, "onboarding_done")
    plan(home)
    assert request(home).state == "asked"


def test_the_newest_row_of_a_request_says_which_mail_it_is(home: TestHouse) -> None:
    asked(home)
    with home.store.reading() as session:
        row = session.query(FeedbackRequestRow).one()
    assert (row.planned_channel, row.language, row.chosen_by) == ("email", "da", "rule")
