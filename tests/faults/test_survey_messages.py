"""Requests for feedback from processes that die: over real SMTP, and as SMS to a real HTTP gateway (rows 39 and 40).

Nobody is asked twice because a process died, and where nobody knows whether a message left, its page says so.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest

from agent.chat.customer_channels import Fate, Outcome
from agent.desk.customers.contact_ways import set_ways
from agent.desk.feedback.sending.short_messages import LEASE as SHORT_LEASE
from agent.desk.feedback.sending.short_messages import ring_for_messages, send_short
from agent.desk.replies.delivery import LEASE, deliver
from agent.feedback.history import Channel
from agent.store.tables import FeedbackMessageRow, OutboxRow
from tests.faults.houses import Served, letters_out, rounds
from tests.faults.oracle import nothing_sent_twice
from tests.servers.gateway import Gateway, gateway
from tests.unit.desk.feedback.asking_scenes import at, customer, happened, messages, plan, request

pytestmark = pytest.mark.server

NUMBER = "+4520123456"


def only_message(served: Served) -> FeedbackMessageRow:
    (row,) = messages(served.home)
    return row


@pytest.fixture
def letter(served: Served) -> OutboxRow:
    """A request for feedback that is due; nothing has been handed over yet."""
    home = served.home
    at(home, "2026-11-24T11:00")
    happened(home, customer(home), "onboarding_done")
    plan(home)
    home.doorbell.rung.clear()
    home.clock.advance(seconds=90)
    (row,) = letters_out(home, "survey")
    return row


@pytest.mark.parametrize(
    ("point", "copies", "state"),
    [
        ("deliver.claimed", 1, "sent"),
        ("deliver.handover", 0, "uncertain"),
        ("deliver.answered", 1, "uncertain"),
    ],
)
def test_a_letter_is_sent_at_most_once_and_an_unclear_one_is_told(
    served: Served, letter: OutboxRow, point: str, copies: int, state: str
) -> None:
    """Killed before the hand-over it is sent once; from then until the note nobody knows, and nothing is repeated."""
    served.dies(lambda house: deliver(house, letter.id), point)
    rounds(served.home, 4, seconds=(LEASE + timedelta(seconds=1)).total_seconds())
    plan(served.home)
    assert len(served.sink.mails) == copies
    assert (only_message(served).state, letters_out(served.home, "survey")[0].state) == (state, state)
    nothing_sent_twice(served.home.store, served.handed_over())
    at(served.home, "2026-12-01T11:00")  # long after the wait for an answer
    plan(served.home)
    rounds(served.home, 2)
    assert len(served.sink.mails) == copies
    assert request(served.home).state == "over", "it counts as asked"


def test_what_the_server_keeps_in_sent_settles_the_letter(served: Served, letter: OutboxRow) -> None:
    served.dies(lambda house: deliver(house, letter.id), "deliver.answered")
    served.arrive(served.sink.mails[0].raw, folder="Sent")
    rounds(served.home, 3, seconds=(LEASE + timedelta(seconds=1)).total_seconds())
    assert (only_message(served).state, request(served.home).state) == ("sent", "asked")
    assert len(served.sink.mails) == 1


class Posting:
    """One HTTP call a message. Apprise keeps threads of its own, which a forked process would wait for in vain."""

    names = frozenset({"sms"})

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, name: str, to: str, text: str, reference: str = "") -> Outcome:
        httpx2.post(self._url, json={"to": to, "message": text, "ref": reference}, timeout=5)
        return Outcome(Fate.SENT, "The gateway took it.")


@pytest.fixture
def sms() -> Iterator[Gateway]:
    with gateway() as made:
        yield made


@pytest.mark.parametrize(
    ("point", "copies", "state"),
    [("short.claimed", 1, "sent"), ("short.handover", 0, "uncertain"), ("short.answered", 1, "uncertain")],
)
def test_an_sms_is_sent_at_most_once_and_an_unclear_one_is_told(
    served: Served, sms: Gateway, point: str, copies: int, state: str
) -> None:
    home = served.home
    home.house = replace(
        home.house,
        company=replace(home.house.company, writes_over=frozenset({"email", "sms"})),
        customer_channels=Posting(f"http://127.0.0.1:{sms.port}/send"),
    )
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    with home.store.writing() as unit:
        set_ways(
            unit, home.house, customer_id=anne, addresses={Channel.SMS: NUMBER},
            preferred=Channel.SMS, person=home.person,
        )  # fmt: skip
    happened(home, anne, "onboarding_done")
    plan(home)
    home.doorbell.rung.clear()
    home.clock.advance(seconds=90)
    served.dies(lambda house: send_short(house, only_message(served).id), point)
    for _ in range(3):
        home.clock.advance(seconds=(SHORT_LEASE + timedelta(seconds=1)).total_seconds())
        ring_for_messages(home.house)
        home.work()
    assert [each["to"] for each in sms.got] == [NUMBER] * copies
    assert only_message(served).state == state
    assert not letters_out(home, "survey"), "the other channel waits as though it had left"
