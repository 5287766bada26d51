"""The SMTP side of the sandbox: it takes every mail and puts it into a mailbox on this machine (aiosmtpd)."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from agent.sandbox.mailboxes import SandboxMailboxes
from agent.sandbox.sample import OUTSIDE

# aiosmtpd warns at each sign-in of an attribute that it sets itself.
logging.getLogger("mail.log").setLevel(logging.ERROR)

_BIGGEST_MAIL_BYTES = 40 * 1024 * 1024


class Receiver:
    """aiosmtpd's handler: who gets which mail, and who may sign in."""

    def __init__(self, passwords: Mapping[str, str], mailboxes: SandboxMailboxes) -> None:
        self._passwords = {user.lower(): password for user, password in passwords.items()}
        self._users = {user.lower(): user for user in passwords}
        self._mailboxes = mailboxes

    def smtp(self) -> SMTP:
        """A protocol for one connection. Signing in is possible, not needed: customers do not."""
        return _LenientSMTP(
            self,
            hostname="sandbox.localhost",
            data_size_limit=_BIGGEST_MAIL_BYTES,
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        sender = (envelope.mail_from or "").removeprefix(
            "<>"
        )  # how aiosmtpd writes the empty sender of bounces
        for user, recipients in self._mailboxes_of(envelope.rcpt_tos).items():
            await self._mailboxes.put(user, _trace(sender, recipients) + raw)
        return "250 2.0.0 delivered in the sandbox"

    def _mailboxes_of(self, recipients: Iterable[str]) -> dict[str, list[str]]:
        """The users who get the mail, each once, with the addresses it was sent to."""
        found: dict[str, list[str]] = {}
        for recipient in recipients:
            local, at, domain = recipient.lower().rpartition("@")
            address = local.partition("+")[0] + at + domain
            found.setdefault(self._users.get(address, OUTSIDE), []).append(recipient)
        return found

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        known = isinstance(data, LoginPassword) and self._passwords.get(
            data.login.decode("utf-8", "replace").lower()
        ) == data.password.decode("utf-8", "replace")
        return AuthResult(success=known, handled=False)


class _LenientSMTP(SMTP):
    """Real mail holds lines beyond the 998 characters of RFC 5322; real servers take them."""

    line_length_limit = 1024 * 1024


def _trace(sender: str, recipients: list[str]) -> bytes:
    """The headers that a server puts on top when it delivers (RFC 5321, 4.4)."""
    lines = [f"Return-Path: <{sender}>"]
    lines += [f"Delivered-To: {recipient}" for recipient in recipients]
    lines += [f"Received: by sandbox.localhost with ESMTP; {format_datetime(datetime.now(UTC))}"]
    return "".join(f"{line}\r\n" for line in lines).encode()
