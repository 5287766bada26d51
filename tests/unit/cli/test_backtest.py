"""`genklang backtest`: what another prompt, weight or threshold would have made of past mails."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from unittest.mock import patch

import pytest

from agent.store.session import Store, open_store
from agent.store.tables import AuditRow, CaseRow, CorrectionRow, DraftRow, MailboxRow, MessageRow, TriageRow
from agent.store.values import dump
from agent.triage.reading import FactorName, Signal
from prompts.catalogue import SHIPPED
from tests.house import CALM
from tests.servers.chat_endpoint import answers, chat_endpoint
from tests.unit.cli.conftest import Command
from tests.unit.cli.test_with_models import LETTER

WEIGHTS = "[priority.levels]\nhigh = 3\n"


@pytest.fixture
def store(genklang: Command) -> Iterator[Store]:
    assert genklang("user", "list").code == 0
    opened = open_store(f"sqlite:///{genklang.folder / 'var' / 'genklang.db'}")
    yield opened
    opened.close()


@pytest.fixture
def past(genklang: Command, store: Store) -> Command:
    """Eight answered mails with a deadline, seven of them put right to high, and two without."""
    now, deadline = datetime.now(UTC), Signal(FactorName.TIME_CRITICALITY, "by noon")
    (genklang.folder / "new.toml").write_text(WEIGHTS)
    with store.writing() as unit:
        box = MailboxRow(
            address="s@x.example", imap_url="x", smtp_url="x", password_encrypted="", created_at=now
        )
        unit.session.add(box)
        unit.session.flush()
        for number in range(10):
            signals = (deadline,) if number < 8 else ()
            case = CaseRow(
                mailbox_id=box.id, customer_email="c@x.example", subject="s", created_at=now, updated_at=now,
                state="done", category="technical", priority="medium" if signals else "low",
            )  # fmt: skip
            unit.session.add(case)
            unit.session.flush()
            mail = MessageRow(
                mailbox_id=box.id, case_id=case.id, direction="in", received_at=now, kind="customer",
                redacted_subject="s", redacted_new_text="t", redacted_text="t",
            )  # fmt: skip
            unit.session.add(mail)
            unit.session.flush()
            case.latest_in_id = mail.id
            reading = dump(replace(CALM, signals=signals))
            unit.session.add(TriageRow(message_id=mail.id, engine="local", reading=reading, created_at=now))
            if number < 7:
                unit.session.add(
                    CorrectionRow(
                        case_id=case.id,
                        message_id=mail.id,
                        field="priority",
                        before="medium",
                        after="high",
                        created_at=now,
                    )
                )
    return genklang


def test_changes_are_counted_against_what_people_put_right(past: Command) -> None:
    answer = past("backtest", "--weights", "new.toml")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0] == "10 mails: as now, and with weights new.toml."
    assert "all\tpriority\t10\t8\t7\t1\t0.30\t0.90\t0.070" in lines
    assert "#8/8 priority: medium → high (people: medium), worse" in lines
    assert "#1/1 priority: medium → high (people: high), better" in lines
    assert any(
        line.startswith("8 of 10 would get another priority; 7 agree with people, 1 worse") for line in lines
    )
    assert lines[-1] == "It changes things, but no better and no worse than chance would have it."


def test_json_and_page_hold_the_same_figures(past: Command) -> None:
    answer = past("backtest", "--weights", "new.toml", "--json", "--html", "report.html")
    told = json.loads(answer.out)
    line = next(one for one in told["groups"][0]["lines"] if one["aspect"] == "priority")
    assert (line["changed"], line["paired"]["better"], line["paired"]["worse"]) == (8, 7, 1)
    assert len(told["moved"]) == 8
    page = (past.folder / "report.html").read_text()
    assert told["verdict"] in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_nothing_is_written(past: Command, store: Store) -> None:
    def counts() -> list[int]:
        with store.reading() as session:
            return [session.query(table).count() for table in (AuditRow, DraftRow, TriageRow, CaseRow)]

    before = counts()
    past("backtest", "--weights", "new.toml")
    assert counts() == before


def test_what_is_kept_is_not_done_again(past: Command) -> None:
    arguments = ("backtest", "--weights", "new.toml", "--keep", "kept.jsonl")
    first = past(*arguments, "--limit", "4")
    assert first.out.startswith("4 mails")
    kept = past.folder / "kept.jsonl"
    assert len(kept.read_text().splitlines()) == 5
    with kept.open("a") as file:
        file.write('{"mail": "5", "comp')  # the machine went down here
    from agent.desk.learning import backtesting

    done = []

    def counting(*arguments: object) -> object:
        done.append(arguments[3])
        return real(*arguments)  # type: ignore[arg-type]

    real = backtesting.compare_mail
    with patch.object(backtesting, "compare_mail", counting):
        whole = past(*arguments)
    assert len(done) == 6
    assert whole.out == past("backtest", "--weights", "new.toml").out
    refused = past("backtest", "--review-below", "0.5", "--keep", "kept.jsonl")
    assert (refused.code, "another comparison" in refused.err) == (2, True)


def test_a_person_may_stop_it_and_hears_of_what_is_done(past: Command) -> None:
    from agent.desk.learning import backtesting

    real, done = backtesting.compare_mail, []

    def interrupted(*arguments: object) -> object:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(1)
        return real(*arguments)  # type: ignore[arg-type]

    with patch.object(backtesting, "compare_mail", interrupted):
        answer = past("backtest", "--weights", "new.toml")
    assert answer.code == 0
    assert "It was stopped after 3 of 10 mails." in answer.out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), "nothing to compare"),
        (("--prompt", "draft@1"), "No language model is set"),
        (("--prompt", "draft@99", "--model", "m"), "no prompt file draft@99"),
        (("--engine", "quantum"), "not an engine"),
        (("--engine", "local", "--model", "m"), "asks no model"),
        (("--engine", "llm"), "No language model is set"),
        (("--weights", "gone.toml"), "gone.toml cannot be read"),
        (("--weights", "bad.toml"), "priority.levels.urgent"),
        (("--taxonomy", "new.toml"), "no table `taxonomy` or `sorting`"),
        (("--prompt", "odd.md", "--model", "m"), "needs other values"),
    ],
)
def test_what_cannot_be_tried_is_wrong_use(past: Command, arguments: tuple[str, ...], named: str) -> None:
    (past.folder / "bad.toml").write_text("[priority.levels]\nurgent = 3\n")
    head = "task: draft\nversion: 2\nlanguage: da\ndescription: Odd.\nvariables: [weather]"
    (past.folder / "odd.md").write_text(f"---\n{head}\n---\nIt is {{{{ weather }}}}.\n")
    answer = past("backtest", *arguments)
    assert answer.code == 2
    assert named in answer.err


@pytest.mark.timeout(400)
def test_mails_in_files_are_handled_both_ways_from_the_bytes_on(genklang: Command) -> None:
    """A threshold nobody reaches sends every mail to a person; the robot's mail is left out."""
    (genklang.folder / "a.eml").write_text(LETTER)
    (genklang.folder / "robot.eml").write_text(LETTER.replace("To:", "Auto-Submitted: auto-replied\nTo:"))
    answer = genklang("backtest", "a.eml", "robot.eml", "--review-below", "1", "--json")
    assert answer.code == 0
    told = json.loads(answer.out)
    (mail,) = told["comparison"]["mails"]
    assert (mail["before"]["needs_review"], mail["after"]["needs_review"]) == (False, True)
    assert mail["before"]["draft"]["words"] == mail["after"]["draft"]["words"] > 0
    assert told["comparison"]["skipped"] == 1


