"""Our own mails: subject, quote and simple HTML of a reply, and the bytes that go out.

The same `OutgoingMail` always gives the same bytes (boundaries come from its Message-ID), so that the hash fixed
at approval is the hash of what is sent. Header lines are written here, not by the standard library's policies,
which wrap long Message-IDs into encoded words and so break threads.
"""

import hashlib
import html
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, tzinfo
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from typing import Final

from babel.dates import format_date

from agent.errors import WrongUse
from agent.locales import locale_of
from agent.mail.charset import clean_line, clean_text
from agent.mail.conversation import plain_start, subject_tag
from agent.mail.message import Address, Attachment, OutgoingMail, ParsedMessage

_SUBJECT: Final = 200
_QUOTED: Final = 20_000  # characters of the customer's mail that go back below our answer
_PARTICLE: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_EMAIL: Final = re.compile(r"[!-~]{1,64}@[!-~]{1,253}")
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,900}>")
_LINK: Final = re.compile(r"https?://[^\s<>\"']{1,1000}[^\s<>\"'.,;:!?)\]]")
_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+")


@cache
def _phrases() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "phrases.toml").read_text("utf-8"))


def reply_subject(subject: str, case_number: int) -> str:
    """`Re: …` once, with the mark of the case: `Re: Printer is offline [#123]`."""
    rest = plain_start(clean_line(subject))[:_SUBJECT].strip()
    return " ".join(filter(None, ("Re:", rest, subject_tag(case_number))))


def quote_reply(text: str, original: ParsedMessage, language: str, zone: tzinfo = UTC) -> str:
    """`text` with the mail it answers quoted below it, under a line in `language` (English for others)."""
    phrases = _phrases()
    language = language if language in phrases["wrote"] else "en"
    lines = [text.rstrip("\n"), ""]
    if original.date is not None:
        moment = original.date.astimezone(zone)
        lines.append(
            phrases["wrote"][language].format(
                date=format_date(moment.date(), "long", locale=locale_of(language)),
                time=moment.strftime("%H:%M"),
                name=clean_line(original.sender.name) or phrases["somebody"][language],
            )
        )
    quoted = original.text[:_QUOTED].strip("\n").split("\n")
    lines += [f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in quoted]
    return "\n".join(lines) + "\n"


def to_html(text: str) -> str:
    """Plain text as simple HTML: paragraphs, line breaks, quotes, links. Everything is escaped."""
    blocks = []
    for depth, lines in _blocks(clean_text(text)):
        paragraphs = re.split(r"\n\s*\n", "\n".join(lines).strip("\n"))
        inner = "\n".join(f"<p>{_linked(paragraph)}</p>" for paragraph in paragraphs if paragraph.strip())
        blocks.append("<blockquote>" * depth + inner + "</blockquote>" * depth)
    body = "\n".join(filter(None, blocks))
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{body}\n</body></html>\n'


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines of the same quote depth (0 to 5), without their marks."""
    depth, lines = 0, list[str]()
    for line in text.split("\n"):
        marks = re.match(r"(?:> ?)*", line)
        found = min(5, marks[0].count(">")) if marks else 0
        if found != depth and lines:
            yield depth, lines
            lines = []
        depth = found
        lines.append(line[marks.end() :] if marks else line)
    yield depth, lines


def _linked(paragraph: str) -> str:
    parts, position = [], 0
    for match in _LINK.finditer(paragraph):
        target = html.escape(match[0])
        parts += [html.escape(paragraph[position : match.start()]), f'<a href="{target}">{target}</a>']
        position = match.end()
    parts.append(html.escape(paragraph[position:]))
    return "".join(parts).replace("\n", "<br>\n")


def render(mail: OutgoingMail) -> bytes:
    """The mail as RFC 5322 bytes with CRLF, the same for the same value.

    Line breaks in any field become spaces, so that none can start another header. Raises `WrongUse` for an
    address or Message-ID that cannot stand in a header.
    """
    lines = [
        ("Message-ID", _id(mail.message_id)),
        ("Date", format_datetime(mail.date)),
        ("From", _mailbox(mail.sender)),
        ("To", _folded([_mailbox(address) for address in mail.to], ",")),
        ("Cc", _folded([_mailbox(address) for address in mail.cc], ",")),
        (
            "Subject",
            Header(clean_line(mail.subject), _charset(mail.subject), 76, "Subject").encode(linesep="\r\n"),
        ),
        ("In-Reply-To", _id(mail.in_reply_to) if mail.in_reply_to else ""),
        ("References", _folded([_id(reference) for reference in mail.references], "")),
    ]
    if mail.automatic:
        lines += [("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")]
    lines += [(name, clean_line(value)) for name, value in mail.more_headers]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines if value)
    return head.encode("ascii") + _body(mail).as_bytes(policy=SMTP)


def _charset(text: str) -> str:
    return "us-ascii" if text.isascii() else "utf-8"


def _id(message_id: str) -> str:
    message_id = message_id.strip()
    if not _MESSAGE_ID.fullmatch(message_id):
        raise WrongUse(
            "A Message-ID of this mail is not valid.", code="mail.message_id", remedy="Leave it out."
        )
    return message_id


def _folded(values: list[str], separator: str) -> str:
    return f"{separator}\r\n ".join(values)


def _mailbox(address: Address) -> str:
    """`Name <local@domain>`, the name quoted or encoded as needed, the domain in its ASCII form."""
    local, _, domain = address.email.strip().rpartition("@")
    try:
        email = f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        email = ""
    if not _EMAIL.fullmatch(email) or any(character in email for character in '<>,;:"()\\'):
        raise WrongUse(
            "An address of this mail cannot be used.",
            code="mail.address",
            remedy="Correct the recipient's address.",
        )
    name = clean_line(address.name)
    if not name:
        return email
    if not name.isascii():
        return f"{Header(name, 'utf-8', 60).encode(linesep=chr(13) + chr(10))} <{email}>"
    if not _PARTICLE.fullmatch(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{email}>"


def _body(mail: OutgoingMail) -> EmailMessage:
    body = EmailMessage(policy=SMTP)
    body.set_content(clean_text(mail.text), charset="utf-8", cte="quoted-printable")
    related = [file for file in mail.attachments if mail.html and file.inline and file.content_id]
    if mail.html:
        body.add_alternative(clean_text(mail.html), subtype="html", charset="utf-8", cte="quoted-printable")
        html_part = body.get_body(("html",))
        for file in related:
            if isinstance(html_part, EmailMessage):
                _add(html_part, file, related=True)
    for file in mail.attachments:
        if file not in related:
            _add(body, file, related=False)
    seed = hashlib.sha256(mail.message_id.encode("utf-8", "replace")).hexdigest()[:40]
    for number, part in enumerate(body.walk()):
        if part.is_multipart():
            part.set_boundary(f"={number}={seed}")
    return body


def _add(part: EmailMessage, file: Attachment, *, related: bool) -> None:
    content_type = file.content_type if _TYPE.fullmatch(file.content_type) else ""
    main, _, sub = content_type.partition("/")
    if main in {"", "multipart", "message"}:  # whole mails go as files, byte for byte
        main, sub = "application", "octet-stream"
    name = clean_line(file.filename) or "file"
    if related:
        part.add_related(
            file.content,
            main,
            sub,
            disposition="inline",
            cid=f"<{clean_line(file.content_id)}>",
            filename=name,
        )
    else:
        part.add_attachment(file.content, main, sub, filename=name)
