"""Mails for fault tests: each carries a token of its own, and comes from a sender of its own unless told otherwise."""

from collections.abc import Iterable

from tests.faults.oracle import token


def letter(
    number: int | str,
    *,
    sender: str = "",
    subject: str = "",
    text: str = "My printer is offline since this morning. How do I get it back?",
    message_id: str | None = None,
    extra: str = "",
    to: str = "support@nordlys.example",
) -> bytes:
    """A customer's mail as bytes; `extra` holds further header lines, each with its line end.

    `message_id` is made from the number; empty for a mail without one.
    """
    named = f"<{number}@customer.example>" if message_id is None else message_id
    lines = [
        f"From: {sender or f'Customer {number} <customer-{number}@customer.example>'}",
        f"To: {to}",
        f"Subject: {subject or f'Printer offline {number}'}",
        *([f"Message-ID: {named}"] if named else []),
        "Content-Type: text/plain; charset=utf-8",
    ]
    head = "".join(f"{line}\r\n" for line in lines) + extra
    return f"{head}\r\nHi,\r\n\r\n{text}\r\n\r\nRegards\r\n{token_of(number)}\r\n".encode()


def token_of(number: int | str) -> str:
    """The token in the letter of this number."""
    return token("letter", number)


def tokens_of(numbers: Iterable[int | str]) -> set[str]:
    return {token_of(number) for number in numbers}
