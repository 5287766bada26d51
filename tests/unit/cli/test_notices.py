"""`genklang notices test` says of each way whether it worked; `doctor` looks at the addresses without sending."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.unit.cli.conftest import Command

KEY = "very-secret-key"


@pytest.fixture
def chat() -> Iterator[str]:
    """The address of a chat that takes everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """A test's output is for its failures."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_address[1]}/{KEY}"
    server.shutdown()
    server.server_close()


def test_each_way_has_its_line_and_a_failed_one_fails_the_command(genklang: Command, chat: str) -> None:
    urls = f"ops={chat} old=nonsense://{KEY}"
    genklang("user", "add", "emil@nordlys.example", "--role", "lead", "--password-file", "password")
    answer = genklang("notices", "test", GENKLANG_NOTICE_URLS=urls)
    lines = answer.out.splitlines()
    assert answer.code == 1
    assert lines == [
        "✗ mail to emil@nordlys.example: There is no mailbox to send it from.",
        "✓ chat to ops: JSON took it.",
        "✗ chat to old: Its address in GENKLANG_NOTICE_URLS is not one that Apprise knows.",
    ]
    assert KEY not in answer.out + answer.err


def test_where_nobody_would_be_told_it_says_so(genklang: Command) -> None:
    answer = genklang("notices", "test")
    assert answer.code == 1
    assert answer.out.startswith("Nobody would be told")


def test_the_doctor_names_a_channel_whose_address_cannot_be_used(genklang: Command) -> None:
    urls = f"ops=json://127.0.0.1/{KEY} old=nonsense://{KEY}"
    answer = genklang("doctor", "--json", GENKLANG_NOTICE_URLS=urls)
    found = {one["part"]: one["state"] for one in json.loads(answer.out)["findings"]}
    assert (found["chat ops"], found["chat old"]) == ("ok", "problem")
    assert KEY not in answer.out


def test_recompute_says_how_many_cases_followed_older_rules(genklang: Command) -> None:
    answer = genklang("priority", "recompute")
    assert answer.code == 0
    assert answer.out.startswith("0 open cases")
