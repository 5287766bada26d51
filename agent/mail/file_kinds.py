"""What a file is, by its bytes and not by what its sender calls it; and whether it may be shown or sent.

The signatures are data (`file_kinds.toml`). Nothing is unpacked or decoded: only the first bytes are looked at,
and of pictures the size that their header claims.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any, Final

from agent.mail.image_size import image_size

HEAD: Final = 40_000
"""How many of the first bytes are looked at."""

_WORDS: Final = 1_024
MAX_PIXELS: Final = 40_000_000
"""A picture that claims more is not shown: unpacked it would fill the reader's memory."""


class Danger(StrEnum):
    """Why a file deserves a warning. The first that holds."""

    NONE = ""
    PROGRAM = "program"  # runs when opened
    MACROS = "macros"  # an Office file with programs of its own
    DISGUISED = "disguised"  # its name says another kind than its bytes
    UNPACKED = "archive"  # what is inside was not looked at


@dataclass(frozen=True, slots=True)
class FileKind:
    """`content_type` and `group` are by content. `shown`: a picture or text that may be looked at on the desk."""

    content_type: str
    group: str  # image | document | text | archive | program | other
    shown: bool
    danger: Danger

    @property
    def may_be_sent(self) -> bool:
        """Whether customers may get it from us: nothing that runs, and nothing under a false name."""
        return self.danger not in {Danger.PROGRAM, Danger.MACROS, Danger.DISGUISED}


def kind_of(content: bytes, filename: str) -> FileKind:
    """What `content` is, with `filename` only to see whether the two fit together."""
    table, ending = _table(), _ending(filename)
    found = next((kind for kind in table["kind"] if _fits(content, kind)), None)
    if found is None:
        found = _text_or_other(content)
    group: str = found["group"]
    shown = bool(found.get("shown")) and not _is_huge(content, found["type"])
    return FileKind(found["type"], group, shown, _danger(group, ending, found, table["names"]))


def _danger(group: str, ending: str, found: dict[str, Any], names: dict[str, list[str]]) -> Danger:
    if group == "program" or ending in names["programs"]:
        return Danger.PROGRAM
    if ending in names["macros"]:
        return Danger.MACROS
    known = {one for kind in _table()["kind"] for one in kind["endings"]}
    if ending in known and ending not in found["endings"]:
        return Danger.DISGUISED
    return Danger.UNPACKED if group == "archive" else Danger.NONE


def _fits(content: bytes, kind: dict[str, Any]) -> bool:
    if not _at(content, kind.get("at", 0), kind["hex"]):
        return False
    if "and_hex" in kind and not _at(content, kind["and_at"], kind["and_hex"]):
        return False
    return "zip_holds" not in kind or kind["zip_holds"].encode() in content[:HEAD]


def _at(content: bytes, offset: int, signature: str) -> bool:
    pairs = [signature[i : i + 2] for i in range(0, len(signature), 2)]
    part = content[offset : offset + len(pairs)]
    return len(part) == len(pairs) and all(
        pair == "??" or byte == int(pair, 16) for byte, pair in zip(part, pairs, strict=True)
    )


def _text_or_other(content: bytes) -> dict[str, Any]:
    head = content[:HEAD]
    if b"\0" in head or sum(byte < 32 and byte not in b"\t\n\r\f" for byte in head) > len(head) // 100:
        return {"type": "application/octet-stream", "group": "other", "endings": []}
    words = head[:_WORDS].removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip().lower()
    for content_type, signs in _table()["markup"].items():
        if words.startswith("<") and any(sign in words for sign in signs):
            return {"type": content_type, "group": "program", "endings": []}
    return {"type": "text/plain", "group": "text", "shown": True, "endings": _table()["names"]["text"]}


def _is_huge(content: bytes, content_type: str) -> bool:
    if not content_type.startswith("image/"):
        return False
    size = image_size(content, content_type)
    return size is None or size[0] * size[1] > MAX_PIXELS


def _ending(filename: str) -> str:
    clean = filename.replace("\\", "/").rpartition("/")[2].strip().rstrip(". ")
    return PurePosixPath(clean).suffix.lower().lstrip(".")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "file_kinds.toml").read_text("utf-8"))
