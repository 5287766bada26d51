"""What a delivery report says of a letter of ours: for whom it failed, and why (RFC 3464, RFC 3463). Pure functions.

Reports are mails like any other and prove nothing; whether one is about our letter is decided by its Message-ID.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from enum import StrEnum
from typing import Final

from agent.mail.charset import clean_line

PARTS: Final = ("message/delivery-status", "message/global-delivery-status")
_BLOCKS: Final = re.compile(rb"(?:\r?\n){2,}")
_STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_WORDS: Final = re.compile(r"(?<!\d)[45]\d\d[ -](?:#?[45]\.\d{1,3}\.\d{1,3})?[^\n]{0,300}")
_MOST_BYTES: Final = 65_536
_MOST_BLOCKS: Final = 50
_MOST_WORDS: Final = 300


class Reason(StrEnum):
    """Why a letter came back, as far as its status tells."""

    NO_SUCH_ADDRESS = "no_such_address"
    MAILBOX_FULL = "mailbox_full"
    TOO_LARGE = "too_large"
    UNWANTED = "unwanted"  # refused by a rule of the other side
    UNREACHABLE = "unreachable"  # given up after days of trying
    UNKNOWN = "unknown"


_DETAILS: Final = {
    "1.7": Reason.UNWANTED,  # our own address is refused
    "1.8": Reason.UNWANTED,
    "2.1": Reason.NO_SUCH_ADDRESS,
    "2.2": Reason.MAILBOX_FULL,
    "2.3": Reason.TOO_LARGE,
    "3.4": Reason.TOO_LARGE,
}
_SUBJECTS: Final = {"1": Reason.NO_SUCH_ADDRESS, "4": Reason.UNREACHABLE, "7": Reason.UNWANTED}


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """`failed` says that the letter came back; otherwise it is late or has arrived. `words` are the other server's."""

    failed: bool
    recipients: tuple[str, ...] = ()
    status: str = ""
    words: str = ""


def reason_of(status: str) -> Reason:
    """The reason behind an enhanced status code such as 5.1.1."""
    found = _STATUS.fullmatch(status)
    if found is None:
        return Reason.UNKNOWN
    kind, subject, detail = found.groups()
    named = _DETAILS.get(f"{subject}.{detail}") or _SUBJECTS.get(subject)
    return named or (Reason.UNREACHABLE if kind == "4" else Reason.UNKNOWN)


def read_report(parts: Iterable[bytes], text: str, *, failed_recipients: str = "") -> DeliveryReport:
    """From the delivery-status parts of a report, else from its words and the header X-Failed-Recipients."""
    for part in parts:
        blocks = _BLOCKS.split(part[:_MOST_BYTES].strip())[:_MOST_BLOCKS]
        fields = [BytesHeaderParser().parsebytes(block + b"\r\n\r\n") for block in blocks]
        told = [one for one in fields if one.get("action")]
        if not told:
            continue
        failed = [one for one in told if str(one["action"]).strip().lower() == "failed"]
        shown = (failed or told)[0]
        return DeliveryReport(
            bool(failed),
            tuple(filter(None, (_address(str(one.get("final-recipient", ""))) for one in failed or told))),
            _status(str(shown.get("status", ""))),
            _short(str(shown.get("diagnostic-code", "")).partition(";")[2]),
        )
    words = _WORDS.search(text[:_MOST_BYTES])
    named = tuple(filter(None, (_address(one) for one in failed_recipients.split(","))))
    said = words.group() if words else ""
    return DeliveryReport(not said.startswith("4"), named, _status(said), _short(said))


def _address(value: str) -> str:
    return value.rpartition(";")[2].strip().strip("<>").lower()[:254]


def _status(value: str) -> str:
    found = _STATUS.search(value)
    return found.group() if found else ""


def _short(value: str) -> str:
    return clean_line(" ".join(value.split()))[:_MOST_WORDS]
