"""`genklang export|erase|object`: a customer's rights under the GDPR, each with a receipt."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.opening import house
from agent.cli.terminal import say, whisper

if TYPE_CHECKING:
    from agent.desk.customers.rights import Receipt

_ACTOR = "command line"

Email = Annotated[str, typer.Argument(help="The customer's address.", metavar="CUSTOMER_EMAIL")]
AsJson = Annotated[bool, typer.Option("--json", help="The receipt as JSON, to be kept.")]


def add_commands(app: typer.Typer) -> None:
    app.command(rich_help_panel="Customers' rights")(export)
    app.command(rich_help_panel="Customers' rights")(erase)
    app.command("object", rich_help_panel="Customers' rights")(object_)


def export(
    customer_email: Email,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write into this file instead of stdout.")
    ] = None,
) -> None:
    """Hand out everything kept about a customer, as JSON (Art. 15)."""
    from agent.desk.customers.rights import hand_out

    with house() as opened, opened.store.writing() as unit:
        kept = hand_out(unit, opened, customer_email, actor=_ACTOR)
    text = json.dumps(kept, ensure_ascii=False, indent=2, default=str)
    if output is None:
        say(text)
        return
    output.touch(mode=0o600)
    output.write_text(text + "\n", encoding="utf-8")
    counts = {name: len(rows) for name, rows in kept.items() if isinstance(rows, list) and rows}
    whisper(f"{output}: " + (", ".join(f"{count} {name}" for name, count in counts.items()) or "the record"))


def erase(
    customer_email: Email,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete everything kept about a customer (Art. 17). It cannot be undone."""
    from agent.desk.customers.forgetting_traces import finish_erasure
    from agent.desk.customers.rights import erase_customer

    if not yes:
        typer.confirm(f"Delete everything kept about {customer_email} for good?", abort=True, err=True)
    with house() as opened:
        with opened.store.writing() as unit:
            receipt = erase_customer(unit, opened, customer_email, actor=_ACTOR)
        receipt = finish_erasure(opened, receipt)
    _show(receipt, "Erased", as_json=as_json)


def object_(
    customer_email: Email,
    purpose: Annotated[
        list[str] | None,
        typer.Option(
            help="drafts: no answers drafted by a machine; tone: no style profile. Both when left out."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record a customer's objection (Art. 21). It counts from the next mail on."""
    from agent.desk.customers.rights import PURPOSES, object_to

    with house() as opened, opened.store.writing() as unit:
        receipt = object_to(unit, opened, customer_email, purpose or PURPOSES, actor=_ACTOR)
    _show(receipt, "Objection recorded", as_json=as_json)


def _show(receipt: "Receipt", heading: str, *, as_json: bool) -> None:
    if as_json:
        say(json.dumps(receipt.as_json(), ensure_ascii=False, indent=2))
        return
    say(f"{heading}: {receipt.email}, {receipt.at:%Y-%m-%d %H:%M} UTC")
    for what, count in receipt.done.items():
        if count:
            say(f"  {what.replace('_', ' ')}: {count}")
    for line in receipt.remains:
        say(f"  Not in our reach: {line}")
