"""Mails out of files: .eml, mbox, JSON lines, folders of these, and stdin."""

import base64
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from agent.errors import WrongUse

_SUFFIXES = (".eml", ".mbox", ".mbx", ".jsonl")
_MAILDIR = ("cur", "new")
_ENVELOPE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]+\d:\d\d[^\r\n]*\r?\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


Mail = tuple[bytes | None, str]


@dataclass(frozen=True, slots=True)
class MailFiles:
    """Each mail's bytes and where it came from, in order; None in place of a line that holds no mail."""

    files: tuple[Path, ...]
    json_lines: bool

    def __iter__(self) -> Iterator[Mail]:
        for file in self.files:
            if str(file) == "-":
                yield from self._stdin()
            else:
                yield from self._file(file, str(file))

    def _stdin(self) -> Iterator[Mail]:
        content = sys.stdin.buffer.read()
        if self.json_lines:
            yield from _json_lines(content, "-")
        elif content.startswith(b"From "):
            yield from _mbox(content, "-")
        else:
            yield content, "-"

    def _file(self, file: Path, source: str) -> Iterator[Mail]:
        with file.open("rb") as opened:
            begins = opened.read(5)
        if file.suffix.lower() == ".jsonl" or (self.json_lines and begins.lstrip().startswith(b"{")):
            yield from _json_lines(file.read_bytes(), source)
        elif begins == b"From ":
            with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as content:
                yield from _mbox(content, source)
        else:
            yield file.read_bytes(), source


def mails_of(paths: list[Path], *, json_lines: bool = False) -> MailFiles:
    """The mails of files and folders; `-` is stdin. Raises `WrongUse` for a path that is not there or has no mails."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            within = sorted(file for file in path.rglob("*") if _is_mail(file))
            if not within:
                raise WrongUse(
                    f"There is no mail in {path}.",
                    code="path.no_mails",
                    remedy=f"Name files that end in {', '.join(_SUFFIXES)}, or a Maildir; other names one by one.",
                )
            files += within
        elif str(path) == "-" or path.is_file():
            files.append(path)
        else:
            raise WrongUse(
                f"There is no file or folder {path}.", code="path.missing", remedy="Check the path."
            )
    return MailFiles(tuple(files), json_lines)


def _is_mail(file: Path) -> bool:
    return file.is_file() and (file.suffix.lower() in _SUFFIXES or file.parent.name in _MAILDIR)


def _mbox(content: bytes | mmap, source: str) -> Iterator[Mail]:
    """Split at envelope lines, which have a time and follow an empty line; "From here on …" in a letter has neither.

    (The standard library's mbox splits at every line that begins with "From ".)
    """
    starts = list(_ENVELOPE.finditer(content))
    ends = [following.start() for following in starts[1:]] + [len(content)]
    for number, (envelope, end) in enumerate(zip(starts, ends, strict=True), 1):
        yield _QUOTED.sub(rb"\1", content[envelope.end() : end]), f"{source}:{number}"


def _json_lines(content: bytes, source: str) -> Iterator[Mail]:
    """Lines with `eml_b64` or `eml`."""
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            raw = base64.b64decode(record["eml_b64"]) if "eml_b64" in record else record["eml"].encode()
        except (ValueError, TypeError, KeyError, AttributeError):
            yield None, f"{source}:{number}"
        else:
            yield raw, f"{source}:{record.get('id', number)}"
