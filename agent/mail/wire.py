"""How the reading child and its parent talk: frames of a length and bytes, messages as JSON and attachments.

No pickle: the child has just read hostile bytes, and unpickling what it sends would run whatever it says.
"""

import json
import struct
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from agent.mail.message import Address, Attachment, ParsedMessage

LENGTH: Final = struct.Struct(">I")
_ADDRESS_LISTS: Final = ("reply_to", "to", "cc")
_TUPLES: Final = ("in_reply_to", "references", "warnings")
_TEXTS: Final = (
    "message_id",
    "subject",
    "text",
    "safe_html",
    "new_text",
    "signature",
    "quoted",
    "hidden_text",
)


def frame(payload: bytes) -> bytes:
    return LENGTH.pack(len(payload)) + payload


def encode(message: ParsedMessage) -> bytes:
    """A message as bytes: the length of the JSON, the JSON, then the contents of the attachments."""
    facts: dict[str, Any] = {name: getattr(message, name) for name in (*_TEXTS, *_TUPLES)}
    facts["sender"] = _pair(message.sender)
    for name in _ADDRESS_LISTS:
        facts[name] = [_pair(address) for address in getattr(message, name)]
    facts["date"] = message.date.isoformat() if message.date else None
    facts["headers"] = message.headers
    facts["attachments"] = [
        [file.filename, file.content_type, len(file.content), file.content_id, file.inline]
        for file in message.attachments
    ]
    head = json.dumps(facts, ensure_ascii=True).encode("ascii")
    return b"".join((LENGTH.pack(len(head)), head, *(file.content for file in message.attachments)))


def decode(payload: bytes) -> ParsedMessage:
    """The message that `encode` made bytes of. Raises `ValueError` for anything else."""
    try:
        (length,) = LENGTH.unpack_from(payload)
        facts = json.loads(payload[LENGTH.size : LENGTH.size + length])
        plain: dict[str, Any] = {name: str(facts[name]) for name in _TEXTS}
        plain |= {name: tuple(facts[name]) for name in _TUPLES}
        plain |= {name: tuple(Address(*pair) for pair in facts[name]) for name in _ADDRESS_LISTS}
        return ParsedMessage(
            sender=Address(*facts["sender"]),
            date=datetime.fromisoformat(facts["date"]) if facts["date"] else None,
            headers={name: tuple(values) for name, values in facts["headers"].items()},
            attachments=tuple(_attachments(facts["attachments"], payload, LENGTH.size + length)),
            **plain,
        )
    except (struct.error, KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a message") from error


def _pair(address: Address) -> list[str]:
    return [address.name, address.email]


def _attachments(facts: list[list[Any]], payload: bytes, start: int) -> Iterator[Attachment]:
    for filename, content_type, size, content_id, inline in facts:
        yield Attachment(filename, content_type, payload[start : start + size], content_id, inline)
        start += size
