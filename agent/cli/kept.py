"""What a long back-test has done so far, kept in a file, so that it can go on where it was stopped.

JSON lines: first what is compared, then a mail a line with its figures; no customer's words.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from agent.backtest.outcome import Compared
from agent.errors import WrongUse
from agent.store.values import dump, load


class Kept:
    """The mails that are done, by name; None for one that had to be left out. Without a path, nothing is kept."""

    def __init__(self, path: Path | None, compares: str) -> None:
        self._path = path
        self.done: dict[str, Compared | None] = {}
        if path is None:
            return
        if path.exists():
            self.done = dict(_read(path, compares))
        else:
            path.write_text(json.dumps({"compares": compares}) + "\n", encoding="utf-8")

    def add(self, name: str, compared: Compared | None) -> None:
        self.done[name] = compared
        if self._path is not None:
            line = json.dumps({"mail": name, "compared": dump(compared) if compared else None})
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def _read(path: Path, compares: str) -> Iterator[tuple[str, Compared | None]]:
    """Raises `WrongUse` for a file of another comparison. A last line that was cut off is done again."""
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        head = json.loads(lines[0])["compares"]
    except (IndexError, ValueError, KeyError, TypeError):
        head = None
    if head != compares:
        raise WrongUse(
            f"{path} holds another comparison.",
            code="backtest.kept",
            remedy="Name another file with --keep, or delete this one.",
        )
    for line in lines[1:]:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        yield entry["mail"], load(Compared, entry["compared"]) if entry["compared"] else None
