"""`genklang rollout`: who sees drafts, from the command line."""

import json
from datetime import UTC, datetime

import pytest

from agent.store.session import open_store
from agent.store.tables import MailboxRow
from tests.unit.cli.conftest import Command


@pytest.fixture
def company(genklang: Command) -> Command:
    assert genklang("user", "list").code == 0
    store = open_store(f"sqlite:///{genklang.folder / 'var' / 'genklang.db'}")
    with store.writing() as unit:
        unit.session.add(
            MailboxRow(
                address="s@x.example",
                imap_url="x",
                smtp_url="x",
                password_encrypted="x",
                created_at=datetime.now(UTC),
            )
        )
    store.close()
    return genklang


def modes(company: Command) -> dict[str, str]:
    told = json.loads(company("rollout", "show", "--json").out)
    return {row["category"]: row["mode"] for row in told["categories"]}


def test_drafts_are_shown_at_first(company: Command) -> None:
    assert set(modes(company).values()) == {"on"}


def test_a_company_starts_with_one_category(company: Command) -> None:
    answer = company("rollout", "set", "all", "shadow", "--reason", "Start of the pilot")
    assert (answer.code, answer.out) == (0, "all: shadow from the next mail on.\n")
    assert company("rollout", "set", "billing", "on", "--reason", "Good in shadow").code == 0
    assert modes(company) | {"billing": "shadow"} == dict.fromkeys(modes(company), "shadow")
    assert modes(company)["billing"] == "on"
    assert "billing\ton\t0\t0\t0 of 0\t0 of 0" in company("rollout", "show").out.splitlines()


def test_a_mailbox_starts_with_a_share(company: Command) -> None:
    answer = company("rollout", "set", "s@x.example", "on", "--share", "20", "--reason", "Pilot")
    assert answer.code == 0
    assert company("rollout", "show").out.splitlines()[-1] == (
        "s@x.example: on for 20 % of conversations (Pilot)"
    )


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("weather", "on", "--reason", "x"), "not a category"),
        (("billing", "maybe", "--reason", "x"), "not a mode"),
        (("billing", "on", "--reason", " "), "needs a reason"),
        (("no@x.example", "on", "--reason", "x"), "no mailbox"),
        (("billing", "on", "--share", "20", "--reason", "x"), "belongs to a mailbox"),
    ],
)
def test_what_cannot_be_meant_is_wrong_use(company: Command, arguments: tuple[str, ...], named: str) -> None:
    answer = company("rollout", "set", *arguments)
    assert (answer.code, named in answer.err) == (2, True)
