"""The header block of a mail, and the words in it.

The standard library's `email.header.decode_header` and `email.utils.getaddresses` take quadratic time or
recurse on hostile input, so the few rules we need (RFC 2047, RFC 5322) are written here, in linear time.
"""

import binascii
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import unquote_to_bytes

from agent.mail import charset
from agent.mail.limits import Limits

# RFC 2047 allows 75 characters without blanks and question marks; what is sent is longer and has both.
ENCODED_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,2000})\?=")
_PARAMETER: Final = re.compile(r";\s*([^\s;=\"]{1,100})\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"?|([^;]*))")
_BETWEEN_WORDS: Final = re.compile(r"(\?=)[ \t\r\n]+(?==\?)")
_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{1,400})>")
_BARE_ID: Final = re.compile(r"[^<>\s@,;]{1,300}@[^<>\s@,;]{1,200}")


_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_COMMON: Final = frozenset(
    b"from to cc subject date received content-type mime-version message-id content-transfer-encoding".split()
)


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The fields of a header block (bytes above ASCII as surrogates), and where the body begins."""

    fields: tuple[tuple[str, str], ...]
    body_at: int
    cut: bool

    def all(self, name: str) -> list[str]:
        return [value for field, value in self.fields if field.lower() == name]

    def first(self, name: str) -> str:
        return next((value for field, value in self.fields if field.lower() == name), "")


def read_block(raw: bytes, limits: Limits, start: int = 0) -> HeaderBlock:
    """Split off the header block at `start`; every field and the whole are cut to the limits.

    A stray line (a field that some program broke) is passed over where From or another well-known field follows;
    any other line that is no field starts the body.
    """
    block_end = min(
        (at for at in (raw.find(b"\n\n", start), raw.find(b"\n\r\n", start)) if at >= 0), default=len(raw)
    )
    from_at = raw.find(b"\nFrom:", start, block_end)
    fields: list[tuple[str, list[bytes]]] = []
    counts: dict[str, int] = {}
    cut, position, kept_bytes, field_bytes = False, start, 0, 0
    wanted = False
    while position < len(raw):
        end = raw.find(b"\n", position)
        end = len(raw) if end < 0 else end
        line = raw[position:end].rstrip(b"\r")
        if not line.strip(b"\0"):
            return HeaderBlock(_joined(fields), min(end + 1, len(raw)), cut)
        if line[:1] in b" \t":
            room = limits.header_value - field_bytes
            if wanted and room > 0:
                fields[-1][1].append(line[:room])
            cut = cut or (wanted and len(line) > room)
            field_bytes += len(line)
        elif match := _FIELD.match(line):
            name = match[1].decode("ascii")
            counts[name.lower()] = counts.get(name.lower(), 0) + 1
            wanted = counts[name.lower()] <= limits.values_per_header and kept_bytes < limits.header_bytes
            value = line[match.end() : match.end() + limits.header_value]
            cut = cut or not wanted or len(line) - match.end() > limits.header_value
            if wanted:
                fields.append((name, [value]))
                kept_bytes += len(value)
            field_bytes = len(value)
        elif not (
            _is_mbox_mark(line, position - start) or position < from_at or _field_follows(raw, end + 1)
        ):
            return HeaderBlock(_joined(fields), position, cut)
        position = end + 1
    return HeaderBlock(_joined(fields), len(raw), cut)


def _is_mbox_mark(line: bytes, offset: int) -> bool:
    return offset == 0 and line.startswith(b"From ")


def _field_follows(raw: bytes, position: int) -> bool:
    match = _FIELD.match(raw, position)
    return match is not None and match[1].lower() in _COMMON


def _joined(fields: list[tuple[str, list[bytes]]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, b"".join(lines).replace(b"\0", b"").decode("ascii", "surrogateescape").strip())
        for name, lines in fields
    )


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """The lower-cased main value of a Content-Type or Content-Disposition, and its parameters.

    RFC 2231 continuations (`name*0=`, `name*1*=`) are joined, encoded words in values decoded as all senders
    expect although RFC 2047 forbids them.
    """
    value = unfold(value)
    main = value.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in _PARAMETER.finditer(value, len(value.partition(";")[0])):
        name = match[1].lower()
        text = re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3].strip()
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(name, text)
            continue
        number = rest.rstrip("*")
        if number == "" or (number.isdecimal() and len(number) < 4):
            pieces.setdefault(base, {})[int(number or 0)] = (name.endswith("*"), text)
    for base, numbered in pieces.items():
        plain[base] = _continued(numbered)
    return main, {name: decode_words(text) for name, text in plain.items()}


def _continued(numbered: dict[int, tuple[bool, str]]) -> str:
    declared, data = "", b""
    for position, (encoded, text) in sorted(numbered.items()):
        value = text
        if encoded and position == 0 and text.count("'") >= 2:
            declared, _, value = text.split("'", 2)
        data += unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace")
    return charset.decode(data, declared)[0]


def unfold(value: str) -> str:
    """A header value as one line; bytes above ASCII (kept by the parser as surrogates) are decoded."""
    if not value.isascii():
        data = value.encode("utf-8", "surrogateescape")
        value, _ = charset.decode(data)
    return value.replace("\r", "").replace("\n", "")


def decode_words(value: str) -> str:
    """The text of an unstructured header: encoded words decoded, everything else as it stands, on one line."""
    value = unfold(value)
    if "=?" not in value:
        return charset.clean_line(value)
    value = _BETWEEN_WORDS.sub(r"\1", value)
    return charset.clean_line("".join(_decoded_pieces(value)))


def _decoded_pieces(value: str) -> Iterator[str]:
    """Plain stretches and decoded words. Neighbours of one charset are joined first: some cut a letter in two."""
    position = 0
    pending, pending_charset = b"", ""
    for match in ENCODED_WORD.finditer(value):
        declared, encoding, payload = match.groups()
        declared = declared.split("*", 1)[0]  # RFC 2231 5: a language may follow the charset
        data = _word_bytes(encoding, payload)
        if pending and (match.start() > position or declared != pending_charset):
            yield charset.decode(pending, pending_charset)[0]
            pending = b""
        if match.start() > position:
            yield value[position : match.start()]
        pending, pending_charset = pending + data, declared
        position = match.end()
    if pending:
        yield charset.decode(pending, pending_charset)[0]
    yield value[position:]


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    return decode_base64(data)


_NOT_BASE64: Final = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)


def decode_base64(data: bytes) -> bytes:
    """Base64 as far as it can be read: foreign characters skipped, padding mended, a broken end dropped."""
    kept = data.translate(None, _NOT_BASE64)
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def message_ids(value: str, limit: int = 100) -> tuple[str, ...]:
    """Message-IDs with their angle brackets, in order, without repetition; what cannot be one is left out.

    A long chain keeps its first id and the newest ones, as RFC 5322 3.6.4 advises.
    """
    found = [f"<{inner}>" for inner in _MESSAGE_ID.findall(unfold(value)) if _is_id(inner)]
    if not found and "<" not in value:
        found = [f"<{bare}>" for bare in _BARE_ID.findall(unfold(value)) if _is_id(bare)]
    unique = tuple(dict.fromkeys(found))
    return unique if len(unique) <= limit else (unique[0], *unique[-(limit - 1) :])


def _is_id(inner: str) -> bool:
    left, _, right = inner.rpartition("@")
    return bool(left or "@" not in inner) and inner.isprintable() and right.count("[") == right.count("]")


@cache
def _kept() -> frozenset[str]:
    return frozenset(tomllib.loads((files(__package__) / "headers.toml").read_text("utf-8"))["kept"])


def kept_headers(pairs: Iterable[tuple[str, str]], limits: Limits) -> dict[str, tuple[str, ...]]:
    """Decoded values of the headers worth keeping, by lower-cased name, cut to the limits."""
    kept: dict[str, list[str]] = {}
    for name, value in pairs:
        lowered = name.lower()
        if lowered not in _kept():
            continue
        values = kept.setdefault(lowered, [])
        if len(values) < limits.values_per_header:
            values.append(decode_words(value[: limits.header_value]))
    return {name: tuple(values) for name, values in kept.items()}
