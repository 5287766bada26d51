"""Real helpdesk mail with the parse that Zammad expects: sender, subject, recipients, body, attachments."""

import base64
from email.utils import getaddresses

from agent.mail.message import ParsedMessage
from evals.material import Material
from evals.outcome import Outcome
from evals.rows import Row
from evals.scorers.peers.expectations import Expectations

FILE = "1_email/zammad/zammad.jsonl.gz"
LIMIT = 200

NOTHING = "no visible content"
"""What Zammad writes for a mail without a letter."""


def score(material: Material) -> Outcome:
    found = Expectations("zammad")
    for row in material.each("zammad", material.peers(FILE, LIMIT)):
        mail = material.read(base64.b64decode(row["raw_base64"]))
        found.expect(row["name"], "readable", True, mail is not None)
        if mail is not None:
            _compare(found, row, mail)
    return found.outcome()


def _compare(found: Expectations, row: Row, mail: ParsedMessage) -> None:
    name, expected = row["name"], row["expected"]
    if not row["zammad_idiosyncrasy"]:
        found.expect(name, "sender", expected["from_email"].lower(), mail.sender.email.lower())
    found.expect(name, "sender's name", _one_line(expected["from_display_name"]), _one_line(mail.sender.name))
    found.expect(name, "subject", _one_line(expected["subject"]), _one_line(mail.subject))
    for header, addresses in (("to", mail.to), ("cc", mail.cc), ("reply_to", mail.reply_to)):
        if expected[header]:
            wanted = sorted(email.lower() for _, email in getaddresses([expected[header]]) if "@" in email)
            found.expect(name, header, wanted, sorted(one.email.lower() for one in addresses))
    body = "" if expected["body_text"] == NOTHING else expected["body_text"] or ""
    found.expect_words(name, "body", body, f"{mail.text}\n{mail.hidden_text}")
    found.expect_names(
        name,
        [_one_line(one["name"]) for one in expected["attachments"] if not one["is_body_alternative"]],
        [_one_line(one.filename) for one in mail.attachments],
    )


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
