"""The company's memory: documents are stored, changed ones indexed again, customers' data hidden first."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from agent.desk.articles.remembering import (
    Remembered,
    add_documents,
    hide_people,
    list_documents,
    remove_document,
)
from agent.desk.steps.indexing import pending_documents
from agent.errors import NotFound
from agent.privacy.redaction import KnownPeople, PiiSpan, PiiType, Redaction, seal
from agent.store.tables import DocumentRow
from knowledge.search import Document, DocumentKind
from tests.house import TestHouse

CASE = Document(
    "case-9", DocumentKind.CASE, "da", "Det virker ikke, siger Lone", "Hej Lone, prøv igen.", "technical"
)


class NameRedactor:
    """Hides one name."""

    def redact(
        self,
        text: str,
        *,
        language: str = "",
        known: KnownPeople = KnownPeople(),
        placeholders: dict[str, str] | None = None,
    ) -> Redaction:
        start = text.index("Lone")
        span = PiiSpan(PiiType.PERSON, "Lone", start, start + 4, 1.0, "[PERSON_1]")
        return Redaction(
            seal(text.replace("Lone", "[PERSON_1]")), (span,), {**(placeholders or {}), "[PERSON_1]": "Lone"}
        )


def add(home: TestHouse, *documents: Document) -> Remembered:
    with home.store.writing() as unit:
        return add_documents(unit, documents, home.clock(), origin="test")


def pending(home: TestHouse) -> int:
    with home.store.reading() as session:
        return pending_documents(session)


def test_a_new_document_waits_to_be_indexed(home: TestHouse) -> None:
    report = add(home, CASE)
    assert (report.added, report.updated, report.unchanged) == (1, 0, 0)
    assert pending(home) == 1


def test_the_same_again_changes_nothing(home: TestHouse) -> None:
    add(home, CASE)
    with home.store.writing() as unit:
        unit.session.get_one(DocumentRow, CASE.id).indexed_at = home.clock()
    assert add(home, CASE).unchanged == 1
    assert pending(home) == 0


def test_a_changed_document_is_indexed_again(home: TestHouse) -> None:
    add(home, CASE)
    with home.store.writing() as unit:
        unit.session.get_one(DocumentRow, CASE.id).indexed_at = home.clock()
    assert add(home, replace(CASE, body="Ny tekst")).updated == 1
    assert pending(home) == 1


def test_of_two_with_one_id_the_later_is_kept(home: TestHouse) -> None:
    assert add(home, CASE, replace(CASE, title="Senere")).added == 1
    with home.store.reading() as session:
        assert session.get_one(DocumentRow, CASE.id).title == "Senere"


def test_a_removed_document_is_gone(home: TestHouse) -> None:
    add(home, CASE)
    with home.store.writing() as unit:
        remove_document(unit, CASE.id)
    with home.store.reading() as session:
        assert session.scalars(select(DocumentRow.id).where(DocumentRow.id == CASE.id)).all() == []
    with pytest.raises(NotFound), home.store.writing() as unit:
        remove_document(unit, CASE.id)


def test_documents_are_listed_by_kind(home: TestHouse) -> None:
    add(home, CASE)
    with home.store.reading() as session:
        assert [row.id for row in list_documents(session, DocumentKind.CASE)] == [CASE.id]
        assert len(list_documents(session)) > 1


def test_a_solved_case_loses_its_people_before_it_is_stored() -> None:
    hidden = hide_people(NameRedactor(), CASE)
    assert hidden.title == "Det virker ikke, siger [PERSON_1]"
    assert hidden.body == "Hej [PERSON_1], prøv igen."
