"""Labelled complaints out of files: CSV, JSON lines, mbox, mails, and folders of these."""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.cli.mail_files import mails_of
from agent.errors import Unreadable, WrongUse

if TYPE_CHECKING:
    from agent.desk.learning.importing_history import HistoryItem
    from agent.quality.labelled_table import LabelledTable

_TABLES = {".csv", ".tsv", ".txt", ".jsonl", ".ndjson"}
_MAILS_IN_TABLES = ("eml_b64", "eml")


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """What a file holds: labelled complaints in their order, places that cannot be used with the reason (a sentence).

    `read_as` says in one line how it was understood; `digest` is the same for the same content read the same way.
    """

    items: tuple["HistoryItem", ...]
    bad: tuple[tuple[str, str], ...]
    read_as: str
    digest: str


def read_labelled(path: Path, *, columns: Mapping[str, str], label_header: str) -> LabelledFile:
    """Raises `WrongUse` for a path or column that is not there, `Unreadable` for a file without anything usable."""
    if path.is_file() and path.suffix.lower() in _TABLES:
        return _table(path, columns)
    return _mails(path, label_header)


def _table(path: Path, chosen: Mapping[str, str]) -> LabelledFile:
    from agent.quality.labelled_table import guess_columns, read_csv, read_json_lines

    content = path.read_bytes()
    table = (read_json_lines if path.suffix.lower() in {".jsonl", ".ndjson"} else read_csv)(content)
    mail_column = next((name for name in _MAILS_IN_TABLES if name in table.header), "")
    if mail_column and "text" not in chosen:
        chosen = {**chosen, "text": mail_column}
    roles = guess_columns(table, chosen)
    bad = [(f"{path}:{row.line}", row.reason) for row in table.bad_rows]
    items = []
    for item in _items(table, roles, path, is_mail=roles["text"] in _MAILS_IN_TABLES):
        if isinstance(item, tuple):
            bad.append(item)
        else:
            items.append(item)
    between = {"": "", "\t": ", tabs between cells"}.get(
        table.delimiter, f", {table.delimiter!r} between cells"
    )
    columns = ", ".join(f"{role}={column}" for role, column in roles.items())
    return LabelledFile(
        tuple(items), tuple(bad), f"{table.charset}{between}; {columns}", _digest(content, columns)
    )


def _items(
    table: "LabelledTable", roles: Mapping[str, str], path: Path, *, is_mail: bool
) -> Iterator["HistoryItem | tuple[str, str]"]:
    from agent.desk.learning.importing_history import HistoryItem

    for line, row in table.rows:
        place = f"{path}:{line}"
        cell = {role: row.get(column, "").strip() for role, column in roles.items()}
        if not cell["text"]:
            yield place, "It holds no text."
        elif not cell["category"]:
            yield place, "It bears no label."
        else:
            mail = None
            if is_mail:
                try:
                    mail = _decoded(roles["text"], cell["text"])
                except binascii.Error:
                    yield place, "Its mail is not Base64."
                    continue
            yield HistoryItem(
                number=line,
                place=place,
                label=cell["category"],
                text=cell["text"] if mail is None else "",
                subject=cell.get("subject", ""),
                names=tuple(filter(None, [cell.get("name", "")])),
                emails=tuple(filter(None, [cell.get("email", "")])),
                mail=mail,
            )


def _decoded(column: str, text: str) -> bytes:
    return base64.b64decode(text, validate=False) if column == "eml_b64" else text.encode()


def _mails(path: Path, label_header: str) -> LabelledFile:
    from agent.desk.learning.importing_history import HistoryItem
    from agent.quality.labelled_mail import label_of

    if str(path) == "-":
        raise WrongUse("History is read from a file or folder.", remedy="Save it as a file first.")
    items, bad = [], []
    digest = hashlib.sha256(label_header.encode())
    for number, (raw, place) in enumerate(mails_of([path]), 1):
        digest.update(place.encode() + b"\0" + (raw or b""))
        label = label_of(raw, place, label_header) if raw is not None else ""
        if raw is None:
            bad.append((place, "It holds no mail."))
        elif not label:
            bad.append((place, "It bears no label."))
        else:
            items.append(HistoryItem(number=number, place=place, label=label, mail=raw))
    if not items and not bad:
        raise Unreadable(
            f"{path} holds no mail.", remedy="Name a CSV, JSON lines, an mbox, or a folder of mails."
        )
    read_as = f"mails; label from {label_header or 'the mail program’s own headers, else the folder’s name'}"
    return LabelledFile(tuple(items), tuple(bad), read_as, digest.hexdigest())


def _digest(content: bytes, columns: str) -> str:
    return hashlib.sha256(columns.encode() + b"\0" + content).hexdigest()
