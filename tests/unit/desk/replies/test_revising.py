"""A draft is settled sentence by sentence: each act is a new version, checked again, named and undone."""

from collections.abc import Callable

import pytest

from agent.desk.articles.finding_sources import find_sources, found_source
from agent.desk.replies.approval import approve
from agent.desk.replies.going_back import take_again, undo_change
from agent.desk.replies.revising import Revision, removal, revise, sourcing, vouching
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.tables import AuditRow, DocumentRow, DraftRow, MatchRow, NoteRow
from knowledge.search import Document, DocumentKind, Match
from tests.house import TestHouse
from tests.unit.desk.conftest import newest, only_case, replies

FREE = "Replacing the cable within two years costs 0 EUR."
SAYS_IT = Document("kb-2", DocumentKind.ARTICLE, "en", "Cables", f"About cables.\n\n{FREE}", "billing")
SILENT = Document("kb-3", DocumentKind.ARTICLE, "en", "Plugs", "A plug has three pins.", "billing")


@pytest.fixture
def unsettled(home: TestHouse, receive: Callable[..., None]) -> DraftRow:
    """A written draft with one sentence that rests on nothing."""
    receive()
    with home.store.writing() as unit:
        draft = unit.session.merge(newest(home))
        draft.text = f"{draft.text} {FREE}"
        draft.redacted_text = f"{draft.redacted_text} {FREE}"
        draft.sentences = [*draft.sentences, {"text": FREE, "sources": [], "supported": False}]
        draft.checks = [
            check | {"passed": False, "detail": "No source."} if check["name"] == "grounding" else check
            for check in draft.checks
        ]
        for document in (SAYS_IT, SILENT):
            unit.session.add(
                DocumentRow(
                    id=document.id, kind=document.kind, language="en", title=document.title,
                    body=document.body, created_at=home.clock(), updated_at=home.clock(),
                )
            )  # fmt: skip
    return newest(home)


def write(home: TestHouse, revision: Revision, draft: DraftRow) -> DraftRow:
    with home.store.writing() as unit:
        from agent.desk.replies.versions import content_hash_of

        seen = content_hash_of(unit.session, unit.session.get_one(DraftRow, draft.id))
        unit.session.get_one(DraftRow, draft.id).content_hash = seen
        revise(unit, home.house, revision, case_id=draft.case_id, content_hash=seen, person=home.person)
    return newest(home)


def actions(home: TestHouse) -> list[str]:
    with home.store.reading() as session:
        return [row.action for row in session.query(AuditRow).order_by(AuditRow.id)]


def of(draft: DraftRow, name: str) -> dict[str, object]:
    return next(check for check in draft.checks if check["name"] == name)


def test_a_source_that_says_it_settles_the_sentence(home: TestHouse, unsettled: DraftRow) -> None:
    source = Match(SAYS_IT, 0.8, FREE)
    revision = sourcing(
        home.house,
        case_id=unsettled.case_id,
        draft_id=unsettled.id,
        sentence=3,
        source=source,
        person=home.person,
    )
    assert revision.supported
    draft = write(home, revision, unsettled)
    assert (draft.version, draft.made, draft.engine, draft.author_id) == (
        2,
        "sourced",
        "local",
        home.person.id,
    )
    assert draft.sentences[2] == {
        "text": FREE, "sources": ["kb-2"], "supported": True, "chosen_by": home.person.id, "judged": "carried",
    }  # fmt: skip
    assert of(draft, "grounding")["passed"]
    assert only_case(home).draft_state == "ready"
    assert "draft.source_given" in actions(home)
    with home.store.reading() as session:
        chosen = session.query(MatchRow).filter_by(document_id="kb-2").one()
        assert (chosen.passage, chosen.rank) == (FREE, 1)  # later versions may rest on it too
        assert session.get_one(DraftRow, unsettled.id).state == "superseded"


def test_a_source_that_does_not_say_it_leaves_the_sentence_unsettled_and_says_so(
    home: TestHouse, unsettled: DraftRow
) -> None:
    revision = sourcing(
        home.house, case_id=unsettled.case_id, draft_id=unsettled.id, sentence=3,
        source=Match(SILENT, 0.8, SILENT.body), person=home.person,
    )  # fmt: skip
    assert not revision.supported
    draft = write(home, revision, unsettled)
    assert draft.sentences[2]["judged"] == "not_carried"
    assert not draft.sentences[2]["supported"]
    grounding = of(draft, "grounding")
    assert grounding["findings"] == [
        {"words": f"Says more than its source kb-3: {FREE}", "sentence": 3, "ask": 0}
    ]
    assert only_case(home).draft_state == "unsettled"


