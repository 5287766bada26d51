"""`genklang priority preview`: what other numbers would have made of past cases."""

import json
from datetime import UTC, datetime

import pytest

from agent.store.session import open_store
from agent.store.tables import CaseRow, MailboxRow, MessageRow, TriageRow
from agent.store.values import dump
from agent.triage.reading import FactorName, Signal
from tests.house import CALM
from tests.unit.cli.conftest import Command


@pytest.fixture
def past(genklang: Command) -> Command:
    """Three cases opened just now: one with a deadline, two without."""
    assert genklang("user", "list").code == 0
    store, now = open_store(f"sqlite:///{genklang.folder / 'var' / 'genklang.db'}"), datetime.now(UTC)
    deadline = Signal(FactorName.TIME_CRITICALITY, "by noon")
    from dataclasses import replace

    with store.writing() as unit:
        box = MailboxRow(
            address="s@x.example", imap_url="x", smtp_url="x", password_encrypted="", created_at=now
        )
        unit.session.add(box)
        unit.session.flush()
        for signals in ((deadline,), (), ()):
            case = CaseRow(
                mailbox_id=box.id, customer_email="c@x.example", subject="s", created_at=now, updated_at=now
            )
            unit.session.add(case)
            unit.session.flush()
            mail = MessageRow(mailbox_id=box.id, case_id=case.id, direction="in", received_at=now)
            unit.session.add(mail)
            unit.session.flush()
            reading = dump(replace(CALM, signals=signals))
            unit.session.add(TriageRow(message_id=mail.id, engine="local", reading=reading, created_at=now))
    store.close()
    return genklang


def test_moves_are_shown_with_examples_and_nothing_changes(past: Command) -> None:
    (past.folder / "new.toml").write_text("[priority.levels]\nhigh = 3\n")
    answer = past("priority", "preview", "new.toml")
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "medium\thigh\t1\t#1",
        "critical: 0 now, 0 then",
        "high: 0 now, 1 then",
        "medium: 1 now, 0 then",
        "low: 2 now, 2 then",
        "1 of 3 cases would get another level.",
    ]
    assert past("priority", "preview", "new.toml").out == answer.out


def test_json_has_all_moves_and_totals(past: Command) -> None:
    answer = past("priority", "preview", "-", "--json", stdin="[priority.points]\ntime_criticality = 11\n")
    seen = json.loads(answer.out)
    assert (seen["cases"], seen["changed"]) == (3, 1)
    assert seen["moves"][0] == {"from": "medium", "to": "critical", "cases": 1, "examples": [1]}
    assert seen["totals"]["critical"] == {"now": 0, "then": 1}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[priority.points]\nurgency = 3\n", "priority.points.urgency"),
        ("[company]\nname = 'x'\n", "no table `priority`"),
        ("priority = ", "not valid TOML"),
    ],
)
def test_a_file_that_cannot_be_meant_is_wrong_use(past: Command, text: str, named: str) -> None:
    (past.folder / "new.toml").write_text(text)
    answer = past("priority", "preview", "new.toml")
    assert answer.code == 2
    assert named in answer.err.splitlines()[-1]


def test_a_file_that_is_not_there_is_wrong_use(past: Command) -> None:
    answer = past("priority", "preview", "gone.toml")
    assert answer.code == 2
    assert "gone.toml" in answer.err
