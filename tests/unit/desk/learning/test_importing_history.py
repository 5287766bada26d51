"""Labelled history becomes corrections: hidden, reviewed, learnt as one batch, and taken back as one."""

import numpy as np
import pytest

from agent.desk.audit import first_break
from agent.desk.learning.history import learnt_before
from agent.desk.learning.importing_history import (
    HistoryItem,
    Plan,
    Prepared,
    begin,
    earlier_import,
    finish,
    plan,
    prepare,
    stage,
    staged,
    undo_import,
)
from agent.errors import Conflict, NotFound, Unreadable
from agent.privacy.redaction import seal
from agent.store.tables import AuditRow, CorrectionRow, LabelCheckRow, StagedLabelRow
from tests.house import TestHouse
from tests.unit.desk.conftest import letter

CATEGORIES = ("billing", "technical", "other")
MAPPING = {"Bill": "billing", "Tech": "technical"}


def prepared(number: int, text: str, label: str) -> Prepared:
    vector = np.zeros(4, np.float32)
    vector[0 if label == "Bill" else 1] = 1.0
    return Prepared(number, f"f.csv:{number}", label, seal(text), vector, {"billing": 0.5, "technical": 0.5})


def take_in(home: TestHouse, made: Plan, *, digest: str = "d1", checked: float = 0.0) -> int:
    with home.store.writing() as unit:
        row = begin(unit, origin="f.csv", digest=digest, rows=9, actor="person:1", now=home.clock())
        finish(unit, row.id, made, MAPPING, now=home.clock(), checked=checked)
        return row.id


def corrections(home: TestHouse) -> list[CorrectionRow]:
    with home.store.reading() as session:
        return session.query(CorrectionRow).order_by(CorrectionRow.id).all()


def checks(home: TestHouse) -> list[LabelCheckRow]:
    with home.store.reading() as session:
        return session.query(LabelCheckRow).order_by(LabelCheckRow.id).all()


def test_names_that_the_file_gives_are_hidden_before_anything_is_kept(home: TestHouse) -> None:
    one = prepare(
        home.house,
        HistoryItem(2, "f.csv:2", "Bill", text="Anne Berg here: wrong invoice", names=("Anne Berg",)),
    )
    assert one.text.shareable() == "[PERSON_1] here: wrong invoice"
    assert one.vector.shape == (64,)


def test_a_mail_teaches_by_its_subject_and_new_text_without_its_sender(home: TestHouse) -> None:
    one = prepare(home.house, HistoryItem(1, "box:1", "Tech", mail=letter("It crashes. Anne Berg")))
    assert one.text.shareable() == "Help.\n\nIt crashes. [PERSON_1]"


def test_a_row_without_words_is_refused(home: TestHouse) -> None:
    with pytest.raises(Unreadable):
        prepare(home.house, HistoryItem(1, "f.csv:1", "Bill", text="  "))


def test_an_interrupted_import_goes_on_where_it_stopped(home: TestHouse) -> None:
    with home.store.writing() as unit:
        row = begin(unit, origin="f.csv", digest="d1", rows=2, actor="x", now=home.clock())
        stage(unit, row.id, [prepared(1, "the invoice", "Bill")])
    with home.store.writing() as unit:
        again = begin(unit, origin="f.csv", digest="d1", rows=2, actor="x", now=home.clock())
        kept = staged(unit.session, again.id)
    assert again.id == row.id
    assert [(one.place, one.text.shareable()) for one in kept] == [("f.csv:1", "the invoice")]
    assert kept[0].vector == pytest.approx(prepared(1, "", "Bill").vector)


def test_labels_without_a_category_stay_out_and_are_counted() -> None:
    made = plan(
        [prepared(1, "one", "Bill"), prepared(2, "two", "Team 7"), prepared(3, "three", "Spam")],
        MAPPING | {"Spam": "-"},
        categories=CATEGORIES,
    )
    assert [category for _, category in made.taken] == ["billing"]
    assert (made.unmapped, made.unwanted) == ({"Team 7": 1}, 1)


