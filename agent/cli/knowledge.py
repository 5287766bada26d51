"""`genklang knowledge` and `genklang cases`: what drafts are written from."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.opening import database, house, now
from agent.cli.terminal import progress, say, table, whisper

if TYPE_CHECKING:
    from agent.desk.articles.remembering import Remembered
    from knowledge.search import Document
    from knowledge.sources import Unusable

articles = typer.Typer(help="The company's articles and solved cases.", no_args_is_help=True)
cases = typer.Typer(help="Solved cases, from which drafts learn.", no_args_is_help=True)


@cases.callback()
def _group() -> None:
    """Keeps `import` a command of its own."""


@articles.command()
def add(
    paths: Annotated[
        list[Path], typer.Argument(help="Markdown, HTML, PDF or JSON lines; or folders of these.")
    ],
) -> None:
    """Add articles, or bring those with the same id up to date. Markdown may name id, title, lang and category."""
    from agent.triage.language import detect
    from knowledge.sources import find_files, read_articles

    files = find_files(paths)
    found = [one for file in files for one in read_articles(file, lambda text: detect(text).value)]
    _remember(_usable(found), len(found), ", ".join(map(str, paths)))


@cases.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSON lines with id, lang, category, question and answer.")],
) -> None:
    """Add solved cases. Personal data is replaced by placeholders before anything is stored."""
    from agent.desk.articles.remembering import hide_people
    from agent.triage.language import detect
    from knowledge.sources import read_cases

    found = list(read_cases(file, lambda text: detect(text).value))
    usable = _usable(found)
    with house() as parts, progress("Hiding personal data") as bar:
        redactor = parts.understanding.redactor
        hidden = [hide_people(redactor, case) for case in bar.each(usable, len(usable))]
    _remember(hidden, len(found), str(file))


def _usable(found: Iterable["Document | Unusable"]) -> list["Document"]:
    from knowledge.search import Document

    usable = []
    for one in found:
        if isinstance(one, Document):
            usable.append(one)
        else:
            whisper(f"{one.place}: {one.reason} It was left out.")
    return usable


def _remember(documents: list["Document"], found: int, origin: str) -> None:
    from agent.desk.articles.remembering import add_documents

    with database() as (_, store), store.writing() as unit:
        report: Remembered = add_documents(unit, documents, now(), origin=origin)
    left_out = found - len(documents)
    say(f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, {left_out} left out.")
    if not documents:
        raise typer.Exit(1)


@articles.command()
def search(
    query: Annotated[str, typer.Argument(help="A question in any of the five languages.")],
    limit: Annotated[int, typer.Option("-k", min=1, max=100, help="How many to show.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """Find what helps with a question, as a draft would."""
    with progress("Building the index") as bar, house(bar.set) as parts:
        question = parts.understanding.redactor.redact(query).text
        language = parts.understanding.language_of(query).value
        matches = parts.understanding.finder.find([question], language=language, limit=limit)
    if as_json:
        shown = [
            {
                "id": match.id,
                "kind": match.document.kind.value,
                "score": round(match.score, 4),
                "title": match.document.title,
                "lang": match.document.language,
                "category": match.document.category,
                "passage": match.passage,
                "reason": match.reason,
            }
            for match in matches
        ]
        say(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    rows = [
        (f"{match.score:.2f}", match.id, match.document.language, _short(match.document.title), match.reason)
        for match in matches
    ]
    table(("Score", "Id", "Language", "Title", "Why"), rows, empty="Nothing is near this question.")


def _short(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= 70 else f"{line[:69]}…"


@articles.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """Show all articles and solved cases."""
    from agent.desk.articles.remembering import list_documents

    with database() as (_, store), store.reading() as session:
        rows = list_documents(session)
    if as_json:
        shown = [
            {"id": r.id, "kind": r.kind, "lang": r.language, "title": r.title, "category": r.category}
            | {"indexed": r.indexed_at is not None}
            for r in rows
        ]
        say(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    cells = [(r.id, r.kind, r.language, r.category, _short(r.title)) for r in rows]
    table(
        ("Id", "Kind", "Language", "Category", "Title"),
        cells,
        empty="Nothing yet. Add with `genklang knowledge add`.",
    )


@articles.command()
def remove(document_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")]) -> None:
    """Forget an article or solved case, here and in the search index."""
    from agent.desk.articles.remembering import remove_document
    from agent.wiring import shared_index
    from knowledge.search import IndexUnavailable

    with database() as (settings, store):
        with store.writing() as unit:
            remove_document(unit, document_id)
        index = shared_index(settings)
        try:
            if index is not None:
                index.remove([document_id])
        except IndexUnavailable:
            whisper("The search index does not answer; run `genklang knowledge reindex` once it does.")
    say(f"{document_id} is forgotten.")


@articles.command()
def gaps(
    limit: Annotated[int, typer.Option("-k", min=1, max=100, help="How many to show.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """Show what customers asked in the last 30 days without a good source, most asked first."""
    from agent.desk.articles.gaps import gap_report

    with database() as (_, store), store.reading() as session:
        found = gap_report(session, now())[:limit]
    if as_json:
        shown = [
            {
                "category": gap.category,
                "asked": len(gap.asks),
                "languages": list(gap.languages),
                "question": gap.asks[0].row.question,
                "cases": [ask.case.id for ask in gap.asks],
                "nearest": gap.asks[0].row.nearest_id,
                "score": round(gap.asks[0].row.nearest_score, 4),
            }
            for gap in found
        ]
        say(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    cells = [
        (str(len(gap.asks)), gap.category, " ".join(gap.languages), _short(gap.asks[0].row.question))
        for gap in found
    ]
    table(
        ("Asked", "Category", "Languages", "Question"),
        cells,
        empty="Every mail of the last 30 days had a good source.",
    )


@articles.command()
def reindex() -> None:
    """Build the search index anew from the database, for one that was lost or is in doubt."""
    from agent.desk.notices import resolve_notice
    from agent.desk.steps.indexing import index_pending, rebuild
    from agent.errors import OutsideUnavailable
    from knowledge.search import IndexUnavailable

    with house() as parts:
        try:
            rebuild(parts)
        except IndexUnavailable as error:
            raise OutsideUnavailable(
                str(error), remedy="Start it (`genklang up`), then try again."
            ) from error
        done = index_pending(parts)
        with parts.store.writing() as unit:
            resolve_notice(unit, "index", now())
    say(f"{done} documents are indexed.")
