"""A gateway for SMS and chat: a real HTTP server that takes what Apprise posts, and reports back when told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2

from agent.desk.feedback.webhooks.calls import SIGNATURE, signature
from tests.servers.process import HOST


@dataclass(slots=True)
class Gateway:
    """`got` holds the bodies of all calls; the service takes every one of them."""

    port: int
    got: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """For Apprise: a message to `{to}`, called `{ref}`."""
        return f"json://{HOST}:{self.port}/send?:to={{to}}&:ref={{ref}}"

    def report(
        self, desk: str, secret: str, what: object, *, now: datetime | None = None, tampered: bytes = b""
    ) -> httpx2.Response:
        """Tell the desk at this address what became of messages, signed as docs/feedback.md says."""
        body = json.dumps(what).encode()
        headers = {
            SIGNATURE: signature(secret, body, now or datetime.now(UTC)),
            "Content-Type": "application/json",
        }
        url = f"{desk}/api/v1/delivery-reports"
        return httpx2.post(url, content=body + tampered, headers=headers, timeout=10)


@contextmanager
def gateway() -> Iterator[Gateway]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """A test's output is for its failures."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    made = Gateway(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
