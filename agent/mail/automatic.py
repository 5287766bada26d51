"""Who wrote a mail: a person, or something that must not be answered (RFC 3834 and what programs really send).

Rules in their order, the first that fits decides. Headers weigh more than words; a person who writes through a
web form, a ticket system or a group of the company's own stays a person.
"""

import re
import tomllib
from collections.abc import Callable, Collection
from functools import cache
from importlib.resources import files
from typing import Final

from agent.mail.headers import message_ids
from agent.mail.message import Address, KindDecision, MailKind, ParsedMessage
from agent.mail.spam import spam_reason

_REPORT_PARTS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ORIGINALS: Final = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}
)
_ANSWERING: Final = (
    "x-autoreply", "x-autorespond", "x-auto-reply-from", "x-autoreply-from", "x-mail-autoreply", "x-vacation",
    "x-notes-item-out-of-office", "x-ms-exchange-inbox-rules-loop",
)  # fmt: skip
_MASS: Final = ("x-campaign", "x-campaignid", "x-mailchimp-campaign", "feedback-id", "x-mc-user", "x-bulkmail",
                "x-csa-complaints", "list-unsubscribe-post")  # fmt: skip
_REPLY_MARK: Final = re.compile(
    r"\s*(?:re|sv|aw|antw|vs|fw|fwd|wg|vb|odp|ang)\s*(?:\[\d+\])?\s*:", re.IGNORECASE
)
_STATUS: Final = re.compile(
    r"(?<!\d)[45]\d\d[ -]#?[45]\.\d\.\d{1,3}(?!\d)|^final-recipient:|^diagnostic-code:",
    re.IGNORECASE | re.MULTILINE,
)
_ORIGINAL_ID: Final = re.compile(
    rb"^(?:x-)?original-message-id:\s*(<[^<>\s]{3,400}>)", re.IGNORECASE | re.MULTILINE
)
_MESSAGE_ID: Final = re.compile(rb"^message-id:\s*(<[^<>\s]{3,400}>)", re.IGNORECASE | re.MULTILINE)
_HEAD_BYTES: Final = 65_536


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files(__package__) / "automatic_words.toml").read_text("utf-8"))


def classify(message: ParsedMessage, own_addresses: Collection[str]) -> KindDecision:
    """What wrote this mail, and the header or words that say so. `own_addresses` are the mailboxes we read."""
    own = {address.lower() for address in own_addresses}
    decisions = (rule(message, own) for rule in _RULES)
    person = KindDecision(MailKind.CUSTOMER, "Nothing says that a machine wrote this.")
    return next((decision for decision in decisions if decision), person)


def person_behind(message: ParsedMessage, own_addresses: Collection[str]) -> Address | None:
    """The person for whom a web form or ticket system wrote, or None for mail that came by itself.

    That is a Reply-To of another house than From, neither ours nor nobody's, in a mail that a machine sent. The
    address is the form's word only: a person confirms it before anything goes there.
    """
    own = {address.lower() for address in own_addresses}
    if len(message.reply_to) != 1:
        return None
    person = message.reply_to[0]
    _, _, domain = person.email.rpartition("@")
    sent_by_us = message.sender.email.lower() in own
    same_house = domain == message.sender.email.rpartition("@")[2] and not sent_by_us
    if person.email.lower() in own or same_house or is_nobody(person.email) or _is_daemon(person.email):
        return None
    by_machine = sent_by_us or is_nobody(message.sender.email) or _auto_submitted(message) == "auto-generated"
    return person if by_machine or _precedence(message) == "bulk" else None


def bounced_message_id(message: ParsedMessage) -> str:
    """The Message-ID of our mail that this delivery report is about, with brackets; empty where it is not said."""
    for pattern, kinds in (
        (_ORIGINAL_ID, _REPORT_PARTS | {"message/disposition-notification"}),
        (_MESSAGE_ID, _ORIGINALS),
    ):
        for part in message.attachments:
            if part.content_type in kinds and (match := pattern.search(part.content[:_HEAD_BYTES])):
                return match[1].decode("ascii", "replace")
    if original := message_ids(message.header("original-message-id")):
        return original[0]
    if match := _MESSAGE_ID.search(message.text[:_HEAD_BYTES].encode("utf-8", "replace")):
        return match[1].decode("utf-8", "replace")
    answered = message.in_reply_to or message.references[-1:]
    return answered[0] if answered else ""


