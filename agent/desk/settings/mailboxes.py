"""Mailboxes from a form: servers read and looked at, both sign-ins tried within a time limit, then stored."""

import ipaddress
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from urllib.parse import quote

from agent.desk.house import House
from agent.desk.settings.form import Number, Problems, whole_number
from agent.errors import GenklangError, OutsideUnavailable, SettingError, WrongUse
from agent.mail.server_url import MailServer, Security, parse_server_url
from agent.mail.typed_address import typed_address
from agent.store.tables import MailboxRow
from agent.triage.reading import LANGUAGES

TRY_FOR_S = 20.0
"""How long a person waits for the outcome of both sign-ins."""

PROTOCOLS = ("imap", "smtp")
PORTS = {("imap", "tls"): 993, ("imap", "starttls"): 143, ("smtp", "tls"): 465, ("smtp", "starttls"): 587}
MAX_BRAND = 80


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one sign-in went: `error` is None where it worked. `took_s` counts from the click."""

    protocol: str
    took_s: float
    error: GenklangError | None = None


def as_typed(row: MailboxRow) -> dict[str, str]:
    """The fields of the form as a stored mailbox has them. There is no password among them."""
    typed = {
        "address": row.address,
        "folder": row.folder,
        "language": row.language,
        "brand": row.brand,
        **({"insecure": "yes"} if row.insecure else {}),
    }
    for protocol, url in zip(PROTOCOLS, (row.imap_url, row.smtp_url), strict=True):
        try:
            server = parse_server_url(url, protocol=protocol, insecure=row.insecure)
        except SettingError:
            continue
        typed |= {
            f"{protocol}.host": server.host,
            f"{protocol}.port": str(server.port),
            f"{protocol}.user": server.user,
            f"{protocol}.security": "tls" if server.security is Security.TLS else "starttls",
        }
    return typed


def read(typed: Mapping[str, str], *, local_allowed: bool) -> tuple[Mapping[str, str], Problems]:
    """`address`, `imap_url`, `smtp_url`, `folder`, `language`, `brand` as stored, and what is wrong by field."""
    problems: Problems = {}
    values = {
        "address": _checked(problems, "address", lambda: typed_address(typed.get("address", ""))),
        "folder": typed.get("folder", "").strip() or "INBOX",
        "language": typed.get("language", ""),
        "brand": " ".join(typed.get("brand", "").split())[:MAX_BRAND],
    }
    if values["language"] and values["language"] not in LANGUAGES:
        problems["language"] = "Choose one of the languages in the list."
    for protocol in PROTOCOLS:
        values[f"{protocol}_url"] = _url(typed, protocol, values["address"], problems, local_allowed)
    return values, problems


def _url(
    typed: Mapping[str, str], protocol: str, address: str, problems: Problems, local_allowed: bool
) -> str:
    host = typed.get(f"{protocol}.host", "").strip()
    security = typed.get(f"{protocol}.security", "tls")
    usual = PORTS.get((protocol, security))
    if usual is None:
        problems[f"{protocol}.security"] = "Choose one of the two."
        return ""
    field = Number(f"{protocol}.port", 1, 65_535)
    port = whole_number(typed.get(field.path, "").strip() or str(usual), field, problems)
    user = typed.get(f"{protocol}.user", "").strip() or address
    if not host:
        problems[f"{protocol}.host"] = "Write the name of the server, such as mail.example.com."
    if not host or port is None or not user:
        return ""
    shown = f"[{host}]" if ":" in host else host
    url = f"{protocol}{'s' if security == 'tls' else ''}://{quote(user, safe='@+')}@{shown}:{port}"
    insecure = bool(typed.get("insecure"))
    server = _checked(
        problems,
        f"{protocol}.host",
        lambda: parse_server_url(url, protocol=protocol, insecure=insecure).url,
    )
    if server and not local_allowed:
        _checked(problems, f"{protocol}.host", lambda: refuse_local(host))
    return url


def _checked(problems: Problems, name: str, value: Callable[[], str]) -> str:
    try:
        return value()
    except (WrongUse, SettingError) as error:
        problems[name] = f"{error.message} {error.remedy}".strip()
        return ""


def refuse_local(host: str) -> str:
    """Raise `SettingError` where `host` leads to this machine or to the addresses of a cloud's inside.

    A form of the desk must not be a way to knock on doors that only this machine can reach. A company's own network
    is allowed: many a mail server stands there. A name that is not known is left to the connection to tell.
    """
    for address in _addresses(host):
        mapped = getattr(address, "ipv4_mapped", None) or address
        if mapped.is_loopback or mapped.is_link_local or mapped.is_unspecified or mapped.is_multicast:
            raise SettingError(
                "This server is on the machine that Genklang runs on.",
                code="mail.local_host",
                remedy="Name another one, or start Genklang with GENKLANG_ALLOW_LOCAL_MAIL=true.",
            )
    return host


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """The addresses of a host. Numbers are read as the system's resolver would: 2130706433 is 127.0.0.1."""
    with suppress(ValueError):
        return [ipaddress.ip_address(host)]
    try:
        return [ipaddress.IPv4Address(socket.inet_aton(host))]
    except (OSError, UnicodeError):
        pass
    try:
        found = {str(info[4][0]).partition("%")[0] for info in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return []
    return [ipaddress.ip_address(text) for text in found]


def needs_password(row: MailboxRow | None, values: Mapping[str, str]) -> bool:
    """Whether the password must be typed: for a new mailbox, and before a stored one would go to another server."""
    if row is None or not row.password_encrypted:
        return True
    try:
        return any(
            _account(old, protocol) != _account(values[f"{protocol}_url"], protocol)
            for protocol, old in zip(PROTOCOLS, (row.imap_url, row.smtp_url), strict=True)
        )
    except SettingError:
        return True


def _account(url: str, protocol: str) -> tuple[str, str, int]:
    server: MailServer = parse_server_url(url, protocol=protocol, insecure=True)
    return server.host, server.user, server.port


def try_servers(house: House, row: MailboxRow, *, within_s: float = TRY_FOR_S) -> tuple[Outcome, ...]:
    """Sign in to both servers at once, as the poller and the sender will; nobody waits longer than `within_s`.

    A server that keeps silent is left to its own time-outs in the background.
    """

    def imap() -> None:
        with house.inbox_of(row) as inbox:
            inbox.select()

    def smtp() -> None:
        house.sender_of(row).check()

    began = monotonic()
    pool = ThreadPoolExecutor(2, thread_name_prefix="try-mailbox")
    tries = {protocol: pool.submit(act) for protocol, act in zip(PROTOCOLS, (imap, smtp), strict=True)}
    pool.shutdown(wait=False)
    return tuple(_outcome(protocol, tried, began, within_s) for protocol, tried in tries.items())


def _outcome(protocol: str, tried: "Future[None]", began: float, within_s: float) -> Outcome:
    error: GenklangError | None = None
    try:
        tried.result(timeout=max(0.0, began + within_s - monotonic()))
    except TookTooLong:
        error = OutsideUnavailable(
            f"The {protocol.upper()} server did not answer within {within_s:g} seconds.",
            code="mail.timeout",
            remedy="Check server and port, and whether a firewall is in the way.",
        )
    except GenklangError as told:
        error = told
    return Outcome(protocol, round(monotonic() - began, 1), error)
