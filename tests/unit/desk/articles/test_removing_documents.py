"""A removed document is out of use at once, can be brought back for weeks, and is then gone for good."""

import pytest
from sqlalchemy import select

from agent.desk.articles.removing_documents import bring_back, forget_removed, remove, removed_lately
from agent.desk.steps.indexing import INDEX, index_pending, pending_documents
from agent.errors import Conflict, NotFound
from agent.store.tables import DocumentRow, MailboxRow, RemovedDocumentRow, SourceVoteRow
from tests.builders import a_case
from tests.house import TestHouse
from tests.unit.desk.conftest import ARTICLE


class CountingIndex:
    """Keeps the ids that were put and removed."""

    def __init__(self) -> None:
        self.removed: list[str] = []
        self.put_ids: list[str] = []

    def remove(self, ids) -> None:
        self.removed += ids

    def put(self, documents) -> None:
        self.put_ids += [document.id for document in documents]


@pytest.fixture
def index(home: TestHouse, monkeypatch: pytest.MonkeyPatch) -> CountingIndex:
    made = CountingIndex()
    monkeypatch.setattr(type(home.understanding), "index", property(lambda _self: made))
    return made


def take_out(home: TestHouse) -> None:
    with home.store.writing() as unit:
        remove(unit, home.house, document_id=ARTICLE.id, person=home.person)


def put_back(home: TestHouse) -> None:
    with home.store.writing() as unit:
        bring_back(unit, home.house, document_id=ARTICLE.id, person=home.person)


def test_it_leaves_the_database_and_the_index_and_the_workers_are_told(
    home: TestHouse, index: CountingIndex
) -> None:
    take_out(home)
    assert (INDEX, 0) in home.doorbell.rung
    assert index_pending(home.house) == 1
    assert index.removed == [ARTICLE.id]
    with home.store.reading() as session:
        assert session.get(DocumentRow, ARTICLE.id) is None
        assert pending_documents(session) == 0


def test_brought_back_it_is_the_same_and_indexed_again(home: TestHouse, index: CountingIndex) -> None:
    take_out(home)
    index_pending(home.house)
    put_back(home)
    index_pending(home.house)
    with home.store.reading() as session:
        row = session.get_one(DocumentRow, ARTICLE.id)
        assert (row.title, row.body) == (ARTICLE.title, ARTICLE.body)
        assert not removed_lately(session)
    assert index.put_ids == [ARTICLE.id]


def test_after_the_weeks_it_is_gone_with_what_was_said_of_it(home: TestHouse, index: CountingIndex) -> None:
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        case = a_case(unit.session, home.clock(), box)
        unit.session.add(
            SourceVoteRow(document_id=ARTICLE.id, case_id=case.id, verdict="helped", created_at=home.clock())
        )
    take_out(home)
    index_pending(home.house)
    home.clock.advance(days=29)
    with home.store.writing() as unit:
        forget_removed(unit.session, home.clock())
        assert unit.session.get(RemovedDocumentRow, ARTICLE.id) is not None
    home.clock.advance(days=2)
    with home.store.writing() as unit:
        forget_removed(unit.session, home.clock())
    with home.store.reading() as session:
        assert session.scalars(select(SourceVoteRow)).all() == []
    with pytest.raises(NotFound):
        put_back(home)


def test_a_newer_document_of_the_same_id_is_not_overwritten(home: TestHouse, index: CountingIndex) -> None:
    take_out(home)
    with home.store.writing() as unit:
        unit.session.add(
            DocumentRow(
                id=ARTICLE.id, kind="article", language="en", title="New", body="New",
                created_at=home.clock(), updated_at=home.clock(),
            )
        )  # fmt: skip
    with pytest.raises(Conflict):
        put_back(home)


def test_what_is_unknown_cannot_be_removed(home: TestHouse) -> None:
    with pytest.raises(NotFound), home.store.writing() as unit:
        remove(unit, home.house, document_id="nothing", person=home.person)
