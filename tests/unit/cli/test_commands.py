"""The command line as people meet it: results on stdout, one sentence on stderr, exit codes that mean something."""

import json
import subprocess
import sys
import time

import pytest

from tests.unit.cli.conftest import PASSWORD, Answer, Command


def one_sentence(answer: Answer, *words: str) -> None:
    """The last line of stderr says it all, and names what people need to know."""
    last = answer.err.strip().splitlines()[-1]
    assert last.startswith("genklang: ")
    for word in words:
        assert word in last, last


def test_help_and_version_are_quick_and_load_nothing_heavy(genklang_process: Command) -> None:
    code = (
        "import sys; sys.argv = ['genklang', '--help']\n"
        "from agent.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'sqlalchemy', 'numpy', 'celery', 'fastapi', 'pydantic', 'structlog', 'rich'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stderr.strip() == "[]"
    assert "up" in done.stdout
    assert genklang_process("--version").out.startswith("genklang 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        ["up"], ["web"], ["worker"], ["poll"], ["schedule"], ["doctor"], ["process"], ["learn"], ["eval"],
        ["mailbox", "add"], ["mailbox", "list"], ["mailbox", "remove"], ["mailbox", "pause"],
        ["user", "add"], ["user", "list"], ["user", "disable"], ["customers", "import"],
        ["knowledge", "add"], ["knowledge", "search"], ["knowledge", "list"], ["knowledge", "remove"],
        ["knowledge", "reindex"], ["cases", "import"], ["export"], ["erase"], ["object"],
    ],
)  # fmt: skip
def test_every_command_explains_itself(arguments: list[str]) -> None:
    from typer.testing import CliRunner

    from agent.cli.main import app

    shown = CliRunner().invoke(app, [*arguments, "--help"])
    assert shown.exit_code == 0
    assert "Usage:" in shown.output


def test_wrong_use_ends_with_two(genklang: Command) -> None:
    assert genklang("no-such-command").code == 2
    assert genklang("mailbox", "add").code == 2


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"GENKLANG_COLOUR": "red"}, "GENKLANG_COLOUR"),
        ({"GENKLANG_WEB_PORT": "eighty"}, "GENKLANG_WEB_PORT"),
        ({"GENKLANG_BROKER_URL": "ftp://x"}, "GENKLANG_BROKER_URL"),
        ({"GENKLANG_DATABASE_URL": "mysql://x"}, "GENKLANG_DATABASE_URL"),
        ({"GENKLANG_SECRET_KEY_FILE": "/nowhere/key"}, "GENKLANG_SECRET_KEY_FILE"),
    ],
)
@pytest.mark.parametrize("command", [("user", "list"), ("up",), ("doctor",)])
def test_a_bad_setting_stops_the_start_and_is_named(
    genklang: Command, command: tuple[str, ...], settings: dict[str, str], word: str
) -> None:
    answer = genklang(*command, **settings)
    assert answer.code == 2
    one_sentence(answer, word)