def test_vouching_is_kept_with_the_version_and_noted_by_name_when_it_leaves(
    home: TestHouse, unsettled: DraftRow
) -> None:
    revision = vouching(
        home.house, case_id=unsettled.case_id, draft_id=unsettled.id, sentence=3, person=home.person
    )
    draft = write(home, revision, unsettled)
    assert draft.sentences[2]["vouched_by"] == home.person.id
    assert of(draft, "grounding")["passed"]
    assert "draft.vouched" in actions(home)
    with home.store.writing() as unit:
        approve(
            unit, home.house, case_id=draft.case_id, draft_id=draft.id, content_hash=draft.content_hash,
            person=home.other,
        )  # fmt: skip
    with home.store.reading() as session:
        note = session.query(NoteRow).one()
        assert (note.person_id, note.text) == (home.person.id, f"I vouch for: “{FREE}”")
    assert len(replies(home)) == 1


def test_what_is_vouched_for_can_be_taken_back(home: TestHouse, unsettled: DraftRow) -> None:
    house, where = home.house, {"case_id": unsettled.case_id, "sentence": 3, "person": home.person}
    draft = write(home, vouching(house, draft_id=unsettled.id, **where), unsettled)
    with pytest.raises(WrongUse, match="settled already"):
        vouching(house, draft_id=draft.id, **where)
    draft = write(home, vouching(house, draft_id=draft.id, stands=False, **where), draft)
    assert "vouched_by" not in draft.sentences[2]
    assert not draft.sentences[2]["supported"]
    assert only_case(home).draft_state == "unsettled"


def test_a_removed_sentence_is_gone_and_undo_brings_it_back(home: TestHouse, unsettled: DraftRow) -> None:
    left = unsettled.text.replace(f" {FREE}", "")
    draft = write(
        home,
        removal(home.house, case_id=unsettled.case_id, draft_id=unsettled.id, sentence=3, text=left),
        unsettled,
    )
    assert (draft.text, draft.engine, draft.made) == (left, "person", "removed")
    assert [one["text"] for one in draft.sentences] == [one["text"] for one in unsettled.sentences[:2]]
    assert only_case(home).draft_state == "ready"
    with home.store.writing() as unit:
        undo_change(
            unit, home.house, case_id=draft.case_id, draft_id=draft.id, content_hash=draft.content_hash,
            person=home.person,
        )  # fmt: skip
    back = newest(home)
    assert (back.version, back.text, back.made, back.copy_of) == (3, unsettled.text, "undone", 1)
    assert back.engine == "local"
    assert only_case(home).draft_state == "unsettled"


def test_the_first_version_has_nothing_to_undo(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    draft = newest(home)
    with pytest.raises(Conflict, match="Nothing was changed"), home.store.writing() as unit:
        undo_change(
            unit, home.house, case_id=draft.case_id, draft_id=draft.id, content_hash=draft.content_hash,
            person=home.person,
        )  # fmt: skip


def test_an_older_version_is_taken_again_as_a_new_one(home: TestHouse, unsettled: DraftRow) -> None:
    left = unsettled.text.replace(f" {FREE}", "")
    removed = write(
        home,
        removal(home.house, case_id=unsettled.case_id, draft_id=unsettled.id, sentence=3, text=left),
        unsettled,
    )
    with home.store.writing() as unit:
        take_again(unit, home.house, case_id=removed.case_id, draft_id=unsettled.id, person=home.other)
    draft = newest(home)
    assert (draft.version, draft.copy_of, draft.text) == (3, 1, unsettled.text)
    assert draft.author_id == home.other.id
    assert actions(home)[-1] == "draft.taken_again"


def test_a_sentence_that_is_not_there_is_refused(home: TestHouse, unsettled: DraftRow) -> None:
    with pytest.raises(NotFound):
        removal(home.house, case_id=unsettled.case_id, draft_id=unsettled.id, sentence=9, text="x")


def test_what_is_looked_for_hides_names_before_it_is_searched(home: TestHouse, unsettled: DraftRow) -> None:
    home.understanding.matches = [Match(SAYS_IT, 0.8, FREE, "same words")]
    found = find_sources(home.house, case_id=unsettled.case_id, words="Anne Berg pays nothing")
    assert found.query == "[PERSON_1] pays nothing"
    assert [match.id for match in found.matches] == ["kb-2"]
    chosen = found_source(home.house, case_id=unsettled.case_id, words="cable", document_id="kb-2")
    assert chosen.passage == FREE
    with pytest.raises(NotFound):
        found_source(home.house, case_id=unsettled.case_id, words="cable", document_id="kb-9")
    with pytest.raises(WrongUse):
        find_sources(home.house, case_id=unsettled.case_id, words="   ")
