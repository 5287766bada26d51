"""What people change in drafts comes back in the next one.

One file, though a long one: every test plays the same scene of letters, edits and the drafts that follow them.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.desk.audit import first_break
from agent.desk.customers.rights import erase_customer, export_customer, object_to
from agent.desk.learning.judging_memories import confirm, retire
from agent.desk.learning.judging_memories import edit as edit_memory
from agent.desk.learning.judging_memories import undo as undo_change
from agent.desk.learning.memorising import learn
from agent.desk.replies.approval import approve, edit, undo
from agent.desk.steps.intake import check_once
from agent.desk.steps.sweeping import sweep
from agent.drafting.draft import Draft, DraftRequest, Topic
from agent.drafting.local import LocalWriter
from agent.errors import Conflict, WrongUse
from agent.memories.memory import Scope, State
from agent.memories.outcomes import Outcome
from agent.store.migrate import upgrade
from agent.store.queries.draft_outcomes import draft_outcomes
from agent.store.session import open_store
from agent.store.tables import CustomerRow, DraftRow, EditRow, MemoryRow, MemorySightRow, MessageRow
from agent.triage.reading import CategoryDecision
from tests.house import CALM, ScriptedUnderstanding, TestHouse, build_test_house
from tests.unit.desk.conftest import letter, newest

ASK = "When is your telephone line open?"
FACT = "Our telephone line is open on weekdays between 8:00 and 16:00."
ASKING = replace(CALM, asks=(ASK,), category=CategoryDecision("service", "", 0.9, needs_review=False))
NAMES = ("Anne Berg", "Peter Dahl", "Maria Falk", "Lars Bech", "Karen Lind", "Emil Holm", "Eva Ek")


class LocallyWriting(ScriptedUnderstanding):
    """Understands as it is told, and writes with the real local writer."""

    @property
    def writer(self) -> LocalWriter:  # type: ignore[override]
        return _Recording(self)


class _Recording(LocalWriter):
    def __init__(self, parts: ScriptedUnderstanding) -> None:
        super().__init__()
        self._parts = parts

    def write(self, request: DraftRequest) -> Draft:
        self._parts.requests.append(request)
        return super().write(request)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables: migrating once for each test would take most of the time."""
    path = tmp_path_factory.mktemp("tables") / "test.db"
    store = open_store(f"sqlite:///{path}")
    upgrade(store)
    store.close()
    return path


@pytest.fixture
def home(tmp_path: Path, empty: Path) -> Iterator[TestHouse]:
    shutil.copy(empty, tmp_path / "test.db")
    built = build_test_house(tmp_path)
    built.understanding = LocallyWriting(reading=ASKING)
    built.house = replace(built.house, understanding=built.understanding)  # type: ignore[arg-type]
    yield built
    with built.store.reading() as session:
        assert first_break(session) is None


def ask(home: TestHouse, number: int, *, text: str = f"Hello. {ASK}") -> DraftRow:
    """A customer opens a case; their draft."""
    with home.store.reading() as session:
        mail = session.query(MessageRow).count()
    home.inbox.deliver(
        letter(
            text,
            sender=f"{NAMES[number - 1]} <c{number}@shop{number}.example>",
            message_id=f"<{mail}@shop{number}.example>",
            subject=f"Question {mail}",
        )
    )
    check_once(home.house, home.mailbox_id)
    home.work()
    return newest(home)


def changed(text: str) -> str:
    """What Ida makes of a draft: another greeting, another sign-off, and the answer."""
    lines = text.splitlines()
    lines[0] = lines[0].replace("Hi ", "Good morning ")
    place = max(n for n, line in enumerate(lines) if line in {"Best wishes", "Kind regards", "Warm regards"})
    lines[place] = "Warm regards"
    return "\n".join([*lines[:place], *([] if FACT in text else [FACT, ""]), *lines[place:]])