def _ourselves(message: ParsedMessage, own: set[str]) -> KindDecision | None:
    if message.sender.email.lower() in own and person_behind(message, own) is None:
        return KindDecision(MailKind.AUTO_REPLY, "This is our own mail coming back.")
    return None


def _form(message: ParsedMessage, own: set[str]) -> KindDecision | None:
    person = person_behind(message, own)
    if person is None or message.header("list-id"):
        return None
    return KindDecision(MailKind.CUSTOMER, f"A form or ticket system sent this for {person.email}.")


def _spam(message: ParsedMessage, _: set[str]) -> KindDecision | None:
    reason = spam_reason(message)
    return KindDecision(MailKind.SPAM, reason) if reason else None


def _bounce(message: ParsedMessage, _: set[str]) -> KindDecision | None:
    report = message.header("content-type").lower()
    if "multipart/report" in report and ("delivery-status" in report or _has_delivery_status(message)):
        return KindDecision(MailKind.BOUNCE, "This is a delivery report (multipart/report).")
    if message.header("x-failed-recipients"):
        return KindDecision(
            MailKind.BOUNCE, "The header X-Failed-Recipients says that a mail was not delivered."
        )
    if _has_delivery_status(message) and not message.in_reply_to:
        return KindDecision(MailKind.BOUNCE, "It has a delivery status part.")
    subject = message.subject.lower()[:120]
    about_delivery = any(words in subject for words in _words()["subjects"]["bounce"])
    has_status = _STATUS.search(message.text[:20_000]) is not None
    from_daemon = _is_daemon(message.sender.email) or _has_null_path(message)
    by_machine = from_daemon or is_nobody(message.sender.email) or "multipart/report" in report
    says_so = about_delivery or (by_machine and _tells_of_bounce(message.text[:4_000]))
    # People forward such reports and ask about them: their subjects carry a mark, or more than the report's words.
    own_words = _REPLY_MARK.match(subject) is None and subject.startswith(
        tuple(_words()["subjects"]["bounce"])
    )
    if (by_machine and says_so) or (has_status and (from_daemon or own_words)):
        return KindDecision(MailKind.BOUNCE, "A mail system reports that a mail was not delivered.")
    return None


def _tells_of_bounce(text: str) -> bool:
    """Whether a machine's text says that a mail came back; JSON within JSON has its quotes escaped."""
    plain = text.lower().replace("\\", "")
    return any(words in plain for words in _words()["bounced"]["says"])


def _has_null_path(message: ParsedMessage) -> bool:
    return message.header("return-path").replace(" ", "") == "<>"


def _has_delivery_status(message: ParsedMessage) -> bool:
    return any(part.content_type in _REPORT_PARTS for part in message.attachments)


def _report(message: ParsedMessage, _: set[str]) -> KindDecision | None:
    """Receipts and complaints: other reports that machines send about a mail."""
    kind = message.header("content-type").lower()
    if "disposition-notification" in kind and "multipart/report" in kind:
        return KindDecision(MailKind.AUTO_REPLY, "This is a read receipt.")
    if "feedback-report" in kind:
        return KindDecision(MailKind.BOUNCE, "This is a complaint report from a mail provider.")
    return None


def _marked_spam(message: ParsedMessage, _: set[str]) -> KindDecision | None:
    flag = message.header("x-spam-flag").strip().lower()
    if flag == "yes" or message.header("x-spam-status").lower().startswith("yes"):
        return KindDecision(MailKind.SPAM, "The mail server marked this as spam.")
    return None


def _answering_machine(message: ParsedMessage, _: set[str]) -> KindDecision | None:
    submitted = _auto_submitted(message)
    if submitted in {"auto-replied", "auto-notified"}:
        return KindDecision(MailKind.AUTO_REPLY, f"The header Auto-Submitted says {submitted}.")
    for name in _ANSWERING:
        if (value := message.header(name).strip().lower()) and value not in {"no", "false", "0"}:
            return KindDecision(MailKind.AUTO_REPLY, f"It has the header {name.title()}.")
    if _precedence(message) in {"auto_reply", "auto-reply"}:
        return KindDecision(MailKind.AUTO_REPLY, "The header Precedence says auto_reply.")
    subject = message.subject.lower().lstrip(" *[(")
    if subject.startswith(tuple(_words()["subjects"]["reply"])):
        return KindDecision(MailKind.AUTO_REPLY, "Its subject is that of an automatic answer.")
    return None


def _generated(message: ParsedMessage, _: set[str]) -> KindDecision | None:
    if (submitted := _auto_submitted(message)) and not _is_mailing(message):
        return KindDecision(MailKind.AUTO_REPLY, f"The header Auto-Submitted says {submitted}.")
    return None


