"""To which case a mail belongs, and the ids that say so.

Each mail we send carries a Message-ID with the case number and a keyed hash of it, so that a reply proves which
case it answers. It does not prove who replies: a reference is only followed for people who already take part in
that case (a sender's address proves nothing, and a number can be read in a forwarded mail).
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from agent.mail.authenticity import names_one_sender
from agent.mail.message import ParsedMessage

_OURS: Final = re.compile(
    r"<case\.(\d{1,18})\.([0-9a-z]{1,40})\.([0-9a-f]{32})@[^<>\s@]{1,253}>", re.IGNORECASE
)
_TAG: Final = re.compile(r"\[#(\d{1,18})\]")
_MARK: Final = re.compile(
    r"\s*(?:(?P<reply>re|sv|aw|antw|antwort|vs|ref|r|ynt|odp|rv)|(?P<forward>fw|fwd|wg|vb|videresendt|tr|enc))"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]",
    re.IGNORECASE,
)
_SAME_SUBJECT_WITHIN: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An existing case as far as joining needs it.

    `participants` are addresses in any case, `message_ids` those of its mails with brackets, `subject` that of
    its first mail. `is_open` is false for closed cases, which a subject alone never opens again.
    """

    case_id: int
    participants: frozenset[str]
    message_ids: frozenset[str]
    subject: str
    last_activity: datetime
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Join:
    """The mail goes on in this case."""

    case_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class NewCase:
    """The mail opens a case; `reason` may name another that it could belong to."""

    reason: str


@dataclass(frozen=True, slots=True)
class AskPerson:
    """A new case is opened, and a person is asked whether it belongs to `case_id`."""

    case_id: int
    reason: str


Decision = Join | NewCase | AskPerson


def new_message_id(domain: str, case_number: int, nonce: str, key: bytes) -> str:
    """A Message-ID for a mail we send, with brackets. `nonce` (letters and digits, up to 40) makes it unique."""
    if case_number < 0 or not re.fullmatch(r"[0-9a-z]{1,40}", nonce):
        raise ValueError("a Message-ID needs a case number and a nonce of small letters and digits")
    return f"<case.{case_number}.{nonce}.{_seal(case_number, nonce, key)}@{domain}>"


def case_of(message_id: str, key: bytes) -> int | None:
    """The case number in a Message-ID that we made with `key`; None for any other id, forged ones too."""
    match = _OURS.fullmatch(message_id.strip())
    if match is None:
        return None
    number, nonce = int(match[1]), match[2].lower()
    return number if hmac.compare_digest(_seal(number, nonce, key), match[3].lower()) else None


def _seal(number: int, nonce: str, key: bytes) -> str:
    return hmac.new(key, f"{number}.{nonce}".encode(), hashlib.sha256).hexdigest()[:32]


def subject_tag(case_number: int) -> str:
    """The mark of a case in a subject, as people see it: `[#123]`."""
    return f"[#{case_number}]"


def tagged_case(subject: str) -> int | None:
    """The case number in a subject's mark, or None."""
    match = _TAG.search(subject)
    return int(match[1]) if match else None


def plain_start(subject: str) -> str:
    """A subject without reply marks at its beginning and without case marks, otherwise as it is."""
    rest = " ".join(_TAG.sub(" ", subject).split())
    while match := _MARK.match(rest):
        rest = rest[match.end() :].lstrip()
    return rest


def plain_subject(subject: str) -> str:
    """`plain_start`, folded for comparing."""
    return plain_start(subject).casefold()


def is_reply_subject(subject: str) -> bool:
    """Whether a subject begins with a reply mark (Re:, SV:, AW:, …), behind the case mark or not."""
    match = _MARK.match(_TAG.sub(" ", subject))
    return match is not None and match["reply"] is not None


def decide(message: ParsedMessage, *, key: bytes, candidates: Iterable[Candidate], now: datetime) -> Decision:
    """Which case a mail belongs to. `candidates` may hold any cases; only those that fit are looked at.

    In order: our own sealed id among its references; the id of a mail of the case; the mark in the subject; the
    same subject from the same sender within 14 days. Whoever does not take part in a case never joins it by
    reference or number.
    """
    cases = {case.case_id: case for case in candidates}
    sender = message.sender.email.casefold()
    trusted = bool(sender) and names_one_sender(message)
    mentioned = (*message.in_reply_to, *reversed(message.references))

    for message_id in mentioned:
        number = case_of(message_id, key)
        if number is None:
            continue
        if number in cases and trusted and _takes_part(sender, cases[number]):
            return Join(number, "It answers our mail, and its sender takes part in the case.")
        return _stranger(number, number in cases, "It answers a mail of")
    for message_id in mentioned:
        for case in cases.values():
            if message_id in case.message_ids:
                if trusted and _takes_part(sender, case):
                    return Join(
                        case.case_id, "It answers a mail of this case, and its sender takes part in it."
                    )
                return _stranger(case.case_id, True, "It answers a mail of")
    number = tagged_case(message.subject)
    if number is not None:
        return _by_number(message, number, cases.get(number), sender, trusted)
    return _by_subject(message, cases.values(), sender, trusted, now)


def _by_number(
    message: ParsedMessage, number: int, case: Candidate | None, sender: str, trusted: bool
) -> Decision:
    if case is None or not trusted or not _takes_part(sender, case):
        return _stranger(number, case is not None, "Its subject has the number of")
    if plain_subject(message.subject) == plain_subject(case.subject):
        return Join(
            number, "Its subject has the number and words of the case, and its sender takes part in it."
        )
    return AskPerson(number, f"It may belong to #{number}: the number fits the sender, the subject does not.")


def _by_subject(
    message: ParsedMessage, cases: Iterable[Candidate], sender: str, trusted: bool, now: datetime
) -> Decision:
    subject = plain_subject(message.subject)
    alike = [
        case
        for case in cases
        if trusted
        and subject
        and case.is_open
        and plain_subject(case.subject) == subject
        and _takes_part(sender, case)
        and now - case.last_activity <= _SAME_SUBJECT_WITHIN
    ]
    if not alike:
        return NewCase("It answers nothing that we know.")
    latest = max(alike, key=lambda case: case.last_activity)
    if is_reply_subject(message.subject):
        return Join(latest.case_id, "It is a reply with the same subject from the same sender.")
    return NewCase(f"It may belong to #{latest.case_id}: same sender and subject, but not a reply.")


def _takes_part(sender: str, case: Candidate) -> bool:
    return any(sender == address.casefold() for address in case.participants)


def _stranger(number: int, exists: bool, what: str) -> Decision:
    if not exists:
        return NewCase("It names a case that does not exist.")
    return AskPerson(
        number, f"It may belong to #{number}: {what} that case, but its sender does not take part in it."
    )
