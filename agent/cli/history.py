"""`genklang learn`: labelled history teaches the sorting of mail."""

import base64
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.opening import house, now
from agent.cli.terminal import progress, read_text, say, whisper

if TYPE_CHECKING:
    from agent.desk.house import House
    from agent.desk.learning.history import Labelled, LearningReport


def add_commands(app: typer.Typer) -> None:
    app.command(rich_help_panel="Teaching")(learn)


def learn(
    file: Annotated[
        Path, typer.Argument(help='JSON lines: {"text" or "eml" or "eml_b64", "category"}; - is stdin.')
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report duplicates and conflicts; store nothing.")
    ] = False,
) -> None:
    """Take in labelled history as corrections, from which the next message is judged.

    Personal data is hidden first. Duplicates, conflicting labels and unknown categories are reported and left out.
    """
    from agent.desk.learning import history
    from agent.triage import taxonomy

    lines = read_text(file).splitlines()
    with house() as parts:
        known_categories = taxonomy.load(parts.company.overrides.get("taxonomy")).slugs
        with progress("Hiding personal data") as bar:
            examples = list(_examples(parts, bar.each(lines, len(lines)), str(file)))
        with parts.store.writing() as unit:
            report = history.review(examples, known_categories, history.learnt_before(unit.session))
            if not dry_run:
                history.learn(unit, report.usable, now())
    _tell(report, known_categories)
    verb = "could be learnt" if dry_run else "learnt"
    left_out = sum(1 for line in lines if line.strip()) - len(report.usable)
    say(f"{len(report.usable)} examples {verb}, {left_out} left out.")
    if not report.usable and not report.known_already:
        raise typer.Exit(1)


def _examples(parts: "House", lines: Iterator[str], file: str) -> Iterator["Labelled"]:
    from agent.desk.learning.history import Labelled
    from agent.errors import GenklangError

    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{file}:{number}"
        try:
            record = json.loads(line)
            text, category = _text_of(record, parts), record["category"]
            redacted = parts.understanding.redactor.redact(text).text
            yield Labelled(place, redacted, str(category))
        except GenklangError as error:
            whisper(f"{place}: {error.message} It was left out.")
        except (ValueError, KeyError, TypeError, AttributeError):
            whisper(
                f'{place}: It is no JSON object with "category" and "text", "eml" or "eml_b64". It was left out.'
            )


def _text_of(record: dict[str, Any], parts: "House") -> str:
    """Subject and newly written text of a mail, as triage sees them; or the text as given."""
    if "text" in record:
        return str(record["text"])
    raw = base64.b64decode(record["eml_b64"]) if "eml_b64" in record else record["eml"].encode()
    mail = parts.mail_reader.read(raw)
    return f"{mail.subject}\n{mail.new_text}"


def _tell(report: "LearningReport", categories: Collection[str]) -> None:
    for place in report.duplicates:
        whisper(f"{place}: The same text stands further up. It was left out.")
    for place in report.known_already:
        whisper(f"{place}: It was learnt before. It was left out.")
    for conflict in report.conflicts:
        labels = " and ".join(sorted(set(conflict.categories)))
        whisper(f"{', '.join(conflict.places)}: The same text is labelled {labels}. None was taken.")
    for example in report.unknown_categories:
        known = ", ".join(sorted(categories))
        whisper(f"{example.place}: {example.category!r} is not a category ({known}). It was left out.")
