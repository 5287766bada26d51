"""`genklang history`: labelled complaints of the past teach the sorting of mail, and can be taken back."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.label_report import in_numbers, read_fixes, tell, write_review
from agent.cli.labelled_files import LabelledFile, read_labelled
from agent.cli.opening import database, house, now
from agent.cli.terminal import progress, read_text, say, table, whisper
from agent.errors import WrongUse

if TYPE_CHECKING:
    from agent.desk.house import House
    from agent.desk.learning.importing_history import Prepared
    from agent.quality.label_mapping import Suggestion
    from agent.store.tables import HistoryImportRow
    from agent.triage.taxonomy import Taxonomy

app = typer.Typer(help="Labelled complaints of the past, from which sorting is learnt.", no_args_is_help=True)

_ACTOR = "command line"
_KEPT_AT_ONCE = 20


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV, JSON lines, an mbox, a mail, or a folder of mails.")],
    columns: Annotated[
        str,
        typer.Option(help="Which column is what, where the guess is wrong: text=Beschreibung,category=Typ."),
    ] = "",
    label_header: Annotated[str, typer.Option(help="The header of a mail that bears its label.")] = "",
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="A label and its category: 'Rechnung falsch=billing'.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(help="Labels and categories as TOML; written for editing where it is missing."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Take suggested categories without asking.")] = False,
    review: Annotated[
        Path | None, typer.Option(help="Write doubtful labels into this CSV, to be put right.")
    ] = None,
    fixes: Annotated[
        Path | None, typer.Option(help="Such a CSV with its column `category` put right.")
    ] = None,
    checked: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of the labels that two people shall look at.")
    ] = 0.05,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report everything; store nothing.")] = False,
) -> None:
    """Take in labelled complaints as one batch, without personal data.

    Columns, charset and labels are found out and shown. Duplicates are left out; inconsistent labels are listed and
    put to two people. A file that was taken in before changes nothing; one that was interrupted goes on.
    """
    from agent.desk.learning import importing_history as importing
    from agent.desk.learning.history import learnt_before
    from agent.quality.label_mapping import mapping_file
    from agent.triage.taxonomy import load as load_taxonomy

    with house() as parts:
        categories = load_taxonomy(parts.company.overrides.get("taxonomy"))
        confirmed = _confirmed(map_ or [], mapping, categories)
        right = read_fixes(fixes, categories.slugs) if fixes else {}
        found = read_labelled(file, columns=_pairs(columns), label_header=label_header)
        whisper(f"{file}: {found.read_as}.")
        for place, reason in found.bad:
            whisper(f"{place}: {reason} It was left out.")
        with parts.store.reading() as session:
            earlier = importing.earlier_import(session, found.digest)
            known = learnt_before(session)
        if (
            earlier is not None
            and _says_nothing_new(earlier, found, confirmed, sure_enough=yes)
            and not right
        ):
            say(
                f"It was taken in before, as batch {earlier.id} ({earlier.taken} labels). Nothing was changed."
            )
            return
        batch = 0 if dry_run else _batch(parts, file, found)
        prepared = _prepare(parts, found, batch)
        suggestions = _suggestions(prepared, categories)
        if mapping is not None and not mapping.exists():
            mapping.write_text(mapping_file(suggestions, categories), encoding="utf-8")
            whisper(f"{mapping}: {len(suggestions)} labels were written down, to be edited.")
        labels = {one.label: one.category for one in suggestions if one.category and (yes or one.sure)}
        labels |= confirmed
        made = importing.plan(prepared, labels, categories=categories.slugs, known=known, fixes=right)
        tell(made, suggestions, labels)
        if review is not None:
            write_review(review, made)
        outcome = in_numbers(made, bad=len(found.bad), unread=len(found.items) - len(prepared))
        if dry_run:
            say(f"{outcome} Nothing was stored.")
            return
        worth_it = bool(made.taken or made.disputed)
        with parts.store.writing() as unit:
            if worth_it:
                importing.finish(unit, batch, made, labels, now=now(), checked=checked)
            else:
                importing.abandon(unit, batch)
    say(f"{outcome} `genklang history undo {batch}` takes batch {batch} back." if worth_it else outcome)
    if not worth_it and not made.report.known_already:
        raise typer.Exit(1)


@app.command("list")
def list_() -> None:
    """Show all batches."""
    from agent.desk.learning.importing_history import list_imports

    with database() as (_, store), store.reading() as session:
        rows = list_imports(session)
    cells = [
        (row.id, row.origin, f"{row.created_at:%Y-%m-%d %H:%M}", row.rows, row.taken, _state(row))
        for row in rows
    ]
    table(
        ("Batch", "File", "When (UTC)", "Rows", "Learnt", "State"),
        cells,
        empty="Nothing has been taken in yet.",
    )


@app.command()
def undo(batch: Annotated[int, typer.Argument(metavar="BATCH", help="As `list` shows it.")]) -> None:
    """Take all labels of a batch back; the next mail is sorted without them."""
    from agent.desk.learning.importing_history import undo_import

    with database() as (_, store), store.writing() as unit:
        count = undo_import(unit, batch, actor=_ACTOR, now=now())
    say(f"{count} labels of batch {batch} were taken back.")


def _says_nothing_new(
    earlier: "HistoryImportRow", found: LabelledFile, confirmed: Mapping[str, str], *, sure_enough: bool
) -> bool:
    """Whether this content was taken in whole, and no label of it stands for anything else by now."""
    labels = {item.label for item in found.items}
    undecided = labels - earlier.mapping.keys()
    changed = {label for label in labels & confirmed.keys() if earlier.mapping.get(label) != confirmed[label]}
    return earlier.done_at is not None and not changed and not (undecided and sure_enough)


def _state(row: "HistoryImportRow") -> str:
    if row.undone_at is not None:
        return "taken back"
    return "learnt" if row.done_at is not None else "interrupted: import the file again"


def _pairs(columns: str) -> dict[str, str]:
    """`text=Beschreibung,category=Typ` as typed. Raises `WrongUse`."""
    pairs = [part.partition("=") for part in columns.split(",") if part.strip()]
    if any(not equals for _, equals, _ in pairs):
        raise WrongUse(
            f"{columns!r} names no columns.", remedy="Write --columns text=COLUMN,category=COLUMN."
        )
    return {role.strip(): column.strip() for role, _, column in pairs}


def _confirmed(pairs: list[str], file: Path | None, categories: "Taxonomy") -> dict[str, str]:
    """What people decided about labels: in the mapping file, and, above it, on the command line."""
    from agent.quality.label_mapping import parse_mapping, parse_pair

    in_file = parse_mapping(read_text(file), categories) if file is not None and file.exists() else {}
    return in_file | dict(parse_pair(pair, categories) for pair in pairs)


def _batch(parts: "House", file: Path, found: LabelledFile) -> int:
    from agent.desk.learning.importing_history import begin

    with parts.store.writing() as unit:
        row = begin(
            unit, origin=file.name, digest=found.digest, rows=len(found.items), actor=_ACTOR, now=now()
        )
        return row.id


def _prepare(parts: "House", found: LabelledFile, batch: int) -> list["Prepared"]:
    """Hide and look at what is not staged yet; what cannot be used is named and left out. `batch` 0 stages nothing."""
    from agent.desk.learning.importing_history import prepare, staged
    from agent.errors import GenklangError

    with parts.store.reading() as session:
        done = staged(session, batch)
    if done:
        whisper(f"{len(done)} rows were ready from an import that was interrupted.")
    numbers = {one.number for one in done}
    waiting = [item for item in found.items if item.number not in numbers]
    unsaved: list[Prepared] = []
    with progress("Hiding personal data") as bar:
        for item in bar.each(waiting, len(waiting)):
            try:
                one = prepare(parts, item)
            except GenklangError as error:
                whisper(f"{item.place}: {error.message} It was left out.")
                continue
            done.append(one)
            unsaved.append(one)
            if batch and len(unsaved) >= _KEPT_AT_ONCE:
                _save(parts, batch, unsaved)
    if batch:
        _save(parts, batch, unsaved)
    return sorted(done, key=lambda one: one.number)


def _save(parts: "House", batch: int, unsaved: list["Prepared"]) -> None:
    from agent.desk.learning.importing_history import stage

    with parts.store.writing() as unit:
        stage(unit, batch, unsaved)
    unsaved.clear()


def _suggestions(prepared: list["Prepared"], categories: "Taxonomy") -> list["Suggestion"]:
    from agent.quality.label_mapping import suggest

    by_label: dict[str, list[Mapping[str, float]]] = {}
    for one in prepared:
        by_label.setdefault(one.label, []).append(one.shares)
    return [suggest(label, votes, categories) for label, votes in sorted(by_label.items())]