@pytest.mark.timeout(400)
def test_a_model_that_is_away_is_told(genklang: Command) -> None:
    (genklang.folder / "a.eml").write_text(LETTER)
    prompt = (SHIPPED / "draft" / "v1" / "en.md").read_text().replace("version: 1", "version: 2")
    (genklang.folder / "better.md").write_text(prompt)
    answer = genklang(
        "backtest", "a.eml", "--prompt", "better.md", "--model", "m", OPENAI_BASE_URL="http://127.0.0.1:1/v1"
    )
    assert answer.code == 0
    assert "1 drafts came from the local engine, without the language model (then)." in answer.out


SORTED = {
    "category": "billing",
    "subcategory": "",
    "confidence": 0.9,
    "sentiment": "negative",
    "factors": [],
    "asks": [],
    "key_terms": [],
    "style": {"formality": "formal", "expertise": "practitioner", "length": "short", "emotion": "calm"},
    "summary": "The invoice is too high.",
}
WRITTEN = {
    "greeting": "Hello,",
    "paragraphs": [[{"text": "Which invoice do you mean?", "kind": "question", "sources": []}]],
    "closing": "Kind regards",
}


@pytest.mark.timeout(400)
def test_another_prompt_reaches_the_model_one_way_only_and_its_cost_is_counted(genklang: Command) -> None:
    (genklang.folder / "a.eml").write_text(LETTER)
    shipped = (SHIPPED / "draft" / "v1" / "en.md").read_text()
    head, body = shipped.replace("version: 1", "version: 2").rsplit("---\n", 1)
    (genklang.folder / "better.md").write_text(f"{head}---\nBE BRIEF.\n{body}")
    with chat_endpoint() as endpoint:

        def act(handler: BaseHTTPRequestHandler) -> None:
            wanted = json.dumps(endpoint.requests[-1])
            answers(json.dumps(WRITTEN if "greeting" in wanted else SORTED))(handler)

        endpoint.script = [act]
        answer = genklang(
            "backtest", "a.eml", "--prompt", "better.md", "--json",
            GENKLANG_LLM_MODEL="m", OPENAI_BASE_URL=endpoint.url, OPENAI_API_KEY="k",
        )  # fmt: skip
        asked = ["BE BRIEF." in json.dumps(request) for request in endpoint.requests]
    (mail,) = json.loads(answer.out)["comparison"]["mails"]
    tried = asked.index(True)
    assert not any(asked[:tried])
    assert mail["before"]["tokens"] + mail["after"]["tokens"] == 18 * len(asked)
    assert mail["before"]["tokens"] > 0
    assert not mail["after"]["draft"]["fell_back"]
