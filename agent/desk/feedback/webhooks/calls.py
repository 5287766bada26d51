"""One signed call to another program, and to nothing within our own network.

The name is looked up once, every address that it has must be public, and the call goes to the very address that was
looked at: a name that points elsewhere a moment later gains nothing. Redirects are not followed, proxies not used.
"""

import hashlib
import hmac
import ipaddress
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from agent.errors import WrongUse

SIGNATURE, EVENT, DELIVERY = "Genklang-Signature", "Genklang-Event", "Genklang-Delivery"
PATIENCE_S = 10.0
GONE = 410


@dataclass(frozen=True, slots=True)
class Called:
    """What became of a call: the status of the answer (0 without one) and a sentence without any address."""

    status: int
    outcome: str

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes: the address as it was written, and the one number that it was looked up to."""

    url: str
    host: str
    port: int
    address: str


def signature(secret: str, body: bytes, now: datetime) -> str:
    """`t=<seconds>,v1=<hex>`: HMAC-SHA256 over the seconds since 1970, a full stop and the body, with the secret.

    Receivers compare in constant time, and refuse a `t` that is older than five minutes.
    """
    seconds = str(int(now.timestamp()))
    told = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={told.hexdigest()}"


def check_url(url: str, *, private: bool) -> str:
    """The address, tidied. Raises `WrongUse` for one that could never be called."""
    parts = urlsplit(url.strip())
    allowed = {"https", "http"} if private else {"https"}
    try:
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        port_is_fine = False
    if parts.scheme not in allowed or not parts.hostname or parts.username or not port_is_fine:
        raise WrongUse(
            "This is no address that can be called.",
            code="webhook.url",
            remedy="Write an address that begins with https:// and holds no name or password.",
        )
    return parts.geturl()


def look_up(url: str, *, private: bool) -> Target:
    """Where the call goes. Raises `WrongUse` where any address of the name lies within a private network."""
    parts = urlsplit(check_url(url, private=private))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise WrongUse(
            "The name of this address is not known.", code="webhook.unknown", remedy="Check the address."
        ) from error
    addresses = [str(each[4][0]) for each in found]
    if not private and not all(is_public(address) for address in addresses):
        raise WrongUse(
            "This address lies within a private network.",
            code="webhook.private",
            remedy="Use a public one, or allow it with allow_private = true in the table [webhooks] of company.toml.",
        )
    return Target(url, host, port, addresses[0])


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet; those that wrap another are judged by what they wrap."""
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        wrapped = number.ipv4_mapped or number.sixtofour or (number.teredo or (None, None))[1]
        if wrapped is not None:
            return is_public(str(wrapped))
        if number in ipaddress.ip_network("64:ff9b::/96"):  # NAT64
            return is_public(str(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)))
    return number.is_global and not number.is_multicast


def call(
    url: str,
    secret: str,
    event: str,
    key: str,
    payload: Mapping[str, Any],
    now: datetime,
    *,
    private: bool = False,
) -> Called:
    """Send one event. Never raises: what went wrong is in the outcome."""
    import httpx

    body = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    try:
        target = look_up(url, private=private)
    except WrongUse as refused:
        return Called(0, str(refused))
    parts = urlsplit(url)
    at = f"[{target.address}]" if ":" in target.address else target.address
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "User-Agent": "Genklang",
        SIGNATURE: signature(secret, body, now),
        EVENT: event,
        DELIVERY: key,
    }
    try:
        with (
            httpx.Client(timeout=PATIENCE_S, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST",
                parts._replace(netloc=f"{at}:{target.port}").geturl(),
                content=body,
                headers=headers,
                extensions={"sni_hostname": target.host},
            ) as answer,
        ):  # what is answered is not read: only its status counts
            return Called(answer.status_code, f"It was answered with {answer.status_code}.")
    except httpx.TimeoutException:
        return Called(0, "It was not answered in time.")
    except (httpx.HTTPError, httpx.InvalidURL):
        return Called(0, "It could not be reached.")
