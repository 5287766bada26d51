"""A mail server in memory, for `genklang process` and for tests: the same promises, no network."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Self

from agent.clock import Clock, system_clock
from agent.mail.mailbox import FetchedMail, FolderState, RecipientAnswer, SendOutcome, SendState


@dataclass
class MemoryMailbox:
    """What lies on the server: mails by UID, the copies in Sent, the UIDs flagged as handled."""

    uidvalidity: int = 1
    uidnext: int = 1
    mails: dict[int, FetchedMail] = field(default_factory=dict)
    sent: list[bytes] = field(default_factory=list)
    handled: set[int] = field(default_factory=set)
    clock: Clock = system_clock

    def deliver(self, raw: bytes, *, internal_date: datetime | None = None) -> int:
        """Put a mail into the folder; its UID."""
        uid = self.uidnext
        arrived = (internal_date or self.clock()).astimezone(UTC)
        self.mails[uid] = FetchedMail(uid, raw, arrived, len(raw))
        self.uidnext += 1
        return uid

    def expunge(self, uid: int) -> None:
        """Remove a mail, as another client would."""
        del self.mails[uid]

    def recreate(self) -> None:
        """Delete the folder and make it anew: UIDs begin again under another UIDVALIDITY."""
        self.uidvalidity += 1
        self.uidnext = 1
        self.mails.clear()
        self.handled.clear()


class MemoryInbox:
    """`agent.mail.mailbox.Inbox` on a `MemoryMailbox`; never waits."""

    def __init__(self, mailbox: MemoryMailbox) -> None:
        self._mailbox = mailbox
        self._seen_next = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def select(self) -> FolderState:
        self._seen_next = self._mailbox.uidnext
        return FolderState(self._mailbox.uidvalidity, self._mailbox.uidnext)

    def uids_after(self, last_uid: int) -> list[int]:
        return sorted(uid for uid in self._mailbox.mails if uid > last_uid)

    def fetch(self, uid: int) -> FetchedMail | None:
        return self._mailbox.mails.get(uid)

    def mark_handled(self, uids: Iterable[int]) -> None:
        self._mailbox.handled.update(uid for uid in uids if uid in self._mailbox.mails)

    def wait_for_mail(self, timeout_s: float) -> bool:
        grown = self._mailbox.uidnext > self._seen_next
        self._seen_next = self._mailbox.uidnext
        return grown

    def append_to_sent(self, raw: bytes) -> str:
        self._mailbox.sent.append(raw)
        return "Sent"

    def find_in_sent(self, message_id: str) -> bool:
        ids = (message_from_bytes(raw, policy=policy.compat32)["Message-ID"] for raw in self._mailbox.sent)
        return any(str(found or "").strip() == message_id for found in ids)


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail that was handed over."""

    envelope_from: str
    recipients: tuple[str, ...]
    raw: bytes


class MemorySender:
    """`agent.mail.mailbox.MailSender` that keeps what it was given.

    `answer` decides about each attempt (all accepted by default). A mail counts as handed over, and stands in
    `sent`, where the outcome is accepted, partly refused or uncertain.
    """

    def __init__(self, answer: Callable[[tuple[str, ...]], SendOutcome] | None = None) -> None:
        self.sent: list[SentMail] = []
        self.answer = answer or accepts_all

    def check(self) -> None:
        return None

    def send(
        self,
        envelope_from: str,
        recipients: Sequence[str],
        raw: bytes,
        *,
        before_handover: Callable[[], None] = lambda: None,
    ) -> SendOutcome:
        outcome = self.answer(tuple(recipients))
        if outcome.state in (SendState.ACCEPTED, SendState.PARTLY_REFUSED, SendState.UNCERTAIN):
            before_handover()
            taken = outcome.accepted or tuple(recipients)
            self.sent.append(SentMail(envelope_from, taken, raw))
        return outcome


def accepts_all(recipients: tuple[str, ...]) -> SendOutcome:
    """The answer of a server on a good day."""
    return SendOutcome.of(tuple(RecipientAnswer(recipient, 250, "2.0.0 OK") for recipient in recipients))