def send(home: TestHouse, draft: DraftRow, text: str) -> DraftRow:
    """Ida sends `text` in place of the draft; it leaves, and is learnt from."""
    with home.store.writing() as unit:
        own = edit(
            unit,
            home.house,
            case_id=draft.case_id,
            draft_id=draft.id,
            content_hash=draft.content_hash,
            text=text,
            subject=None,
            person=home.person,
        )
        approve(
            unit, home.house, case_id=draft.case_id, draft_id=own.id, content_hash=own.content_hash,
            person=home.person,
        )  # fmt: skip
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    return own


def memories(home: TestHouse) -> dict[str, MemoryRow]:
    with home.store.reading() as session:
        return {row.topic: row for row in session.query(MemoryRow).order_by(MemoryRow.id)}


def test_a_greeting_a_sign_off_and_a_fact_put_into_two_drafts_stand_in_the_third(home: TestHouse) -> None:
    for number in (1, 2):
        draft = ask(home, number)
        assert FACT not in draft.text
        assert draft.text.startswith("Hi ")
        send(home, draft, changed(draft.text))
    learnt = memories(home)
    assert set(learnt) == {Topic.GREETING, Topic.SIGN_OFF, Topic.SENTENCE}
    assert {(row.state, row.scope, row.scope_key) for row in learnt.values()} == {
        (State.ACTIVE, Scope.CATEGORY, "service")
    }
    third = ask(home, 3)
    assert third.text.startswith("Good morning Maria,\n")
    assert "\nWarm regards\n" in third.text
    assert FACT in third.text
    sourced = {sentence["text"]: sentence["sources"] for sentence in third.sentences}
    assert sourced[FACT] == [f"memory:{learnt[Topic.SENTENCE].id}"]
    assert all(check["passed"] for check in third.checks), third.checks
    assert "A colleague" not in third.text, "nothing is left open"


def test_one_edit_proposes_and_changes_nothing_yet(home: TestHouse) -> None:
    draft = ask(home, 1)
    send(home, draft, changed(draft.text))
    assert {row.state for row in memories(home).values()} == {State.PROPOSED}
    assert FACT not in ask(home, 2).text


def test_no_customers_name_is_kept(home: TestHouse) -> None:
    draft = ask(home, 1)
    send(home, draft, changed(draft.text))
    with home.store.reading() as session:
        kept = [*session.query(MemoryRow), *session.query(MemorySightRow)]
        words = " ".join(f"{row.before} {row.after} {row.about}" for row in kept)
    assert "Anne" not in words
    assert "PERSON" not in words


def test_another_category_is_not_touched(home: TestHouse) -> None:
    for number in (1, 2):
        draft = ask(home, number)
        send(home, draft, changed(draft.text))
    home.understanding.reading = replace(ASKING, category=CategoryDecision("billing", "", 0.9, False))
    draft = ask(home, 3)
    assert draft.text.startswith("Hi ")
    assert FACT not in draft.text


def test_a_question_about_something_else_gets_no_such_fact(home: TestHouse) -> None:
    for number in (1, 2):
        draft = ask(home, number)
        send(home, draft, changed(draft.text))
    other = "How do I replace the filter of the heat pump?"
    home.understanding.reading = replace(ASKING, asks=(other,))
    assert FACT not in ask(home, 3, text=other).text


def test_a_draft_sent_as_it_was_leaves_nothing_to_learn(home: TestHouse) -> None:
    draft = ask(home, 1)
    with home.store.writing() as unit:
        approve(
            unit, home.house, case_id=draft.case_id, draft_id=draft.id, content_hash=draft.content_hash,
            person=home.person,
        )  # fmt: skip
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    with home.store.reading() as session:
        assert session.query(EditRow).count() == 0


