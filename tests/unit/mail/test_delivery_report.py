"""What a delivery report says of a letter of ours."""

import pytest

from agent.mail.delivery_report import Reason, read_report, reason_of

POSTFIX = b"""Reporting-MTA: dns; mx.ours.example
X-Postfix-Queue-ID: 4AB12
Arrival-Date: Mon, 23 Nov 2026 09:00:00 +0100 (CET)

Final-Recipient: rfc822; Anne@customer.example
Original-Recipient: rfc822;anne@customer.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.customer.example
Diagnostic-Code: smtp; 550 5.1.1 <anne@customer.example>: Recipient address
    rejected: User unknown
"""


def test_a_failure_names_recipient_status_and_the_other_servers_words() -> None:
    report = read_report([POSTFIX], "")
    assert report.failed
    assert report.recipients == ("anne@customer.example",)
    assert report.status == "5.1.1"
    assert report.words == "550 5.1.1 <anne@customer.example>: Recipient address rejected: User unknown"


@pytest.mark.parametrize("action", [b"delayed", b"delivered", b"relayed", b"expanded"])
def test_a_letter_that_is_late_or_has_arrived_did_not_come_back(action: bytes) -> None:
    assert not read_report([POSTFIX.replace(b"failed", action)], "").failed


def test_of_several_recipients_only_the_failed_ones_are_named() -> None:
    two = (
        POSTFIX
        + b"\r\nFinal-Recipient: rfc822; bo@customer.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n"
    )
    assert read_report([two], "").recipients == ("anne@customer.example",)


def test_a_report_without_parts_is_read_by_its_words_and_header() -> None:
    text = (
        "Delivery to the following recipient failed:\n  bo@x.example\n552-5.2.2 The mailbox is over quota.\n"
    )
    report = read_report([], text, failed_recipients="Bo@x.example, ")
    assert report.failed
    assert report.recipients == ("bo@x.example",)
    assert report.status == "5.2.2"
    assert reason_of(report.status) is Reason.MAILBOX_FULL


def test_words_of_a_passing_refusal_do_not_say_that_it_came_back() -> None:
    assert not read_report([], "Still trying: 451 4.4.1 connection timed out").failed


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("5.1.1", Reason.NO_SUCH_ADDRESS),
        ("5.1.10", Reason.NO_SUCH_ADDRESS),
        ("5.2.1", Reason.NO_SUCH_ADDRESS),
        ("5.2.2", Reason.MAILBOX_FULL),
        ("5.3.4", Reason.TOO_LARGE),
        ("5.7.1", Reason.UNWANTED),
        ("5.1.8", Reason.UNWANTED),
        ("4.4.1", Reason.UNREACHABLE),
        ("4.3.0", Reason.UNREACHABLE),
        ("5.0.0", Reason.UNKNOWN),
        ("nonsense", Reason.UNKNOWN),
        ("", Reason.UNKNOWN),
    ],
)
def test_the_status_tells_the_reason(status: str, reason: Reason) -> None:
    assert reason_of(status) is reason
