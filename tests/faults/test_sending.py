"""Sending over real SMTP to a server that misbehaves, from processes that die (rows 39 to 45)."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from agent.desk.house import House
from agent.desk.replies.approval import approve
from agent.desk.replies.delivery import LEASE, deliver
from agent.errors import Conflict, MailServerError
from agent.mail.imap import ImapInbox
from agent.mail.server_url import parse_server_url
from agent.mail.smtp import SmtpSender, SmtpTimeouts
from agent.store.tables import OutboxRow, PersonRow
from tests.faults.houses import DRAFTED, Served, approve_newest, at_once, cases, letters_out, rounds
from tests.faults.letters import letter
from tests.faults.oracle import nothing_left_lying, nothing_sent_twice, people_were_told
from tests.servers.smtp_sink import PASSWORD, AfterDot

pytestmark = pytest.mark.server

LONG_AFTER = LEASE + timedelta(seconds=1)


@pytest.fixture
def approved(served: Served) -> OutboxRow:
    """A reply that a person approved and that is due; nothing has been handed over yet."""
    served.arrive(letter(1))
    served.fetch()
    served.home.work()
    served.sink.reset()
    with served.home.store.writing() as unit:
        unit.session.query(OutboxRow).delete()  # the acknowledgement is of no interest here
    row = approve_newest(served.home)
    served.home.doorbell.rung.clear()
    served.home.clock.advance(seconds=15)
    return row


def only_reply(served: Served) -> OutboxRow:
    (row,) = letters_out(served.home)
    return row


def test_killed_before_the_final_dot_it_is_sent_once(served: Served, approved: OutboxRow) -> None:
    """Row 39."""
    served.dies(lambda house: deliver(house, approved.id), "deliver.claimed")
    assert served.sink.mails == []
    rounds(served.home, 3, seconds=LONG_AFTER.total_seconds())
    assert len(served.sink.mails) == 1
    assert only_reply(served).state == "sent"
    nothing_sent_twice(served.home.store, served.handed_over())


@pytest.mark.parametrize(("point", "handed_over"), [("deliver.handover", 0), ("deliver.answered", 1)])
def test_killed_around_the_final_dot_it_is_uncertain_and_never_repeated(
    served: Served, approved: OutboxRow, point: str, handed_over: int
) -> None:
    """Row 40: the process dies after it noted the hand-over, before or after the server's 250."""
    served.dies(lambda house: deliver(house, approved.id), point)
    rounds(served.home, 6, seconds=LONG_AFTER.total_seconds())
    assert len(served.sink.mails) == handed_over
    assert only_reply(served).state == "uncertain"
    people_were_told(served.home.store, f"not certain whether the reply in case {approved.case_id} left")
    nothing_sent_twice(served.home.store, served.handed_over())


def test_what_the_server_keeps_in_sent_settles_the_uncertainty(served: Served, approved: OutboxRow) -> None:
    """Row 40: providers that keep a copy themselves answer the question."""
    served.dies(lambda house: deliver(house, approved.id), "deliver.answered")
    served.arrive(served.sink.mails[0].raw, folder="Sent")
    rounds(served.home, 3, seconds=LONG_AFTER.total_seconds())
    assert only_reply(served).state == "sent"
    assert cases(served.home)[0].state == "waiting"
    nothing_sent_twice(served.home.store, served.handed_over())
    assert len(served.dovecot.texts(served.account, "Sent")) == 1, "no second copy is put beside it"


@pytest.mark.parametrize("after_dot", [AfterDot.SILENCE, AfterDot.CUT])
def test_a_server_without_an_answer_to_the_final_dot_leaves_it_to_people(
    served: Served, approved: OutboxRow, after_dot: AfterDot
) -> None:
    """Row 40."""
    served.sink.script.after_dot = after_dot
    served.home.house = impatient(served)
    deliver(served.house, approved.id)
    served.sink.script.after_dot = AfterDot.ANSWER
    rounds(served.home, 6, minutes=10)
    assert len(served.sink.mails) == 1
    assert only_reply(served).state == "uncertain"
    people_were_told(served.home.store, "not certain")


