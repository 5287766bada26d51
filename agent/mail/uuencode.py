"""Files written into the text of a mail the old way: `begin 644 name`, lines of uuencode, `end`."""

import binascii
import re
from typing import Final

from agent.mail.message import Attachment

_BEGIN: Final = re.compile(r"begin(?:-base64)? [0-7]{3,4} (\S.{0,200})")
_MOST_FILES: Final = 50


def extract(text: str) -> tuple[str, tuple[Attachment, ...]]:
    """The text without uuencoded blocks, and the files that were in them. A block without `end` stays text."""
    if "\nend" not in text or "begin" not in text:
        return text, ()
    lines = text.split("\n")
    kept: list[str] = []
    files: list[Attachment] = []
    position, begin = 0, -1
    for number, line in enumerate(lines):
        if line.startswith("begin"):
            begin = number
        elif line.strip() == "end" and begin >= 0 and len(files) < _MOST_FILES:
            match = _BEGIN.fullmatch(lines[begin].rstrip())
            body = lines[begin + 1 : number]
            begin = -1
            if match and (content := _decoded(body, base64=match[0].startswith("begin-"))):
                files.append(Attachment(match[1], "application/octet-stream", content))
                kept += lines[position : number - len(body) - 1]
                position = number + 1
    return "\n".join(kept + lines[position:]), tuple(files)


def decode(data: bytes) -> bytes:
    """The content of a part whose transfer encoding is uuencode, as far as it can be read."""
    lines = data.decode("ascii", "replace").split("\n")
    start = next((number + 1 for number, line in enumerate(lines) if line.startswith("begin ")), 0)
    return _decoded(lines[start:], base64=False)


def _decoded(lines: list[str], *, base64: bool) -> bytes:
    if base64:
        try:
            return binascii.a2b_base64("".join(lines).encode("ascii", "replace"))
        except binascii.Error:
            return b""
    found = []
    for line in lines:
        data = line.rstrip("\r").encode("ascii", "replace")
        if not data or data in {b"end", b"`"}:
            continue
        try:
            found.append(binascii.a2b_uu(data))
        except binascii.Error:
            # Some encoders pad lines: take what the length byte announces (RFC-less lore, as in CPython's uu.py).
            length = (((data[0] - 32) & 63) * 4 + 5) // 3
            try:
                found.append(binascii.a2b_uu(data[:length]))
            except binascii.Error:
                return b""
    return b"".join(found)
