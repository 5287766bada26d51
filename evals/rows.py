"""Labelled sets as they lie in folders: JSON lines, plain or compressed."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from agent.errors import Unreadable

Row = dict[str, Any]
Item = TypeVar("Item")


class Absent(Exception):
    """What a scorer measures on is not there; the message says what to give."""


def read_rows(file: Path) -> list[Row]:
    """The objects of a `.jsonl` or `.jsonl.gz` file. Raises `Absent` where there is none, `Unreadable` where it is
    something else."""
    if not file.is_file():
        raise Absent(f"{file.name} is not in {file.parent}")
    try:
        with (
            gzip.open(file, "rt", encoding="utf-8")
            if file.suffix == ".gz"
            else file.open(encoding="utf-8") as lines
        ):
            return [json.loads(line) for line in lines if line.strip()]
    except (OSError, EOFError, ValueError) as error:
        raise Unreadable(f"{file} does not hold JSON lines.", remedy="Put the set there again.") from error


def evenly(items: Sequence[Item], limit: int) -> list[Item]:
    """At most `limit` of `items`, spread evenly over their order: the same ones at each run."""
    if len(items) <= limit:
        return list(items)
    return [items[position * len(items) // limit] for position in range(limit)]
