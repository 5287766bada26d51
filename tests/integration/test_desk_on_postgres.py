"""What SQLite lets pass: searching, bulk acts, sleeping and merging on a real PostgreSQL."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select, text

from agent.cases.query import parse
from agent.desk.casework import bulk
from agent.desk.casework.changes import Picked, change_of, take_back
from agent.desk.casework.merging import merge, undo_merge
from agent.desk.casework.snoozing import wake_due
from agent.desk.customers.forgetting_traces import finish_erasure
from agent.desk.customers.rights import erase_customer
from agent.store.queries.case_list import View, count_cases, list_cases
from agent.store.queries.case_pages import Order
from agent.store.queries.case_search import Asker, count, search
from agent.store.tables import CaseRow, CaseWordsRow, MailboxRow, MessageRow, NoteRow
from tests.builders import a_case, a_customer, a_message
from tests.house import TestHouse, build_test_house

pytestmark = pytest.mark.server


@pytest.fixture
def home(tmp_path: Path, postgres_url: str) -> TestHouse:
    return build_test_house(tmp_path, url=postgres_url)


@pytest.fixture
def cases(home: TestHouse) -> list[int]:
    with home.store.writing() as unit:
        session, now = unit.session, home.clock()
        box = session.get_one(MailboxRow, home.mailbox_id)
        customer = a_customer(session, now, email="a@b.example", name="Øyvind", company="Ærø Bageri 100%")
        first = a_case(session, now, box, customer=customer, subject="ærgerlig fejl", priority="critical")
        a_message(
            session, now, first, text="Vi kan ikke LOGGE IND efter 4.2; se https://ærø.example/x_y?id=12ab."
        )
        second = a_case(session, now, box, subject="Faktura", language="de", state="done")
        a_message(session, now, second, text="Fakturaen mangler EAN-nummer 007.")
        session.add(NoteRow(case_id=second.id, person_id=home.person.id, text="ringet til", created_at=now))
        return [first.id, second.id]


def found(home: TestHouse, query: str) -> list[int]:
    asker = Asker(home.person.id, home.clock(), ZoneInfo("Europe/Copenhagen"))
    with home.store.reading() as session:
        lines = search(session, parse(query), asker).lines
        assert count(session, parse(query), asker) == len(lines) or query.isdecimal()
        return [line.id for line in lines]


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ("Ærgerlig", [0]), ("aergerlig", [0]), ("ÆRØ", [0]), ("100%", [0]), ("a@b", [0]), ("faktura", [1]),
        ('"logge ind"', [0]), ('"ind logge"', []), ("4.2", [0]), ("12ab", [0]), ("007", [1]), ("ringet", [1]),
        ("from:øyvind", [0]), ("from:faktura", []), ("-logge", [1]), ("faktura -ean", []), ("ean -logge", [1]),
        ("is:critical", [0]), ("-is:open", [1]), ("lang:de", [1]), ("is:done sort:oldest", [1]),
        ("is:overdue", []), ("is:escalated", []), ("assignee:nobody sort:oldest", [0, 1]), ("tag:x", []),
        ("after:2026-11-20", [1, 0]), ("before:2026-11-20", []), ("logge is:open sort:due", [0]), ("%", []),
        ("' | a:* & !b", []),
    ],
)  # fmt: skip
def test_search_finds_the_same_as_on_sqlite(
    home: TestHouse, cases: list[int], query: str, which: list[int]
) -> None:
    assert sorted(found(home, query)) == sorted(cases[n] for n in which)


@pytest.mark.parametrize("query", ["category:billing -faktura", "-tag:vip", '-"logge ind" -ean'])
def test_what_is_left_out_is_asked_of_each_case_and_never_gathered(
    home: TestHouse, cases: list[int], query: str
) -> None:
    """With NOT IN, half a million numbers were gone through for each of a million cases."""
    asked: list[str] = []
    with home.store.reading() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *seen: asked.append(seen[2]))
        search(session, parse(query), Asker(home.person.id, home.clock(), ZoneInfo("Europe/Copenhagen")))
    assert any("case_words" in one or "case_tags" in one for one in asked)
    assert not [one for one in asked if "NOT IN (SELECT" in one]


def test_the_index_follows_changes_and_erasure(home: TestHouse, cases: list[int]) -> None:
    with home.store.writing() as unit:
        unit.session.scalars(select(MessageRow)).first().new_text = "Noget helt andet"  # type: ignore[union-attr]
    assert found(home, "logge") == []
    assert found(home, "andet") == cases[:1]
    with home.store.writing() as unit:
        receipt = erase_customer(unit, home.house, "a@b.example", actor="x")
    assert "vacuumed" in finish_erasure(home.house, receipt).remains[0]
    with home.store.reading() as session:
        assert session.scalars(select(CaseWordsRow.case_id)).all() == cases[1:]
        used = session.execute(text("SELECT indexname FROM pg_indexes WHERE tablename = 'case_words'"))
        assert "ix_case_words_found_by" in {row[0] for row in used}


def test_lists_page_by_key_in_every_order(home: TestHouse, cases: list[int]) -> None:
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        ids = {
            a_case(unit.session, home.clock(), box, due_in=None if n % 3 else timedelta(n)).id
            for n in range(9)
        }
    for order in Order:
        seen: list[int] = []
        after = ""
        while True:
            with home.store.reading() as session:
                page = list_cases(session, View.UNASSIGNED, person_id=1, order=order, after=after, limit=4)
            seen += [line.id for line in page.lines]
            after = page.following
            if not after:
                break
        assert len(seen) == len(set(seen))
        assert set(seen) == ids | {cases[0]}


def test_acts_sleep_and_merge_and_all_of_it_taken_back(home: TestHouse, cases: list[int]) -> None:
    now = home.clock()
    with home.store.writing() as unit:
        change = bulk.tag(unit, home.house, [Picked(cases[0], 1)], name="vip", person=home.person)
        take_back(unit, home.house, change_of(unit, change.id, home.person), home.person)
    with home.store.writing() as unit:
        version = unit.session.get_one(CaseRow, cases[0]).version
        bulk.snooze(
            unit, home.house, [Picked(cases[0], version)], until=now + timedelta(hours=1), person=home.person
        )
    with home.store.reading() as session:
        assert count_cases(session, person_id=1)[View.SNOOZED] == 1
    home.clock.advance(hours=1)
    for _ in range(2):
        with home.store.writing() as unit:
            wake_due(unit, home.house)
    with home.store.writing() as unit:
        merged = merge(unit, home.house, keep_id=cases[0], other_id=cases[1], person=home.person)
    assert found(home, "faktura") == cases[:1]
    with home.store.writing() as unit:
        undo_merge(unit, home.house, change_of(unit, merged.id, home.person), home.person)
    assert found(home, "faktura") == cases[1:]
