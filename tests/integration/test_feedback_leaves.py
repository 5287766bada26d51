"""A case is closed; at the right time a request stands in the customer's real mailbox and can be answered and left.

The conditions of asking mean on PostgreSQL what they mean in memory.
"""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from agent.desk.feedback.surveys.links import Purpose, read_token
from agent.mail.server_url import parse_server_url
from agent.mail.smtp import SmtpSender
from agent.store.migrate import upgrade
from agent.store.session import Store, open_store
from tests.house import build_test_house
from tests.servers.postgres import PostgresServer
from tests.servers.smtp_sink import PASSWORD, SmtpSink
from tests.unit.desk.feedback.asking_scenes import (
    at,
    case,
    close,
    customer,
    let_it_leave,
    messages,
    plan,
    request,
)
from tests.unit.store.queries.condition_worlds import World, conditions, disagreement, worlds

pytestmark = pytest.mark.server


def test_a_closed_case_is_asked_about_at_the_right_time_over_smtp(
    tmp_path: Path, smtp_sink: SmtpSink
) -> None:
    home = build_test_house(tmp_path)
    sender = SmtpSender(parse_server_url(smtp_sink.url(), protocol="smtp"), PASSWORD)
    home.house = replace(
        home.house, sender_of=lambda _mailbox: sender, desk_url="https://desk.nordlys.example"
    )
    at(home, "2026-11-26T17:30")
    customer(home)
    close(home, case(home, factors=[{"name": "sentiment", "points": 2}]))
    plan(home)
    assert not messages(home)
    at(home, "2026-11-27T17:30")
    plan(home)
    let_it_leave(home)
    (received,) = smtp_sink.mails
    mail = message_from_bytes(received.raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail["To"] == "Anne Berg <anne@customer.example>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = str(mail["List-Unsubscribe"]).strip("<>").replace("\r\n ", "")
    assert leave.startswith("https://desk.nordlys.example/o/")
    row = request(home)
    assert read_token(home.house, leave.rpartition("/")[2], Purpose.OPT_OUT).id == row.id
    plain = mail.get_body(("plain",))
    assert plain is not None
    link = next(word for word in plain.get_content().split() if "score=5" in word)
    token = link.partition("/s/")[2].partition("?")[0]
    assert read_token(home.house, token, Purpose.SURVEY).id == row.id
    assert (row.state, row.name) == ("asked", "service_careful")


@pytest.fixture(scope="module")
def on_postgres(postgres: PostgresServer) -> Iterator[Store]:
    store = open_store(postgres.new_database())
    upgrade(store)
    yield store
    store.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds(), condition=conditions())
def test_a_condition_finds_in_postgresql_whom_it_holds_for_in_memory(
    on_postgres: Store, world: World, condition: object
) -> None:
    assert disagreement(on_postgres, world, condition) is None


def test_two_schedulers_on_postgresql_ask_once(tmp_path: Path, postgres_url: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from agent.desk.feedback.asking.planning import plan as plan_some
    from tests.unit.desk.feedback.asking_scenes import happened, letters

    home = build_test_house(tmp_path, url=postgres_url)
    at(home, "2026-11-24T11:00")
    for number in range(12):
        happened(home, customer(home, email=f"c{number}@customer.example"), "onboarding_done")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: [plan_some(home.house) for _ in range(4)], range(2)))
    assert len(letters(home)) == 12
