"""Mails out of files: .eml, mbox, JSON lines, folders of these, and stdin."""

import base64
import json
import mailbox
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.errors import WrongUse

_SUFFIXES = (".eml", ".mbox", ".mbx", ".jsonl")
_MAILDIR = ("cur", "new")


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
            with tempfile.NamedTemporaryFile(suffix=".mbox") as file:
                file.write(content)
                file.flush()
                yield from _mbox(Path(file.name), "-")
        else:
            yield content, "-"

    def _file(self, file: Path, source: str) -> Iterator[Mail]:
        with file.open("rb") as opened:
            begins = opened.read(5)
        if file.suffix.lower() == ".jsonl" or (self.json_lines and begins.lstrip().startswith(b"{")):
            yield from _json_lines(file.read_bytes(), source)
        elif begins == b"From ":
            yield from _mbox(file, source)
        else:
            yield file.read_bytes(), source


def mails_of(paths: list[Path], *, json_lines: bool = False) -> MailFiles:
    """The mails of files and folders; `-` is stdin. Raises `WrongUse` for a path that is not there."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(file for file in path.rglob("*") if _is_mail(file))
        elif str(path) == "-" or path.is_file():
            files.append(path)
        else:
            raise WrongUse(
                f"There is no file or folder {path}.", code="path.missing", remedy="Check the path."
            )
    return MailFiles(tuple(files), json_lines)


def _is_mail(file: Path) -> bool:
    return file.is_file() and (file.suffix.lower() in _SUFFIXES or file.parent.name in _MAILDIR)


def _mbox(file: Path, source: str) -> Iterator[Mail]:
    box = mailbox.mbox(file, create=False)
    for number, key in enumerate(box.keys(), 1):
        yield box.get_bytes(key), f"{source}:{number}"


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
