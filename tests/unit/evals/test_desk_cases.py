"""A made-up desk: it is whole, and no page asks the database more often because it holds more."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, func, select, text

from agent.desk.people.accounts import hash_password
from agent.settings import Settings
from agent.store.migrate import upgrade
from agent.store.session import Store, open_store
from agent.store.tables import AuditRow, CaseRow, CaseWordsRow, MessageRow, OutboxRow, PersonRow
from agent.store.words import write_words
from api.app import create_app
from evals.desk_cases import Size, fill
from evals.scorers.desk_speed import LISTS, PAGED, SINGLE, jumps, measure
from tests.house import build_test_house

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FEW_AND_MANY = (300, 900)
SECRET = "fjord and heather"
SEARCHES = (
    "/search?q=kunde",
    "/search?q=kunde+sort:changed",
    "/search?q=is:done+lang:da",
    "/search?q=from:kunde7",
)


def desk(folder: Path, cases: int) -> tuple[Store, TestClient]:
    """A desk with so many cases, and a browser at it that is signed in as an admin."""
    home = folder / "home"
    home.mkdir(parents=True)
    store = open_store(f"sqlite:///{folder}/desk.db")
    upgrade(store)
    fill(store, Size(cases, words=12), now=NOW, seed=3, said=lambda _: None)
    with store.writing() as unit:
        unit.session.get_one(PersonRow, 1).password_hash = hash_password(SECRET)
    house = replace(build_test_house(home).house, store=store)
    settings = Settings(home=folder)
    browser = TestClient(create_app(house, settings), base_url=settings.desk_url, follow_redirects=False)
    token = browser.get("/sign-in").text.partition('name="csrf" value="')[2].partition('"')[0]
    who = {"csrf": token, "email": "agent1@example", "password": SECRET}
    assert browser.post("/sign-in", data=who, headers={"Origin": settings.desk_url}).status_code == 303
    return store, browser


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Store, TestClient]]:
    folder = tmp_path_factory.mktemp("desks")
    return {cases: desk(folder / str(cases), cases) for cases in FEW_AND_MANY}


def queries(store: Store, browser: TestClient, address: str) -> int:
    sent: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(store.engine, "before_cursor_execute", listen)
    try:
        answer = browser.get(address)
    finally:
        event.remove(store.engine, "before_cursor_execute", listen)
    assert answer.status_code == 200, address
    return len(sent)


@pytest.mark.parametrize("address", [*(one for _, one in (*LISTS, *PAGED, *SINGLE)), *SEARCHES])
def test_a_page_asks_no_more_often_when_there_is_more(
    desks: dict[int, tuple[Store, TestClient]], address: str
) -> None:
    few, many = (queries(*desks[cases], address) for cases in FEW_AND_MANY)
    assert many <= few + 3  # a page that shows something of a kind for the first time may look one thing up


def test_no_case_asks_more_often_than_its_parts_are_many(desks: dict[int, tuple[Store, TestClient]]) -> None:
    store, browser = desks[300]
    assert max(queries(store, browser, f"/cases/{number}") for number in range(280, 286)) <= 90


def test_what_happened_fits_the_cases(desks: dict[int, tuple[Store, TestClient]]) -> None:
    with desks[300][0].reading() as session:
        states = Counter(session.scalars(select(CaseRow.state)))
        replies = session.scalar(select(func.count()).where(MessageRow.direction == "out"))
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == replies
        assert session.scalar(select(func.count()).select_from(CaseWordsRow)) == 300
        assert (session.scalar(select(func.count()).select_from(AuditRow)) or 0) >= 300
        strays = select(CaseRow.id).where(CaseRow.latest_in_id.not_in(select(MessageRow.id)))
        assert session.scalars(strays).all() == []
    assert sum(states.values()) == 300
    assert states["done"] > 250


def test_made_up_cases_are_found_by_the_words_that_the_desk_would_write(
    desks: dict[int, tuple[Store, TestClient]],
) -> None:
    written = select(CaseWordsRow.case_id, CaseWordsRow.customer, CaseWordsRow.words).order_by(
        CaseWordsRow.case_id
    )
    with desks[300][0].writing() as unit:
        made = unit.session.execute(written).all()
        write_words(unit.session, range(1, 301))
        unit.session.flush()
        assert unit.session.execute(written).all() == made
        assert any("tag" in row.words.split() for row in made)


def test_what_was_taken_away_for_loading_is_back(
    desks: dict[int, tuple[Store, TestClient]], tmp_path: Path
) -> None:
    untouched = open_store(f"sqlite:///{tmp_path}/untouched.db")
    upgrade(untouched)
    parts = text("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1, 2")
    with untouched.reading() as empty, desks[300][0].writing() as unit:
        full = unit.session
        assert full.execute(parts).all() == empty.execute(parts).all()
        assert full.execute(text("PRAGMA foreign_key_check")).all() == []
        full.execute(text("INSERT INTO case_words_fts(case_words_fts, rank) VALUES ('integrity-check', 1)"))
    untouched.close()


def test_every_kind_of_page_is_timed_at_every_depth_that_it_has(
    desks: dict[int, tuple[Store, TestClient]],
) -> None:
    store, browser = desks[300]
    with store.reading() as session:
        deep = jumps(session, "kunde", (4, 10_000))
    words = {"common": "ka", "second": "le", "rare": "kamino", "beginning": "ka", "day": "2025-01-01"}
    timings = list(measure(lambda at: browser.get(at).text, words, rounds=1, depths=(1, 2), deep=deep))
    assert {one.page for one in timings} >= {name for name, _ in (*LISTS, *PAGED, *SINGLE)} | {"case"}
    assert {one.depth for one in timings if one.page == "done, oldest first"} == {1, 2, 4}
    assert {one.depth for one in timings if one.page == "search: common word"} == {1, 2, 4}
    assert all(one.p50 > 0 and one.p95 >= one.p50 >= one.quiet for one in timings)
