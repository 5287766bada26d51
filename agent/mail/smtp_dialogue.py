"""The steps of handing one mail to an SMTP server (RFC 5321), each ending where the next may still fail."""

import re
import smtplib
import socket
import ssl

from agent.mail.mailbox import RecipientAnswer

ACCEPTED = range(200, 300)
REFUSED = range(400, 600)

_BAD_ADDRESS = 553  # "mailbox name not allowed"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")

Answers = tuple[RecipientAnswer, ...]
Refusal = tuple[int, str]


def announce(connection: smtplib.SMTP, sender: str, recipients: tuple[str, ...], raw: bytes) -> Answers:
    """MAIL and RCPT: what the server says of each recipient. A refused sender is refused for all of them."""
    if why := _unspeakable(connection, (sender, *recipients)):
        return tuple(RecipientAnswer(recipient, _BAD_ADDRESS, why) for recipient in recipients)
    code, text = _answer(connection, f"MAIL FROM:<{sender}>", *_options(connection, sender, recipients, raw))
    if code in REFUSED:
        return tuple(RecipientAnswer(recipient, code, text) for recipient in recipients)
    return tuple(
        RecipientAnswer(recipient, *_answer(connection, f"RCPT TO:<{recipient}>")) for recipient in recipients
    )


def send_body(connection: smtplib.SMTP, raw: bytes) -> Refusal | None:
    """DATA and the mail without its final dot; the refusal, if the server does not want it."""
    reply = connection.docmd("DATA")
    if reply[0] != 354:
        return _refusal(reply)
    body = _LEADING_DOT.sub(b"..", _LINE_END.sub(b"\r\n", raw))
    connection.send(body if body.endswith(b"\r\n") else body + b"\r\n")
    return None


def early_refusal(connection: smtplib.SMTP) -> Refusal | None:
    """What the server said before the mail was whole, such as that it is too big; None while it listens.

    The last moment at which a cut connection can be told from an uncertain outcome: raises where it is cut.
    """
    if _is_quiet(connection):
        return None
    return _refusal(connection.getreply())


def final_dot(connection: smtplib.SMTP, *, patience_s: float) -> tuple[int, str]:
    """The end of the mail, and the server's answer to it. Raises `OSError` where none came."""
    if connection.sock is not None:
        connection.sock.settimeout(patience_s)
    connection.send(b".\r\n")
    code, text = connection.getreply()
    return code, _words(text)


def _options(connection: smtplib.SMTP, sender: str, recipients: tuple[str, ...], raw: bytes) -> list[str]:
    options = []
    if connection.has_extn("size"):
        options.append(f"SIZE={len(raw)}")
    if not raw.isascii() and connection.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    if not all(address.isascii() for address in (sender, *recipients)):
        connection.command_encoding = "utf-8"
        options.append("SMTPUTF8")
    return options


def _unspeakable(connection: smtplib.SMTP, addresses: tuple[str, ...]) -> str:
    """Why one of the addresses cannot be said to this server; empty where all can."""
    if not all(address.isprintable() and not set(" <>") & set(address) for address in addresses):
        return "an address holds characters that no address may hold"
    if not all(address.isascii() for address in addresses) and not connection.has_extn("smtputf8"):
        return "the server takes no addresses beyond ASCII (SMTPUTF8)"
    return ""


def _answer(connection: smtplib.SMTP, command: str, *options: str) -> tuple[int, str]:
    """What the server says to a command. Not by smtplib's `mail` and `rcpt`, which reword addresses."""
    code, text = connection.docmd(" ".join((command, *options)))
    return (code, _words(text)) if code in ACCEPTED else _refusal((code, text))


def _refusal(reply: tuple[int, bytes]) -> Refusal:
    """A reply that says no. What is neither yes nor no ends the conversation: nothing has been sent."""
    code, text = reply
    if code not in REFUSED:
        raise smtplib.SMTPServerDisconnected
    return code, _words(text)


def _is_quiet(connection: smtplib.SMTP) -> bool:
    """Whether nothing waits to be read, neither words nor the end of the connection."""
    sock, buffer = connection.sock, connection.file
    if sock is None or buffer is None:
        return False
    patience = sock.gettimeout()
    sock.setblocking(False)
    try:
        if isinstance(sock, ssl.SSLSocket):
            buffer.peek(1)  # TLS has no peek of its own; session tickets that wait are no words
        else:
            sock.recv(1, socket.MSG_PEEK)
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    except OSError:
        return False
    finally:
        sock.settimeout(patience)
    return False


def _words(text: bytes) -> str:
    return text.decode("utf-8", "replace").replace("\n", " ")
