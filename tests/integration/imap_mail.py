"""What tests of the IMAP adapter share: a mailbox of one's own, and mail put into it from outside."""

from collections.abc import Iterator
from contextlib import contextmanager

from imapclient import IMAPClient  # type: ignore[import-untyped]

from agent.mail.imap import ImapInbox, ImapLimits
from agent.mail.server_url import parse_server_url
from tests.servers.dovecot import DovecotServer, MailAccount
from tests.servers.process import HOST

FETCHED = (
    '* 2 FETCH (UID 2 RFC822.SIZE 2 INTERNALDATE "01-Feb-2026 10:00:00 +0100" BODY[]<0> {body})\r\nOK done'
)
MAIL = b"Message-ID: <%d@elsewhere.test>\r\nSubject: number %d\r\n\r\nHello\r\n"


def mail(number: int) -> bytes:
    return MAIL % (number, number)


def inbox_of(
    dovecot: DovecotServer, account: MailAccount, *, folder: str = "INBOX", limits: ImapLimits | None = None
) -> ImapInbox:
    server = parse_server_url(dovecot.imap_url(account), protocol="imap")
    return ImapInbox(server, account.password, folder=folder, limits=limits)


@contextmanager
def other_program(dovecot: DovecotServer, account: MailAccount) -> Iterator[IMAPClient]:
    """Another mail program on the same account."""
    with IMAPClient(HOST, dovecot.imap_port, ssl=False, timeout=10) as client:
        client.login(account.email, account.password)
        yield client


def put(dovecot: DovecotServer, account: MailAccount, *raws: bytes, folder: str = "INBOX") -> None:
    with other_program(dovecot, account) as client:
        for raw in raws:
            client.append(folder, raw)
