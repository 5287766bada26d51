"""Articles from files that people upload at the desk, with a word on each file."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from agent.desk.articles.remembering import add_documents
from agent.desk.audit import by, record
from agent.desk.house import House
from agent.desk.steps.indexing import ask_for_indexing
from agent.errors import WrongUse
from agent.store.tables import PersonRow
from knowledge.search import Document, DocumentKind
from knowledge.source_child import SECONDS
from knowledge.sources import READERS

MOST_FILES = 50
MAX_BYTES = 20_000_000
_LINES_SHOWN = 10
_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class UploadLine:
    """What became of one article of a file: added, updated or unchanged with its title, or left out and why."""

    outcome: str = ""
    title: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file with what became of it; `more` further articles are not listed."""

    name: str
    lines: tuple[UploadLine, ...]
    more: int = 0

    @property
    def taken(self) -> bool:
        return any(line.outcome for line in self.lines)


def take_files(
    house: House, files: Sequence[tuple[str, BinaryIO]], *, person: PersonRow
) -> list[UploadedFile]:
    """Read the files, each in a process of its own, and keep their articles. Raises `WrongUse` for none or too many."""
    if not files or len(files) > MOST_FILES:
        raise WrongUse(
            f"Choose between 1 and {MOST_FILES} files.",
            code="upload.count",
            remedy="Add the others afterwards.",
        )
    return [_take(house, name, content, person) for name, content in files]


def _take(house: House, name: str, content: BinaryIO, person: PersonRow) -> UploadedFile:
    documents, left_out = [], []
    for one in _read(name, content):
        if isinstance(one, str):
            left_out.append(UploadLine(reason=one))
        else:
            language = one.language or house.understanding.language_of(f"{one.title}\n{one.body}").value
            documents.append(replace(one, language=language))
    lines = [*_keep(house, documents, name, person), *left_out]
    return UploadedFile(name, tuple(lines[:_LINES_SHOWN]), max(0, len(lines) - _LINES_SHOWN))


def _keep(house: House, documents: Sequence[Document], name: str, person: PersonRow) -> Iterator[UploadLine]:
    now = house.clock()
    for document in documents:
        with house.store.writing() as unit:
            report = add_documents(unit, [document], now, origin=name)
            outcome = "added" if report.added else "updated" if report.updated else "unchanged"
            if outcome != "unchanged":
                record(
                    unit, f"document.{outcome}", actor=by(person), now=now, subject=f"document:{document.id}"
                )
                ask_for_indexing(unit, house)
        yield UploadLine(outcome, document.title)


def _read(name: str, content: BinaryIO) -> Iterator[Document | str]:
    """The documents of a file, and in a sentence why what was left out is missing."""
    ending = Path(name).suffix.lower()
    if ending not in READERS:
        yield f"Only files of these kinds can be read: {', '.join(READERS)}."
        return
    raw = content.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        yield f"It is larger than {MAX_BYTES // 1_000_000} MB; split it."
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{_stem(name)}{ending}"
        path.write_bytes(raw)
        yield from map(_line, _in_child(path))


def _in_child(path: Path) -> list[Mapping[str, Any]]:
    try:
        child = subprocess.run(
            [sys.executable, "-m", "knowledge.source_child", str(path)],
            cwd=_ROOT, capture_output=True, timeout=2 * SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return [{"unusable": {"reason": "Reading it took too long; save it anew, or as text."}}]
    if child.returncode:
        return [
            {"unusable": {"reason": "Reading it took too much time or memory; save it anew, or as text."}}
        ]
    return [json.loads(line) for line in child.stdout.splitlines()]


def _line(told: Mapping[str, Any]) -> Document | str:
    if "document" in told:
        return Document(**told["document"] | {"kind": DocumentKind(told["document"]["kind"])})
    reason = str(told["unusable"]["reason"])
    line = str(told["unusable"].get("place", "")).rpartition(":")[2]
    return f"Line {line}: {reason}" if line.isdigit() else reason


def _stem(name: str) -> str:
    """What the article is called where the file names no title: the file's name, without anything odd in it."""
    stem = Path(name.replace("\\", "/")).stem
    return "".join(sign for sign in stem if sign.isalnum() or sign in " -_.")[:120].strip(" .") or "article"
