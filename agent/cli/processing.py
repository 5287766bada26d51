"""`genklang process`: the whole analysis of mails that lie in files, without sending and without cases."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli.opening import settings_of_this_folder
from agent.cli.terminal import FAILED, progress, say

_AT_ONCE = 2
_AHEAD = 8

Analysis = Callable[[bytes, str], dict[str, Any]]


def add_commands(app: typer.Typer) -> None:
    app.command(rich_help_panel="Looking closer")(process)


def process(
    paths: Annotated[
        list[Path], typer.Argument(help=".eml, mbox or .jsonl files, folders of these, or - for stdin.")
    ],
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl",
            help="Stdin and files without a name that says so hold JSON lines with id and eml_b64 (or eml).",
        ),
    ] = False,
) -> None:
    """Analyse mails and print one JSON object a message, each on a line of its own, in the order of the input.

    Nothing is sent, no case is made. A message that cannot be read gives an object with `error`.
    """
    from agent.cli.mail_files import mails_of
    from agent.wiring import build_analyser

    mails = mails_of(paths, json_lines=jsonl)
    settings = settings_of_this_folder()
    with progress("Building the index") as bar:
        analyser = build_analyser(settings, said=bar.set)
    done = failed = 0
    with progress("Mails") as bar:
        for outcome in in_order(analyser.analyse, mails):
            say(json.dumps(outcome, ensure_ascii=False))
            done += 1
            failed += "error" in outcome
            bar.set(done, None)
    if done and failed == done:
        raise typer.Exit(FAILED)


def in_order(analyse: Analysis, mails: Iterable[tuple[bytes | None, str]]) -> Iterator[dict[str, Any]]:
    """The outcomes in the order of the mails, a few of them worked on at once."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waiting: deque[Future[dict[str, Any]]] = deque()
        for raw, source in mails:
            waiting.append(pool.submit(_analysed, analyse, raw, source))
            if len(waiting) >= _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _analysed(analyse: Analysis, raw: bytes | None, source: str) -> dict[str, Any]:
    if raw is None:
        return {"source": source, "error": "This line is no JSON object with eml_b64 or eml."}
    try:
        return analyse(raw, source)
    except Exception as error:  # one mail never stops the others
        return {"source": source, "error": f"It could not be analysed ({type(error).__name__})."}
