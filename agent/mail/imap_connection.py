"""An IMAP connection from first byte to sign-in: TLS as the account wants it, a time-out on every wait."""

import logging
import selectors
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient import IMAPClient, SocketTimeout  # type: ignore[import-untyped]
from imapclient.exceptions import (  # type: ignore[import-untyped]
    IMAPClientAbortError,
    IMAPClientError,
    LoginError,
)

from agent.errors import MailServerError
from agent.mail.connection_errors import explained, login_refused, no_tls_offered, tls_context
from agent.mail.mailbox import ConnectionLost
from agent.mail.server_url import MailServer, Security

# At level DEBUG the library logs every line it reads: whole mails.
logging.getLogger("imapclient").setLevel(logging.INFO)

_NOT_NOW = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")  # RFC 5530: the password may well be right


class ImapConnection(IMAPClient):  # type: ignore[misc]
    """IMAPClient that waits for news without reading them; `idle_done` reads them, line by whole line.

    The library's `idle_check` reads while the socket does not block: a line of which only the first packet is
    there is then taken for a broken connection (mjs/imapclient#519). Nor does it see what has been read already:
    a server that has news when IDLE begins sends them in one packet with its consent, and they lie in imaplib's
    buffer until the next news, so that a mail from just before IDLE would wait for the one after it.
    """

    def wait_for_news(self, timeout_s: float) -> None:
        """During IDLE: return once the server has said anything or hung up, at the latest after `timeout_s`."""
        if not self._has_read_ahead():
            with selectors.DefaultSelector() as selector:
                selector.register(self.socket(), selectors.EVENT_READ)
                selector.select(timeout_s)

    def _has_read_ahead(self) -> bool:
        chunks = getattr(self._imap, "_readbuf", None)  # imaplib's own, from Python 3.14 on
        if chunks is not None:
            return bool(chunks)
        open_socket = self.socket()
        read_timeout_s = open_socket.gettimeout()
        open_socket.setblocking(False)
        try:
            return bool((getattr(self._imap, "_file", None) or self._imap.file).peek(1))
        except ssl.SSLWantReadError:
            return False
        finally:
            open_socket.settimeout(read_timeout_s)


def connect(
    server: MailServer, password: str, *, connect_timeout_s: float, read_timeout_s: float
) -> ImapConnection:
    """A signed-in connection. Raises `MailServerError` or `ConnectionLost` with sentence and remedy."""
    with clear_errors(server):
        connection = ImapConnection(
            server.host,
            port=server.port,
            ssl=server.security is Security.TLS,
            ssl_context=tls_context(server),
            timeout=SocketTimeout(connect=connect_timeout_s, read=read_timeout_s),
        )
    try:
        with clear_errors(server):
            connection.normalise_times = False
            _protect(connection, server)
            _sign_in(connection, server, password)
    except MailServerError:
        close(connection)
        raise
    return connection


def close(connection: ImapConnection) -> None:
    """Sign out if the server still listens, and hang up."""
    connection.__exit__(None, None, None)


@contextmanager
def clear_errors(server: MailServer, *, code: str = "mail.refused") -> Iterator[None]:
    """Turn the library's errors into ours; `code` names a refusal of the one thing done inside."""
    try:
        yield
    except LoginError as error:
        if isinstance(error.__context__, IMAPClientAbortError):
            raise _lost(server) from error
        raise login_refused(server, permanent=not any(word in str(error) for word in _NOT_NOW)) from error
    except IMAPClientAbortError as error:
        raise _lost(server) from error
    except IMAPClientError as error:
        raise MailServerError(
            f"The IMAP server {server.address} refused a command ({code}).",
            code=code,
            remedy="It is tried again; if it stays so, look into the server's log.",
        ) from error
    except OSError as error:
        raise explained(error, server) from error


def _protect(connection: ImapConnection, server: MailServer) -> None:
    if server.security is Security.TLS:
        return
    if connection.has_capability("STARTTLS"):
        connection.starttls(tls_context(server))
    elif server.security is Security.STARTTLS or connection.has_capability("LOGINDISABLED"):
        raise no_tls_offered(server)


def _sign_in(connection: ImapConnection, server: MailServer, password: str) -> None:
    # AUTHENTICATE carries any character; imaplib's LOGIN sends user names unquoted and ASCII alone.
    if connection.has_capability("AUTH=PLAIN"):
        connection.plain_login(server.user, password)
    else:
        connection.login(server.user, password)


def _lost(server: MailServer) -> ConnectionLost:
    return ConnectionLost(
        f"The IMAP server {server.address} closed the connection.",
        code="mail.connection_lost",
        remedy="It is opened again; if it stays so, look into the server's log.",
    )