def impatient(served: Served) -> House:
    server = parse_server_url(served.sink.url(), protocol="smtp")
    return replace(
        served.house, sender_of=lambda _: SmtpSender(server, PASSWORD, timeouts=SmtpTimeouts(after_dot_s=1))
    )


def test_a_connection_cut_inside_the_mail_is_tried_again(served: Served, approved: OutboxRow) -> None:
    """Row 39: the server never saw the final dot, so nothing can have been sent."""
    served.home.house = replace(
        served.house, fail_point=lambda _: time.sleep(0.3)
    )  # the cut has time to be seen
    served.sink.script.cut_in_data = True
    deliver(served.house, approved.id)
    assert only_reply(served).state == "waiting"
    served.sink.script.cut_in_data = False
    rounds(served.home, 3, minutes=2)
    assert only_reply(served).state == "sent"
    nothing_sent_twice(served.home.store, served.handed_over())


@pytest.mark.parametrize("reply", ["451 4.3.0 try later", "421 4.7.0 too many connections"])
def test_a_refusal_for_now_is_repeated_ever_more_rarely_for_five_days(
    served: Served, approved: OutboxRow, reply: str
) -> None:
    """Row 41."""
    served.sink.script.data_reply = reply
    tries, begun = [], served.home.clock()
    while only_reply(served).state == "waiting" and served.home.clock() - begun < timedelta(days=7):
        before = only_reply(served).attempts
        rounds(served.home, 1, minutes=30)
        if only_reply(served).attempts > before:
            tries.append(served.home.clock() - begun)
    gaps = [later - earlier for earlier, later in pairwise(tries)]
    assert only_reply(served).state == "failed"
    assert timedelta(days=4) < tries[-1] < timedelta(days=6)
    assert max(gaps) <= timedelta(hours=5)
    assert len(tries) < 60
    people_were_told(served.home.store, "refused the reply")


def test_a_refusal_for_good_is_shown_and_not_repeated(served: Served, approved: OutboxRow) -> None:
    """Row 41."""
    served.sink.script.recipient_replies["customer-1@customer.example"] = "550 5.1.1 no such user"
    rounds(served.home, 5, hours=5)
    row = only_reply(served)
    assert (row.state, row.attempts) == ("failed", 1)
    assert "no such user" in row.outcome
    people_were_told(served.home.store, "refused the reply")


def test_of_two_recipients_only_the_refused_one_is_tried_again(served: Served, approved: OutboxRow) -> None:
    """Row 41."""
    with served.home.store.writing() as unit:
        unit.session.get_one(OutboxRow, approved.id).recipients = ["a@customer.example", "b@customer.example"]
    served.sink.script.recipient_replies["b@customer.example"] = "451 4.2.1 mailbox busy"
    deliver(served.house, approved.id)
    served.sink.script.recipient_replies.clear()
    rounds(served.home, 3, minutes=2)
    assert [mail.recipients for mail in served.sink.mails] == [
        ("a@customer.example",),
        ("b@customer.example",),
    ]
    assert only_reply(served).state == "sent"


@pytest.mark.parametrize("again", range(3))
def test_two_people_approving_at_the_same_moment_send_one_mail(served: Served, again: int) -> None:
    """Row 42: one draft, one barrier, and both press twice: whoever was first pressed for one and the same letter."""
    served.arrive(letter(again))
    served.fetch()
    served.home.work()
    case = cases(served.home)[0]

    def approves(person: PersonRow) -> Callable[[], object]:
        return lambda: approve_newest(served.home, case.id, person)

    outcomes = at_once(*[approves(served.home.person), approves(served.home.other)] * 2)
    letters = [outcome.id for outcome in outcomes if isinstance(outcome, OutboxRow)]
    assert len(letters) == 2
    assert len(set(letters)) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 2
    rounds(served.home)
    assert len(served.sink.mails) == 2, "the acknowledgement and one reply"
    nothing_sent_twice(served.home.store, served.handed_over())