def test_an_approval_that_is_taken_back_teaches_nothing(home: TestHouse) -> None:
    draft = ask(home, 1)
    with home.store.writing() as unit:
        own = edit(
            unit,
            home.house,
            case_id=draft.case_id,
            draft_id=draft.id,
            content_hash=draft.content_hash,
            text=changed(draft.text),
            subject=None,
            person=home.person,
        )
        row = approve(
            unit, home.house, case_id=draft.case_id, draft_id=own.id, content_hash=own.content_hash,
            person=home.person,
        )  # fmt: skip
    with home.store.writing() as unit:
        undo(unit, home.house, outbox_id=row.id, person=home.person)
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    assert memories(home) == {}


def test_learning_twice_from_one_edit_has_one_effect(home: TestHouse) -> None:
    draft = ask(home, 1)
    own = send(home, draft, changed(draft.text))
    learn(home.house, own.id)
    with home.store.reading() as session:
        assert session.query(MemorySightRow).count() == 3


def test_a_lost_ring_is_rung_again(home: TestHouse) -> None:
    draft = ask(home, 1)
    with home.store.writing() as unit:
        own = edit(
            unit,
            home.house,
            case_id=draft.case_id,
            draft_id=draft.id,
            content_hash=draft.content_hash,
            text=changed(draft.text),
            subject=None,
            person=home.person,
        )
        approve(
            unit, home.house, case_id=draft.case_id, draft_id=own.id, content_hash=own.content_hash,
            person=home.person,
        )  # fmt: skip
    home.clock.advance(seconds=30)
    sweep(home.house)
    deliver = [ring for ring in home.doorbell.rung if ring[0] == "deliver"][-1:]
    home.doorbell.rung = deliver
    from agent.desk.replies.delivery import deliver as send_now

    send_now(home.house, deliver[0][1])
    home.doorbell.rung.clear()  # the broker lost it
    home.clock.advance(minutes=2)
    sweep(home.house)
    home.work()
    assert len(memories(home)) == 3


def judge(home: TestHouse, act: Callable[..., MemoryRow], memory_id: int, **more: object) -> None:
    with home.store.writing() as unit:
        act(unit, memory_id, person=home.person, now=home.clock(), **more)


def test_a_person_confirms_and_it_holds_at_once_and_taking_it_back_ends_it(home: TestHouse) -> None:
    draft = ask(home, 1)
    send(home, draft, changed(draft.text))
    fact = memories(home)[Topic.SENTENCE]
    judge(home, edit_memory, fact.id, after=FACT, scope="category", scope_key="service")
    judge(home, confirm, fact.id)
    assert FACT in ask(home, 2).text
    judge(home, undo_change, fact.id)
    assert FACT not in ask(home, 3).text
    judge(home, undo_change, fact.id)
    assert memories(home)[Topic.SENTENCE].scope == Scope.CUSTOMER
    with pytest.raises(Conflict):
        judge(home, undo_change, fact.id)


def test_what_is_retired_stays_retired_however_often_it_is_seen(home: TestHouse) -> None:
    for number in (1, 2, 3):
        draft = ask(home, number)
        if number == 2:
            judge(home, retire, memories(home)[Topic.GREETING].id)
        send(home, draft, changed(draft.text))
    assert memories(home)[Topic.GREETING].state == State.RETIRED
    assert ask(home, 4).text.startswith("Hi ")


def test_the_newer_habit_takes_the_place_of_the_older(home: TestHouse) -> None:
    for number in (1, 2):
        draft = ask(home, number)
        send(home, draft, draft.text.replace("Hi ", "Good morning ", 1))
    for number in (3, 4):
        draft = ask(home, number)
        send(home, draft, draft.text.replace("Good morning ", "Hello ", 1))
    with home.store.reading() as session:
        older, newer = session.query(MemoryRow).order_by(MemoryRow.id)
    assert (older.state, older.replaced_by_id, newer.state) == (State.RETIRED, newer.id, State.ACTIVE)
    assert ask(home, 5).text.startswith("Hello Karen")


