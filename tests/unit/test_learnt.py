"""Corrections reach a process' memory newest first, bit by bit, and leave it when they are undone."""

from pathlib import Path

import numpy as np
import pytest

from agent.learnt import LearntCorrections, SolvedCases
from agent.store.tables import CaseRow, CorrectionRow, DocumentRow
from agent.triage.learning import CorrectionMemory
from agent.triage.reading import TriageInput
from knowledge.search import DocumentKind
from tests.house import TestHouse, build_test_house


class OneVector:
    """Stands for the local engine: every text has the same vector."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def example(self, mail: TriageInput) -> tuple[np.ndarray, dict[str, float]]:
        self.texts.append(mail.new_text.shareable())
        return np.array([1.0, 0.0], dtype=np.float32), {"billing": 0.5, "delivery": 0.5}


@pytest.fixture
def home(tmp_path: Path) -> TestHouse:
    return build_test_house(tmp_path)


def add(
    home: TestHouse, text: str, after: str = "billing", field: str = "category", case_id: int | None = None
) -> int:
    with home.store.writing() as unit:
        row = CorrectionRow(
            field=field, before="", after=after, redacted_text=text, case_id=case_id, created_at=home.clock()
        )
        unit.session.add(row)
        unit.session.flush()
        return row.id


def learnt(home: TestHouse) -> tuple[LearntCorrections, CorrectionMemory, OneVector]:
    memory, engine = CorrectionMemory(), OneVector()
    return LearntCorrections(home.store, memory, engine), memory, engine  # type: ignore[arg-type]


def test_a_correction_counts_from_the_next_look_on(home: TestHouse) -> None:
    corrections, memory, _ = learnt(home)
    assert corrections.refresh()
    add(home, "wrong invoice")
    assert corrections.refresh()
    vote = memory.vote(np.array([1.0, 0.0], dtype=np.float32))
    assert vote is not None
    assert vote.shares == {"billing": 1.0}


def test_a_label_that_a_check_changed_counts_anew_and_one_in_dispute_not_at_all(home: TestHouse) -> None:
    corrections, memory, _ = learnt(home)
    row_id = add(home, "wrong invoice")
    add(home, "late parcel", "delivery")
    assert corrections.refresh()

    def check(after: str, weight: float) -> dict[str, float]:
        home.clock.advance(minutes=1)
        with home.store.writing() as unit:
            row = unit.session.get_one(CorrectionRow, row_id)
            row.after, row.weight, row.changed_at = after, weight, home.clock()
        assert corrections.refresh()
        vote = memory.vote(np.array([1.0, 0.0], dtype=np.float32))
        assert vote is not None
        return vote.shares

    assert check("billing", 0.5) == pytest.approx({"billing": 1 / 3, "delivery": 2 / 3})
    assert check("billing", 0.0) == {"delivery": 1.0}
    assert check("usability", 1.0) == pytest.approx({"usability": 0.5, "delivery": 0.5})


def test_each_is_read_once(home: TestHouse) -> None:
    corrections, _, engine = learnt(home)
    add(home, "one")
    corrections.refresh()
    corrections.refresh()
    add(home, "two")
    corrections.refresh()
    assert engine.texts == ["one", "two"]


def test_a_long_history_comes_in_bit_by_bit_newest_first(home: TestHouse) -> None:
    corrections, memory, engine = learnt(home)
    for number in range(5):
        add(home, str(number))
    assert not corrections.refresh(at_once=2)
    assert sorted(engine.texts) == ["3", "4"]
    assert not corrections.refresh(at_once=2)
    assert corrections.refresh(at_once=2)
    assert len(memory) == 5


def test_what_was_undone_or_erased_is_forgotten(home: TestHouse) -> None:
    corrections, memory, _ = learnt(home)
    undone, erased = add(home, "one"), add(home, "two")
    corrections.refresh()
    with home.store.writing() as unit:
        unit.session.get_one(CorrectionRow, undone).undone_at = home.clock()
        unit.session.delete(unit.session.get_one(CorrectionRow, erased))
    corrections.refresh()
    assert len(memory) == 0


def test_corrections_of_other_fields_or_without_words_teach_nothing(home: TestHouse) -> None:
    corrections, memory, _ = learnt(home)
    add(home, "urgent", "critical", field="priority")
    add(home, "")
    assert corrections.refresh()
    assert len(memory) == 0


def test_a_corrected_subcategory_brings_the_category_of_its_case(home: TestHouse) -> None:
    with home.store.writing() as unit:
        case = CaseRow(
            mailbox_id=home.mailbox_id, customer_email="a@x.example", subject="s", category="technical",
            subcategory="crash", created_at=home.clock(), updated_at=home.clock(),
        )  # fmt: skip
        unit.session.add(case)
        unit.session.flush()
        case_id = case.id
    corrections, memory, _ = learnt(home)
    add(home, "it fell over", "crash", field="subcategory", case_id=case_id)
    corrections.refresh()
    vote = memory.vote(np.array([1.0, 0.0], dtype=np.float32))
    assert vote is not None
    assert (vote.shares, vote.subcategory) == ({"technical": 1.0}, "crash")


def solve(home: TestHouse, name: str, category: str = "billing") -> None:
    with home.store.writing() as unit:
        unit.session.merge(
            DocumentRow(
                id=name, kind=DocumentKind.CASE, language="en", title=f"question {name}", body="answer",
                category=category, created_at=home.clock(), updated_at=home.clock(),
            )
        )  # fmt: skip


def precedents(home: TestHouse) -> tuple[SolvedCases, CorrectionMemory, list[str]]:
    memory, asked = CorrectionMemory(), []

    def vector_of(text: str, _language: str) -> np.ndarray:
        asked.append(text)
        return np.array([1.0, 0.0], dtype=np.float32)

    return SolvedCases(home.store, memory, vector_of), memory, asked


def test_solved_cases_are_precedents_until_they_are_removed(home: TestHouse) -> None:
    solved, memory, asked = precedents(home)
    solve(home, "1")
    solve(home, "unsorted", category="")
    assert solved.refresh()
    assert solved.refresh()
    assert asked == ["question 1"], "each is read once, and only where it has a category"
    assert len(memory) == 1
    with home.store.writing() as unit:
        unit.session.delete(unit.session.get_one(DocumentRow, "1"))
    assert solved.refresh()
    assert len(memory) == 0


def test_a_case_that_was_sorted_anew_votes_anew(home: TestHouse) -> None:
    solved, memory, _ = precedents(home)
    solve(home, "1")
    solved.refresh()
    home.clock.advance(minutes=1)
    solve(home, "1", category="delivery")
    assert solved.refresh()
    vote = memory.vote(np.array([1.0, 0.0], dtype=np.float32))
    assert vote is not None
    assert vote.shares == {"delivery": 1.0}


def test_many_solved_cases_arrive_bit_by_bit(home: TestHouse) -> None:
    solved, memory, _ = precedents(home)
    for number in range(5):
        solve(home, str(number))
    assert not solved.refresh(at_once=3)
    assert len(memory) == 3
    assert solved.refresh(at_once=3)
    assert len(memory) == 5
