"""A table of labelled history as a help desk exports it: charset, delimiter and columns are found out and shown."""

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any

from agent.errors import Unreadable, WrongUse

NEEDED = ("text", "category")
ROLES = (*NEEDED, "subject", "name", "email")
"""What a column can be for: the complaint, its label, its subject line, and who wrote it (known names are hidden)."""

_CHARSETS = ["cp1252", "cp850", "mac_roman", "utf_16_le", "utf_16_be"]
_DELIMITERS = ";,\t|"
_EXCEL_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_LOOKED_AT = 200
_MOST_IN_A_CELL = 131_072


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: the line where it begins, and why (a sentence)."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class LabelledTable:
    """The rows by column name with the line each begins on. `delimiter` is empty for JSON lines."""

    charset: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    bad_rows: tuple[BadRow, ...] = field(default=())


@cache
def words() -> dict[str, dict[str, list[str]]]:
    """The word lists of `data/columns.toml`."""
    return tomllib.loads((Path(__file__).parent / "data" / "columns.toml").read_text(encoding="utf-8"))


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and its charset: by its mark, as UTF-8, by charset-normalizer's guess, as windows-1252."""
    for mark, charset in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(charset, "replace"), charset
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data, cp_isolation=_CHARSETS).best()
        charset = best.encoding if best is not None else "cp1252"
        return data.decode(charset, "replace"), charset


def read_csv(data: bytes) -> LabelledTable:
    """A CSV with a header line. Rows with too many or too few cells are bad rows. Raises `Unreadable` without any."""
    text, charset = decode(data)
    text = text.replace("\0", "")
    hinted = _EXCEL_HINT.match(text)
    skipped = hinted.end() if hinted else 0
    delimiter = hinted[1] if hinted else _delimiter(text)
    rows: list[tuple[int, Mapping[str, str]]] = []
    bad: list[BadRow] = []
    header: tuple[str, ...] = ()
    first_line = 1 if hinted else 0
    for line, cells in _records(text[skipped:], delimiter, first_line):
        if isinstance(cells, str):
            bad.append(BadRow(line, cells))
        elif not any(cell.strip() for cell in cells):
            continue
        elif not header:
            header = tuple(cell.strip() for cell in cells)
        elif len(cells) != len(header):
            bad.append(BadRow(line, f"It has {len(cells)} cells where the header has {len(header)}."))
        else:
            rows.append((line, dict(zip(header, cells, strict=True))))
    if len(header) < len(NEEDED):
        raise Unreadable(
            "The file has no header line with at least two columns.",
            code="history.header",
            remedy="Export it as CSV with a header line, one column for the text and one for the category.",
        )
    return LabelledTable(charset, delimiter, header, tuple(rows), tuple(bad))


def read_json_lines(data: bytes) -> LabelledTable:
    """JSON lines with one object a line; what is not text is written as JSON. Raises `Unreadable` without any object."""
    text, charset = decode(data)
    rows: list[tuple[int, Mapping[str, str]]] = []
    bad: list[BadRow] = []
    header: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            bad.append(BadRow(number, "It is no JSON object."))
            continue
        header |= dict.fromkeys(record)
        rows.append((number, {name: _as_text(value) for name, value in record.items()}))
    if not rows:
        raise Unreadable(
            "The file holds no JSON object.", code="history.empty", remedy="Write one JSON object a line."
        )
    return LabelledTable(charset, "", tuple(header), tuple(rows), tuple(bad))


def guess_columns(table: LabelledTable, chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """Role → column: as chosen, by what columns are called, and by what is in them.

    Raises `WrongUse` for a column that is not there, or where text or category cannot be told.
    """
    found: dict[str, str] = {}
    for role, column in (chosen or {}).items():
        if role not in ROLES or column not in table.header:
            raise WrongUse(
                f"There is no column {column!r}."
                if role in ROLES
                else f"{role!r} is nothing a column can be.",
                code="history.column",
                remedy=f"Columns: {', '.join(table.header)}. They can be: {', '.join(ROLES)}.",
            )
        found[role] = column
    for role in ROLES:
        free = {column.casefold().strip(): column for column in table.header if column not in found.values()}
        if role not in found:
            named = next((free[word] for word in words()["columns"][role] if word in free), None)
            if named is not None:
                found[role] = named
    for role in NEEDED:
        likely = found.get(role) or _by_content(table, role, set(found.values()))
        if likely is None:
            raise WrongUse(
                f"No column looks like the {role}.",
                code="history.column",
                remedy=f"Name it: --columns {role}=COLUMN. Columns: {', '.join(table.header)}.",
            )
        found[role] = likely
    return found


def _by_content(table: LabelledTable, role: str, taken: set[str]) -> str | None:
    """The column with the longest cells for the text; for the category one with few different short values."""
    rows = [row for _, row in table.rows[:_LOOKED_AT]]
    columns = {
        column: [cell for row in rows if (cell := row.get(column, "").strip())]
        for column in table.header
        if column not in taken
    }
    lengths = {column: fmean(map(len, cells)) for column, cells in columns.items() if cells}
    if role == "text":
        longest = max(lengths, key=lambda column: lengths[column], default=None)
        return longest if longest is not None and lengths[longest] >= 20 else None
    kinds = {
        column: len(set(columns[column]))
        for column, length in lengths.items()
        if length <= 40 and 1 < len(set(columns[column])) <= max(2, len(columns[column]) // 3)
    }
    return min(kinds, key=lambda column: kinds[column], default=None)


def _delimiter(text: str) -> str:
    """The one by which most records have as many cells as the header; of equals, the one with more cells.

    (`csv.Sniffer` goes by regular counts of any character, and takes letters of free text for delimiters.)
    """

    def fit(delimiter: str) -> tuple[float, int]:
        widths = [
            len(cells)
            for (_, cells), _ in zip(_records(text, delimiter, 0), range(_LOOKED_AT), strict=False)
            if not isinstance(cells, str)
        ]
        if not widths or widths[0] < len(NEEDED):
            return 0.0, 0
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    return max(_DELIMITERS, key=fit)


def _records(text: str, delimiter: str, lines_before: int) -> Iterator[tuple[int, Sequence[str] | str]]:
    """Each record with the line it begins on; a sentence in place of one that cannot be read."""
    csv.field_size_limit(_MOST_IN_A_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        begins = lines_before + reader.line_num + 1
        try:
            yield begins, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield begins, "A quotation mark was opened and never closed, or a cell is longer than 128 kB."


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
