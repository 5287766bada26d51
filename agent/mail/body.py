"""What a mail's MIME parts say: the letter as text and as safe HTML, and the attachments.

The parts come from the standard library's parser (compat32); decoding, choosing and bounding is done here, part
by part, so that one broken part never takes the others along.
"""

import binascii
import html as html_escapes
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Final

from agent.errors import Unreadable
from agent.mail import charset, uuencode
from agent.mail.flowed import unflow
from agent.mail.headers import decode_base64, decode_words, parameters
from agent.mail.hidden import without_invisible
from agent.mail.html import HtmlReading, read_html
from agent.mail.limits import Limits
from agent.mail.message import Attachment

_LETTER_TYPES: Final = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text", ""})
_META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_WORDS: Final = re.compile(r"\w{2,}")
_NAMES: Final = {"text/calendar": "invite.ics", "message/rfc822": "mail.eml", "text/html": "page.html",
                 "message/delivery-status": "delivery-status.txt", "text/plain": "text.txt"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """The letter: `text` for reading, `safe_html` for showing, `hidden` what nobody sees, and the files with it.

    `html_text` is the text of the HTML where `text` came from a plain form beside it.
    """

    text: str
    safe_html: str
    hidden: str
    attachments: tuple[Attachment, ...]
    warnings: tuple[str, ...]
    html_text: str = ""


@dataclass(slots=True)
class _Piece:
    """A stretch of the letter in one or both forms."""

    plain: str = ""
    html: HtmlReading | None = None


@dataclass(slots=True)
class Walk:
    """Reads the tree of parts, counting as it goes. Raises `Unreadable` for parts nested without end."""

    limits: Limits
    attachments: list[Attachment] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    parts: int = 0
    embedded: int = 0

    def warn(self, sentence: str) -> None:
        if sentence not in self.warnings and len(self.warnings) < self.limits.warnings:
            self.warnings.append(sentence)

    def read(self, part: Message, depth: int = 0) -> list[_Piece]:
        """The pieces of the letter in `part`, in order; attachments are put aside."""
        if depth > self.limits.depth:
            raise Unreadable(
                "The parts of this mail are nested too deeply.",
                code="mail.nested",
                remedy="Open the raw mail if you expect something in it.",
            )
        self.parts += 1
        if self.parts > self.limits.parts:
            self.warn(f"This mail has more than {self.limits.parts} parts; the others were left out.")
            return []
        content_type, settings = parameters(_raw(part, "content-type"))
        if part.is_multipart():
            children = [child for child in part.get_payload() if isinstance(child, Message)]
            if content_type == "message/rfc822":
                return self.embedded_mail(part, children, depth)
            if content_type == "message/delivery-status":
                status = "\n".join(map(_fields_text, children)).encode("utf-8", "replace")
                self.attach(part, content_type, "", status, inline=False)
                return []
            if content_type == "multipart/alternative":
                return [self.alternative(children, depth)]
            if content_type == "multipart/encrypted":
                self.warn("This mail is encrypted; its text could not be read.")
            return [piece for child in children for piece in self.read(child, depth + 1)]
        if "pkcs7-mime" in content_type:
            self.warn("This mail is encrypted or signed as a whole; its text may be in an attachment.")
        return self.leaf(part, content_type, settings)

    def alternative(self, children: list[Message], depth: int) -> _Piece:
        """One letter in several forms: the first plain text and the last HTML (RFC 2046 5.1.4: best comes last)."""
        merged = _Piece()
        for child in children:
            for piece in self.read(child, depth + 1):
                if piece.html is not None:
                    merged.html = piece.html
                if piece.plain and not merged.plain:
                    merged.plain = piece.plain
        return merged

    def leaf(self, part: Message, content_type: str, settings: dict[str, str]) -> list[_Piece]:
        disposition, disposition_settings = parameters(_raw(part, "content-disposition"))
        filename = disposition_settings.get("filename") or settings.get("name", "")
        content = self.content(part)
        broken_multipart = content_type.startswith("multipart/")
        is_letter = (
            content_type in _LETTER_TYPES or broken_multipart or (not filename and "/" not in content_type)
        )
        if not is_letter or disposition == "attachment" or (filename and self.parts > 1):
            self.attach(part, content_type, filename, content, inline=disposition == "inline")
            return []
        if content_type == "text/html" or (
            content_type in {"", "text"} and content[:200].lstrip().startswith(b"<html")
        ):
            return [_Piece(html=self.markup(content, settings.get("charset", "")))]
        return [_Piece(plain=self.plain(content, content_type, settings))]

    def content(self, part: Message) -> bytes:
        """The part's bytes with the transfer encoding undone as far as that goes."""
        encoding = _raw(part, "content-transfer-encoding").strip().lower()
        del part["content-transfer-encoding"]  # so that the library hands out the bytes as they came
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        if encoding == "base64":
            return decode_base64(data)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(data)
        if encoding in {"x-uuencode", "uuencode", "uue", "x-uue"}:
            return uuencode.decode(data)
        return data

    def plain(self, content: bytes, content_type: str, settings: dict[str, str]) -> str:
        text = self.decoded(content[: self.limits.text_bytes], settings.get("charset", ""))
        if settings.get("format", "").lower() == "flowed":
            text = unflow(text, delete_space=settings.get("delsp", "").lower() == "yes")
        if content_type in {"text/enriched", "text/richtext"}:
            text = re.sub(r"<[^<>]{0,100}>", "", text)
        text, files = uuencode.extract(text)
        for file in files:
            self.keep(file)
        return self.visible(text)

    def markup(self, content: bytes, declared: str) -> HtmlReading:
        if not declared and (match := _META_CHARSET.search(content[:4_096])):
            declared = match[1].decode("ascii")
        reading = read_html(self.decoded(content[: self.limits.text_bytes], declared), self.limits)
        for sentence in reading.warnings:
            self.warn(sentence)
        if reading.hidden:
            self.hide(reading.hidden)
        if reading.described:
            self.hidden.append(without_invisible(charset.clean_text(reading.described))[0])
        return HtmlReading(self.visible(reading.text), reading.safe, reading.hidden)

    def decoded(self, content: bytes, declared: str) -> str:
        text, as_declared = charset.decode(content, declared)
        if not as_declared:
            self.warn("This mail does not say truly how its letters are encoded; some may be wrong.")
        return charset.clean_text(text)

    def visible(self, text: str) -> str:
        text, spelt = without_invisible(text)
        if spelt:
            self.hide(spelt)
        return text

    def hide(self, words: str) -> None:
        self.hidden.append(without_invisible(charset.clean_text(words))[0].strip())
        self.warn("This mail has text that its reader cannot see; it was left out.")

    def attach(
        self, part: Message, content_type: str, filename: str, content: bytes, *, inline: bool
    ) -> None:
        content_id = decode_words(_raw(part, "content-id")).strip("<> ")[:400]
        if content_type == "application/ms-tnef" or filename.lower() == "winmail.dat":
            self.warn("An attachment is Outlook's winmail.dat; files inside it cannot be shown.")
        content_type = content_type if re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,100}", content_type) else ""
        self.keep(
            Attachment(filename, content_type or "application/octet-stream", content, content_id, inline)
        )

    def keep(self, file: Attachment) -> None:
        if len(self.attachments) >= self.limits.attachments:
            self.warn(
                f"This mail has more than {self.limits.attachments} attachments; the others were left out."
            )
            return
        name = _file_name(file.filename, self.limits.filename)
        name = name or _NAMES.get(file.content_type, f"attachment-{len(self.attachments) + 1}")
        self.attachments.append(
            Attachment(name, file.content_type, file.content, file.content_id, file.inline)
        )

    def embedded_mail(self, part: Message, children: Sequence[Message], depth: int) -> list[_Piece]:
        """A mail within the mail: kept as an attachment, its words readable as forwarded text."""
        inner = _unpacked(part, children[0]) if children else Message()
        subject = decode_words(_raw(inner, "subject"))
        try:
            content = inner.as_bytes()
        except (UnicodeError, LookupError, ValueError, TypeError, AttributeError, RecursionError):
            content = b""
            self.warn("A mail attached to this one could not be kept as a file.")
        self.attach(part, "message/rfc822", f"{subject[:80] or 'mail'}.eml", content, inline=False)
        self.embedded += 1
        if self.embedded > self.limits.embedded_mails:
            return []
        nested = Walk(self.limits, parts=self.parts, embedded=self.embedded)
        text = "\n\n".join(filter(None, (chosen(piece) for piece in nested.read(inner, depth + 1))))
        self.parts, self.embedded = nested.parts, nested.embedded
        for words in nested.hidden:
            self.hide(words)
        head = [f"{name}: {value}" for name in ("From", "Date", "Subject", "To")
                if (value := decode_words(_raw(inner, name.lower())[:2_000]))]  # fmt: skip
        forwarded = "\n".join(["---------- Forwarded message ----------", *head, "", text]).rstrip()
        return [_Piece(plain=forwarded)] if head or text else []


