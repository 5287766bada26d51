"""A letter that came back is marked as such and waits for a person; a refused one can be sent again, never a doubtful one."""

from collections.abc import Callable

import pytest

from agent.desk.replies.delivery import try_again
from agent.desk.replies.recipients import add_cc
from agent.desk.steps.sweeping import sweep
from agent.errors import Conflict
from agent.mail.mailbox import RecipientAnswer, SendOutcome, SendState
from agent.store.tables import NoticeRow, OutboxRow
from tests.house import SUPPORT, TestHouse
from tests.unit.desk.conftest import approve_newest, letter, newest, only_case, replies

Receive = Callable[..., None]


def leave(home: TestHouse) -> OutboxRow:
    approve_newest(home)
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    return replies(home)[-1]


def bounce(about: str, *, to: str = "anne@customer.example", action: str = "failed") -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.nordlys.example\r\nTo: {SUPPORT}\r\nSubject: Undelivered Mail\r\n"
        f"Message-ID: <b-{action}-{to}>\r\nReturn-Path: <>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nYour mail did not arrive.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.nordlys.example\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n"
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {about}\r\n\r\n--x--\r\n"
    ).encode()


def test_a_returned_letter_is_marked_and_its_case_waits_for_a_person_again(
    home: TestHouse, receive: Receive
) -> None:
    receive()
    row = leave(home)
    assert only_case(home).state == "waiting"
    receive(bounce(row.message_id))
    row = replies(home)[-1]
    assert row.state == "sent", "it did leave"
    assert (row.returned_to, row.returned_status) == (["anne@customer.example"], "5.1.1")
    assert row.returned_words == "550 5.1.1 User unknown"
    assert row.returned_at is not None
    assert only_case(home).state == "open"
    with home.store.reading() as session:
        assert session.query(NoticeRow).filter(NoticeRow.text.contains("came back")).count() == 1


def test_a_report_that_it_is_late_changes_nothing(home: TestHouse, receive: Receive) -> None:
    receive()
    row = leave(home)
    receive(bounce(row.message_id, action="delayed"))
    assert replies(home)[-1].returned_at is None
    assert only_case(home).state == "waiting"


def test_a_report_about_no_letter_of_ours_changes_nothing(home: TestHouse, receive: Receive) -> None:
    receive()
    leave(home)
    receive(bounce("<made-up@nordlys.example>"))
    assert replies(home)[-1].returned_at is None
    with home.store.reading() as session:
        from agent.store.tables import CaseRow

        assert session.query(CaseRow).filter_by(state="open").count() == 0


def test_somebody_in_cc_who_does_not_exist_does_not_reopen_the_case(
    home: TestHouse, receive: Receive
) -> None:
    receive()
    draft = newest(home)
    with home.store.writing() as unit:
        add_cc(unit, home.house, case_id=draft.case_id, draft_id=draft.id, email="bo@customer.example",
               person=home.person)  # fmt: skip
    row = leave(home)
    receive(bounce(row.message_id, to="bo@customer.example"))
    assert replies(home)[-1].returned_to == ["bo@customer.example"]
    assert only_case(home).state == "waiting"


def test_a_letter_of_unknown_fate_that_comes_back_had_left(home: TestHouse, receive: Receive) -> None:
    receive()
    home.outgoing.answer = lambda _to: SendOutcome(SendState.UNCERTAIN, text="No answer.")
    row = leave(home)
    assert row.state == "uncertain"
    receive(bounce(row.message_id))
    assert replies(home)[-1].state == "sent"
    assert replies(home)[-1].returned_at is not None
    assert only_case(home).state == "open"


def refused(recipients: tuple[str, ...]) -> SendOutcome:
    return SendOutcome.of(tuple(RecipientAnswer(one, 550, "5.7.1 no") for one in recipients))


def again(home: TestHouse, row: OutboxRow) -> None:
    with home.store.writing() as unit:
        try_again(unit, home.house, outbox_id=row.id, person=home.person)
    sweep(home.house)
    home.work()


def test_a_refused_letter_is_sent_again_in_the_very_bytes(home: TestHouse, receive: Receive) -> None:
    receive()
    good, home.outgoing.answer = home.outgoing.answer, refused
    row = leave(home)
    assert row.state == "failed"
    with home.store.reading() as session:
        approved = session.get_one(OutboxRow, row.id).content
    sent_before = len(home.outgoing.sent)
    home.outgoing.answer = good
    again(home, row)
    assert replies(home)[-1].state == "sent"
    assert [mail.raw for mail in home.outgoing.sent[sent_before:]] == [approved]
    with home.store.reading() as session:
        open_notices = session.query(NoticeRow).filter_by(key=f"outbox:{row.id}", resolved_at=None)
        assert open_notices.count() == 0
    with pytest.raises(Conflict, match="certainly did not leave"):
        again(home, row)


def test_only_those_who_have_not_got_it_get_it_again(home: TestHouse, receive: Receive) -> None:
    receive()
    draft = newest(home)
    with home.store.writing() as unit:
        add_cc(unit, home.house, case_id=draft.case_id, draft_id=draft.id, email="bo@customer.example",
               person=home.person)  # fmt: skip
    good = home.outgoing.answer
    home.outgoing.answer = lambda to: SendOutcome.of(
        tuple(RecipientAnswer(one, 550 if one.startswith("bo@") else 250, "x") for one in to)
    )
    row = leave(home)
    assert (row.state, row.delivered_to) == ("failed", ["anne@customer.example"])
    home.outgoing.answer = good
    again(home, row)
    assert home.outgoing.sent[-1].recipients == ("bo@customer.example",)


def test_a_letter_of_unknown_fate_is_never_sent_again_by_pressing_a_button(
    home: TestHouse, receive: Receive
) -> None:
    receive()
    home.outgoing.answer = lambda _to: SendOutcome(SendState.UNCERTAIN, text="No answer.")
    row = leave(home)
    count = len(home.outgoing.sent)
    with pytest.raises(Conflict):
        again(home, row)
    home.work()
    assert len(home.outgoing.sent) == count


def test_bytes_that_are_not_the_approved_ones_are_not_sent(home: TestHouse, receive: Receive) -> None:
    receive()
    home.outgoing.answer = refused
    row = leave(home)
    with home.store.writing() as unit:
        unit.session.get_one(OutboxRow, row.id).content = b"Subject: other\r\n\r\n"
    with pytest.raises(Conflict, match="not the one that was approved"):
        again(home, row)


def test_a_refused_letter_is_outdated_once_the_customer_wrote(home: TestHouse, receive: Receive) -> None:
    receive()
    home.outgoing.answer = refused
    row = leave(home)
    receive(letter("Never mind.", subject="Re: Help", message_id="<2@customer.example>",
                   extra="In-Reply-To: <1@customer.example>\r\n"))  # fmt: skip
    with pytest.raises(Conflict, match="written again"):
        again(home, row)