def test_what_a_person_confirmed_is_not_replaced_without_a_person(home: TestHouse) -> None:
    for number in (1, 2):
        draft = ask(home, number)
        send(home, draft, draft.text.replace("Hi ", "Good morning ", 1))
    judge(home, confirm, memories(home)[Topic.GREETING].id)
    for number in (3, 4):
        draft = ask(home, number)
        send(home, draft, draft.text.replace("Good morning ", "Hello ", 1))
    assert ask(home, 5).text.startswith("Good morning")
    with home.store.reading() as session:
        newer = session.query(MemoryRow).order_by(MemoryRow.id.desc()).first()
    judge(home, confirm, newer.id)
    assert ask(home, 6).text.startswith("Hello ")


@pytest.mark.parametrize(
    ("after", "scope", "key"),
    [
        ("Ask [PERSON_1].", "category", "service"),
        ("", "category", "service"),
        ("x" * 700, "category", "service"),
        (FACT, "planet", "earth"),
        (FACT, "category", ""),
    ],
)
def test_words_that_may_not_be_kept_are_refused(home: TestHouse, after: str, scope: str, key: str) -> None:
    draft = ask(home, 1)
    send(home, draft, changed(draft.text))
    with pytest.raises(WrongUse):
        judge(home, edit_memory, memories(home)[Topic.SENTENCE].id, after=after, scope=scope, scope_key=key)


def test_erasing_a_customer_unlearns_what_only_they_taught(home: TestHouse) -> None:
    for number in (1, 2):
        draft = ask(home, number)
        send(home, draft, changed(draft.text))
    with home.store.reading() as session:
        assert len(export_customer(session, "c1@shop1.example")["memory_sights"]) == 3
    with home.store.writing() as unit:
        erase_customer(unit, home.house, "c1@shop1.example", actor="test")
    assert {row.state for row in memories(home).values()} == {State.PROPOSED}, "seen once now"
    with home.store.writing() as unit:
        receipt = erase_customer(unit, home.house, "c2@shop2.example", actor="test")
    assert memories(home) == {}
    assert receipt.done["memories"] == 3


def test_colleagues_of_one_company_teach_for_that_company(home: TestHouse) -> None:
    with home.store.writing() as unit:
        unit.session.add_all(
            CustomerRow(email=f"c{n}@shop{n}.example", company="Shop", created_at=home.clock())
            for n in (1, 2)
        )
    for number in (1, 2):
        draft = ask(home, number)
        send(home, draft, changed(draft.text))
    greeting = memories(home)[Topic.GREETING]
    assert (greeting.scope, greeting.scope_key) == (Scope.COMPANY, "Shop")
    assert ask(home, 3).text.startswith("Hi ")


def test_a_customer_who_objects_to_a_tone_of_their_own_gets_none(home: TestHouse) -> None:
    for _ in (1, 2):
        draft = ask(home, 1)
        send(home, draft, draft.text.replace("Hi ", "Good morning ", 1))
        home.clock.advance(minutes=5)
    assert memories(home)[Topic.GREETING].scope == Scope.CUSTOMER
    assert ask(home, 1).text.startswith("Good morning Anne")
    with home.store.writing() as unit:
        object_to(unit, home.house, "c1@shop1.example", ["tone"], actor="test")
    assert not ask(home, 1).text.startswith("Good morning")


def test_what_left_unchanged_is_counted_by_category_language_prompt_and_engine(home: TestHouse) -> None:
    first = ask(home, 1)
    send(home, first, changed(first.text))
    second = ask(home, 2)
    with home.store.writing() as unit:
        approve(
            unit, home.house, case_id=second.case_id, draft_id=second.id, content_hash=second.content_hash,
            person=home.person,
        )  # fmt: skip
    third = ask(home, 3)
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    send(home, third, third.text)
    with home.store.reading() as session:
        outcomes = draft_outcomes(session)
    assert outcomes == (Outcome("service", "en", "local/v1/en", "local", sent=3, unchanged=2),)
    low, high = outcomes[0].interval
    assert 0 < low < 2 / 3 < high < 1
