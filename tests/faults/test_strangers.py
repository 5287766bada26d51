"""Robots and pretenders: no automatic answer, no way into a case that is not theirs (bad input, rows 29 to 38)."""

from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from agent.desk.steps.intake import check_once
from agent.mail.conversation import new_message_id
from agent.mail.reader import Reader
from agent.store.tables import CaseRow, MailboxRow, MessageRow
from tests.faults.houses import approve_newest, cases, rounds
from tests.faults.letters import letter, tokens_of
from tests.faults.oracle import nothing_lost, nothing_sent_twice
from tests.house import SUPPORT, TestHouse, build_test_house

Receive = Callable[..., None]


@pytest.fixture
def receive(home: TestHouse) -> Receive:
    def _receive(*raws: bytes) -> None:
        for raw in raws:
            home.inbox.deliver(raw)
        check_once(home.house, home.mailbox_id)
        rounds(home)

    return _receive


@pytest.fixture
def conversation(home: TestHouse, receive: Receive) -> CaseRow:
    """A case of customer 1 that was answered, so that there are ids and a number to name."""
    receive(letter(1))
    approve_newest(home)
    rounds(home)
    home.outgoing.sent.clear()
    return cases(home)[0]


def our_message_id(home: TestHouse) -> str:
    with home.store.reading() as session:
        row = session.query(MessageRow).filter_by(direction="out").order_by(MessageRow.id.desc()).first()
    assert row is not None
    return row.message_id


def answered_to(home: TestHouse) -> set[str]:
    return {recipient for mail in home.outgoing.sent for recipient in mail.recipients}


@pytest.mark.parametrize(
    "sender",
    ["Ida <ida@nordlys.example>", "Customer 1 <mallory@elsewhere.example>", "boss@customer.example"],
    ids=["an agent of ours", "the customer's name", "the customer's colleague"],
)
@pytest.mark.parametrize("names", ["our Message-ID", "the customer's Message-ID", "the number"])
def test_a_stranger_who_names_a_case_does_not_join_it(
    home: TestHouse, receive: Receive, conversation: CaseRow, sender: str, names: str
) -> None:
    """Rows 29 and 30: a sender address proves nothing; a person decides."""
    ours = our_message_id(home)
    before = cases(home)[0]
    named = {
        "our Message-ID": {"extra": f"In-Reply-To: {ours}\r\nReferences: {ours}\r\n"},
        "the customer's Message-ID": {"extra": "In-Reply-To: <1@customer.example>\r\n"},
        "the number": {"subject": f"Re: Printer offline 1 [#{conversation.id}]"},
    }[names]
    receive(letter(2, sender=sender, **named))
    opened = cases(home)
    assert len(opened) == 2
    assert opened[1].may_belong_to_id == conversation.id
    assert (opened[0].version, opened[0].state, opened[0].latest_in_id) == (
        before.version, before.state, before.latest_in_id,
    )  # fmt: skip
    assert "customer-1@customer.example" not in answered_to(home), "no word reaches the customer"


def test_a_sealed_id_with_another_number_is_no_key(
    home: TestHouse, receive: Receive, conversation: CaseRow
) -> None:
    """Row 30: the number inside our Message-IDs cannot be changed."""
    own = our_message_id(home)
    forged = own.replace(f"<case.{conversation.id}.", "<case.9.")
    foreign = new_message_id("nordlys.example", conversation.id, "abc", b"another key")
    receive(letter(2, sender="m@elsewhere.example", extra=f"References: {forged} {foreign}\r\n"))
    assert cases(home)[1].may_belong_to_id is None


@pytest.mark.parametrize(
    "extra",
    ["X-Priority: 1\r\nImportance: high\r\n", "X-Genklang-Priority: critical\r\nX-Genklang-Case: 1\r\n"],
)
def test_headers_of_a_stranger_gain_no_priority(home: TestHouse, receive: Receive, extra: str) -> None:
    """Row 32."""
    receive(letter(1), letter(2, extra=extra))
    plain, pushed = cases(home)
    assert (pushed.priority, pushed.score) == (plain.priority, plain.score)


def test_a_foreign_reply_to_gets_no_automatic_answer(home: TestHouse, receive: Receive) -> None:
    """Row 33."""
    receive(letter(1, extra="Reply-To: mallory@elsewhere.example\r\nCc: mallory@elsewhere.example\r\n"))
    assert answered_to(home) == {"customer-1@customer.example"}


