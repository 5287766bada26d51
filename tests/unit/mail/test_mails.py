"""Whole mails, each with an expectation of the same name beside it in `tests/mails`."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.mail.automatic import bounced_message_id, classify
from agent.mail.parse import parse

MAILS = sorted((Path(__file__).parents[2] / "mails").glob("*.eml"))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_mail_reads_as_expected(path: Path) -> None:
    expected: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    message = parse(path.read_bytes())

    assert classify(message, {"hjelp@nordvik.example"}).kind == expected["kind"]
    if "sender" in expected:
        assert message.sender.email == expected["sender"]
    if "subject" in expected:
        assert message.subject == expected["subject"]
    if "new_text" in expected:
        assert message.new_text == expected["new_text"]
    if "attachments" in expected:
        assert [file.filename for file in message.attachments] == expected["attachments"]
    if "bounced" in expected:
        assert bounced_message_id(message) == expected["bounced"]
    for part, words in (
        (message.signature, "signature_has"),
        (message.quoted, "quoted_has"),
        (message.hidden_text, "hidden_has"),
        ("\n".join(message.warnings), "warnings_have"),
    ):
        for word in expected.get(words, ()):
            assert word in part
    for word in expected.get("html_lacks", ()):
        assert word not in message.safe_html
        assert word not in message.text


def test_every_mail_has_its_expectation_and_there_are_mails() -> None:
    assert len(MAILS) >= 15
    assert all(path.with_suffix(".json").exists() for path in MAILS)
