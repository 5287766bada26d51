"""Delivery reports: believed only with the secret, told apart from sent, and one that reached nobody goes on at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.chat.customer_channels import Fate, MemoryCustomerChannels
from agent.desk.customers.contact_ways import set_ways, ways_of
from agent.desk.feedback.sending.delivery_reports import (
    Became,
    Report,
    ReportsNotSetUp,
    Why,
    check_signature,
    take_report,
)
from agent.desk.feedback.sending.short_messages import reference_of
from agent.desk.feedback.webhooks.calls import signature
from agent.errors import NotAllowed
from agent.feedback.history import Channel
from agent.store.tables import AuditRow
from tests.house import TestHouse
from tests.unit.desk.feedback.asking_scenes import letters, messages, plan, request
from tests.unit.desk.feedback.sending.test_short_messages import asked, let_it_go, only, services

__all__ = ["services"]  # the fixture: SMS is set up

SECRET = "a secret that both sides know"


def reports(home: TestHouse, report: Report) -> Became:
    with home.store.writing() as unit:
        return take_report(unit, home.house, report)


def sent(home: TestHouse) -> int:
    """An SMS that the gateway took; its number."""
    asked(home)
    let_it_go(home)
    return only(home).id


def test_delivered_is_told_from_sent_and_counts_once(
    home: TestHouse, services: MemoryCustomerChannels
) -> None:
    number = sent(home)
    assert only(home).delivered_at is None
    told = Report(delivered=True, reference=services.references[0])
    home.clock.advance(minutes=2)
    assert reports(home, told) is Became.NOTED
    home.clock.advance(minutes=2)
    assert reports(home, told) is Became.KNOWN
    row = only(home)
    assert (row.id, row.state, row.delivered_at) == (number, "sent", home.clock() - timedelta(minutes=2))
    with home.store.reading() as session:
        assert [row.actor for row in session.query(AuditRow).filter_by(action="feedback.delivery")] == [
            "gateway"
        ]
    plan(home)
    assert len(messages(home)) == 1, "an answer is waited for"


@pytest.mark.parametrize("why", list(Why))
def test_one_that_reached_nobody_leads_to_the_next_channel_and_says_why(
    home: TestHouse, services: MemoryCustomerChannels, why: Why
) -> None:
    failed = sent(home)
    home.clock.advance(minutes=5)
    assert reports(home, Report(delivered=False, reference=reference_of(failed), why=why)) is Became.NOTED
    plan(home)
    assert [row.channel for row in messages(home)] == ["sms", "email"]
    assert letters(home)[0].state == "waiting"
    first = messages(home)[0]
    assert first.outcome.startswith("The service reports that ")
    with home.store.reading() as session:
        way = ways_of(session, first.customer_id)[Channel.SMS]
    assert (way.bounced_at is not None) == (why in {Why.UNKNOWN_ADDRESS, Why.BLOCKED})


def test_a_new_number_may_be_tried_again(home: TestHouse, services: MemoryCustomerChannels) -> None:
    failed = sent(home)
    reports(home, Report(delivered=False, reference=reference_of(failed), why=Why.UNKNOWN_ADDRESS))
    number = only(home).customer_id
    with home.store.writing() as unit:
        set_ways(
            unit, home.house, customer_id=number, addresses={Channel.SMS: "+45 30 12 34 56"},
            preferred=Channel.SMS, person=home.person,
        )  # fmt: skip
    with home.store.reading() as session:
        assert ways_of(session, number)[Channel.SMS].bounced_at is None


@pytest.mark.parametrize("to", ["+4520123456", "4520123456", "0045 20 12 34 56"])
def test_a_gateway_that_keeps_no_reference_names_the_recipient(
    home: TestHouse, services: MemoryCustomerChannels, to: str
) -> None:
    sent(home)
    assert reports(home, Report(delivered=True, channel="sms", to=to)) is Became.NOTED
    assert reports(home, Report(delivered=True, channel="whatsapp", to=to)) is Became.UNKNOWN


@pytest.mark.parametrize("reference", ["genklang-999", "999", "genklang-", "genklang-²", "x" * 90, "-1"])
def test_a_message_that_is_not_ours_changes_nothing(
    home: TestHouse, services: MemoryCustomerChannels, reference: str
) -> None:
    sent(home)
    assert reports(home, Report(delivered=False, reference=reference)) is Became.UNKNOWN
    assert only(home).bounced_at is None


def test_a_report_settles_what_was_uncertain(home: TestHouse, services: MemoryCustomerChannels) -> None:
    asked(home)
    services.fates["sms"] = Fate.UNCERTAIN
    let_it_go(home)
    assert only(home).state == "uncertain"
    reports(home, Report(delivered=True, reference=reference_of(only(home).id)))
    assert (only(home).state, only(home).outcome) == ("sent", "")
    assert request(home).state == "asked"


def test_what_was_delivered_after_all_is_not_sent_again(
    home: TestHouse, services: MemoryCustomerChannels
) -> None:
    """A gateway answered with an error, and sent it nevertheless."""
    asked(home)
    services.fates["sms"] = Fate.NOT_SENT
    let_it_go(home)
    assert only(home).state == "waiting"
    reports(home, Report(delivered=True, reference=reference_of(only(home).id)))
    services.fates.clear()
    let_it_go(home, minutes=30)
    assert services.sent == []
    assert only(home).state == "sent"


def test_a_message_that_was_never_handed_over_cannot_be_reported_on(
    home: TestHouse, services: MemoryCustomerChannels
) -> None:
    asked(home)
    for delivered in (True, False):
        told = Report(delivered=delivered, reference=reference_of(only(home).id))
        assert reports(home, told) is Became.KNOWN
    assert only(home).state == "waiting"
    let_it_go(home)
    assert len(services.sent) == 1


def test_a_failure_after_the_delivery_is_too_late(home: TestHouse, services: MemoryCustomerChannels) -> None:
    number = sent(home)
    reports(home, Report(delivered=True, reference=reference_of(number)))
    assert reports(home, Report(delivered=False, reference=reference_of(number))) is Became.KNOWN
    assert only(home).bounced_at is None


def test_a_report_that_overtakes_the_gateways_answer_stays(
    home: TestHouse, services: MemoryCustomerChannels
) -> None:
    """Small bridges report before they answer."""
    asked(home)

    class Hasty(MemoryCustomerChannels):
        def send(self, name: str, to: str, text: str, reference: str = ""):  # type: ignore[no-untyped-def]
            reports(home, Report(delivered=False, reference=reference, why=Why.BLOCKED))
            return super().send(name, to, text, reference)

    home.house = replace(home.house, customer_channels=Hasty(["sms"]))
    let_it_go(home)
    assert only(home).bounced_at is not None
    plan(home)
    assert [row.channel for row in messages(home)] == ["sms", "email"]


def test_only_a_fresh_signature_with_the_secret_is_believed(home: TestHouse) -> None:
    body, now = b'{"ref": "genklang-1", "status": "delivered"}', home.clock()
    check_signature(SECRET, signature(SECRET, body, now), body, now)
    check_signature(SECRET, signature(SECRET, body, now), body, now + timedelta(minutes=4))
    refused = [
        (signature("another secret altogether", body, now), body, now),
        (signature(SECRET, body, now), body + b" ", now),
        (signature(SECRET, body, now), body, now + timedelta(minutes=6)),
        (signature(SECRET, body, now), body, now - timedelta(minutes=6)),
        ("", body, now),
        ("t=,v1=", body, now),
        ("t=99999999999,v1=ø", body, now),
    ]
    for header, told, at in refused:
        with pytest.raises(NotAllowed):
            check_signature(SECRET, header, told, at)
    with pytest.raises(ReportsNotSetUp):
        check_signature("", signature("", body, now), body, now)
