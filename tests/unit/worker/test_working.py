"""A worker that starts looks whether the index still holds what the database says."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.desk.articles.remembering import add_documents
from agent.desk.house import House
from agent.desk.steps.indexing import pending_documents
from agent.store.tables import DocumentRow
from agent.worker.working import agree_index
from knowledge.search import Document, DocumentKind, IndexUnavailable
from tests.house import TestHouse, build_test_house

ARTICLE = Document("kb-1", DocumentKind.ARTICLE, "en", "Refunds", "Within 14 days.")


class CountingIndex:
    """An index that holds `held` documents, after it was away `away` times."""

    def __init__(self, held: int, away: int = 0) -> None:
        self.held = held
        self.away = away

    @property
    def index(self) -> "CountingIndex":
        return self

    def count(self) -> int:
        if self.away:
            self.away -= 1
            raise IndexUnavailable
        return self.held

    def clear(self) -> None:
        self.held = 0


@pytest.fixture
def home(tmp_path: Path) -> TestHouse:
    home = build_test_house(tmp_path)
    with home.store.writing() as unit:
        add_documents(unit, [ARTICLE], home.clock())
    with home.store.writing() as unit:
        unit.session.get_one(DocumentRow, ARTICLE.id).indexed_at = home.clock()
    return home


def house_with(home: TestHouse, index: CountingIndex) -> House:
    return replace(home.house, understanding=index)  # type: ignore[arg-type]


def pending(home: TestHouse) -> int:
    with home.store.reading() as session:
        return pending_documents(session)


def test_an_index_that_agrees_is_left_alone(home: TestHouse) -> None:
    assert not agree_index(house_with(home, CountingIndex(1)))
    assert pending(home) == 0


@pytest.mark.parametrize("held", [0, 2])
def test_one_that_was_lost_or_kept_too_much_is_built_anew(home: TestHouse, held: int) -> None:
    index = CountingIndex(held)
    assert agree_index(house_with(home, index))
    assert index.held == 0
    assert pending(home) == 1


def test_documents_still_on_their_way_are_no_reason(home: TestHouse) -> None:
    with home.store.writing() as unit:
        unit.session.get_one(DocumentRow, ARTICLE.id).indexed_at = None
    assert not agree_index(house_with(home, CountingIndex(0)))


def test_an_index_that_is_still_starting_is_waited_for(home: TestHouse) -> None:
    assert not agree_index(house_with(home, CountingIndex(1, away=1)))


def test_one_that_stays_away_is_said(home: TestHouse) -> None:
    with pytest.raises(IndexUnavailable):
        agree_index(house_with(home, CountingIndex(1, away=99)), patience_s=0)
