"""An SMTP connection from first byte to sign-in: TLS as the account wants it, a time-out on every wait."""

import base64
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from agent.errors import MailServerError
from agent.mail.connection_errors import explained, login_refused, no_tls_offered, tls_context
from agent.mail.server_url import MailServer, Security

# Behind NAT no name of ours would resolve, and asking for one takes seconds: an address literal, as mail
# programs do (RFC 5321, 4.1.4).
_OWN_NAME = "[127.0.0.1]"


def connect(
    server: MailServer, password: str, *, connect_timeout_s: float, command_timeout_s: float
) -> smtplib.SMTP:
    """A signed-in connection. Raises `MailServerError` with sentence and remedy."""
    with clear_errors(server):
        if server.security is Security.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host,
                server.port,
                local_hostname=_OWN_NAME,
                timeout=connect_timeout_s,
                context=tls_context(server),
            )
        else:
            connection = smtplib.SMTP(
                server.host, server.port, local_hostname=_OWN_NAME, timeout=connect_timeout_s
            )
    try:
        with clear_errors(server):
            _set_timeout(connection, command_timeout_s)
            _protect(connection, server)
            _sign_in(connection, server, password)
    except MailServerError:
        connection.close()
        raise
    return connection


@contextmanager
def clear_errors(server: MailServer) -> Iterator[None]:
    """Turn the library's errors into ours."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise login_refused(server, permanent=error.smtp_code >= 500) from error
    except smtplib.SMTPResponseException as error:
        raise MailServerError(
            f"The SMTP server {server.address} turned us away (code {error.smtp_code}).",
            permanent=error.smtp_code >= 500,
            code="mail.turned_away",
            remedy="Try again later; if it stays so, look into the server's log.",
        ) from error
    except smtplib.SMTPException as error:
        # smtplib hides what ended the connection, such as a time-out, behind SMTPServerDisconnected.
        cause = error.__context__
        raise explained(cause if isinstance(cause, OSError) else ConnectionResetError(), server) from error
    except OSError as error:
        raise explained(error, server) from error


def _set_timeout(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _protect(connection: smtplib.SMTP, server: MailServer) -> None:
    connection.ehlo_or_helo_if_needed()
    if server.security is Security.TLS:
        return
    if connection.has_extn("starttls"):
        connection.starttls(context=tls_context(server))
        connection.ehlo_or_helo_if_needed()
    elif server.security is Security.STARTTLS:
        raise no_tls_offered(server)


def _sign_in(connection: smtplib.SMTP, server: MailServer, password: str) -> None:
    """Sign in where the server wants that; one that offers no AUTH decides by address and says so at RCPT."""
    mechanisms = connection.esmtp_features.get("auth", "").upper().split()
    if not mechanisms:
        return
    if "PLAIN" in mechanisms:
        # Not by smtplib, which cannot send user names or passwords beyond ASCII (RFC 4616 wants UTF-8).
        secret = base64.b64encode(f"\0{server.user}\0{password}".encode()).decode("ascii")
        code, answer = connection.docmd("AUTH", f"PLAIN {secret}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, answer)
    else:
        connection.login(server.user, password)