@pytest.mark.parametrize(
    ("extra", "sender"),
    [
        ("Auto-Submitted: auto-replied\r\n", ""),
        ("Auto-Submitted: auto-generated\r\n", ""),
        ("Precedence: bulk\r\n", ""),
        ("Precedence: list\r\nList-Id: <news.example>\r\n", ""),
        ("Return-Path: <>\r\n", ""),
        ("X-Autoreply: yes\r\n", ""),
        ("", "no-reply@shop.example"),
        ("", "MAILER-DAEMON@mx.example"),
    ],
)
def test_robots_get_no_answer_and_are_kept(
    home: TestHouse, receive: Receive, extra: str, sender: str
) -> None:
    """Row 34."""
    receive(letter(1, extra=extra, sender=sender))
    assert home.outgoing.sent == []
    nothing_lost(home.store, tokens_of([1]))


@pytest.mark.parametrize("headers_survive", [True, False], ids=["marked", "marks stripped on the way"])
def test_two_genklangs_that_write_to_each_other_fall_silent(
    home: TestHouse, tmp_path: Path, reader: Reader, headers_survive: bool
) -> None:
    """Row 35: not even a gateway that strips Auto-Submitted makes them go on: one a sender a day."""
    other = build_test_house(tmp_path, url=f"sqlite:///{tmp_path / 'other.db'}")
    with other.store.writing() as unit:
        unit.session.get_one(MailboxRow, other.mailbox_id).address = "help@other.example"
    home.inbox.deliver(letter(1, sender="Help <help@other.example>"))
    passed_on = {"home": 0, "other": 0}
    for _ in range(10):
        for name, here, there in (("home", home, other), ("other", other, home)):
            check_once(here.house, here.mailbox_id)
            rounds(here)
            for mail in here.outgoing.sent[passed_on[name] :]:
                there.inbox.deliver(mail.raw if headers_survive else _unmarked(mail.raw))
            passed_on[name] = len(here.outgoing.sent)
    assert len(home.outgoing.sent) + len(other.outgoing.sent) <= (1 if headers_survive else 2)


def _unmarked(raw: bytes) -> bytes:
    mail = message_from_bytes(raw, policy=policy.SMTP)
    for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", "X-Autoreply"):
        del mail[name]
    return mail.as_bytes()


def test_a_hundred_out_of_office_mails_without_marks_get_one_answer(
    home: TestHouse, receive: Receive
) -> None:
    """Row 36: whoever writes a hundred times a day is acknowledged once."""
    receive(*(letter(number, sender="Anne <anne@customer.example>", text="I am out of the office.",
                     subject=f"Out of office {number}") for number in range(100)))  # fmt: skip
    assert len(home.outgoing.sent) <= 1
    nothing_lost(home.store, tokens_of(range(100)))
    nothing_sent_twice(home.store, (mail.raw for mail in home.outgoing.sent))


def test_a_forged_bounce_touches_no_case(home: TestHouse, receive: Receive, conversation: CaseRow) -> None:
    """Row 37: it names the case by its number and the customer's id, which are no secret."""
    before = cases(home)[0]
    forged = f"<case.{conversation.id}.abc.{'0' * 32}@nordlys.example>"
    receive(letter(2, sender="MAILER-DAEMON@elsewhere.example", subject=f"Undelivered mail [#{conversation.id}]",
                   extra="In-Reply-To: <1@customer.example>\r\nReturn-Path: <>\r\n",
                   text=f"550 5.1.1 user unknown\nMessage-ID: {forged}"))  # fmt: skip
    after = cases(home)[0]
    assert (after.version, after.state) == (before.version, before.state)
    assert home.outgoing.sent == []
    nothing_lost(home.store, tokens_of([1, 2]))


def test_our_own_mail_coming_back_is_no_new_work(
    home: TestHouse, receive: Receive, conversation: CaseRow
) -> None:
    """Row 38: a copy to ourselves, or a forwarding loop."""
    receive(letter(2, sender=f"Nordlys <{SUPPORT}>", subject=f"Re: Printer offline 1 [#{conversation.id}]",
                   message_id=our_message_id(home)))  # fmt: skip
    assert home.outgoing.sent == []
    assert cases(home)[0].state == "waiting"
    assert [case.state for case in cases(home)[1:]] in ([], ["spam"])
