"""The Sent folder of an account: found by its role (RFC 6154), by its usual names, or made."""

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError  # type: ignore[import-untyped]
from imapclient.imapclient import SENT  # type: ignore[import-untyped]

from agent.mail.imap_connection import ImapConnection

# What servers without SPECIAL-USE call it where people work in German, Danish, Norwegian or Swedish.
_LOCAL_NAMES = (
    "Gesendet",
    "Gesendete Elemente",
    "Gesendete Objekte",
    "Sendt",
    "Sendt post",
    "Sendte elementer",
    "Skickat",
    "Skickade objekt",
    "Skickade meddelanden",
)


def sent_folder(connection: ImapConnection) -> str | None:
    """The name of the Sent folder, or None where there is none."""
    if found := connection.find_special_folder(SENT):
        return str(found)
    names = [str(name) for _, _, name in connection.list_folders()]
    return next((name for name in names if name.rpartition("/")[2].rpartition(".")[2] in _LOCAL_NAMES), None)


def append_copy(connection: ImapConnection, raw: bytes) -> str:
    r"""Append `raw` to the Sent folder as read (`\Seen`), making the folder where there is none; its name."""
    folder = sent_folder(connection) or _made(connection)
    connection.append(folder, raw, flags=[rb"\Seen"])
    return folder


def holds_message(connection: ImapConnection, message_id: str) -> bool:
    """Whether the Sent folder holds a mail with this Message-ID. Leaves the Sent folder selected."""
    folder = sent_folder(connection)
    if folder is None:
        return False
    connection.select_folder(folder, readonly=True)
    return bool(connection.search(["HEADER", "Message-ID", message_id]))


def _made(connection: ImapConnection) -> str:
    prefix = ""
    if connection.has_capability("NAMESPACE") and (personal := connection.namespace().personal):
        prefix = personal[0][0]
    folder = f"{prefix}Sent"
    connection.create_folder(folder)
    try:
        connection.subscribe_folder(folder)
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        pass  # a folder nobody is subscribed to still takes mail
    return folder
