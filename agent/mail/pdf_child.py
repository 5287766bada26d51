"""The process that reads one attached PDF and may be killed (`python -m agent.mail.pdf_child`).

The file comes in on standard input, never by way of a file on disk: what is erased must not survive in one. The text
of its first pages goes out page by page, so that those read before the end of time or memory count.
"""

import io
import os
import resource
import sys
from typing import Final

MEMORY: Final = 512 * 2**20
SECONDS: Final = 2
"""Limits of one file, of address space and of processor time."""

MOST_PAGES: Final = 20
MOST_CHARACTERS: Final = 60_000
NOT_READABLE: Final = 1


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        _write_pages(sys.stdin.buffer.read())
    except Exception:  # a broken file breaks the library anywhere, MemoryError included
        os._exit(NOT_READABLE)  # a trace would tell words of the file


def _write_pages(content: bytes) -> None:
    from pypdf import PdfReader

    left = MOST_CHARACTERS
    for number, page in enumerate(PdfReader(io.BytesIO(content)).pages):
        if number >= MOST_PAGES or left <= 0:
            return
        text = page.extract_text()[:left]
        left -= len(text)
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
