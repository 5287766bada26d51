"""An SMS goes to a real gateway, and the gateway reports over real HTTP what became of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest

from agent.chat.customers_by_apprise import AppriseCustomerChannels
from agent.desk.feedback.answers.answer_facts import answer_facts
from agent.desk.feedback.sending.short_messages import ring_for_messages
from tests.browser.conftest import listening
from tests.house import TestHouse, build_test_house
from tests.servers.gateway import Gateway, gateway
from tests.servers.process import free_port
from tests.unit.desk.feedback.asking_scenes import at, happened, messages, plan
from tests.unit.desk.feedback.sending.test_short_messages import anne

SECRET = "a secret that both sides know"


class Connected(SimpleNamespace):
    """A house, its desk at an address, and the gateway that it sends over."""

    home: TestHouse
    desk: str
    sms: Gateway

    def report(self, *what: object, **how: object) -> httpx2.Response:
        told = what[0] if len(what) == 1 else list(what)
        return self.sms.report(self.desk, SECRET, told, now=self.home.clock(), **how)  # type: ignore[arg-type]


@pytest.fixture
def connected(tmp_path: Path) -> Iterator[Connected]:
    """One SMS has left."""
    home = build_test_house(tmp_path)
    with gateway() as sms:
        home.house = replace(
            home.house,
            customer_channels=AppriseCustomerChannels({"sms": sms.url}),
            company=replace(home.house.company, writes_over=frozenset({"email", "sms"})),
            delivery_reports_secret=SECRET,
        )
        at(home, "2026-11-24T11:00")
        happened(home, anne(home), "onboarding_done")
        plan(home)
        home.clock.advance(seconds=90)
        ring_for_messages(home.house)
        home.work()
        assert len(sms.got) == 1
        with listening(home.house, tmp_path, free_port()) as desk:
            yield Connected(home=home, desk=desk, sms=sms)


def delivered_share(home: TestHouse) -> list[bool]:
    with home.store.reading() as session:
        span = (home.clock() - timedelta(days=1), home.clock() + timedelta(days=1))
        return [each.delivered for each in answer_facts(session, home.house.company, *span).contacts]


def test_a_gateway_reports_by_the_reference_that_it_was_given(connected: Connected) -> None:
    reference = connected.sms.got[0]["ref"]
    first = connected.report({"ref": reference, "status": "delivered"})
    again = connected.report({"ref": reference, "status": "delivered"}, {"ref": "x", "status": "failed"})
    assert (first.status_code, first.json()) == (200, {"status": "noted"})
    assert again.json() == [{"status": "known"}, {"status": "unknown"}]
    assert messages(connected.home)[0].delivered_at == connected.home.clock()
    assert delivered_share(connected.home) == [True]


def test_one_that_did_not_arrive_goes_on_by_mail(connected: Connected) -> None:
    told = {"channel": "sms", "to": "+4520123456", "status": "failed", "reason": "unknown_address"}
    assert connected.report(told).json() == {"status": "noted"}
    assert delivered_share(connected.home) == [False]
    plan(connected.home)
    assert [row.channel for row in messages(connected.home)] == ["sms", "email"]


def test_nobody_without_the_secret_is_believed(connected: Connected) -> None:
    told = {"ref": connected.sms.got[0]["ref"], "status": "delivered"}
    stranger = connected.sms.report(
        connected.desk, "another secret altogether", told, now=connected.home.clock()
    )
    altered = connected.report(told, tampered=b" ")
    late = connected.sms.report(connected.desk, SECRET, told, now=connected.home.clock() - timedelta(hours=1))
    unsigned = httpx2.post(f"{connected.desk}/api/v1/delivery-reports", json=told)
    for refused in (stranger, altered, late, unsigned):
        assert refused.status_code == 403
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json()["remedy"]
    assert messages(connected.home)[0].delivered_at is None


@pytest.mark.parametrize(
    "told",
    [{}, [], "x", {"ref": "genklang-1"}, {"ref": "genklang-1", "status": "eaten"}, {"status": "delivered"},
     {"status": "delivered", "ref": "genklang-1", "at": "2026-11-24T11:00"},
     {"status": "failed", "channel": "email", "to": "anne@customer.example"}],
)  # fmt: skip
def test_a_report_that_cannot_be_meant_is_refused_in_words(connected: Connected, told: object) -> None:
    answer = connected.report(told)
    assert (answer.status_code, answer.json()["code"]) == (422, "delivery_reports.form")


def test_a_flood_of_bytes_is_not_read_to_its_end(connected: Connected) -> None:
    answer = connected.report([{"ref": "x" * 90, "status": "failed"}] * 9_000)
    assert (answer.status_code, answer.json()["code"]) == (422, "delivery_reports.size")


def test_the_endpoint_is_described_in_the_open(connected: Connected) -> None:
    described = httpx2.get(f"{connected.desk}/api/v1/openapi.json", timeout=60).json()
    assert "requestBody" in described["paths"]["/api/v1/delivery-reports"]["post"]
