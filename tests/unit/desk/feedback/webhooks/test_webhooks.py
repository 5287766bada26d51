"""Webhooks are signed, tried again, given up with a notice, and never reach into a private network."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from agent.desk.feedback.loop.follow_ups import open_if_bad
from agent.desk.feedback.webhooks import queue
from agent.desk.feedback.webhooks.calls import check_url, is_public, look_up
from agent.desk.house import House
from agent.errors import NotAllowed, WrongUse
from agent.store.tables import NoticeRow, WebhookDeliveryRow, WebhookRow
from tests.house import TestHouse
from tests.unit.desk.feedback.given_answers import answer, customer


@dataclass
class Receiver:
    """Another program on this machine: keeps what it hears and answers with `status`."""

    url: str = ""
    status: int = 200
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.heard.append((dict(self.headers), body))
            self.send_response(told.status)
            if told.status == 302:
                self.send_header("Location", told.url)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


def _open(home: TestHouse) -> House:
    return replace(
        home.house, company=replace(home.house.company, overrides={"webhooks": {"allow_private": True}})
    )


def _add(home: TestHouse, house: House, url: str) -> tuple[WebhookRow, str]:
    with home.store.writing() as unit:
        return queue.add_webhook(unit, house, url=url, events=queue.EVENTS, person=home.other)


def _happen(home: TestHouse, house: House) -> None:
    with home.store.writing() as unit:
        open_if_bad(unit, house, answer(unit.session, home, customer(unit.session, home), 1))


def _only(home: TestHouse) -> WebhookDeliveryRow:
    with home.store.reading() as session:
        return session.query(WebhookDeliveryRow).one()


def test_a_follow_up_is_told_once_and_signed(home: TestHouse, receiver: Receiver):
    house = _open(home)
    _, secret = _add(home, house, receiver.url)
    _happen(home, house)
    for _ in range(2):
        queue.call_webhook(house, _only(home).id)
    ((headers, body),) = receiver.heard
    seconds, mac = (part.partition("=")[2] for part in headers["Genklang-Signature"].split(","))
    expected = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(mac, expected)
    assert json.loads(body)["event"] == headers["Genklang-Event"] == "follow_up.opened"
    assert headers["Genklang-Delivery"] == _only(home).event_key
    assert _only(home).state == "delivered"


def test_it_is_tried_again_with_growing_waits_and_given_up_with_a_notice(home: TestHouse, receiver: Receiver):
    house = _open(home)
    _add(home, house, receiver.url)
    _happen(home, house)
    receiver.status = 500
    waits = []
    for _ in range(len(queue.WAITS) + 1):
        queue.call_webhook(house, _only(home).id)
        waits.append(_only(home).not_before - home.clock())
        home.clock.now = max(home.clock.now, _only(home).not_before)
    assert waits[:-1] == list(queue.WAITS)
    assert _only(home).state == "given_up"
    assert len(receiver.heard) == len(queue.WAITS) + 1
    with home.store.reading() as session:
        assert session.query(NoticeRow).filter_by(resolved_at=None).count() == 1


def test_a_redirect_is_not_followed(home: TestHouse, receiver: Receiver):
    house = _open(home)
    _add(home, house, receiver.url)
    _happen(home, house)
    receiver.status = 302
    queue.call_webhook(house, _only(home).id)
    assert len(receiver.heard) == 1
    assert _only(home).state == "waiting"


def test_who_says_gone_is_not_called_again(home: TestHouse, receiver: Receiver):
    house = _open(home)
    row, _ = _add(home, house, receiver.url)
    _happen(home, house)
    receiver.status = 410
    queue.call_webhook(house, _only(home).id)
    _happen(home, house)
    with home.store.reading() as session:
        assert session.query(WebhookDeliveryRow).count() == 1
        assert session.get_one(WebhookRow, row.id).paused_at is not None


def test_a_trial_is_sent_at_once_and_not_repeated(home: TestHouse, receiver: Receiver):
    house = _open(home)
    row, _ = _add(home, house, receiver.url)
    receiver.status = 503
    with home.store.writing() as unit:
        queue.try_webhook(unit, house, webhook_id=row.id, person=home.other)
    queue.call_webhook(house, _only(home).id)
    assert (_only(home).state, _only(home).outcome) == ("given_up", "It was answered with 503.")


def test_a_lost_ring_is_rung_again(home: TestHouse, receiver: Receiver):
    house = _open(home)
    _add(home, house, receiver.url)
    home.doorbell.lost = True
    _happen(home, house)
    home.doorbell.lost = False
    queue.ring_for_webhooks(house)
    assert home.doorbell.rung == [(queue.CALL, _only(home).id)]
    home.clock.advance(minutes=-5)
    home.doorbell.rung.clear()
    queue.ring_for_webhooks(house)
    assert home.doorbell.rung == []


def test_private_addresses_are_refused_at_the_moment_of_the_call(home: TestHouse, receiver: Receiver):
    house = _open(home)
    _add(home, house, receiver.url)
    _happen(home, house)
    queue.call_webhook(home.house, _only(home).id)  # no longer allowed
    assert receiver.heard == []
    assert _only(home).not_before == home.clock() + timedelta(minutes=1)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "::1",
        "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "2002:7f00:1::", "64:ff9b::7f00:1", "224.0.0.1",
    ],
)  # fmt: skip
def test_no_private_address_counts_as_public(address: str):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_do(address: str):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http://example.com", "ftp://example.com", "https://", "https://a:b@example.com", "https://x:99999/", "nonsense"],
)  # fmt: skip
def test_an_address_that_cannot_be_called_is_refused(url: str):
    with pytest.raises(WrongUse):
        check_url(url, private=False)


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://[::1]/", "https://localhost/"])
def test_a_name_of_this_machine_is_refused_however_it_is_written(url: str):
    with pytest.raises(WrongUse):
        look_up(url, private=False)


def test_agents_set_up_no_webhooks(home: TestHouse):
    with pytest.raises(NotAllowed), home.store.writing() as unit:
        queue.add_webhook(
            unit, home.house, url="https://example.com", events=queue.EVENTS, person=home.person
        )
