"""`genklang backtest`: another prompt, weight, model or taxonomy over past mails, before it is switched on."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.opening import house, now, settings_of_this_folder
from agent.cli.terminal import progress, say, table, whisper
from agent.cli.ways import Change, ways_of

if TYPE_CHECKING:
    from agent.backtest.outcome import Compared, Comparison
    from agent.backtest.report import Report
    from agent.cli.kept import Kept
    from agent.desk.house import House
    from agent.desk.learning.backtesting import Redone, Way
    from agent.desk.steps.analysing import Analyser

_USUAL_DAYS = 90
_MOST_NAMED = 20

Work = Mapping[str, Callable[[], "Compared | None"]]
"""How each mail is compared, by its name."""


def add_commands(app: typer.Typer) -> None:
    app.command(rich_help_panel="Looking closer")(backtest)


def backtest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Mails in files or folders, instead of those of the own database."),
    ] = None,
    prompt: Annotated[str, typer.Option(help="A prompt file, or a task and version such as draft@2.")] = "",
    weights: Annotated[
        Path | None, typer.Option(help="TOML with the table `priority` as company.toml would have it.")
    ] = None,
    taxonomy: Annotated[
        Path | None, typer.Option(help="TOML with the tables `taxonomy` or `sorting`, likewise.")
    ] = None,
    review_below: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="People sort what the agent is less sure of than this."),
    ] = None,
    model: Annotated[str, typer.Option(help="Another language model of the same endpoint.")] = "",
    engine: Annotated[str, typer.Option(help="local or llm.")] = "",
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Write drafts too, where the change does not ask for it.")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help=f"Mails from this day on, else of {_USUAL_DAYS} days."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many mails, the newest first.")] = 200,
    category: Annotated[str, typer.Option(help="Only cases of this category.")] = "",
    language: Annotated[str, typer.Option(help="Only cases in this language.")] = "",
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep what is done in this file, and go on from it when called again."),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as a page into this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Handle past mails the present way and another, and tell what would change, for better or worse.

    Nothing is written to cases and nothing is sent. What people corrected, and let stand, is taken as right.
    Ctrl-C ends it early, with a report on the mails that are done.
    """
    from agent.backtest.report import report_on
    from agent.cli.kept import Kept

    change = Change(prompt, weights, taxonomy, review_below, model, engine, drafts)
    settings = settings_of_this_folder()
    with house() as built:
        before, after, redone = ways_of(built, settings, change, from_bytes=bool(paths))
        kept = Kept(keep, f"{change.says()}: {redone!r}")
        if paths:
            work = _of_files(built, before, after, paths, limit)
        else:
            from agent.store.queries.past_mails import past_mail_ids

            start = since.replace(tzinfo=built.company.zone) if since else now() - timedelta(days=_USUAL_DAYS)
            with built.store.reading() as session:
                ids = past_mail_ids(session, since=start, limit=limit, category=category, language=language)
            work = _of_mails(built, before, after, ids, redone)
        comparison = _done(work, kept, change.says())
    report = report_on(comparison)
    if html is not None:
        from agent.backtest.page import page

        html.write_text(page(report, now()), encoding="utf-8")
        whisper(f"The report is in {html}.")
    if as_json:
        say(_as_json(report))
    else:
        _tell(report)


def _of_mails(built: "House", before: "Way", after: "Way", ids: tuple[int, ...], redone: "Redone") -> Work:
    from agent.desk.learning.backtesting import compare_mail

    def compared(message_id: int) -> Callable[[], "Compared | None"]:
        return lambda: compare_mail(built, before, after, message_id, redone)

    return {str(message_id): compared(message_id) for message_id in ids}


def _of_files(built: "House", before: "Way", after: "Way", paths: list[Path], limit: int) -> Work:
    from agent.cli.mail_files import mails_of
    from agent.desk.learning.backtesting import compare_bytes

    ways = tuple((way, _analyser(built, way)) for way in (before, after))

    def compared(raw: bytes | None, source: str) -> Callable[[], "Compared | None"]:
        return lambda: compare_bytes(ways[0], ways[1], raw, source) if raw is not None else None

    mails = enumerate(islice(mails_of(paths), limit), start=1)
    return {f"{number}:{source}": compared(raw, source) for number, (raw, source) in mails}


def _analyser(built: "House", way: "Way") -> "Analyser":
    from agent.wiring import analyser_of

    return analyser_of(built, way.understanding, way.company)


def _done(work: Work, kept: "Kept", says: str) -> "Comparison":
    """All of them compared, or those that are done when a person stops it. One mail never stops the others."""
    import structlog
    from sqlalchemy.exc import SQLAlchemyError

    from agent.backtest.outcome import Comparison

    log = structlog.get_logger()
    try:
        with progress("Mails") as bar:
            for name in bar.each([name for name in work if name not in kept.done], len(work)):
                try:
                    kept.add(name, work[name]())
                except SQLAlchemyError:  # the next mail would fare no better
                    raise
                except Exception as error:  # it is counted as left out
                    log.warning("backtest.failed", error=type(error).__name__)
                    kept.add(name, None)
    except KeyboardInterrupt:
        whisper("Stopped. This is what the mails so far tell.")
    looked_at = [kept.done[name] for name in work if name in kept.done]
    mails = tuple(one for one in looked_at if one is not None)
    return Comparison("as now", says, mails, asked=len(work), skipped=len(looked_at) - len(mails))


def _tell(report: "Report") -> None:
    from agent.backtest.report import ALL
    from agent.backtest.verdict import sentences, verdict

    say(f"{len(report.comparison.mails)} mails: as now, and with {report.comparison.after}.")
    table(
        ("Category", "What", "Mails", "Would change", "Better", "Worse", "Now", "Then", "p"),
        (
            (
                group.name or "all",
                line.aspect,
                line.mails,
                line.changed,
                line.paired.better,
                line.paired.worse,
                f"{line.before:.2f}" if line.paired.judged else "–",
                f"{line.after:.2f}" if line.paired.judged else "–",
                f"{line.paired.p_value:.3f}" if line.paired.better + line.paired.worse else "–",
            )
            for group in report.groups
            for line in group.lines
            if group.name == ALL or line.changed
        ),
        empty="There was no mail to compare.",
    )
    words = {1: "better", 0: "open", -1: "worse"}
    for one in report.moved[:_MOST_NAMED]:
        right = f" (people: {one.truth})" if one.truth else ""
        say(f"{one.mail} {one.aspect}: {one.before} → {one.after}{right}, {words[one.verdict]}")
    if len(report.moved) > _MOST_NAMED:
        say(f"and {len(report.moved) - _MOST_NAMED} more; --json and --html have them all.")
    for sentence in sentences(report):
        say(sentence)
    say(verdict(report))


def _as_json(report: "Report") -> str:
    from agent.backtest.verdict import sentences, verdict
    from agent.store.values import dump

    told = dump(report) | {"sentences": sentences(report), "verdict": verdict(report)}
    return json.dumps(told, ensure_ascii=False)
