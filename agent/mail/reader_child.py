"""The process that reads mails and may be killed (`python -m agent.mail.reader_child`).

Frames come in on standard input: one byte for how to read (`F` full, `B` briefly) and the mail; frames go out on
standard output: `M` and a message, or `U` and a JSON list of code, sentence and remedy for what cannot be read.
The end of input ends the process.
"""

import json
import resource
import signal
import sys
from typing import BinaryIO

from agent.errors import Unreadable
from agent.mail import wire
from agent.mail.parse import parse, parse_briefly

FULL, BRIEFLY = b"F", b"B"
MESSAGE, UNREADABLE = b"M", b"U"


def main() -> None:
    """Arguments: memory in bytes, seconds after which a single mail ends the process by SIGALRM."""
    memory, seconds = int(sys.argv[1]), float(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(sys.stdin.buffer, sys.stdout.buffer, seconds)


def serve(requests: BinaryIO, answers: BinaryIO, seconds: float) -> None:
    """Answer until the requests end.

    The alarm outlives the parent: a child stuck in a mail when its parent is killed dies too, in C code as well,
    because nothing handles the signal.
    """
    while head := requests.read(wire.LENGTH.size):
        (length,) = wire.LENGTH.unpack(head)
        how, raw = requests.read(1), requests.read(length - 1)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        answer = _answer(how, raw)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(wire.frame(answer))
        answers.flush()
        del raw, answer


def _answer(how: bytes, raw: bytes) -> bytes:
    try:
        if how == BRIEFLY:
            message = parse_briefly(raw, "This mail could not be read in full; only its first text is shown.")
        else:
            message = parse(raw)
        return MESSAGE + wire.encode(message)
    except Unreadable as error:
        return UNREADABLE + json.dumps([error.code, error.message, error.remedy]).encode("ascii")


if __name__ == "__main__":
    main()
