"""`genklang feedback`: events and old feedback from a file, each counted once, and a look without consequences."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.unit.cli.conftest import Command


def lines(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return path


def test_events_and_old_feedback_are_taken_in_once_and_bad_lines_named(
    genklang: Command, tmp_path: Path
) -> None:
    asked = datetime.now(UTC) - timedelta(days=40)
    file = lines(
        tmp_path / "events.jsonl",
        {"id": "1", "email": "anne@x.example", "kind": "login", "at": asked.isoformat()},
        {"id": "2", "email": "anne@x.example", "asked_at": asked.isoformat(), "survey": "csat", "score": 5,
         "answered_at": (asked + timedelta(hours=3)).isoformat()},
        {"id": "3", "email": "anne@x.example", "asked_at": "yesterday"},
        "no json",
    )  # fmt: skip
    first = genklang("feedback", "events", "import", str(file), "--create")
    assert (first.code, first.out.strip()) == (0, "2 taken in, 0 known already, 2 skipped.")
    assert ":3:" in first.err
    assert ":4:" in first.err
    again = genklang("feedback", "events", "import", str(file))
    assert again.out.strip() == "0 taken in, 2 known already, 2 skipped."


def test_unknown_customers_are_skipped_unless_a_record_is_wanted(genklang: Command, tmp_path: Path) -> None:
    file = lines(tmp_path / "e.jsonl", {"id": "1", "email": "anne@x.example", "kind": "login"})
    answer = genklang("feedback", "events", "import", str(file))
    assert answer.code == 1
    assert "no customer" in answer.err


def test_an_old_event_leads_to_no_request(genklang: Command, tmp_path: Path) -> None:
    now = datetime.now(UTC).isoformat()
    file = lines(tmp_path / "e.jsonl", {"id": "1", "email": "a@x.example", "kind": "goal_reached", "at": now})
    genklang("feedback", "events", "import", str(file), "--create")
    assert genklang("feedback", "plan", "--dry-run").out.strip() == ""
    assert genklang("feedback", "plan").out.strip() == "0 requests looked at."
