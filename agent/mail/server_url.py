"""Where a mail server is, from what people write: `imaps://support@firma.dk@mail.firma.dk:993`.

`imaps` and `smtps` speak TLS from the first byte, `imap` and `smtp` switch to it (STARTTLS). Off this machine
that is required and the certificate is checked; only `insecure` waives both. On loopback plain text would do,
so a certificate that nothing vouches for is no worse and is not asked about.
"""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, quote, unquote, urlsplit

from agent.errors import SettingError

_DEFAULT_PORTS = {"imaps": 993, "imap": 143, "smtps": 465, "smtp": 587}
_EXAMPLES = {
    "imap": "imaps://support@example.com@mail.example.com:993",
    "smtp": "smtp://support@example.com@mail.example.com:587",
}
_REFUSED_PARTS = {"path": "Name the folder with --folder.", "query": "", "fragment": ""}


class Security(StrEnum):
    """How the connection is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    STARTTLS_IF_OFFERED = "starttls_if_offered"


@dataclass(frozen=True, slots=True)
class MailServer:
    """One account on one server. `protocol` is `imap` or `smtp`; `host` a name or a bare address."""

    protocol: str
    user: str
    host: str
    port: int
    security: Security
    verify_certificate: bool = True

    @property
    def address(self) -> str:
        """`host:port`, for messages to people."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL it was made from, in its full form; there is never a password in it."""
        scheme = self.protocol + ("s" if self.security is Security.TLS else "")
        return f"{scheme}://{quote(self.user, safe='@+')}@{self.address}"


def parse_server_url(url: str, *, protocol: str, insecure: bool = False) -> MailServer:
    """Read an IMAP or SMTP URL (`protocol` says which is wanted).

    The user may hold an `@`, written plainly or as `%40`. Raises `SettingError` naming what is wrong.
    """
    parts = _split(url, protocol)
    if parts.scheme not in (protocol, f"{protocol}s"):
        found = f"begins with {parts.scheme}://" if parts.scheme and parts.netloc else "is not a URL"
        raise _refused(url, protocol, f"{found}, not with {protocol}s:// or {protocol}://.")
    userinfo, at, _ = parts.netloc.rpartition("@")
    if not at or not userinfo or userinfo.startswith(":"):
        raise _refused(url, protocol, "names no user.")
    if ":" in userinfo:
        raise SettingError(
            f"The {protocol.upper()} URL holds a password, which would end up in lists and logs.",
            code="setting.mail_url",
            remedy="Remove it and use --password-file.",
        )
    host = _host(parts.hostname, url, protocol)
    for part, remedy in _REFUSED_PARTS.items():
        if getattr(parts, part).strip("/"):
            raise _refused(url, protocol, f"goes on after the port. {remedy}".strip())
    secure_from_start = parts.scheme.endswith("s")
    on_loopback = _is_loopback(host)
    if secure_from_start:
        security = Security.TLS
    elif on_loopback or insecure:
        security = Security.STARTTLS_IF_OFFERED
    else:
        security = Security.STARTTLS
    return MailServer(
        protocol=protocol,
        user=unquote(userinfo),
        host=host,
        port=_port(parts, url, protocol) or _DEFAULT_PORTS[parts.scheme],
        security=security,
        verify_certificate=not insecure and security is not Security.STARTTLS_IF_OFFERED,
    )


def _host(host: str | None, url: str, protocol: str) -> str:
    if not host or any(character.isspace() for character in host):
        raise _refused(url, protocol, "names no host.")
    return host


def _split(url: str, protocol: str) -> SplitResult:
    try:
        return urlsplit(url.strip())
    except ValueError as error:
        raise _refused(url, protocol, "has brackets that do not match.") from error


def _port(parts: SplitResult, url: str, protocol: str) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise _refused(url, protocol, "has a port that is not a number from 1 to 65535.")
    return port


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(url: str, protocol: str, reason: str) -> SettingError:
    shown = (
        url if "@" not in url or ":" not in url.rpartition("@")[0].partition("://")[2] else f"{protocol}://…"
    )
    return SettingError(
        f"The {protocol.upper()} URL {shown!r} {reason}",
        code="setting.mail_url",
        remedy=f"Write it like {_EXAMPLES[protocol]}.",
    )