def _auto_submitted(message: ParsedMessage) -> str:
    """The keyword of Auto-Submitted (RFC 3834 5), empty for `no` and for none."""
    keyword = re.split(r"[\s;(]", message.header("auto-submitted").strip().lower())[0]
    return "" if keyword == "no" else keyword


def _precedence(message: ParsedMessage) -> str:
    return message.header("precedence").strip().lower()


def _is_mailing(message: ParsedMessage) -> bool:
    return bool(message.header("list-unsubscribe") or message.header("list-id")) or any(
        map(message.header, _MASS)
    )


def _mailing(message: ParsedMessage, own: set[str]) -> KindDecision | None:
    """Mailings and lists. Mail through a group of our own domain (a shared inbox) is from whoever wrote it."""
    list_id = message.header("list-id").lower()
    own_domains = {address.rpartition("@")[2] for address in own}
    if list_id and any(domain and domain in list_id for domain in own_domains):
        return None
    if message.header("list-unsubscribe"):
        return KindDecision(MailKind.NEWSLETTER, "It can be unsubscribed from (List-Unsubscribe).")
    if list_id or message.header("list-post") or message.header("mailing-list"):
        return KindDecision(MailKind.NEWSLETTER, "It came through a mailing list (List-Id).")
    if (precedence := _precedence(message)) in {"bulk", "junk", "list"}:
        mass = any(map(message.header, _MASS))
        kind = MailKind.NEWSLETTER if mass or precedence == "list" else MailKind.AUTO_REPLY
        return KindDecision(kind, f"The header Precedence says {precedence}.")
    return None


def is_nobody(email: str) -> bool:
    """Whether an address says of itself that nobody reads it, such as no-reply@."""
    local = email.lower().partition("@")[0]
    return any(local.startswith(words) or local.endswith(words) for words in _words()["senders"]["nobody"])


def _is_daemon(email: str) -> bool:
    local = re.split(r"[+=@]", email.lower())[0]
    return local in _words()["senders"]["daemons"]


def _nobody(message: ParsedMessage, _: set[str]) -> KindDecision | None:
    if is_nobody(message.sender.email):
        return KindDecision(MailKind.AUTO_REPLY, "It was sent from an address that nobody reads.")
    if _is_daemon(message.sender.email):
        return KindDecision(MailKind.AUTO_REPLY, "It was sent by a mail system.")
    return None


def _weak_signs(message: ParsedMessage, _: set[str]) -> KindDecision | None:
    """An envelope without a sender: RFC 5321 4.5.5 keeps it for messages that must not be answered."""
    if _has_null_path(message):
        return KindDecision(MailKind.AUTO_REPLY, "Its envelope names no sender (Return-Path: <>).")
    if message.header("x-auto-response-suppress") and any(map(message.header, _MASS)):
        return KindDecision(MailKind.AUTO_REPLY, "It asks not to be answered automatically.")
    return None


def _absent(message: ParsedMessage, _: set[str]) -> KindDecision | None:
    """An out-of-office text without headers: short, no question, and it says so in more than one way."""
    text = message.new_text.lower()
    if "?" in text or len(text.split()) > 120:
        return None
    kinds = sum(any(words in text for words in phrases) for phrases in _words()["absent"].values())
    answers = (
        bool(message.in_reply_to or message.references) or _REPLY_MARK.match(message.subject) is not None
    )
    away = any(words in text for words in _words()["absent"]["away"])
    if away and (kinds == 3 or (kinds == 2 and answers)):
        return KindDecision(MailKind.AUTO_REPLY, "Its words are those of an out-of-office answer.")
    return None


def _mailing_words(message: ParsedMessage, _: set[str]) -> KindDecision | None:
    if message.in_reply_to or message.references:
        return None
    end = message.text[-1_500:].lower()
    begin = message.text[:300].lower()
    leave = any(words in end for words in _words()["mailing"]["leave"])
    why = any(words in end or words in begin for words in _words()["mailing"]["why"])
    if leave and why:
        return KindDecision(MailKind.NEWSLETTER, "Its last lines are those of a mailing.")
    return None


_RULES: Final[tuple[Callable[[ParsedMessage, set[str]], KindDecision | None], ...]] = (
    _ourselves,
    _bounce,
    _report,
    _marked_spam,
    _answering_machine,
    _form,
    _generated,
    _mailing,
    _spam,
    _nobody,
    _weak_signs,
    _absent,
    _mailing_words,
)
