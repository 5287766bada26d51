"""An OpenAI-compatible endpoint that does what its script says: answers, refuses, stays silent, drips, floods."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from tests.servers.process import HOST

Act = Callable[[BaseHTTPRequestHandler], None]


@dataclass(slots=True)
class ChatEndpoint:
    """`script` holds one act a request (the last one stays); `requests` the bodies, `headers` what came along."""

    port: int = 0
    script: list[Act] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/v1"


@contextmanager
def chat_endpoint() -> Iterator[ChatEndpoint]:
    """The endpoint on a free loopback port, until the block ends."""
    endpoint = ChatEndpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            endpoint.requests.append(json.loads(body))
            endpoint.headers.append({name.lower(): value for name, value in self.headers.items()})
            self._act()

        def do_GET(self) -> None:
            self._act()

        def _act(self) -> None:
            act = endpoint.script.pop(0) if len(endpoint.script) > 1 else endpoint.script[0]
            with suppress(OSError):  # the client may have gone: that is what some tests are about
                act(self)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    endpoint.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()


def answers(content: str, *, finish_reason: str = "stop") -> Act:
    """A proper chat completion with this content; 11 tokens in, 7 out."""
    return responds(
        200,
        {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": "test-model-2026",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": content},
                    "finish_reason": finish_reason,
                }
            ],
            "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
        },
    )


def refuses(status: int, message: str = "no", **headers: str) -> Act:
    """An error in OpenAI's form."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return responds(status, {"error": {"message": message, "type": "x", "code": None}}, named)


def responds(status: int, body: object, headers: Mapping[str, str] | None = None) -> Act:
    """Any status with any body: bytes as they are, everything else as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    def act(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            request.send_header(name, value)
        request.send_header("content-length", str(len(raw)))
        request.end_headers()
        request.wfile.write(raw)

    return act


def stays_silent(seconds: float = 20) -> Act:
    """Accepts the request and says nothing."""
    return lambda _: time.sleep(seconds)


def drips(*, every: float = 0.05, times: int = 400) -> Act:
    """One byte of a proper answer now and then: no single read ever takes long."""

    def act(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("content-type", "application/json")
        request.send_header("content-length", str(times))
        request.end_headers()
        for _ in range(times):
            request.wfile.write(b" ")
            time.sleep(every)

    return act


def breaks_off(after: bytes = b'{"id": "1", "choices": [') -> Act:
    """Announces more than it sends, and hangs up."""

    def act(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("content-type", "application/json")
        request.send_header("content-length", "9999")
        request.end_headers()
        request.wfile.write(after)
        cast("Any", request).close_connection = True

    return act
