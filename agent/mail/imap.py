"""A mailbox over IMAP, with imapclient."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Self

import structlog
from imapclient.exceptions import (  # type: ignore[import-untyped]
    IMAPClientError,
    IMAPClientReadOnlyError,
)

from agent.errors import MailServerError
from agent.mail.imap_connection import ImapConnection, clear_errors, close, connect
from agent.mail.imap_sent import append_copy, holds_message
from agent.mail.mailbox import ConnectionLost, FetchedMail, FolderState
from agent.mail.server_url import MailServer

HANDLED_KEYWORD = "$GenklangHandled"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ImapLimits:
    """Seconds and bytes. `first_part_bytes` come with one command; only bigger mails need a second.

    IDLE is renewed often, for a server that was stopped or cut off is noticed only when it owes an answer;
    RFC 2177 wants it within 29 minutes, many routers forget quiet connections after 10.
    """

    connect_timeout_s: float = 15
    read_timeout_s: float = 30
    idle_renewed_every_s: float = 60
    poll_every_s: float = 10
    biggest_mail_bytes: int = 25 * 1024 * 1024
    first_part_bytes: int = 1024 * 1024


class ImapInbox:
    """`agent.mail.mailbox.Inbox` over IMAP: `with ImapInbox(server, password) as inbox:`."""

    def __init__(
        self, server: MailServer, password: str, *, folder: str = "INBOX", limits: ImapLimits | None = None
    ) -> None:
        self._server = server
        self._password = password
        self._folder = folder
        self._limits = limits or ImapLimits()
        self._open: ImapConnection | None = None
        self._highest_told: int | None = None

    def __enter__(self) -> Self:
        self._open = connect(
            self._server,
            self._password,
            connect_timeout_s=self._limits.connect_timeout_s,
            read_timeout_s=self._limits.read_timeout_s,
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._open is not None:
            close(self._open)
            self._open = None

    def select(self) -> FolderState:
        with self._talking() as connection:
            answer = self._select(connection)
        state = FolderState(int(answer.get(b"UIDVALIDITY", 0)), int(answer.get(b"UIDNEXT", 0)))
        self._highest_told = state.uidnext - 1 if state.uidnext else None
        return state

    def uids_after(self, last_uid: int) -> list[int]:
        uids = self._listed_after(last_uid)
        self._highest_told = max([last_uid, *uids])
        return uids

    def fetch(self, uid: int) -> FetchedMail | None:
        try:
            return self._fetch(uid)
        except ConnectionLost:
            raise
        except MailServerError:
            if self._is_gone(uid):
                return None
            raise

    def mark_handled(self, uids: Iterable[int]) -> None:
        wanted = list(uids)
        for flag in (rb"\Seen", HANDLED_KEYWORD.encode()):
            try:
                with self._talking() as connection:
                    connection.add_flags(wanted, [flag], silent=True)
            except MailServerError as error:
                _log.warning("mail.flag_refused", flag=flag.decode(), mails=len(wanted), reason=error.code)

    def wait_for_mail(self, timeout_s: float) -> bool:
        # A server tells of new mail once, perhaps amid the answer to a command that has nothing to do with it:
        # so look before waiting for the next news.
        ends = time.monotonic() + timeout_s
        wait, at_most_s = (
            (self._idle, self._limits.idle_renewed_every_s)
            if self.supports_idle()
            else (time.sleep, self._limits.poll_every_s)
        )
        while not self._has_grown():
            left = ends - time.monotonic()
            if left <= 0:
                return False
            wait(min(left, at_most_s))
        return True

    def append_to_sent(self, raw: bytes) -> str:
        with self._talking("mail.sent_folder") as connection:
            return append_copy(connection, raw)

    def find_in_sent(self, message_id: str) -> bool:
        with self._talking("mail.sent_folder") as connection:
            try:
                return holds_message(connection, message_id)
            finally:
                self._select(connection)

    def supports_idle(self) -> bool:
        """Whether the server pushes news (RFC 2177); without it `wait_for_mail` polls."""
        with self._talking() as connection:
            return bool(connection.has_capability("IDLE"))

    def folders(self) -> list[str]:
        """The names of all folders that can be opened."""
        with self._talking() as connection:
            return [name for flags, _, name in connection.list_folders() if rb"\Noselect" not in flags]

    def _select(self, connection: ImapConnection) -> dict[bytes, Any]:
        try:
            return dict(connection.select_folder(self._folder))
        except IMAPClientReadOnlyError:  # a shared folder, say: mails can be read, though not marked
            return dict(connection.select_folder(self._folder, readonly=True))
        except IMAPClientError as error:
            self._explain_missing_folder(connection, error)
            raise

    def _fetch(self, uid: int) -> FetchedMail:
        first = self._limits.first_part_bytes
        with self._talking("mail.fetch_refused") as connection:
            found = connection.fetch([uid], ["RFC822.SIZE", "INTERNALDATE", f"BODY.PEEK[]<0.{first}>"]).get(
                uid
            )
            if found is None or not (raw := _body(found)):
                raise self._not_handed_over(uid)
            size = int(found[b"RFC822.SIZE"])
            truncated = size > self._limits.biggest_mail_bytes
            if len(raw) >= first and not truncated:
                rest = connection.fetch([uid], [f"BODY.PEEK[]<{first}.{self._limits.biggest_mail_bytes}>"])
                if uid not in rest:
                    raise self._not_handed_over(uid)
                raw += _body(rest[uid])
        return FetchedMail(uid, raw, found[b"INTERNALDATE"].astimezone(UTC), size, truncated)

    def _not_handed_over(self, uid: int) -> MailServerError:
        return MailServerError(
            f"The IMAP server {self._server.address} did not hand over mail {uid}.",
            code="mail.fetch_refused",
            remedy="It is tried again; if it stays so, look into the server's log.",
        )

    def _is_gone(self, uid: int) -> bool:
        """Whether the mail is no longer there. Sessions learn of expunges at NOOP only (RFC 3501, 7.4.1)."""
        with self._talking() as connection:
            connection.noop()
            return uid not in connection.search(["UID", str(uid)])

    def _has_grown(self) -> bool:
        """Whether there is mail beyond what `select` or `uids_after` has told of."""
        return self._highest_told is not None and bool(self._listed_after(self._highest_told))

    def _listed_after(self, last_uid: int) -> list[int]:
        with self._talking() as connection:
            connection.noop()  # some servers search what the session knew before (RFC 3501, 5.2)
            found = connection.search(["UID", f"{last_uid + 1}:*"])
        # `n:*` always matches the newest mail, even where its UID is below n (RFC 3501, 6.4.8).
        return sorted(uid for uid in found if uid > last_uid)

    def _idle(self, seconds: float) -> None:
        """Wait until the server tells anything at all, but no longer than `seconds`."""
        with self._talking() as connection:
            connection.idle()
            connection.wait_for_news(seconds)
            connection.idle_done()

    def _explain_missing_folder(self, connection: ImapConnection, error: IMAPClientError) -> None:
        names = [name for _, _, name in connection.list_folders()]
        if self._folder not in names:
            raise MailServerError(
                f"The mailbox {self._server.user} has no folder {self._folder}.",
                permanent=True,
                code="mail.folder_missing",
                remedy=f"Choose one with --folder: {', '.join(sorted(names))}.",
            ) from error

    @contextmanager
    def _talking(self, code: str = "mail.refused") -> Iterator[ImapConnection]:
        if self._open is None:
            raise ConnectionLost(
                "The mailbox is not open.", code="mail.connection_lost", remedy="Open it first."
            )
        with clear_errors(self._server, code=code):
            yield self._open


def _body(found: dict[bytes, Any]) -> bytes:
    """The one `BODY[]<n>` of a FETCH answer; empty where the server sent NIL."""
    return next((value or b"" for key, value in found.items() if key.startswith(b"BODY[]")), b"")
