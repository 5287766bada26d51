"""A real Postfix on loopback that delivers into Dovecot by LMTP: submission, and mail from the outside world.

It accepts mail without sign-in for the domain of the tests alone; who signs in (with an account of Dovecot)
may write to anybody, and all of that stays on this machine. Two addresses answer as servers do on bad days.
"""

import os
import shutil
import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from string import Template

import psutil

from tests.servers.certificate import write_self_signed
from tests.servers.dovecot import DOMAIN, DovecotServer, MailAccount
from tests.servers.process import (
    HOST,
    ServerMissingError,
    ServerProcess,
    free_port,
    greets,
    program,
    running,
    server_folder,
)

UNKNOWN_RECIPIENT = f"unknown@{DOMAIN}"  # 550 5.1.1
BUSY_RECIPIENT = f"busy@{DOMAIN}"  # 450 4.2.1

_HERE = Path(__file__).parent

# Postfix changes its user and so loses the kernel's promise to end it with us: a shell keeps that promise.
_ENDING_WITH_US = (
    "sh",
    "-c",
    "trap 'kill $master' TERM; \"$@\" & master=$!; wait $master; wait $master",
    "sh",
)


@dataclass(frozen=True, slots=True)
class PostfixServer:
    """Where it listens: `smtp_port` offers STARTTLS, `smtps_port` speaks TLS from the first byte."""

    smtp_port: int
    smtps_port: int
    certificate_file: Path
    process: ServerProcess
    mailboxes: DovecotServer

    def smtp_url(self, account: MailAccount) -> str:
        """`smtp://…` for signing in as `account`."""
        return f"smtp://{account.email}@{HOST}:{self.smtp_port}"

    def smtps_url(self, account: MailAccount) -> str:
        """`smtps://…` for signing in as `account`."""
        return f"smtps://{account.email}@{HOST}:{self.smtps_port}"

    def drop_connections(self) -> None:
        """End the processes that talk with clients right now, as a crash would; the next connection is served."""
        for child in psutil.Process(self.process.pid).children(recursive=True):
            if child.name() == "smtpd":
                child.kill()
                child.wait(5)

    def deliver(
        self, mail: EmailMessage | bytes, to: str, *, sender: str = "customer@elsewhere.test"
    ) -> None:
        """Hand in a mail as the outside world does: no sign-in, to an account of this domain."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        with smtplib.SMTP(HOST, self.smtp_port, timeout=10) as connection:
            connection.sendmail(sender, [to], raw)


@contextmanager
def postfix(mailboxes: DovecotServer) -> Iterator[PostfixServer]:
    """Postfix from ready to ended. Raises `ServerMissingError` unless we are root."""
    binary = program("postfix", package="postfix")
    if os.geteuid() != 0:
        raise ServerMissingError("Postfix is started by root only: run the tests as root (`sudo make test`).")
    with server_folder("postfix", owned_by_root=True) as folder:
        configuration, queue, data = (folder / name for name in ("etc", "queue", "data"))
        for part in (configuration, queue, data):
            part.mkdir()
        shutil.chown(data, "postfix")
        write_self_signed(configuration / "certificate.pem", configuration / "key.pem")
        ports = {"smtp_port": free_port(), "smtps_port": free_port()}
        values = {
            "folder": str(folder),
            "domain": DOMAIN,
            "lmtp_port": str(mailboxes.lmtp_port),
            "sasl_port": str(mailboxes.sasl_port),
            "unknown": UNKNOWN_RECIPIENT,
            "busy": BUSY_RECIPIENT,
            **{name: str(port) for name, port in ports.items()},
        }
        for source, target in (("postfix-main.cf", "main.cf"), ("postfix-master.cf", "master.cf")):
            template = Template((_HERE / source).read_text(encoding="utf-8"))
            (configuration / target).write_text(template.safe_substitute(values), encoding="utf-8")
        # `check` makes the queue's folders with the owners that Postfix wants.
        subprocess.run([binary, "-c", configuration, "check"], check=True, capture_output=True, timeout=30)
        process = ServerProcess(
            [*_ENDING_WITH_US, _master(configuration), "-c", configuration, "-d"],
            folder=folder,
            keep_root=True,
            ready=lambda: greets(ports["smtp_port"], b"220") and greets(ports["smtps_port"]),
        )
        with running(process):
            yield PostfixServer(
                **ports,
                certificate_file=configuration / "certificate.pem",
                process=process,
                mailboxes=mailboxes,
            )


def _master(configuration: Path) -> Path:
    """The program that `postfix start` runs; started by hand it stays our child and ends with us."""
    postconf = program("postconf", package="postfix")
    answer = subprocess.run(
        [postconf, "-c", configuration, "-h", "daemon_directory"],
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    )
    return Path(answer.stdout.strip()) / "master"
