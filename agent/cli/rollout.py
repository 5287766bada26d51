"""`genklang rollout`: for which categories and mailboxes people see drafts."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.opening import database, house, now
from agent.cli.terminal import say, table

if TYPE_CHECKING:
    from agent.desk.learning.rollout_figures import Row
    from agent.store.tables import RolloutRow

app = typer.Typer(
    help="Start small: drafts unseen first, then shown, one category at a time.", no_args_is_help=True
)

EVERYTHING = "all"
_DAYS = 90


@app.command("set")
def set_(
    target: Annotated[
        str,
        typer.Argument(help="A category, or all for those without a decision of their own, or a mailbox."),
    ],
    mode: Annotated[str, typer.Argument(help="off, shadow (drafted unseen, for comparison) or on.")],
    reason: Annotated[str, typer.Option(help="Why, in few words; it is kept.", show_default=False)],
    share: Annotated[
        int, typer.Option(min=1, max=100, help="Of a mailbox: for so many per cent of conversations.")
    ] = 100,
) -> None:
    """Decide who sees drafts, from the next mail on. No mail gets more than its mailbox allows."""
    from agent.desk.learning.rollout import set_mode

    is_mailbox = "@" in target
    category = "" if is_mailbox or target == EVERYTHING else target
    with house() as built, built.store.writing() as unit:
        row = set_mode(
            unit,
            built,
            mode,
            reason=reason,
            category=category,
            mailbox=target if is_mailbox else "",
            share=share,
        )
        say(f"{target}: {_said(row)} from the next mail on.")


@app.command()
def show(
    days: Annotated[int, typer.Option(min=1, help="Figures of the last so many days.")] = _DAYS,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show what holds for each category and mailbox, and what the unseen drafts were like."""
    from agent.company import load_company
    from agent.desk.learning.rollout_figures import rollout_rows
    from agent.desk.settings.live import changed_company
    from agent.store.queries.rollouts import decisions, standing_decisions
    from agent.triage import taxonomy

    with database() as (settings, store), store.reading() as session:
        company = changed_company(session, load_company(settings.home / "company.toml"))
        slugs = taxonomy.load(company.overrides.get("taxonomy")).slugs
        rows = rollout_rows(session, slugs, since=now() - timedelta(days=days))
        holding = {row.id for row in standing_decisions(session)}
        mailboxes = [
            one
            for one in decisions(session, 1_000)
            if one.row.id in holding and one.row.mailbox_id is not None
        ]
    if as_json:
        told = {
            "categories": [_plain(row) for row in rows],
            "mailboxes": [
                {
                    "address": one.address,
                    "mode": one.row.mode,
                    "share": one.row.share,
                    "reason": one.row.reason,
                }
                for one in mailboxes
            ],
        }
        say(json.dumps(told, ensure_ascii=False))
        return
    table(
        ("Category", "Drafts", "Mails", "Unseen drafts", "Close to what was sent", "First sorting right"),
        (
            (
                row.category or EVERYTHING,
                row.mode,
                row.mails,
                row.unseen,
                f"{row.close.hits} of {row.close.count}",
                f"{row.sorted_right.hits} of {row.sorted_right.count}",
            )
            for row in rows
        ),
        empty="There are no categories.",
    )
    for one in mailboxes:
        say(f"{one.address}: {_said(one.row)} ({one.row.reason})")


def _said(row: "RolloutRow") -> str:
    return f"{row.mode} for {row.share} % of conversations" if row.share < 100 else str(row.mode)


def _plain(row: "Row") -> dict[str, Any]:
    return {
        "category": row.category or EVERYTHING,
        "mode": row.mode,
        "mails": row.mails,
        "unseen_drafts": row.unseen,
        "compared": row.close.count,
        "close": row.close.hits,
        "sorted": row.sorted_right.count,
        "sorted_right": row.sorted_right.hits,
        "reason": row.decision.reason if row.decision else "",
    }