def read_body(part: Message, limits: Limits) -> Body:
    """Read all parts of a mail. Raises `Unreadable` when they are nested without end."""
    walk = Walk(limits)
    pieces = walk.read(part)
    for piece in pieces:
        if _says_something_else(piece):
            walk.hide(piece.plain)
            walk.warn("The plain text of this mail says something else than what is shown; it was left out.")
            piece.plain = ""
    text = "\n\n".join(filter(None, (chosen(piece) for piece in pieces)))
    if not text.strip():
        text = next(
            (_invitation(file) for file in walk.attachments if file.content_type == "text/calendar"), ""
        )
    if len(text) > limits.text:
        text = text[: limits.text]
        walk.warn("The text of this mail is very long; only its beginning was read.")
    safe = "\n<hr>\n".join(filter(None, (_shown(piece) for piece in pieces))) if _has_html(pieces) else ""
    both = [piece.html.text for piece in pieces if piece.html is not None and piece.plain.strip()]
    return Body(
        text=text.strip("\n"),
        safe_html=safe,
        hidden="\n".join(walk.hidden)[: limits.text],
        attachments=tuple(walk.attachments),
        warnings=tuple(walk.warnings),
        html_text="\n".join(both)[: limits.text],
    )


def chosen(piece: _Piece) -> str:
    """The plain form where it can stand for the letter, else the text of the HTML."""
    if piece.html is None or not piece.html.text.strip():
        return piece.plain
    if not piece.plain.strip():
        return piece.html.text
    shown, plain = _WORDS.findall(piece.html.text), _WORDS.findall(piece.plain)
    is_stub = len(shown) >= 30 and len(plain) < 0.35 * len(shown)
    holds_hidden = bool(piece.html.hidden) and _holds(piece.plain, piece.html.hidden)
    return piece.html.text if is_stub or holds_hidden else piece.plain


