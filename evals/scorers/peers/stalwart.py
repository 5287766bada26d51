"""RFC cases and malformed mail with the parse that Stalwart expects."""

import base64
from typing import Any

from agent.mail.html import read_html
from agent.mail.limits import DEFAULT
from agent.mail.message import Address, ParsedMessage
from evals.material import Material
from evals.outcome import Outcome
from evals.rows import Row
from evals.scorers.peers.expectations import Expectations

FILE = "1_email/stalwart/stalwart.jsonl.gz"
LIMIT = 200


def score(material: Material) -> Outcome:
    found = Expectations("stalwart")
    for row in material.each("stalwart", material.peers(FILE, LIMIT)):
        mail = material.read(base64.b64decode(row["raw_base64"]))
        found.expect(row["name"], "readable", True, mail is not None)
        if mail is not None:
            _compare(found, row, mail)
    return found.outcome()


def _compare(found: Expectations, row: Row, mail: ParsedMessage) -> None:
    name, expected = row["name"], row["expected"]
    sender = _addresses(expected["from"])
    if sender and sender[0][1]:
        found.expect(name, "sender", sender[0][1], mail.sender.email.lower())
        found.expect(name, "sender's name", sender[0][0], mail.sender.name)
    for header, addresses in (("to", mail.to), ("cc", mail.cc)):
        if wanted := _addresses(expected[header]):
            found.expect(name, header, sorted(wanted), sorted(_plain(one) for one in addresses))
    if expected["subject"]:
        found.expect(name, "subject", _one_line(expected["subject"]), _one_line(mail.subject))
    body = "\n".join(_text(part) for part in expected["body_text"] or ())
    if body.strip():
        found.expect_words(name, "body", body, f"{mail.text}\n{mail.hidden_text}")
    found.expect_names(
        name,
        [one["name"] for one in expected["attachments"] or () if one["name"]],
        [one.filename for one in mail.attachments],
    )


def _addresses(expected: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Name and address of each, groups opened."""
    members = [member for one in (expected or {}).get("List", ()) for member in one.get("addresses", (one,))]
    return [
        (_one_line(one.get("name") or ""), str(one["address"]).lower())
        for one in members
        if one.get("address")
    ]


def _plain(address: Address) -> tuple[str, str]:
    return _one_line(address.name), address.email.lower()


def _text(part: dict[str, Any]) -> str:
    """The words of a body part as Stalwart found it; pictures within the text have none."""
    if part["kind"] == "Html":
        return read_html(part["text"], DEFAULT).text
    return str(part.get("text") or "") if part["kind"] == "Text" else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
