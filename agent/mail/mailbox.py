"""What the product asks of mail servers, in its own words. Adapters: `imap`, `smtp`, and `memory` for both.

Every method may raise `MailServerError`: the server refused this one thing and the session goes on.
`ConnectionLost` says that the session is over and a new one is needed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Self

from agent.errors import MailServerError


class ConnectionLost(MailServerError):
    """The connection is gone or the server stopped answering: open a new session."""


@dataclass(frozen=True, slots=True)
class FolderState:
    """UIDs mean something only together with `uidvalidity`; `uidnext` is above every UID given so far."""

    uidvalidity: int
    uidnext: int


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """A mail as the server keeps it. `internal_date` is when it arrived there (UTC).

    `truncated` mails were too big: `raw` holds the header and the beginning of the body, `size` counts the
    bytes of the whole.
    """

    uid: int
    raw: bytes
    internal_date: datetime
    size: int
    truncated: bool = False


class Inbox(Protocol):
    """One folder of one account, from sign-in to sign-out."""

    def __enter__(self) -> Self:
        """Connect and sign in."""
        ...

    def __exit__(self, *_: object) -> None: ...

    def select(self) -> FolderState:
        """Open the folder, or look at it afresh. Says which folders there are where it is missing."""
        ...

    def uids_after(self, last_uid: int) -> list[int]:
        r"""All UIDs above `last_uid`, oldest first, whatever their flags (others may have set `\Seen`)."""
        ...

    def fetch(self, uid: int) -> FetchedMail | None:
        """One mail, without changing its flags; None where it was expunged in the meantime."""
        ...

    def mark_handled(self, uids: Iterable[int]) -> None:
        """Flag mails as taken care of, for people who look into the mailbox. Refusals are logged, no more."""
        ...

    def wait_for_mail(self, timeout_s: float) -> bool:
        """Wait until the folder grows (True) or the time is over (False)."""
        ...

    def append_to_sent(self, raw: bytes) -> str:
        """Put a copy of a sent mail into the Sent folder, made if need be; the folder's name."""
        ...

    def find_in_sent(self, message_id: str) -> bool:
        """Whether the Sent folder holds a mail with this Message-ID (angle brackets included)."""
        ...


class SendState(StrEnum):
    """What became of one attempt to send."""

    ACCEPTED = "accepted"
    PARTLY_REFUSED = "partly_refused"  # some recipients accepted: never send to those again
    REFUSED_FOR_NOW = "refused_for_now"  # 4xx: the same again later
    REFUSED_FOR_GOOD = "refused_for_good"  # 5xx: a person must look
    NOT_SENT = "not_sent"  # the server never got the whole mail: trying again is safe
    UNCERTAIN = "uncertain"  # the whole mail was handed over, the answer never came: never repeat unasked


@dataclass(frozen=True, slots=True)
class RecipientAnswer:
    """What the server said about one recipient; `code` is the SMTP reply code."""

    recipient: str
    code: int
    text: str

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300

    @property
    def may_be_retried(self) -> bool:
        return 400 <= self.code < 500


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """The outcome of one attempt; `text` says for people what happened, `answers` has one entry a recipient.

    `code` is the SMTP reply code that decided, 0 where there was none (no connection, no answer). `problem`
    is the error code of what kept the mail from being sent, such as `mail.login_refused`.
    """

    state: SendState
    code: int = 0
    text: str = ""
    problem: str = ""
    answers: tuple[RecipientAnswer, ...] = ()

    @classmethod
    def of(cls, answers: tuple[RecipientAnswer, ...]) -> Self:
        """The outcome where the server has answered for every recipient (at least one)."""
        accepted = [answer for answer in answers if answer.accepted]
        refused = [answer for answer in answers if not answer.accepted]
        if not refused:
            state = SendState.ACCEPTED
        elif accepted:
            state = SendState.PARTLY_REFUSED
        elif any(answer.may_be_retried for answer in refused):
            state = SendState.REFUSED_FOR_NOW
        else:
            state = SendState.REFUSED_FOR_GOOD
        deciding = (refused or accepted)[0]
        text = f"The server answered: {deciding.code} {deciding.text}"
        return cls(state, deciding.code, text, answers=answers)

    @property
    def accepted(self) -> tuple[str, ...]:
        """The recipients for whom the server has taken responsibility."""
        if self.state not in (SendState.ACCEPTED, SendState.PARTLY_REFUSED):
            return ()
        return tuple(answer.recipient for answer in self.answers if answer.accepted)

    @property
    def to_retry(self) -> tuple[str, ...]:
        """The recipients to whom the mail should be sent again later; empty where it must not be."""
        if self.state in (SendState.PARTLY_REFUSED, SendState.REFUSED_FOR_NOW):
            return tuple(answer.recipient for answer in self.answers if answer.may_be_retried)
        if self.state is SendState.NOT_SENT:
            return tuple(answer.recipient for answer in self.answers)
        return ()


class MailSender(Protocol):
    """Hands mails to a server that delivers them."""

    def send(
        self,
        envelope_from: str,
        recipients: Sequence[str],
        raw: bytes,
        *,
        before_handover: Callable[[], None] = lambda: None,
    ) -> SendOutcome:
        """One attempt; faults of server and network are outcomes, not exceptions.

        `before_handover` runs when all is said but the final dot. Until it returns nothing has been sent, and
        nothing will be if it raises: the place to note that from here on the outcome may be uncertain.
        """
        ...

    def check(self) -> None:
        """Connect, sign in and leave. Raises `MailServerError` with sentence and remedy."""
        ...