def _holds(plain: str, hidden: str) -> bool:
    """Whether the plain form repeats words that the HTML keeps from view."""
    squeezed = " ".join(plain.split())
    lines = (" ".join(line.split()) for line in hidden.split("\n"))
    return any(len(line) >= 15 and line in squeezed for line in lines)


def _says_something_else(piece: _Piece) -> bool:
    """Whether a reader of the HTML would not see most of the plain form: two letters in one mail."""
    if piece.html is None or not piece.plain:
        return False
    plain = _WORDS.findall(piece.plain.lower())
    shown = set(_WORDS.findall(piece.html.text.lower()))
    if len(plain) < 10 or len(shown) < 10:
        return False
    return sum(word in shown for word in plain) < 0.4 * len(plain)


def _has_html(pieces: list[_Piece]) -> bool:
    return any(piece.html is not None and piece.html.safe for piece in pieces)


def _shown(piece: _Piece) -> str:
    """A piece as safe HTML; each piece is closed in itself, so that none can swallow the next (EFAIL)."""
    if piece.html is not None and piece.html.safe:
        return f"<div>{piece.html.safe}</div>"
    text = chosen(piece).strip("\n")
    return f"<div>{html_escapes.escape(text)}</div>".replace("\n", "<br>\n") if text else ""


def _invitation(file: Attachment) -> str:
    """The readable lines of a calendar part (RFC 5545), for a mail that is nothing but an invitation."""
    text = charset.clean_text(charset.decode(file.content)[0]).replace("\n ", "")
    found = re.findall(
        r"^(SUMMARY|DTSTART|DTEND|LOCATION|DESCRIPTION)[^:\n]{0,100}:(.{1,500})", text, re.MULTILINE
    )
    return "\n".join(value.replace("\\n", "\n").replace("\\,", ",") for _, value in found[:20])


def _unpacked(part: Message, inner: Message) -> Message:
    """The mail within a part whose transfer encoding, forbidden here by RFC 2046 5.2.1, the parser left undone."""
    encoding = _raw(part, "content-transfer-encoding").strip().lower()
    payload = inner.get_payload()
    if encoding not in {"base64", "quoted-printable"} or inner.keys() or not isinstance(payload, str):
        return inner
    data = payload.encode("ascii", "surrogateescape")
    content = decode_base64(data) if encoding == "base64" else binascii.a2b_qp(data)
    return BytesParser(policy=compat32).parsebytes(content)


def _file_name(name: str, limit: int) -> str:
    """What the sender called a file, on one line, without folders, its ending kept when it is cut."""
    name, _ = without_invisible(charset.clean_line(name))
    name = re.split(r"[/\\]", name)[-1].strip(". ") if name.strip("./\\ ") else ""
    if len(name) > limit:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: limit - 12]}{dot}{ending[:10]}" if dot else name[:limit]
    return name


def _fields_text(part: Message) -> str:
    return "".join(f"{name}: {value}\n" for name, value in part.raw_items())


def _raw(part: Message, name: str) -> str:
    """A header of a part as it was sent; `Message.get` would turn 8-bit values into another type."""
    return next((str(value) for key, value in part.raw_items() if key.lower() == name), "")
