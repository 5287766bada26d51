"""The process that reads mails and may be killed (`python -m agent.mail.reader_child`).

Frames come in on standard input: one byte for how to read (`F` full, `B` briefly) and the mail; frames go out on
standard output: `M` and a message; `U` and a JSON list of code, sentence and remedy for what cannot be read; or
`E` and the place of a fault of ours.
The end of input ends the process.
"""

import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from agent.errors import Unreadable
from agent.mail import wire
from agent.mail.parse import parse, parse_briefly

FULL, BRIEFLY = b"F", b"B"
MESSAGE, UNREADABLE = b"M", b"U"
FAILED = b"E"
OUT_OF_MEMORY = 3
BYTES_A_SECOND = 10 * 2**20  # large mails get this much longer: honest attachments take their time


def main() -> None:
    """Arguments: address space in bytes, and processor seconds a single mail may take (SIGPROF ends the process)."""
    memory, seconds = int(sys.argv[1]), float(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(sys.stdin.buffer, sys.stdout.buffer, seconds)


def serve(requests: BinaryIO, answers: BinaryIO, seconds: float) -> None:
    """Answer until the requests end.

    Time is counted as processor time, so that a busy machine does not make honest mails unreadable. Nothing
    handles the signal: it ends C code too, and a child whose parent was killed in the middle of a mail.
    """
    while head := requests.read(wire.LENGTH.size):
        (length,) = wire.LENGTH.unpack(head)
        how, raw = requests.read(1), requests.read(length - 1)
        signal.setitimer(signal.ITIMER_PROF, seconds + len(raw) / BYTES_A_SECOND)
        try:
            answer = _answer(how, raw)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        signal.setitimer(signal.ITIMER_PROF, 0)
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
    except MemoryError:
        raise
    except Exception as error:  # whatever a mail breaks, the parent reads it briefly and logs where
        return FAILED + _place(error).encode("ascii", "replace")


def _place(error: Exception) -> str:
    """Where our code failed, without a word of the mail."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {where}"


if __name__ == "__main__":
    main()
