"""Mails for tests, made in code: a header that is right, and whatever is wrong about the rest."""

from datetime import UTC, datetime
from typing import Any

from agent.mail.message import Address, ParsedMessage
from agent.mail.parse import parse

HEAD = b"From: Anne <anne@sender.example>\nTo: desk@ours.example\nSubject: Hello\nMessage-ID: <m1@sender.example>\n"


def mail(*, head: bytes = b"", body: bytes = b"token-4711 in the body\n", standard: bytes = HEAD) -> bytes:
    """A mail's bytes: standard headers, more headers, body."""
    return standard + head + b"\n" + body


def html_mail(markup: str) -> bytes:
    return mail(head=b"Content-Type: text/html; charset=utf-8\n", body=markup.encode())


def message(text: str = "Hello", **fields: Any) -> ParsedMessage:
    """A parsed message with these fields, for rules over values."""
    headers = fields.pop("headers", {})
    read = parse(mail(body=text.encode()))
    values: dict[str, Any] = {name: getattr(read, name) for name in ParsedMessage.__slots__}
    values |= {"date": datetime(2026, 3, 2, 9, 0, tzinfo=UTC)} | fields
    values["headers"] = {**read.headers, **{k: (v,) for k, v in dict(headers).items()}}
    return ParsedMessage(**values)


def person(email: str, name: str = "") -> Address:
    return Address(name, email)
