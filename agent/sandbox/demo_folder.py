"""What a demonstration keeps in its data folder from one start to the next."""

import json
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path

from agent.errors import OutsideUnavailable
from agent.sandbox import sample
from agent.worker.supervision import free_port

LOOK = "The reason is in demo.log in the data folder of the demonstration."
_NOTE = "demo.json"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """Where this demonstration lives, its passwords and ports, and how far it has come.

    `prepared`: company, people, knowledge and the mailbox at these ports are in the database. `delivered`: the
    morning's mails have come in.
    """

    home: Path
    desk_password: str
    mail_password: str
    imap_port: int
    smtp_port: int
    prepared: bool = False
    delivered: bool = False

    @property
    def outside_url(self) -> str:
        return f"imap://{sample.OUTSIDE}@127.0.0.1:{self.imap_port}"

    def save(self) -> None:
        """Keep everything but the folder for the next start."""
        note = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "home"}
        path = self.home / _NOTE
        path.touch(mode=0o600)
        path.write_text(json.dumps(note), encoding="utf-8")


def is_demo(home: Path) -> bool:
    """Whether a demonstration has been started in this folder."""
    return (home / _NOTE).exists()


def open_demo(home: Path) -> Demo:
    """The demonstration of this folder, or a new one. Where its ports are taken by now, it gets others."""
    home.mkdir(parents=True, exist_ok=True)
    if not is_demo(home):
        demo = Demo(
            home, f"fjord-{secrets.token_hex(4)}", secrets.token_urlsafe(12), free_port(), free_port()
        )
    else:
        demo = read_demo(home)
        if not (_is_free(demo.imap_port) and _is_free(demo.smtp_port)):
            demo = replace(demo, imap_port=free_port(), smtp_port=free_port(), prepared=False)
    demo.save()
    return demo


def _is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False


def read_demo(home: Path) -> Demo:
    return Demo(home, **json.loads((home / _NOTE).read_text(encoding="utf-8")))


def wait_for(met: Callable[[], bool], seconds: float, what: str, *, fatal: bool = True) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if met():
            return
        time.sleep(0.2)
    if fatal:
        raise OutsideUnavailable(
            f"Waited {seconds:.0f} s for {what}.",
            remedy=LOOK,
        )
