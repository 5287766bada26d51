"""SMS and chat to customers through Apprise, with a real HTTP server as the service."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from agent.chat.customer_channels import Fate
from agent.chat.customers_by_apprise import AppriseCustomerChannels, is_usable
from tests.root_log import root_log
from tests.servers.process import HOST, free_port

KEY = "very-secret-key"
NUMBER = "+4520123456"
STATUS = {"ok": 200, "no": 400, "later": 503, "late": 504}


@contextmanager
def service() -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """What stands last in the path says how it answers; `cut` hangs up."""
    got: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            how = self.path.split("?")[0].rpartition("/")[2]
            if how in STATUS:
                self.send_response(STATUS[how])
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """A test's output is for its failures."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], got
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.mark.parametrize(
    ("how", "fate"),
    [
        ("ok", Fate.SENT),
        ("no", Fate.NOT_SENT),
        ("later", Fate.NOT_SENT),
        ("late", Fate.UNCERTAIN),
        ("cut", Fate.UNCERTAIN),
    ],
)
def test_only_what_was_certainly_not_taken_may_be_tried_again(
    how: str, fate: Fate, capfd: pytest.CaptureFixture[str]
) -> None:
    with service() as (port, got), root_log() as logged:
        channels = AppriseCustomerChannels({"sms": f"json://{HOST}:{port}/{KEY}/{how}?:to={{to}}"})
        outcome = channels.send("sms", NUMBER, "Was it easy? error=500")
    assert outcome.fate is fate
    assert [(one["to"], one["message"]) for one in got] == [(NUMBER, "Was it easy? error=500")]
    said = outcome.words + "".join(logged) + "".join(capfd.readouterr())
    assert KEY not in said
    assert NUMBER not in said


def test_a_service_that_is_away_has_taken_nothing() -> None:
    channels = AppriseCustomerChannels({"chat": f"json://{HOST}:{free_port()}/{KEY}/{{to}}"})
    assert channels.send("chat", "anne", "hello").fate is Fate.NOT_SENT
    assert channels.send("sms", NUMBER, "hello").fate is Fate.NOT_SENT
    assert channels.names == {"chat"}


def test_addresses_are_looked_at_without_sending() -> None:
    assert is_usable("json://127.0.0.1/{to}")
    assert not is_usable("nonsense://{to}")
