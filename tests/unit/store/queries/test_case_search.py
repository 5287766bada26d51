"""That lists and searches are read by index, and what a snippet shows."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from agent.cases.query import Term, parse
from agent.store.queries.case_list import View, count_cases, list_cases
from agent.store.queries.case_pages import Order
from agent.store.queries.case_search import Asker, search
from agent.store.queries.desk_shell import progress
from agent.store.queries.full_text import sought
from agent.store.queries.shell import count_escalations, problems
from agent.store.queries.snippets import mark
from agent.store.tables import MailboxRow
from agent.store.words import fold, words_of
from tests.builders import a_case, a_message
from tests.house import TestHouse, build_test_house


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> TestHouse:
    return build_test_house(tmp_path_factory.mktemp("searched"))


def plans(session: Session, ask: object) -> list[str]:
    """How SQLite would run each SELECT that `ask` sends, a line a step."""
    sent: list[tuple[str, Any]] = []

    def listen(connection: object, cursor: object, statement: str, parameters: Any, *_: object) -> None:
        sent.append((statement, parameters))

    event.listen(session.get_bind(), "before_cursor_execute", listen)
    ask()  # type: ignore[operator]
    event.remove(session.get_bind(), "before_cursor_execute", listen)
    raw = session.connection().connection.cursor()
    steps = []
    for statement, parameters in sent:
        raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps += [row[3] for row in raw.fetchall()]
    return steps


@pytest.mark.parametrize(
    ("order", "index"),
    [
        (Order.OLDEST, "ix_cases_created_at"),
        (Order.CHANGED, "ix_cases_state_updated_at"),
    ],
)
def test_a_list_is_read_by_index(home: TestHouse, order: Order, index: str) -> None:
    with home.store.reading() as session:
        steps = plans(session, lambda: list_cases(session, View.DONE, person_id=1, order=order))
    assert index in steps[0]
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps


@pytest.mark.parametrize("view", [View.APPROVAL, View.CRITICAL, View.SORTING])
@pytest.mark.parametrize("after", ["", "none~50", "2026-11-01T00:00:00+00:00~50"])
def test_what_is_due_first_is_read_along_the_index(home: TestHouse, view: View, after: str) -> None:
    with home.store.reading() as session:
        steps = plans(session, lambda: list_cases(session, view, person_id=1, after=after))
    assert steps
    assert all("ix_cases_state_respond_by" in step for step in steps)


def test_the_numbers_beside_the_views_are_counted_in_their_indexes(home: TestHouse) -> None:
    with home.store.reading() as session:
        steps = plans(session, lambda: count_cases(session, person_id=1))
        waiting = plans(session, lambda: count_escalations(session))
        today = plans(session, lambda: progress(session, home.clock()))
    read = [step for step in (*steps, *today) if step.startswith(("SCAN cases", "SEARCH cases"))]
    assert len([step for step in read if "COVERING INDEX ix_cases_unfinished" in step]) == 2
    assert len([step for step in read if "INDEX ix_cases_state_updated_at" in step]) == 2
    assert len(read) == 4
    assert "USING INDEX ix_escalations_waiting" in waiting[0]


@pytest.mark.parametrize("after", ["", "none~50", "2026-11-01T00:00:00+00:00~50"])
@pytest.mark.parametrize(
    "query",
    [
        "word", '"two words"', "word -other", "is:done lang:da", "before:2026-11-01", "category:billing",
        "word sort:oldest", "word -other is:done sort:oldest",
    ],
)  # fmt: skip
def test_a_search_is_neither_sorted_nor_read_whole(home: TestHouse, query: str, after: str) -> None:
    asker = Asker(1, home.clock(), ZoneInfo("Europe/Copenhagen"))
    with home.store.reading() as session:
        steps = plans(session, lambda: search(session, parse(query), asker, after=after))
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps
    first = next(step for step in steps if "cases" in step or "case_words" in step)
    assert "INDEX" in first


@pytest.mark.parametrize("after", ["", "2026-11-01T00:00:00+00:00~50"])
@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("word -other sort:changed", "ix_cases_updated_at"), ("word -other sort:due", "ix_cases_respond_by"),
        ("lang:da sort:due", "ix_cases_respond_by"), ("word is:open sort:due", "ix_cases_state_respond_by"),
    ],
)  # fmt: skip
def test_words_that_many_cases_have_are_read_along_the_order(
    home: TestHouse, query: str, index: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.store.queries.case_search.FEW", -1)
    asker = Asker(1, home.clock(), ZoneInfo("Europe/Copenhagen"))
    with home.store.reading() as session:
        steps = plans(session, lambda: search(session, parse(query), asker, after=after))
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps
    assert any(index in step for step in steps)


@pytest.mark.parametrize("few", [-1, 3_000])
@pytest.mark.parametrize("limit", [1, 2, 4])
@pytest.mark.parametrize("query", ["sne sort:due", "lang:da sort:due"])
def test_what_is_due_comes_first_and_what_has_no_answer_time_last_on_every_page(
    tmp_path: Path, few: int, limit: int, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = build_test_house(tmp_path)
    with home.store.writing() as unit:
        session, now = unit.session, home.clock()
        box = session.get_one(MailboxRow, home.mailbox_id)
        due = [None, 3, 1, 3, None, -2]  # hours from now
        numbers = [
            a_case(
                session, now, box, subject="Sne", language="da",
                due_in=None if hours is None else timedelta(hours=hours),
            ).id
            for hours in due
        ]  # fmt: skip
    monkeypatch.setattr("agent.store.queries.case_search.FEW", few)
    asker, found, after = Asker(1, home.clock(), ZoneInfo("Europe/Copenhagen")), list[int](), ""
    with home.store.reading() as session:
        for _ in due:
            one = search(session, parse(query), asker, after=after, limit=limit)
            found += [line.id for line in one.lines]
            after = one.following
            if not after:
                break
    assert found == [numbers[n] for n in (5, 2, 1, 3, 0, 4)]


@pytest.mark.parametrize("few", [-1, 3_000])
@pytest.mark.parametrize(
    ("query", "which"),
    [
        ("sne", [0, 2, 1]), ("snef", [1]), ("sne -bil", [2, 1]), ('"sne is"', [0]), ("from:nora", [2]),
        ("from:nora sne", [2]), ("sne -from:nora", [0, 1]), ("nora", [2]), ("sne is:done", [0]),
        ('"s"', []), ("sne snefnug", [1]),
    ],
)  # fmt: skip
def test_few_and_many_hits_are_found_alike(
    tmp_path: Path, few: int, query: str, which: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it is read, a search finds the same cases in the same order."""
    home = build_test_house(tmp_path)
    with home.store.writing() as unit:
        session, now = unit.session, home.clock()
        box = session.get_one(MailboxRow, home.mailbox_id)
        made = (
            ("Bil i sne is", "ole", "done", 1), ("Snefnug og sne", "ole", "open", 3), ("Sne", "nora", "open", 2),
        )  # fmt: skip
        cases = [
            a_case(
                session, now, box, subject=words, summary="", customer_name=name, state=state,
                customer_email=f"{name}@example", updated_at=now - timedelta(hours=hours),
            )
            for words, name, state, hours in made
        ]  # fmt: skip
        numbers = [case.id for case in cases]
    monkeypatch.setattr("agent.store.queries.case_search.FEW", few)
    asker = Asker(1, home.clock(), ZoneInfo("Europe/Copenhagen"))
    with home.store.reading() as session:
        first = search(session, parse(f"{query} sort:changed"), asker, limit=1)
        rest = (
            search(session, parse(f"{query} sort:changed"), asker, after=first.following).lines
            if first.following
            else ()
        )
    assert [line.id for line in (*first.lines, *rest)] == [numbers[n] for n in which]


