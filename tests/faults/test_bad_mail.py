"""Mails that break others, through the whole pipeline with the real reading child (bad input, rows 1 to 23)."""

from collections.abc import Callable
from email import message_from_bytes, policy

import pytest

from agent.desk.steps.intake import check_once
from agent.store.tables import MessageRow, QuarantineRow, RawMailRow
from tests.faults.houses import approve_newest, cases, letters_out, rounds
from tests.faults.letters import letter, token_of
from tests.faults.oracle import nothing_left_lying, nothing_lost, nothing_sent_twice, people_were_told
from tests.house import TestHouse

Receive = Callable[..., None]


@pytest.fixture
def receive(home: TestHouse) -> Receive:
    """Deliver mails, fetch them, and let all steps run, with a mail of the best kind among them."""

    def _receive(*raws: bytes) -> None:
        for raw in (*raws, letter("honest")):
            home.inbox.deliver(raw)
        check_once(home.house, home.mailbox_id)
        rounds(home)
        arrived = {token_of("honest")} | {token_of(number) for number in range(1, len(raws) + 1)}
        nothing_lost(home.store, arrived)
        nothing_left_lying(home.store, home.clock())
        nothing_sent_twice(home.store, (mail.raw for mail in home.outgoing.sent))
        assert len(home.understanding.requests) >= 1, "the honest mail beside them is answered"

    return _receive


def in_quarantine(home: TestHouse) -> list[QuarantineRow]:
    with home.store.reading() as session:
        return session.query(QuarantineRow).all()


def incoming(home: TestHouse) -> list[MessageRow]:
    with home.store.reading() as session:
        return session.query(MessageRow).filter_by(direction="in").order_by(MessageRow.id).all()


def multiparts(depth: int) -> bytes:
    nested = "".join(
        f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n" for level in range(depth)
    )
    return b"From: a@b.example\r\nSubject: nested\r\n" + nested.encode() + f"\r\n{token_of(1)}\r\n".encode()


def mails_in_mails(depth: int) -> bytes:
    return b"From: a@b.example\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * depth + token_of(1).encode()


@pytest.mark.parametrize("raw", [multiparts(1_000), mails_in_mails(2_000)], ids=["multiparts", "mails"])
def test_mail_nested_without_end_is_in_quarantine_with_a_notice(
    home: TestHouse, receive: Receive, raw: bytes
) -> None:
    """Row 10."""
    receive(raw)
    (row,) = in_quarantine(home)
    assert "nested too deeply" in row.reason
    people_were_told(home.store, "could not be worked on")
    with home.store.reading() as session:
        assert session.get_one(RawMailRow, row.raw_id).content == raw, "its bytes are kept"


@pytest.mark.parametrize("message_id", ["<>", "<a@[>"])
def test_a_broken_message_id_opens_a_case(home: TestHouse, receive: Receive, message_id: str) -> None:
    """Row 1."""
    receive(letter(1, message_id=message_id))
    assert len(cases(home)) == 2


def test_two_mails_of_one_second_without_message_id_are_two_cases(home: TestHouse, receive: Receive) -> None:
    """Row 2."""
    date = "Date: Mon, 23 Nov 2026 07:59:00 +0000\r\n"
    receive(*(letter(number, message_id="", extra=date, subject="Printer") for number in (1, 2)))
    assert len(cases(home)) == 3


def test_a_known_message_id_with_another_body_is_a_mail_of_its_own(home: TestHouse, receive: Receive) -> None:
    """Row 3."""
    receive(letter(1, message_id="<same@x.example>"), letter(2, message_id="<same@x.example>"))
    assert len(incoming(home)) == 3
    assert len(cases(home)) == 3


@pytest.mark.parametrize(
    "sender",
    ["", "<>", "a@b.example\r\nFrom: c@d.example", '"a" <a@b.example> <c@d.example>'],
    ids=["nobody", "empty", "two", "pasted"],
)
def test_a_doubtful_sender_opens_a_case_that_says_so(home: TestHouse, receive: Receive, sender: str) -> None:
    """Row 4."""
    receive(letter(1).replace(b"Customer 1 <customer-1@customer.example>", sender.encode()))
    assert len(cases(home)) == 2
    assert incoming(home)[0].warnings


@pytest.mark.parametrize(
    "date", ["gestern", "Thu, 01 Jan 1970 00:00:00 +0000", "Sun, 01 Jan 2040 00:00:00 +0000"]
)
def test_a_nonsense_date_counts_as_the_time_of_arrival(home: TestHouse, receive: Receive, date: str) -> None:
    """Row 9: it is acknowledged and ordered like any new mail."""
    began = home.clock()
    receive(letter(1, extra=f"Date: {date}\r\n"))
    assert incoming(home)[0].received_at >= began
    assert len(letters_out(home, "acknowledgement")) == 2


@pytest.mark.parametrize(
    "extra",
    ["Content-Type: text/plain; charset=foo-bar\r\n", "X-Odd: \0\x07\r\n"],
    ids=["charset", "control characters"],
)
def test_odd_bytes_open_a_case(home: TestHouse, receive: Receive, extra: str) -> None:
    """Rows 6 and 7."""
    receive(letter(1, extra=extra))
    assert len(cases(home)) == 2


def test_a_line_break_hidden_in_a_subject_adds_no_header_to_the_answer(
    home: TestHouse, receive: Receive
) -> None:
    """Row 15: neither the acknowledgement nor the approved answer goes to anybody else."""
    receive(letter(1, subject="=?utf-8?q?hi=0D=0ABcc:_evil=40x.example?="))
    approve_newest(home, case_id=1)
    rounds(home)
    answers = [mail for mail in home.outgoing.sent if mail.recipients == ("customer-1@customer.example",)]
    assert len(answers) == 2
    for answer in answers:
        parsed = message_from_bytes(answer.raw, policy=policy.default)
        assert parsed["Bcc"] is None
        assert parsed["Cc"] is None
        assert "\nBcc:" not in str(parsed["Subject"])


@pytest.mark.parametrize("repeated", [1, 20])
def test_a_quote_bomb_opens_a_case_that_shows_the_whole_text(
    home: TestHouse, receive: Receive, repeated: int
) -> None:
    """Row 22."""
    bomb = (" on " * 1_000 + " at " * 50) * repeated
    receive(letter(1, text=bomb))
    assert len(cases(home)) == 2
    assert token_of(1) in incoming(home)[0].text
    assert len(incoming(home)[0].text) > 0.9 * len(bomb)


def test_two_hundred_thousand_divs_open_a_case_in_plain_text(home: TestHouse, receive: Receive) -> None:
    """Row 23."""
    html = letter(1).replace(b"text/plain", b"text/html").replace(b"Hi,", b"<div>" * 200_000 + b"Hi,")
    receive(html)
    assert len(cases(home)) == 2
    assert token_of(1) in incoming(home)[0].text


def test_forty_bad_mails_do_not_hold_up_a_good_one(home: TestHouse, receive: Receive) -> None:
    """Promise 4, with several kinds at once."""
    bad = [letter(number, message_id="<>", extra="Date: gestern\r\n") for number in range(1, 40, 2)]
    worse = [
        multiparts(200).replace(token_of(1).encode(), token_of(number).encode()) for number in range(2, 41, 2)
    ]
    receive(*(raw for pair in zip(bad, worse, strict=True) for raw in pair))
    assert len(in_quarantine(home)) == 20
    assert len(cases(home)) == 21
