"""Links to surveys, for people without a sign-in: signed, for one purpose each, with an end.

A token is `id · minute of its end · HMAC-SHA256 cut to 128 bits`, 32 characters in base64url: short enough for an
SMS and a small QR code. It names a row and nothing about the customer. Each purpose has a key of its own, derived from
the house's secret key, so that a link to answer is worth nothing for opting somebody out, and the other way round.
"""

import base64
import binascii
import hmac
import ipaddress
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from agent.company import Company
from agent.desk.house import House
from agent.errors import NotFound
from agent.feedback.surveys.link_rules import LinkRules, load_link_rules
from agent.store.tables import SurveyLinkRow

_FORM = struct.Struct(">II")
_MAC_BYTES = 16
_NEVER = 0


class Purpose(StrEnum):
    """What a token is good for."""

    SURVEY = "survey"  # a request's own survey; the id is the request's
    OPT_OUT = "opt-out"  # not to be asked again; the id is the request's
    OPEN = "open"  # a survey for anybody who has the link or its QR code; the id is the open link's
    WIDGET = "widget"  # the same within somebody's website
    ANSWER = "answer"  # an answer that was begun over an open link; the id is the answer's


class UnknownLink(NotFound):
    """This is no link of ours, it was changed, or what it led to is gone."""

    def __init__(self) -> None:
        super().__init__(
            "This link leads nowhere.",
            code="link.unknown",
            remedy="Open it again from the message that it came with, and make sure that it is complete.",
        )


class LinkOver(NotFound):
    """The link was ours and has run out, or was closed; HTTP 410."""

    def __init__(self) -> None:
        super().__init__(
            "This link has run out.",
            code="link.over",
            remedy="Nothing is left to do; what you have answered before has arrived.",
        )


@dataclass(frozen=True, slots=True)
class Pass:
    """What a token allows. `ends_at` is None for one without an end of its own."""

    purpose: Purpose
    id: int
    ends_at: datetime | None


def survey_url(house: House, request_id: int, *, score: int | None = None) -> str:
    """Where a customer answers a request; `score` is one that they choose by opening it, and still have to confirm."""
    chosen = "" if score is None else f"?score={score}"
    token = make_token(
        house, Purpose.SURVEY, request_id, ends_at=house.clock() + rules_of_links(house.company).survey
    )
    return f"{base_url(house)}/s/{token}{chosen}"


def opt_out_url(house: House, request_id: int) -> str:
    """Where a customer says not to be asked again; also takes the one-click POST of mail programs (RFC 8058)."""
    ends_at = house.clock() + rules_of_links(house.company).opt_out
    return f"{base_url(house)}/o/{make_token(house, Purpose.OPT_OUT, request_id, ends_at=ends_at)}"


def open_link_url(house: House, link: SurveyLinkRow) -> str:
    """The address of an open link: a page, or for a widget what is shown within the website."""
    folder, purpose = ("w", Purpose.WIDGET) if link.kind == "widget" else ("s", Purpose.OPEN)
    return f"{base_url(house)}/{folder}/{make_token(house, purpose, link.id)}"


def open_link_path(house: House, link: SurveyLinkRow) -> str:
    """An open link's page within our own address."""
    return open_link_url(house, link).removeprefix(base_url(house))


def answer_token(house: House, answer_id: int) -> str:
    """For going on with, and changing, an answer that was begun over an open link."""
    ends_at = house.clock() + rules_of_links(house.company).answer
    return make_token(house, Purpose.ANSWER, answer_id, ends_at=ends_at)


def base_url(house: House) -> str:
    """Where customers reach us."""
    return house.surveys_url or house.desk_url


def reach(url: str) -> str:
    """Who can open links that begin with this address, as far as it tells.

    `all`, `machine` for those at this one machine, `network` for those within our own network, `nobody` where there
    is no address.
    """
    host = urlsplit(url).hostname or ""
    if not host:
        return "nobody"
    if host == "localhost" or host.endswith(".localhost"):
        return "machine"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "network" if "." not in host else "all"
    return "machine" if address.is_loopback else "network" if address.is_private else "all"


def make_token(house: House, purpose: Purpose, row_id: int, *, ends_at: datetime | None = None) -> str:
    """A token for one row and purpose; without `ends_at` the row alone says how long it holds."""
    end = _NEVER if ends_at is None else int(ends_at.timestamp()) // 60
    body = _FORM.pack(row_id, end)
    return base64.urlsafe_b64encode(body + _mac(house.secret_key, purpose, body)).decode("ascii")


def read_token(house: House, token: str, *purposes: Purpose) -> Pass:
    """What `token` allows, for one of these purposes. Raises `UnknownLink`, and `LinkOver` for one that has ended."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise UnknownLink from None
    body, mac = raw[: _FORM.size], raw[_FORM.size :]
    for purpose in purposes if len(mac) == _MAC_BYTES else ():
        if hmac.compare_digest(mac, _mac(house.secret_key, purpose, body)):
            row_id, end = _FORM.unpack(body)
            ends_at = None if end == _NEVER else datetime.fromtimestamp(end * 60, UTC)
            if ends_at is not None and house.clock() >= ends_at:
                raise LinkOver
            return Pass(purpose, row_id, ends_at)
    raise UnknownLink


@lru_cache(maxsize=8)
def rules_of_links(company: Company) -> LinkRules:
    """The company's own. Raises `SettingError` for what cannot be meant."""
    return load_link_rules((company.overrides.get("feedback") or {}).get("links"))


def _mac(secret_key: bytes, purpose: Purpose, body: bytes) -> bytes:
    return hmac.digest(_key(secret_key, purpose), body, "sha256")[:_MAC_BYTES]


@lru_cache(maxsize=16)
def _key(secret_key: bytes, purpose: Purpose) -> bytes:
    info = f"genklang/feedback-links/v1/{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret_key)