def test_problems_are_looked_up_by_their_small_indexes(home: TestHouse) -> None:
    with home.store.reading() as session:
        steps = plans(session, lambda: problems(session))
    assert any("ix_messages_work" in step for step in steps)
    assert any("ix_outbox_work" in step for step in steps)
    assert [
        step for step in steps if step.startswith(("SCAN messages", "SCAN outbox")) and "INDEX" not in step
    ] == []


def test_words_are_found_whatever_their_case_and_accents(home: TestHouse) -> None:
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        case = a_case(unit.session, home.clock(), box)
        a_message(unit.session, home.clock(), case, text="Müller i Ærø får straße ½ café ＡＢＣ")
        number = case.id
    asker = Asker(1, home.clock(), ZoneInfo("Europe/Copenhagen"))
    for word in ("MÜLLER", "muller", "aero", "FÅR", "far", "strasse", "CAFÉ", "abc"):
        with home.store.reading() as session:
            assert [line.id for line in search(session, parse(word), asker).lines] == [number], word


def shown(text: str, query: str) -> str:
    pieces = mark(text, sought(parse(query).terms))
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)


def test_a_snippet_marks_beginnings_phrases_and_folded_words() -> None:
    assert shown("Fakturaen kom to gange", "faktura") == "[Fakturaen] kom to gange"
    assert shown("Vi kan ikke logge ind", '"logge ind"') == "Vi kan ikke [logge] [ind]"
    assert shown("Vi kan ikke logge ind", '"logge in"') == ""
    assert shown("Straße in Ærø", "strasse aero") == "[Straße] in [Ærø]"


def test_a_snippet_is_a_stretch_around_the_first_hit() -> None:
    snippet = shown("lorem " * 60 + "needle " + "ipsum " * 60, "needle")
    assert snippet.startswith("… ")
    assert "[needle]" in snippet
    assert snippet.endswith(" …")
    assert len(snippet) < 200


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80), st.text(min_size=1, max_size=8))
def test_what_is_shown_is_always_a_part_of_the_text(text: str, word: str) -> None:
    pieces = mark(text, sought([Term("", word)]))
    joined = "".join(piece.text for piece in pieces).removeprefix("… ").removesuffix(" …")
    assert joined in " ".join(text.split())


@settings(deadline=None)
@given(st.text(max_size=100))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert words_of(" ".join(words_of(text))) == words_of(text)
    assert fold(fold(text)) == fold(text)