def test_nearly_the_same_text_is_learnt_once_and_named_after_the_first() -> None:
    text = "The invoice of order {} is twice as high as we agreed in our contract"
    made = plan(
        [prepared(n, text.format(n * 111), "Bill") for n in (1, 2, 3)], MAPPING, categories=CATEGORIES
    )
    assert [one.place for one, _ in made.taken] == ["f.csv:1"]
    assert made.nearly == [("f.csv:2", "f.csv:1"), ("f.csv:3", "f.csv:1")]


def test_the_same_text_under_two_labels_counts_for_nothing_until_people_have_decided(home: TestHouse) -> None:
    rows = [prepared(1, "The same words", "Bill"), prepared(2, "the same  words", "Tech")]
    made = plan(rows, MAPPING, categories=CATEGORIES)
    assert made.taken == []
    take_in(home, made)
    assert [(row.after, row.weight) for row in corrections(home)] == [("billing", 0.0)]
    assert [check.cause for check in checks(home)] == ["dispute"]


def test_a_fix_by_place_outdoes_the_label_and_settles_a_conflict() -> None:
    rows = [prepared(1, "The same words", "Bill"), prepared(2, "The same words", "Tech")]
    made = plan(rows, MAPPING, categories=CATEGORIES, fixes={"f.csv:2": "billing"})
    assert [(one.place, category) for one, category in made.taken] == [("f.csv:1", "billing")]
    assert made.report.conflicts == []


def test_doubtful_labels_and_a_sample_go_to_two_people_and_count_half(home: TestHouse) -> None:
    rows = [prepared(n, f"text number {n}", "Bill" if n % 2 else "Tech") for n in range(1, 41)]
    wrong = Prepared(99, "f.csv:99", "Tech", seal("odd one out"), rows[0].vector, rows[0].shares)
    made = plan([*rows, wrong], MAPPING, categories=CATEGORIES)
    assert [made.taken[doubt.index][0].place for doubt in made.doubts] == ["f.csv:99"]
    take_in(home, made, checked=0.1)
    causes = [check.cause for check in checks(home)]
    assert (causes.count("doubt"), causes.count("sample")) == (1, 4)
    assert sorted(row.weight for row in corrections(home))[:6] == [0.5] * 5 + [1.0]


def test_nothing_staged_is_left_and_the_trail_tells_of_it_without_words(home: TestHouse) -> None:
    with home.store.writing() as unit:
        row = begin(unit, origin="f.csv", digest="d1", rows=1, actor="person:1", now=home.clock())
        stage(unit, row.id, [prepared(1, "secret words", "Bill")])
    take_in(home, plan([prepared(1, "secret words", "Bill")], MAPPING, categories=CATEGORIES))
    with home.store.reading() as session:
        assert session.query(StagedLabelRow).count() == 0
        event = session.query(AuditRow).one()
        assert first_break(session) is None
    assert (event.action, event.detail) == ("history.imported", {"rows": 1, "taken": 1})


def test_what_was_learnt_before_is_left_out_of_the_next_file(home: TestHouse) -> None:
    take_in(home, plan([prepared(1, "The invoice", "Bill")], MAPPING, categories=CATEGORIES))
    with home.store.reading() as session:
        made = plan(
            [prepared(1, "the INVOICE", "Tech")], MAPPING, categories=CATEGORIES, known=learnt_before(session)
        )
    assert (made.taken, made.report.known_already) == ([], ["f.csv:1"])


def test_an_import_is_taken_back_whole_and_the_file_may_come_again(home: TestHouse) -> None:
    made = plan([prepared(1, "The invoice", "Bill")], MAPPING, categories=CATEGORIES)
    batch = take_in(home, made, checked=1.0)
    with home.store.writing() as unit:
        assert undo_import(unit, batch, actor="person:1", now=home.clock()) == 1
    assert [row.undone_at is not None for row in corrections(home)] == [True]
    assert [check.outcome for check in checks(home)] == ["dropped"]
    with home.store.reading() as session:
        assert earlier_import(session, "d1") is None
        assert learnt_before(session) == frozenset()
    with home.store.writing() as unit, pytest.raises(Conflict):
        undo_import(unit, batch, actor="person:1", now=home.clock())
    with home.store.writing() as unit, pytest.raises(NotFound):
        undo_import(unit, 99, actor="person:1", now=home.clock())