def test_one_letter_delivered_by_four_workers_at_once_leaves_once(
    served: Served, approved: OutboxRow
) -> None:
    """Row 28: the broker hands out the same ring again while it is still being carried out."""
    at_once(*[lambda: deliver(served.house, approved.id)] * 4)
    assert len(served.sink.mails) == 1
    nothing_sent_twice(served.home.store, served.handed_over())


def test_a_customer_who_writes_after_the_approval_makes_it_void(served: Served, approved: OutboxRow) -> None:
    """Row 43."""
    served.arrive(letter(2, sender="c <customer-1@customer.example>", subject="Re: Printer offline 1",
                         extra="In-Reply-To: <1@customer.example>\r\n"))  # fmt: skip
    served.fetch()
    served.home.work()
    rounds(served.home, 4)
    assert len(cases(served.home)) == 1
    assert only_reply(served).state == "cancelled"
    assert all(b"Auto-Submitted" in raw for raw in served.handed_over()), "only the acknowledgement left"
    nothing_sent_twice(served.home.store, served.handed_over())
    assert cases(served.home)[0].draft_state in DRAFTED, "a new draft answers the new mail"


def test_a_server_that_allows_few_mails_a_minute_gets_them_all_in_time(served: Served) -> None:
    """Row 44: refused for being too fast, the others wait their turn and none is lost or doubled."""
    served.arrive(*(letter(number) for number in range(12)))
    served.fetch()
    served.sink.script.mails_a_minute = 5
    served.home.work()
    assert len(served.sink.mails) == 5
    for _ in range(6):
        served.sink._arrivals.clear()  # a minute has passed
        rounds(served.home, 1, minutes=2)
    assert len(served.sink.mails) == 12
    nothing_sent_twice(served.home.store, served.handed_over())
    nothing_left_lying(served.home.store, served.home.clock())


def test_a_failing_copy_into_sent_never_sends_again_and_is_made_good_later(
    served: Served, approved: OutboxRow
) -> None:
    """Row 45: the Sent folder is full for an hour."""

    class Full(ImapInbox):
        def append_to_sent(self, raw: bytes) -> str:
            raise MailServerError("The mailbox is full.", code="mail.over_quota")

    right = served.house.inbox_of
    url = parse_server_url(served.dovecot.imap_url(served.account), protocol="imap")
    served.home.house = replace(served.house, inbox_of=lambda _: Full(url, PASSWORD))
    rounds(served.home, 5, minutes=10)
    assert len(served.sink.mails) == 1
    assert only_reply(served).state == "sent"
    nothing_sent_twice(served.home.store, served.handed_over())
    served.home.house = replace(served.house, inbox_of=right)
    rounds(served.home, 5, minutes=10)
    assert len(served.sink.mails) == 1
    assert len(served.dovecot.texts(served.account, "Sent")) == 1


def test_a_lost_ring_for_the_copy_is_rung_again(served: Served, approved: OutboxRow) -> None:
    """Row 29: the worker dies, or the broker loses the ring, between sending and copying."""
    served.home.doorbell.lost = True
    deliver(served.house, approved.id)
    served.home.doorbell.lost = False
    rounds(served.home, 3, minutes=2)
    assert len(served.dovecot.texts(served.account, "Sent")) == 1
    assert len(served.sink.mails) == 1


def test_an_approval_for_words_that_were_changed_is_refused(served: Served) -> None:
    """Promise 2: what leaves is what was read."""
    served.arrive(letter(1))
    served.fetch()
    served.home.work()
    with pytest.raises(Conflict), served.home.store.writing() as unit:
        approve(unit, served.house, case_id=1, draft_id=1, content_hash="0" * 64, person=served.home.person)
    assert letters_out(served.home) == []
