"""Notices of an escalation over a real HTTP server (Apprise's json://) and a real SMTP server."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from agent.chat.by_apprise import AppriseChannels, is_usable
from agent.chat.channel import Notice
from agent.desk.escalations.climbing import climb
from agent.desk.escalations.escalating import acknowledge, escalate
from agent.desk.escalations.trying_notices import try_notices
from agent.mail.server_url import parse_server_url
from agent.mail.smtp import SmtpSender, SmtpTimeouts
from agent.store.tables import EscalationNoticeRow, MailboxRow
from tests.builders import a_case, a_customer, a_message
from tests.house import TestHouse, build_test_house
from tests.root_log import root_log
from tests.servers.process import HOST, free_port
from tests.servers.smtp_sink import PASSWORD, AfterDot, SmtpSink

CANARIES = ("Zaunkoenig", "geheim@canary.example", "Kontonummer 4711", "Lise Kanarie")
KEY = "very-secret-key"


@dataclass
class Hook:
    """A chat's webhook: what it was sent, and the status that it answers with."""

    port: int
    status: int = 200
    got: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"json://{HOST}:{self.port}/{KEY}"


@contextmanager
def webhook() -> Iterator[Hook]:
    hook = Hook(0)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            hook.got.append(json.loads(self.rfile.read(length)))
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """A test's output is for its failures."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    hook.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, smtp_sink: SmtpSink, hook: Hook) -> TestHouse:
    built = build_test_house(tmp_path)
    server = parse_server_url(smtp_sink.url(), protocol="smtp", insecure=False)
    steps = [
        {"after_minutes": 0, "to": "lead", "by": ["mail", "chat:ops"]},
        {"after_minutes": 15, "to": "boss@nordlys.example", "by": ["mail", "chat"]},
    ]
    patience = SmtpTimeouts(connect_s=2, command_s=2, after_dot_s=1)
    built.house = replace(
        built.house,
        sender_of=lambda _mailbox: SmtpSender(server, PASSWORD, timeouts=patience),
        channels=AppriseChannels({"ops": hook.url}),
        desk_url="https://desk.nordlys.example",
        company=replace(built.house.company, overrides={"escalation": {"steps": steps}}),
    )
    with built.store.writing() as unit:
        unit.session.get_one(MailboxRow, built.mailbox_id).password_encrypted = "set"
    return built


@pytest.fixture
def escalation(home: TestHouse) -> int:
    """An escalated case that is full of canaries."""
    now = home.clock()
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        customer = a_customer(unit.session, now, email=CANARIES[1], name=CANARIES[3])
        case = a_case(
            unit.session, now, box, customer=customer, subject=CANARIES[0], summary=CANARIES[2],
            priority="high", due_in=timedelta(minutes=40),
        )  # fmt: skip
        a_message(unit.session, now, case, text=CANARIES[2])
        row = escalate(unit, home.house, case_id=case.id, reason=" ".join(CANARIES), person=home.person)
        return row.id


def rise(home: TestHouse) -> None:
    climb(home.house)
    home.work()


def states(home: TestHouse) -> list[tuple[int, str, str]]:
    with home.store.reading() as session:
        rows = session.query(EscalationNoticeRow).order_by(EscalationNoticeRow.id)
        return [(row.step, row.way, row.state) for row in rows]


def test_mail_and_chat_tell_of_the_case_and_nothing_of_the_customer(
    home: TestHouse, escalation: int, hook: Hook, smtp_sink: SmtpSink
) -> None:
    rise(home)
    assert states(home) == [(0, "mail", "sent"), (0, "chat", "sent")]
    (mail,) = smtp_sink.mails
    assert mail.recipients == ("emil@nordlys.example",)
    assert mail.message["Auto-Submitted"].startswith("auto-")
    (posted,) = hook.got
    assert posted["title"] == "Case 1: high"
    assert "a colleague asks for it" in posted["message"]
    assert "Time left to answer: 40 minutes" in posted["message"]
    assert "https://desk.nordlys.example/cases/1" in posted["message"]
    plain = mail.message.get_payload(0).get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert posted["message"].split() == plain.split()
    everything = mail.raw.decode() + json.dumps(posted)
    assert not [canary for canary in CANARIES if canary in everything]


def test_it_climbs_until_somebody_takes_it(
    home: TestHouse, escalation: int, hook: Hook, smtp_sink: SmtpSink
) -> None:
    rise(home)
    home.clock.advance(minutes=15)
    rise(home)
    rise(home)
    assert [mail.recipients[0] for mail in smtp_sink.mails] == [
        "emil@nordlys.example",
        "boss@nordlys.example",
    ]
    assert len(hook.got) == 2
    with home.store.writing() as unit:
        acknowledge(unit, home.house, escalation_id=escalation, person=home.other)
    home.clock.advance(days=1)
    rise(home)
    assert len(hook.got) == 2


def test_a_channel_that_refuses_is_asked_again(home: TestHouse, escalation: int, hook: Hook) -> None:
    hook.status = 500
    rise(home)
    assert (0, "chat", "waiting") in states(home)
    hook.status = 200
    home.clock.advance(minutes=1)
    rise(home)
    assert (0, "chat", "sent") in states(home)


def test_a_mail_of_unknown_fate_is_sent_once(home: TestHouse, escalation: int, smtp_sink: SmtpSink) -> None:
    smtp_sink.script.after_dot = AfterDot.CUT
    rise(home)
    home.clock.advance(minutes=10)
    rise(home)
    assert (0, "mail", "uncertain") in states(home)
    assert len(smtp_sink.mails) == 1


def test_a_trial_says_of_each_way_whether_it_worked(home: TestHouse, hook: Hook, smtp_sink: SmtpSink) -> None:
    smtp_sink.script.recipient_replies["boss@nordlys.example"] = "550 5.1.1 nobody"
    tried = [(one.way, one.target, one.told.sent) for one in try_notices(home.house)]
    assert tried == [
        ("mail", "emil@nordlys.example", True),
        ("mail", "boss@nordlys.example", False),
        ("chat", "ops", True),
    ]
    assert hook.got[0]["title"] == "Test from Genklang"


@pytest.mark.parametrize(
    "broken", [lambda: f"json://{HOST}:{free_port()}/{KEY}", lambda: f"nonsense://{KEY}"]
)
def test_what_cannot_be_reached_says_so_without_its_address(
    broken: Callable[[], str], capfd: pytest.CaptureFixture[str]
) -> None:
    with root_log() as logged:
        told = AppriseChannels({"ops": broken()}).tell("ops", Notice("title", "text"))
    assert not told.sent
    said = told.outcome + "".join(logged) + "".join(capfd.readouterr())
    assert KEY not in said
    assert HOST not in said


def test_addresses_are_looked_at_without_sending() -> None:
    assert is_usable("json://127.0.0.1/x")
    assert not is_usable("nonsense://x")
