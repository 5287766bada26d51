"""Why a mail server cannot be reached, in one sentence with a remedy. Shared by IMAP and SMTP."""

import socket
import ssl
from dataclasses import dataclass
from functools import cache

from agent.errors import MailServerError
from agent.mail.mailbox import ConnectionLost
from agent.mail.server_url import MailServer, Security


@dataclass(frozen=True, slots=True)
class _Cause:
    """A kind of fault and how it is told; the texts may name `where`, `host`, `option`, `other`, `detail`."""

    errors: tuple[type[OSError], ...]
    code: str
    sentence: str
    remedy: str
    permanent: bool = False
    ends_session: bool = False


# The first that fits counts: special kinds before general ones.
_CAUSES = (
    _Cause(
        (ssl.SSLCertVerificationError,),
        "mail.certificate",
        "The certificate of the {where} is not trusted: {detail}.",
        "Give the server a certificate that a known authority made for this name, or add the mailbox with "
        "--insecure if the network between is yours.",
        permanent=True,
    ),
    _Cause(
        (ssl.SSLEOFError, ssl.SSLZeroReturnError),
        "mail.connection_lost",
        "The {where} closed the connection.",
        "Check the port in {option}; if it was right before, try again.",
        ends_session=True,
    ),
    _Cause(
        (ssl.SSLError,),
        "mail.tls",
        "The {where} and Genklang cannot agree on TLS ({detail}).",
        "Check the port in {option}; it may want {other}:// instead.",
        permanent=True,
    ),
    _Cause(
        (socket.gaierror,),
        "mail.unknown_host",
        "The host {host} is not known.",
        "Check the host in {option}, and that this machine can resolve names.",
    ),
    _Cause(
        (ConnectionRefusedError,),
        "mail.connection_refused",
        "The {where} refuses connections.",
        "Check the port in {option}, and that the server is running.",
    ),
    _Cause(
        (TimeoutError,),
        "mail.timeout",
        "The {where} did not answer in time.",
        "Check host and port in {option}, and whether a firewall is in the way.",
        ends_session=True,
    ),
    _Cause(
        (OSError,),
        "mail.connection_lost",
        "The connection to the {where} broke off ({detail}).",
        "Try again; if it stays so, look into the server's log.",
        ends_session=True,
    ),
)


def tls_context(server: MailServer) -> ssl.SSLContext:
    """System trust, or none where the account was added with `--insecure` (or is on loopback)."""
    return _context(ssl.get_default_verify_paths(), verifying=server.verify_certificate)


@cache
def _context(authorities: ssl.DefaultVerifyPaths, *, verifying: bool) -> ssl.SSLContext:
    """Made once for `authorities`, the files of system trust: to read them takes as long as to read a mail."""
    context = ssl.create_default_context()
    if not verifying:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def explained(error: OSError, server: MailServer) -> MailServerError:
    """The sentence for a network fault while connecting to, or talking with, `server`."""
    cause = next(cause for cause in _CAUSES if isinstance(error, cause.errors))
    facts = {
        "where": _where(server),
        "host": server.host,
        "option": f"--{server.protocol}",
        "other": server.protocol if server.security is Security.TLS else f"{server.protocol}s",
        "detail": _detail(error),
    }
    kind = ConnectionLost if cause.ends_session else MailServerError
    return kind(
        cause.sentence.format(**facts),
        permanent=cause.permanent,
        code=cause.code,
        remedy=cause.remedy.format(**facts),
    )


def no_tls_offered(server: MailServer) -> MailServerError:
    """The server speaks plain text only, and that is not allowed here."""
    return MailServerError(
        f"The {_where(server)} offers no TLS, so the password would be readable on the way.",
        permanent=True,
        code="mail.no_tls",
        remedy=f"Use {server.protocol}s:// if the server has it, or --insecure if the network is your own.",
    )


def login_refused(server: MailServer, *, permanent: bool = True) -> MailServerError:
    """The server said no to user name and password, or cannot check them now."""
    if not permanent:
        return MailServerError(
            f"The {_where(server)} cannot check passwords at the moment.",
            code="mail.login_busy",
            remedy="Try again later.",
        )
    return MailServerError(
        f"The {_where(server)} refused the password of {server.user}.",
        permanent=True,
        code="mail.login_refused",
        remedy="Check the user name and the password file; some providers want an app password.",
    )


def _where(server: MailServer) -> str:
    return f"{server.protocol.upper()} server {server.address}"


def _detail(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message.rstrip(".")
    if isinstance(error, ssl.SSLError):
        return getattr(error, "reason", None) or "no reason given"
    return type(error).__name__
