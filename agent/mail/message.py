"""What one e-mail is, once it has been read.

Plain values: no library's types, no bytes of MIME. Made by `agent.mail.parse`, used everywhere above.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MailKind(StrEnum):
    """Who wrote it: a person who waits for an answer, or something that must not be answered."""

    CUSTOMER = "customer"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    NEWSLETTER = "newsletter"
    SPAM = "spam"

    @property
    def may_be_answered(self) -> bool:
        return self is MailKind.CUSTOMER


@dataclass(frozen=True, slots=True)
class Address:
    """A display name (may be empty, may lie) and the address itself, lower-cased in its domain."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """One part that is not the letter itself. `filename` is what the sender called it: never a path for us."""

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A mail as people would read it.

    `text` is the whole decoded body (from HTML where there is no usable plain part); `new_text`, `signature`
    and `quoted` are cut from it and keep its words. `safe_html` is cleaned of all that runs or calls out, or
    empty. `headers` holds lower-cased names of the headers that decide about robots, lists and threads.
    `warnings` are sentences for people: hidden text, cut parts, broken charsets.
    """

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    text: str
    safe_html: str
    new_text: str
    signature: str
    quoted: str
    attachments: tuple[Attachment, ...] = ()
    headers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    hidden_text: str = ""
    warnings: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first value of a kept header, or the empty string."""
        values = self.headers.get(name.lower(), ())
        return values[0] if values else ""


@dataclass(frozen=True, slots=True)
class KindDecision:
    """What wrote this mail, and the header or words that say so."""

    kind: MailKind
    reason: str


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail fixed at approval: what `agent.mail.reply` turns into bytes and SMTP sends exactly once.

    `message_id`, `in_reply_to` and `references` hold ids with their angle brackets. `automatic` marks
    acknowledgements (Auto-Submitted), which robots must not answer. `more_headers` are lines of our own making, such as
    List-Unsubscribe.
    """

    message_id: str
    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    date: datetime
    cc: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    automatic: bool = False
    more_headers: tuple[tuple[str, str], ...] = ()
