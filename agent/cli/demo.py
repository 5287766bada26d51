"""`genklang demo`: try everything out on this machine, with a sample company."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.terminal import say

app = typer.Typer(help="Try everything out on this machine, with a sample company and its mails.")

HOME = Path("var/demo")


@app.callback(invoke_without_command=True)
def demo(
    context: typer.Context,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget the last demonstration and start over.")
    ] = False,
    port: Annotated[int, typer.Option(help="Where the desk listens.")] = 8025,
) -> None:
    """Start a mail server, the sample company and the desk; deliver a Monday morning's mails."""
    if context.invoked_subcommand is not None:
        return
    import os
    import shutil

    from agent.logging import configure
    from agent.sandbox.demo import run_demo
    from agent.settings import load_settings

    if fresh:
        shutil.rmtree(HOME, ignore_errors=True)
    # The demonstration keeps to itself: whatever is set for the real installation does not reach it.
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GENKLANG_", "OPENAI_"))
    }
    os.environ.clear()
    os.environ.update(kept)
    HOME.mkdir(parents=True, exist_ok=True)
    settings = load_settings(
        {"GENKLANG_HOME": str(HOME.resolve()), "GENKLANG_WEB_PORT": str(port)}, folder=HOME
    )
    configure("warning", "console")
    raise typer.Exit(run_demo(settings, say=say))


@app.command()
def mail() -> None:
    """Show the mails that have arrived at the sample customers: acknowledgements and approved answers."""
    from email import message_from_bytes, policy

    from agent.sandbox.demo import answers

    arrived = answers(HOME)
    for raw in arrived:
        letter = message_from_bytes(raw, policy=policy.default)
        body = letter.get_body(("plain",))
        say("─" * 78)
        for name in ("From", "To", "Subject", "In-Reply-To", "Message-ID"):
            say(f"{name}: {letter[name] or ''}")
        say("")
        say(body.get_content().rstrip() if body else "")
    say("─" * 78)
    say(f"{len(arrived)} mails.")
