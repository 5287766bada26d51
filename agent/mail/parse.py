"""Bytes of a mail to a `ParsedMessage`: pure, bounded, and never stopped by what a sender may write.

The way: header block (`headers`), MIME parts (`body`, over the standard library's parser), text or HTML
(`html`), then the newly written words (`quote`). Every mail gives a message, whatever is broken in it, but for
one whose parts are nested without end.
"""

from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from typing import Final

from agent.errors import Unreadable
from agent.mail.addresses import nameless, parse_addresses
from agent.mail.body import Body, read_body
from agent.mail.brief import first_text
from agent.mail.headers import HeaderBlock, decode_words, kept_headers, message_ids, parameters, read_block
from agent.mail.hidden import without_invisible
from agent.mail.limits import DEFAULT, Limits
from agent.mail.message import Address, ParsedMessage
from agent.mail.quote import split

_FIRST_YEAR: Final = 1995  # of e-mail as we get it: an earlier date is a clock that was never set
_LAST_YEAR: Final = 2037
_AHEAD: Final = timedelta(days=2)


def parse(raw: bytes, limits: Limits = DEFAULT) -> ParsedMessage:
    """Read one mail. Raises `Unreadable` for parts nested without end (`mail.nested`) and for no bytes at all.

    A mail above `limits.mail_bytes` is read briefly: its headers and its first text.
    """
    raw, block = _opened(raw, limits)
    if len(raw) > limits.mail_bytes:
        return _brief(raw, block, limits, "This mail is very large; only its first text was read.")
    try:
        body = read_body(_tree(raw, block), limits)
    except RecursionError as error:
        raise Unreadable(
            "The parts of this mail are nested too deeply.",
            code="mail.nested",
            remedy="Open the raw mail if you expect something in it.",
        ) from error
    return _message(block, body, limits)


def parse_briefly(raw: bytes, reason: str, limits: Limits = DEFAULT) -> ParsedMessage:
    """Headers and first text only, in linear time without MIME or HTML parsers; `reason` becomes a warning."""
    raw, block = _opened(raw, limits)
    return _brief(raw, block, limits, reason)


def _opened(raw: bytes, limits: Limits) -> tuple[bytes, HeaderBlock]:
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if not raw.strip(b"\0 \t\r\n"):
        raise Unreadable("This mail is empty.", code="mail.empty", remedy="Ask the sender to send it again.")
    if b"\n" not in raw[:100_000]:
        raw = raw.replace(b"\r", b"\n")
    return raw, read_block(raw, limits)


def _brief(raw: bytes, block: HeaderBlock, limits: Limits, reason: str) -> ParsedMessage:
    text, _ = without_invisible(first_text(raw, block, limits))
    return _message(block, Body(text, "", "", (), (reason,)), limits)


def _tree(raw: bytes, block: HeaderBlock) -> Message:
    """The MIME tree. Only the headers that shape it are handed to the parser, already cut to size.

    A multipart without a boundary is read with the one its body shows; a single part needs no parser.
    """
    body = raw[block.body_at :].replace(b"\0", b"")
    mime = [(name, value) for name, value in block.fields if name.lower().startswith(("content-", "mime-"))]
    content_type, settings = parameters(block.first("content-type"))
    if content_type.startswith("multipart/") and not _is_used(settings.get("boundary", ""), body):
        shown = next(
            (line for line in body[:100_000].splitlines() if line.startswith(b"--") and len(line) > 4), b""
        )
        boundary = shown[2:].decode("ascii", "surrogateescape").strip().replace('"', "")
        if shown and boundary:
            mime = [("Content-Type", f'{content_type}; boundary="{boundary[:200]}"')]
    if not content_type.startswith(("multipart/", "message/")):
        part = Message(policy=compat32)
        for name, value in mime:
            part[name] = value
        part.set_payload(body.decode("ascii", "surrogateescape"))
        return part
    head = "".join(f"{name}: {value}\n" for name, value in mime).encode("utf-8", "surrogateescape")
    return BytesParser(policy=compat32).parsebytes(head + b"\n" + body)


def _is_used(boundary: str, body: bytes) -> bool:
    return bool(boundary.strip()) and b"--" + boundary.strip().encode("utf-8", "surrogateescape") in body


def _message(block: HeaderBlock, body: Body, limits: Limits) -> ParsedMessage:
    warnings = list(body.warnings)
    if block.cut:
        warnings.append("The headers of this mail are unusually long; they were cut.")
    headers = kept_headers(block.fields, limits)
    sender = _sender(block, warnings)
    to, cc = (_recipients(block, name, limits, warnings) for name in ("to", "cc"))
    new_text, signature, quoted = split(body.text, body.html_text, sender_name=sender.name)
    return ParsedMessage(
        message_id=next(iter(message_ids(block.first("message-id"))), ""),
        in_reply_to=message_ids(block.first("in-reply-to"), limits.references),
        references=message_ids(block.first("references"), limits.references),
        sender=sender,
        reply_to=parse_addresses(block.first("reply-to"), limits.recipients),
        to=to,
        cc=cc,
        subject=without_invisible(decode_words(block.first("subject")))[0][: limits.subject].strip(),
        date=_date(block),
        text=body.text,
        safe_html=body.safe_html,
        new_text=new_text,
        signature=signature,
        quoted=quoted,
        attachments=body.attachments,
        headers=headers,
        hidden_text=body.hidden,
        warnings=tuple(warnings[: limits.warnings]),
    )


def _sender(block: HeaderBlock, warnings: list[str]) -> Address:
    """The one address in From. Where there are several, the one the envelope confirms, else the first; where
    there is none, Sender, the envelope's Return-Path, then Reply-To, and a warning in each case."""
    named = [address for value in block.all("from") for address in parse_addresses(value, 10)]
    distinct = list({address.email.lower(): address for address in reversed(named)}.values())[::-1]
    if len(distinct) == 1:
        return named[0]
    envelope = [
        address
        for name in ("sender", "return-path")
        for value in block.all(name)
        for address in parse_addresses(value, 2)
    ]
    if not distinct:
        warnings.append("This mail does not say who sent it.")
        name, mailbox = nameless(block.first("from"))
        if not envelope:  # the sender's own word, as From would have been
            envelope = [*parse_addresses(block.first("reply-to"), 2)]
        return Address(name, envelope[0].email if envelope else mailbox)
    warnings.append("This mail names several senders; do not trust any of them.")
    confirmed = {address.email.lower() for address in envelope}
    return next((address for address in distinct if address.email.lower() in confirmed), distinct[0])


def _recipients(block: HeaderBlock, name: str, limits: Limits, warnings: list[str]) -> tuple[Address, ...]:
    found: list[Address] = []
    for value in block.all(name):
        found.extend(parse_addresses(value, limits.recipients + 1))
    if len(found) > limits.recipients:
        warnings.append(f"This mail has more than {limits.recipients} recipients; the others were left out.")
    return tuple(found[: limits.recipients])


def _date(block: HeaderBlock) -> datetime | None:
    """When the mail says it was written, in UTC; None when that cannot be: unreadable, or later than it came."""
    written = _instant(decode_words(block.first("date")))
    if written is None:
        return None
    came = _instant(decode_words(block.first("received")).rpartition(";")[2])
    if came is not None and written > came + _AHEAD:
        return None
    return written


def _instant(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value[:200])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None