def test_a_database_that_is_away_is_said_at_once(genklang: Command) -> None:
    begun = time.monotonic()
    answer = genklang("up", GENKLANG_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert answer.code == 1
    one_sentence(answer, "GENKLANG_DATABASE_URL")
    assert time.monotonic() - begun < 30


def test_people_are_added_listed_and_shut_out(genklang: Command) -> None:
    added = genklang("user", "add", "ida@x.example", "--role", "admin", "--password-file", "password")
    assert (added.code, added.err) == (0, "")
    genklang("user", "add", "bo@x.example", "--password-file", "-", stdin=f"{PASSWORD}\n")
    assert genklang("user", "list").out.splitlines() == [
        "bo@x.example\tbo\tagent\tactive",
        "ida@x.example\tida\tadmin\tactive",
    ]
    assert genklang("user", "disable", "bo@x.example").code == 0
    assert "bo@x.example\tbo\tagent\tdisabled" in genklang("user", "list").out
    one_sentence(genklang("user", "disable", "ida@x.example"), "last admin")


def test_a_password_file_that_is_not_there_is_named(genklang: Command) -> None:
    answer = genklang("user", "add", "ida@x.example", "--password-file", "nothing")
    assert answer.code == 2
    one_sentence(answer, "nothing", "--password-file")


MAILBOX = (
    "mailbox", "add", "support@x.example", "--imap", "imap://support@127.0.0.1:1",
    "--smtp", "smtp://support@127.0.0.1:2", "--password-file", "password",
)  # fmt: skip


def test_a_mailbox_whose_server_is_away_is_not_stored(genklang: Command) -> None:
    answer = genklang(*MAILBOX)
    assert answer.code == 1
    one_sentence(answer, "127.0.0.1:1")
    assert genklang("mailbox", "list").out == ""


def test_a_mailbox_is_added_unchecked_paused_resumed_and_removed(genklang: Command) -> None:
    assert genklang(*MAILBOX, "--no-check").code == 0
    assert genklang(*MAILBOX, "--no-check").code == 1
    assert "not read yet" in genklang("mailbox", "list").out
    genklang("mailbox", "pause", "support@x.example")
    assert "paused" in genklang("mailbox", "list").out
    assert "read again" in genklang("mailbox", "pause", "support@x.example", "--resume").out
    assert genklang("mailbox", "remove", "support@x.example").code == 0
    assert genklang("mailbox", "list").out == ""
    assert PASSWORD.encode() not in (genklang.folder / "var" / "genklang.db").read_bytes()


def test_a_mail_server_url_that_cannot_be_meant_is_wrong_use(genklang: Command) -> None:
    answer = genklang(*MAILBOX[:4], "http://x", *MAILBOX[5:])
    assert answer.code == 2
    one_sentence(answer, "IMAP")


def test_customers_are_imported_and_bad_rows_named(genklang: Command) -> None:
    (genklang.folder / "customers.csv").write_text("email,tier\na@x.example,A\nnonsense,B\n")
    answer = genklang("customers", "import", "customers.csv")
    assert answer.code == 0
    assert answer.out == "1 added, 0 updated, 1 skipped.\n"
    assert answer.err.startswith("customers.csv:3: ")


def test_a_file_that_is_not_text_is_said(genklang: Command) -> None:
    (genklang.folder / "customers.csv").write_bytes(b"email\n\xff\xfe\n")
    answer = genklang("customers", "import", "customers.csv")
    assert answer.code == 2
    one_sentence(answer, "UTF-8")


def test_articles_are_added_listed_and_removed(genklang: Command) -> None:
    (genklang.folder / "refunds.md").write_text("---\nlang: en\n---\n# Refunds\nWithin 14 days.\n")
    assert genklang("knowledge", "add", "refunds.md").out == "1 added, 0 updated, 0 unchanged, 0 left out.\n"
    [shown] = json.loads(genklang("knowledge", "list", "--json").out)
    assert shown == {
        "id": "refunds", "kind": "article", "lang": "en", "title": "Refunds", "category": "", "indexed": False,
    }  # fmt: skip
    assert genklang("knowledge", "remove", "refunds").code == 0
    assert genklang("knowledge", "remove", "refunds").code == 1


def test_the_doctor_finds_what_is_wrong_and_says_what_to_do(genklang: Command) -> None:
    genklang(*MAILBOX, "--no-check")
    answer = genklang("doctor", "--json")
    assert answer.code == 1
    shown = json.loads(answer.out)
    assert shown["ok"] is False
    states = {finding["part"]: finding["state"] for finding in shown["findings"]}
    assert states["settings"] == states["database"] == states["broker"] == "ok"
    assert states["mailbox support@x.example (IMAP)"] == "problem"
    assert states["mailbox support@x.example (SMTP)"] == "problem"
    assert all(finding["remedy"] for finding in shown["findings"] if finding["state"] != "ok")


def test_process_with_a_path_that_is_not_there_is_wrong_use(genklang: Command) -> None:
    answer = genklang("process", "nothing.eml")
    assert answer.code == 2
    one_sentence(answer, "nothing.eml")
