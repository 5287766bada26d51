"""The text of attached PDFs, read in a process of its own: readers of PDF can be made to take minutes and gigabytes.

It is looked at for commands to the agent and nothing else; no model is given it.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import structlog

from agent.mail.message import Attachment

MOST_FILES: Final = 3
MOST_BYTES: Final = 10 * 2**20
_SECONDS: Final = 6.0  # by the clock, a file: reading a mail, these included, has a minute
_ROOT: Final = Path(__file__).resolve().parents[2]

log = structlog.get_logger(__name__)


def texts_of_pdfs(files: Iterable[Attachment]) -> list[str]:
    """The first words of the first PDFs; one that is large, broken, encrypted or slow is left out."""
    pdfs = [file.content for file in files if _is_pdf(file) and len(file.content) <= MOST_BYTES]
    return [text for text in map(_read, pdfs[:MOST_FILES]) if text.strip()]


def _is_pdf(file: Attachment) -> bool:
    """By its first bytes, where reader programs look for them: the sender's word for its kind may lie."""
    return b"%PDF-" in file.content[:1024]


def _read(content: bytes) -> str:
    """The words of the pages that were read before the child ended, of itself or not."""
    try:
        child = subprocess.run(
            [sys.executable, "-m", "agent.mail.pdf_child"],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(_ROOT), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        log.warning("mail.pdf_too_slow", size=len(content))
        words = late.stdout or b""
    except OSError as error:
        log.warning("mail.pdf_reader_not_started", reason=str(error))
        return ""
    else:
        words = child.stdout
    return words.decode("utf-8", "replace")
