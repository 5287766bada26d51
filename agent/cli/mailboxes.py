"""`genklang mailbox`: the addresses that are read and answered."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.opening import database, now
from agent.cli.terminal import read_secret, say, table, whisper

if TYPE_CHECKING:
    from agent.store.tables import MailboxRow

app = typer.Typer(help="The mailboxes that Genklang reads and answers from.", no_args_is_help=True)

Named = Annotated[str, typer.Argument(metavar="ADDRESS", help="The mailbox's address.", show_default=False)]


@app.command()
def add(
    address: Named,
    imap: Annotated[
        str, typer.Option(metavar="URL", help="imaps://user@host:993, or imap://… with STARTTLS.")
    ],
    smtp: Annotated[
        str, typer.Option(metavar="URL", help="smtps://user@host:465, or smtp://…:587 with STARTTLS.")
    ],
    password_file: Annotated[
        Path,
        typer.Option(help="A file whose first line is the password, or - for stdin.", show_default=False),
    ],
    folder: Annotated[str, typer.Option(help="The folder to read.")] = "INBOX",
    language: Annotated[str, typer.Option(help="The language of most customers: da, nb, sv, de or en.")] = "",
    brand: Annotated[str, typer.Option(help="The name that customers know this address by.")] = "",
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Allow plain text, and certificates that nobody vouches for.")
    ] = False,
    check: Annotated[bool, typer.Option(help="Sign in to both servers before storing.")] = True,
    replace: Annotated[
        bool, typer.Option("--replace", help="Change a mailbox that is already here.")
    ] = False,
) -> None:
    """Add a mailbox. Reading begins within seconds where `genklang up` or `genklang poll` runs."""
    from agent.desk.settings.polled_mailboxes import NewMailbox, add_mailbox, mailbox_row
    from agent.mail.server_url import parse_server_url

    for url, protocol in ((imap, "imap"), (smtp, "smtp")):
        parse_server_url(url, protocol=protocol, insecure=insecure)
    wanted = NewMailbox(address, imap, smtp, folder, language, brand, insecure)
    password = read_secret(password_file)
    with database() as (settings, store):
        row = mailbox_row(wanted, password, secret_key=settings.secret_key.encode(), now=now())
        if check:
            _try_servers(row, settings.secret_key.encode())
        with store.writing() as unit:
            stored = add_mailbox(unit, row, replace=replace, now=now())
        say(f"{stored.address} is read from now on (folder {stored.folder}).")


def _try_servers(row: "MailboxRow", secret_key: bytes) -> None:
    """Sign in to both servers as the poller and the sender will. Raises `MailServerError`."""
    from agent.wiring import open_inbox, open_sender

    whisper(f"Signing in to {row.imap_url} …")
    with open_inbox(row, secret_key) as inbox:
        inbox.select()
    whisper(f"Signing in to {row.smtp_url} …")
    open_sender(row, secret_key).check()


@app.command("list")
def list_() -> None:
    """Show the mailboxes and how they fare."""
    from agent.desk.settings.polled_mailboxes import is_removed, list_mailboxes

    def state(row: "MailboxRow") -> str:
        if is_removed(row):
            return "removed (its cases are kept)"
        if row.paused:
            return "paused"
        if row.failing_since:
            return f"failing since {row.failing_since:%Y-%m-%d %H:%M} UTC: {row.last_error}"
        return "reading" if row.last_ok_at else "not read yet"

    with database() as (_, store), store.reading() as session:
        rows = [(r.address, r.folder, r.imap_url, r.smtp_url, state(r)) for r in list_mailboxes(session)]
    table(
        ("Address", "Folder", "IMAP", "SMTP", "State"),
        rows,
        empty="No mailbox yet. Add one with `genklang mailbox add`.",
    )


@app.command()
def remove(address: Named) -> None:
    """Stop reading and sending, and forget the password. Cases stay; mail on the server is not touched."""
    from agent.desk.settings.polled_mailboxes import remove_mailbox

    with database() as (_, store):
        with store.writing() as unit:
            gone = remove_mailbox(unit, address, now=now())
        say(f"{address} is removed{'' if gone else '; its cases are kept'}.")


@app.command()
def pause(
    address: Named, resume: Annotated[bool, typer.Option("--resume", help="Read again.")] = False
) -> None:
    """Stop reading for a while; mail waits on the server."""
    from agent.desk.settings.polled_mailboxes import pause_mailbox

    with database() as (_, store):
        with store.writing() as unit:
            row = pause_mailbox(unit, address, paused=not resume, now=now())
        say(f"{row.address} is {'read again' if resume else 'paused'}.")
