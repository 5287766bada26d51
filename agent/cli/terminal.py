"""How the commands speak: results on stdout, everything else on stderr, errors as one sentence with a remedy."""

import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import typer

from agent.errors import GenklangError, SettingError, WrongUse

Item = TypeVar("Item")

FAILED, MISUSED = 1, 2


def say(text: str) -> None:
    """A line for people, on stdout."""
    typer.echo(text)


def whisper(text: str) -> None:
    """A line that must not mix with results, on stderr."""
    typer.echo(text, err=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Rows for people: aligned on a terminal, tab-separated where another program reads them."""
    lines = [[str(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for line in lines:
            say("\t".join(line))
        return
    if not lines:
        say(empty)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        shown.add_column(column)
    for line in lines:
        shown.add_row(*map(Text, line))
    Console().print(shown)


@contextmanager
def progress(description: str) -> Iterator["Bar"]:
    """A progress bar on stderr, for a person alone: pipes and logs see nothing of it."""
    if not sys.stderr.isatty():
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(description), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(description, total=None)
        yield _ShownBar(lambda done, total: shown.update(task, completed=done, total=total))


class Bar:
    """How far a long work is."""

    def set(self, done: int, total: int | None) -> None:
        """`done` of `total`, where the total is known. Nobody looks at this one."""

    def each(self, items: Iterable[Item], total: int) -> Iterator[Item]:
        """The items, counted as they are done."""
        for done, item in enumerate(items):
            self.set(done, total)
            yield item
        self.set(total, total)


class _ShownBar(Bar):
    def __init__(self, show: Callable[[int, int | None], None]) -> None:
        self._show = show

    def set(self, done: int, total: int | None) -> None:
        self._show(done, total)


def read_secret(path: Path) -> str:
    """The first line of a password file; `-` reads it from stdin. Raises `WrongUse`."""
    try:
        text = sys.stdin.readline() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise WrongUse(
            f"The password file {path} cannot be read ({reason}).",
            code="password_file.unreadable",
            remedy="Write the password into a file that this user can read, and name it with --password-file.",
        ) from error
    return text.splitlines()[0].rstrip("\r") if text.strip() else ""


def read_text(path: Path) -> str:
    """A UTF-8 text file, or stdin for `-`. Raises `WrongUse` that names the file and the reason."""
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise WrongUse(f"{path} cannot be read ({error.strerror}).", remedy="Check the path.") from error
    except UnicodeDecodeError as error:
        raise WrongUse(
            f"{path} is not UTF-8 text (byte {error.start}).", remedy="Save it as UTF-8 and try again."
        ) from error


def explain(error: BaseException) -> int:
    """Say on stderr what went wrong, without a traceback; the exit code. Customers' words are never shown."""
    if isinstance(error, GenklangError):
        whisper(f"genklang: {error}")
        return MISUSED if isinstance(error, WrongUse | SettingError) else FAILED
    if isinstance(error, KeyboardInterrupt):
        return 130
    if isinstance(error, BrokenPipeError):
        sys.stderr.close()  # nobody reads on: say nothing, also not at exit
        return FAILED
    whisper(f"genklang: {_in_words(error)}")
    return FAILED


def _in_words(error: BaseException) -> str:
    from sqlalchemy.exc import OperationalError, SQLAlchemyError

    from agent.store.session import database_problem

    if isinstance(error, OperationalError):
        return str(database_problem(error))
    if isinstance(error, SQLAlchemyError):
        return f"The database refused ({type(error).__name__}). Run `genklang doctor`."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}{f': {error.filename}' if error.filename else ''}."
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    return (
        f"Something unforeseen happened ({type(error).__name__} at {where}). Please report it with this line."
    )
