"""An IMAP server that says what a test wants, for behaviour that no healthy server shows."""

import re
import socketserver
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.servers.process import HOST

SILENCE = "silence"
CUT = "cut"
PIECES_APART_S = 0.2


@dataclass
class ScriptedImap:
    """Replies by command: `replies["UID FETCH 2"] = "BAD sorry"` (the longest prefix that fits counts).

    A reply is the rest of the tagged line, after any number of untagged lines; `SILENCE` never answers and
    `CUT` closes the connection. `said` lists the commands as they came, without their tags. `news` are what a
    waiting session (IDLE) is told, as they are and each in a packet of its own: a line may come in pieces.
    """

    port: int
    capabilities: str = "IMAP4rev1 AUTH=PLAIN"
    replies: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    news: Callable[[], Iterable[str]] = tuple

    def url(self, user: str = "support@genklang.test") -> str:
        return f"imap://{user}@{HOST}:{self.port}"


_DEFAULTS: dict[str, str] = {
    "SELECT": "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 3] ok\r\nOK [READ-WRITE] done",
    "UID SEARCH": "* SEARCH 1 2\r\nOK done",
    'LIST "" "*"': '* LIST () "/" INBOX\r\nOK done',
    "LOGOUT": "* BYE bye\r\nOK done",
}


class _Session(socketserver.StreamRequestHandler):
    server: "_Server"

    @property
    def script(self) -> ScriptedImap:
        return self.server.script

    def handle(self) -> None:
        self._say("* OK scripted")
        with suppress(ConnectionError):
            self._converse()

    def _converse(self) -> None:
        for line in self.rfile:
            tag, _, command = line.decode("utf-8", "replace").strip().partition(" ")
            self.script.said.append(command)
            if command.startswith("AUTHENTICATE"):
                self._say("+ ")
                self.rfile.readline()
            if command == "IDLE":
                self._tell_news()
                self.rfile.readline()
            reply = self._reply_to(command)
            if reply == CUT:
                return
            if reply == SILENCE:
                continue
            *untagged, tagged = re.split("\r\n", reply)
            for words in untagged:
                self._say(words)
            self._say(f"{tag} {tagged}")

    def _tell_news(self) -> None:
        self._say("+ idling")
        for piece in self.script.news():
            time.sleep(PIECES_APART_S)
            self.wfile.write(piece.encode())

    def _reply_to(self, command: str) -> str:
        if command == "CAPABILITY":
            return f"* CAPABILITY {self.script.capabilities}\r\nOK done"
        known = {**_DEFAULTS, **self.script.replies}
        fitting = [prefix for prefix in known if command.startswith(prefix)]
        return known[max(fitting, key=len)] if fitting else "OK done"

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    script: ScriptedImap


@contextmanager
def scripted_imap() -> Iterator[ScriptedImap]:
    """The server from ready to ended, in threads of this process."""
    with _Server((HOST, 0), _Session) as server:
        server.script = ScriptedImap(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.script
        server.shutdown()
