"""The commands that read and write language, with the real models: process, learn, search."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command

pytestmark = pytest.mark.timeout(400)

LETTER = """From: Anne Berg <anne@berg.example>
To: support@nordlys.example
Subject: The invoice is wrong
Message-ID: <1@berg.example>
Date: Mon, 23 Nov 2026 08:00:00 +0100
Content-Type: text/plain; charset=utf-8

Hello,
the invoice of November is twice as high as agreed. Please correct it by tomorrow.
Regards, Anne Berg
"""


def test_process_answers_every_mail_in_order_and_keeps_nothing(genklang: Command) -> None:
    folder = Path(genklang.folder)
    (folder / "a.eml").write_text(LETTER)
    (folder / "b.eml").write_bytes(b"")
    (folder / "article.md").write_text(
        "---\nid: invoices\nlang: en\n---\n# Wrong invoices\nWe correct them.\n"
    )
    genklang("knowledge", "add", "article.md")

    answer = genklang("process", "a.eml", "b.eml", "-", stdin=LETTER.replace("<1@", "<2@"))
    assert answer.code == 0
    first, broken, third = map(json.loads, answer.out.splitlines())

    assert [one["source"] for one in (first, broken, third)] == ["a.eml", "b.eml", "-"]
    assert broken["error"]
    assert (first["message_id"], third["message_id"]) == ("<1@berg.example>", "<2@berg.example>")
    assert first["kind"] == "customer"
    assert first["language"] == "en"
    assert "Anne" not in first["redacted_text"]
    assert {"PERSON"} <= {span["type"] for span in first["pii"]}
    assert first["draft"]["text"]
    assert first["similar"][0]["id"] == "invoices"
    assert genklang("doctor", "--json").code == 0  # no case, no mailbox, nothing waiting


def test_a_model_that_is_away_is_replaced_and_said(genklang: Command) -> None:
    (genklang.folder / "a.eml").write_text(LETTER)
    answer = genklang(
        "process", "a.eml", GENKLANG_LLM_MODEL="some-model", OPENAI_BASE_URL="http://127.0.0.1:1/v1"
    )
    shown = json.loads(answer.out)
    assert shown["draft"]["engine"] == "local"
    assert any("local engine" in warning for warning in shown["warnings"])


def test_history_is_learnt_once_without_names(genklang: Command) -> None:
    lines = [
        {"text": "The invoice is wrong. Regards, Anne Berg", "category": "billing"},
        {"text": "The invoice  is WRONG. Regards, Anne Berg", "category": "billing"},
        {"text": "It crashes at the start", "category": "technical"},
        {"text": "it crashes at the start", "category": "billing"},
        {"text": "Hello", "category": "weather"},
    ]
    (genklang.folder / "history.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n{broken\n")

    tried = genklang("learn", "history.jsonl", "--dry-run")
    assert tried.out.endswith("1 examples could be learnt, 5 left out.\n")
    assert genklang("learn", "history.jsonl").out == tried.out.replace("could be learnt", "learnt")
    for place in (
        "history.jsonl:2",
        "history.jsonl:3, history.jsonl:4",
        "history.jsonl:5",
        "history.jsonl:6",
    ):
        assert f"{place}: " in tried.err

    again = genklang("learn", "history.jsonl")
    assert again.out.startswith("0 examples learnt")
    assert b"Anne Berg" not in (genklang.folder / "var" / "genklang.db").read_bytes()


def test_cases_are_imported_without_names_and_found_again(genklang: Command) -> None:
    case = {
        "id": "case-1",
        "lang": "da",
        "category": "billing",
        "question": "Hej, jeg hedder Lone Kristensen, og fakturaen er forkert.",
        "answer": "Hej Lone, vi har rettet fakturaen.",
    }
    (genklang.folder / "cases.jsonl").write_text(json.dumps(case) + "\n{}\n")
    imported = genklang("cases", "import", "cases.jsonl")
    assert imported.out == "1 added, 0 updated, 0 unchanged, 1 left out.\n"

    [found] = json.loads(genklang("knowledge", "search", "My invoice is wrong", "--json", "-k", "1").out)
    assert (found["id"], found["kind"]) == ("case-1", "case")
    assert "Lone" not in json.dumps(found)
