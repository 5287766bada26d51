"""An SMTP server that behaves as badly as it is told to, and remembers every mail it got to the final dot."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from enum import Enum

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.process import HOST, free_port

PASSWORD = "correct-horse"
_LOOKS = 36_000  # an hour: no test waits so long
_LOOKS_APART_S = 0.1


class AfterDot(Enum):
    """What happens when the mail has been handed over in full."""

    ANSWER = "answers"
    SILENCE = "keeps the connection and says nothing until the script changes"
    CUT = "cuts the connection without an answer"


@dataclass(slots=True)
class Script:
    """How the sink behaves from now on. Replies are whole lines such as `451 4.3.0 try later`."""

    sender_reply: str = ""
    recipient_replies: dict[str, str] = field(default_factory=dict)
    data_reply: str = "250 2.0.0 taken"
    after_dot: AfterDot = AfterDot.ANSWER
    cut_in_data: bool = False
    mails_a_minute: int | None = None


@dataclass(frozen=True, slots=True)
class SunkMail:
    """A mail that reached its final dot, whatever the sender was told then."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> Message:
        return message_from_bytes(self.raw)


@dataclass
class SmtpSink:
    """Where it listens, how it behaves, what it got."""

    port: int
    script: Script = field(default_factory=Script)
    mails: list[SunkMail] = field(default_factory=list)
    _arrivals: list[float] = field(default_factory=list)

    def url(self, user: str = "support@genklang.test") -> str:
        """`smtp://…` without TLS; any user signs in with `PASSWORD`."""
        return f"smtp://{user}@{HOST}:{self.port}"

    def reset(self) -> None:
        """Forget the mails and behave well again."""
        self.script = Script()
        self.mails.clear()
        self._arrivals.clear()

    def over_the_limit(self) -> bool:
        """Count one mail; whether the rate limit forbids it."""
        now = time.monotonic()
        self._arrivals[:] = [at for at in self._arrivals if now - at < 60]
        limit = self.script.mails_a_minute
        if limit is not None and len(self._arrivals) >= limit:
            return True
        self._arrivals.append(now)
        return False


class _Handler:
    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def handle_MAIL(  # noqa: N802 - named by aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._sink.over_the_limit():
            return "450 4.3.2 Too many messages, slow down"
        if not self._sink.script.sender_reply:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self._sink.script.sender_reply or "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._sink.script.recipient_replies.get(address, "250 2.1.5 OK")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return reply

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        script = self._sink.script
        if script.after_dot is not AfterDot.ANSWER or script.data_reply.startswith("2"):
            mail = SunkMail(
                (envelope.mail_from or "").removeprefix("<>"),
                tuple(envelope.rcpt_tos),
                envelope.original_content or b"",
            )
            self._sink.mails.append(mail)
        for _ in range(_LOOKS):
            if self._sink.script.after_dot is not AfterDot.SILENCE:
                break
            await asyncio.sleep(_LOOKS_APART_S)
        if script.after_dot is AfterDot.CUT:
            _cut(server)
        return script.data_reply


def _cut(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


class _Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.event_handler._sink.script.cut_in_data:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.readline()
            _cut(self)
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(
            self.handler,
            hostname="sink.genklang.test",
            authenticator=_authenticate,
            auth_require_tls=False,
            data_size_limit=64 * 1024 * 1024,
            enable_SMTPUTF8=True,
        )


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
) -> AuthResult:
    known = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=known, handled=False)


@contextmanager
def smtp_sink() -> Iterator[SmtpSink]:
    """The sink from ready to ended, in a thread of this process."""
    sink = SmtpSink(free_port())
    controller = _Controller(_Handler(sink), hostname=HOST, port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop(no_assert=True)
