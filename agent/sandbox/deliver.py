"""Put mails into the sandbox as the outside world does, and look at what lies in one of its mailboxes."""

import re
import smtplib
from collections.abc import Iterable, Iterator
from email import message_from_bytes, policy
from email.utils import parseaddr

from agent.mail.imap import ImapInbox
from agent.mail.server_url import parse_server_url

_LINE_END = re.compile(rb"\r\n|\r|\n")


def deliver(mails: Iterable[bytes], *, to: str, smtp_port: int, host: str = "127.0.0.1") -> Iterator[int]:
    """Hand each mail to the SMTP server for `to`; yields how many have been taken so far.

    The envelope sender is the mail's Return-Path, else its From, as it would have been on its way.
    """
    with smtplib.SMTP(host, smtp_port, local_hostname="[127.0.0.1]", timeout=30) as connection:
        for number, raw in enumerate(mails, start=1):
            connection.sendmail(_envelope_sender(raw), [to], _LINE_END.sub(b"\r\n", raw))
            yield number


def mails_in(imap_url: str, password: str, *, folder: str = "INBOX") -> list[bytes]:
    """All mails of a folder, oldest first."""
    with ImapInbox(parse_server_url(imap_url, protocol="imap"), password, folder=folder) as inbox:
        inbox.select()
        found = [inbox.fetch(uid) for uid in inbox.uids_after(0)]
    return [mail.raw for mail in found if mail is not None]


def _envelope_sender(raw: bytes) -> str:
    headers = message_from_bytes(raw, policy=policy.compat32)
    stated = headers.get("Return-Path", headers.get("From", ""))
    address = parseaddr(str(stated))[1]
    return address if address.isascii() and address.count("@") == 1 and " " not in address else ""
