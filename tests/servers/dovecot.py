"""A real Dovecot on loopback: IMAP (STARTTLS), IMAPS, LMTP and the SASL service that Postfix asks."""

import itertools
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from tests.servers.certificate import write_self_signed
from tests.servers.process import (
    HOST,
    ServerMissingError,
    ServerProcess,
    account_to_run_as,
    free_port,
    give_away,
    greets,
    program,
    running,
    server_folder,
)

DOMAIN = "genklang.test"
PASSWORD = "correct-horse"  # of every account
OUTSIDE = f"outside@{DOMAIN}"
"""The mailbox where mail to every other domain ends up."""

_CONFIGURATION = Path(__file__).with_name("dovecot.conf")


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A mailbox and its password."""

    email: str
    password: str


@dataclass
class DovecotServer:
    """Where it listens, and how to make mailboxes. Each test takes an account of its own."""

    folder: Path
    imap_port: int
    imaps_port: int
    lmtp_port: int
    sasl_port: int
    process: ServerProcess
    certificate_file: Path
    outside: MailAccount = field(default_factory=lambda: MailAccount(OUTSIDE, PASSWORD))
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new_account(self, name: str = "") -> MailAccount:
        """A mailbox that did not exist before, with an empty INBOX and Sent."""
        return MailAccount(f"{name or 'support'}-{next(self._numbers)}@{DOMAIN}", PASSWORD)

    def imap_url(self, account: MailAccount) -> str:
        """`imap://…`: STARTTLS is offered; plain is allowed, for we are on loopback."""
        return f"imap://{account.email}@{HOST}:{self.imap_port}"

    def imaps_url(self, account: MailAccount) -> str:
        """`imaps://…` with a certificate that no system trusts."""
        return f"imaps://{account.email}@{HOST}:{self.imaps_port}"

    def doveadm(self, *arguments: str) -> str:
        """Run `doveadm`, e.g. `doveadm("mailbox", "delete", "-u", email, "INBOX")`; its output."""
        doveadm = program("doveadm", package="dovecot-core")
        return subprocess.run(
            [doveadm, "-c", self.folder / "dovecot.conf", *arguments],
            check=True,
            capture_output=True,
            text=True,
            timeout=30,
        ).stdout

    def texts(self, account: MailAccount, folder: str = "INBOX") -> list[str]:
        """All mails of a folder as text, as they lie on Dovecot's disk, oldest first."""
        output = self.doveadm("fetch", "-u", account.email, "text", "mailbox", folder, "all")
        return [text.removeprefix("text:\n") for text in output.split("\f") if text.strip()]

    def wait_for_text(self, account: MailAccount, words: str, *, seconds: float = 10) -> str:
        """The first mail of INBOX that holds `words`; fails the test when none comes within `seconds`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := [text for text in self.texts(account) if words in text]:
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"no mail with {words!r} in the INBOX of {account.email} within {seconds} s")

    def last_login(self, account: MailAccount) -> str:
        """What Dovecot wrote down about the last sign-in of an account, such as whether it was encrypted."""
        lines = (self.folder / "dovecot.log").read_text(encoding="utf-8").splitlines()
        return [line for line in lines if f"Login: user=<{account.email}>" in line][-1]


@contextmanager
def dovecot() -> Iterator[DovecotServer]:
    """Dovecot 2.3 from ready to ended."""
    binary = program("dovecot", package="dovecot-imapd")
    for part, package in (("imap", "dovecot-imapd"), ("lmtp", "dovecot-lmtpd")):
        program(part, package=package, folders=("usr/lib/dovecot", "usr/libexec/dovecot"))
    version = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True).stdout
    if not version.startswith("2.3."):
        raise ServerMissingError(
            f"Dovecot 2.3 is needed, this is {version.strip()}: its configuration differs."
        )
    with server_folder("dovecot") as folder:
        certificate, key = folder / "certificate.pem", folder / "key.pem"
        write_self_signed(certificate, key)
        imap_port, imaps_port, lmtp_port, sasl_port = (free_port() for _ in range(4))
        user, group = account_to_run_as() or (folder.owner(), folder.group())
        text = Template(_CONFIGURATION.read_text(encoding="utf-8")).substitute(
            folder=folder,
            user=user,
            group=group,
            domain=DOMAIN,
            password=PASSWORD,
            imap_port=imap_port,
            imaps_port=imaps_port,
            lmtp_port=lmtp_port,
            sasl_port=sasl_port,
        )
        (folder / "dovecot.conf").write_text(text, encoding="utf-8")
        for path in (certificate, key):
            give_away(path)
        process = ServerProcess(
            [binary, "-F", "-c", folder / "dovecot.conf"],
            folder=folder,
            ready=lambda: greets(imap_port, b"* OK") and greets(lmtp_port, b"220") and greets(sasl_port),
        )
        server = DovecotServer(folder, imap_port, imaps_port, lmtp_port, sasl_port, process, certificate)
        with running(process):
            yield server
