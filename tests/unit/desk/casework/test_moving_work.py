"""What people have begun goes over with a merged case, and comes back with the undo."""

import pytest
from sqlalchemy import select

from agent.desk.casework.merging import merge, undo_merge
from agent.desk.replies.outgoing_files import attach
from agent.desk.replies.unsent import keep_unsent, unsent_of
from agent.desk.replies.versions import content_hash_of
from agent.store.tables import (
    DeskChangeRow,
    DraftRow,
    MailboxRow,
    MentionRow,
    NoteRow,
    OutgoingFileRow,
    PersonRow,
    TickRow,
    UnsentTextRow,
)
from tests.builders import a_case, a_draft, a_message
from tests.house import TestHouse


@pytest.fixture
def two(home: TestHouse) -> tuple[int, int]:
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        ids = []
        for name in ("Anne", "Bo"):
            case = a_case(unit.session, home.clock(), box, customer_name=name)
            a_message(unit.session, home.clock(), case, text=f"I am {name}")
            a_draft(unit.session, home.clock(), case, [[("Hi", [])]])
            ids.append(case.id)
    return ids[0], ids[1]


def write(
    home: TestHouse, case_id: int, text: str, *, form: str = "note", person: PersonRow | None = None
) -> None:
    with home.store.writing() as unit:
        keep_unsent(unit, home.house, case_id=case_id, form=form, text=text, person=person or home.person)


def words(home: TestHouse, case_id: int, form: str = "note", person: PersonRow | None = None) -> str:
    with home.store.reading() as session:
        row = unsent_of(session, case_id, (person or home.person).id, form)
        return row.text if row else ""


def merged(home: TestHouse, two: tuple[int, int]) -> DeskChangeRow:
    with home.store.writing() as unit:
        return merge(unit, home.house, keep_id=two[0], other_id=two[1], person=home.person)


def undone(home: TestHouse, change: DeskChangeRow) -> None:
    with home.store.writing() as unit:
        undo_merge(unit, home.house, unit.session.get_one(DeskChangeRow, change.id), home.person)


def test_half_written_words_go_over_and_come_back(home: TestHouse, two: tuple[int, int]) -> None:
    kept, other = two
    write(home, kept, "Ring Anne")
    write(home, other, "Ring Bo")
    write(home, other, "Dear Bo", form="write", person=home.other)
    change = merged(home, two)
    assert words(home, kept) == "Ring Anne\n\nRing Bo"
    assert words(home, kept, "write", home.other) == "Dear Bo"
    undone(home, change)
    assert words(home, kept) == "Ring Anne"
    assert words(home, other) == "Ring Bo"
    assert words(home, other, "write", home.other) == "Dear Bo"


def test_words_written_on_after_the_merge_are_not_taken_away_by_the_undo(
    home: TestHouse, two: tuple[int, int]
) -> None:
    kept, other = two
    write(home, kept, "Ring Anne")
    write(home, other, "Ring Bo")
    change = merged(home, two)
    with home.store.writing() as unit:
        row = unit.session.scalar(select(UnsentTextRow).where(UnsentTextRow.case_id == kept))
        assert row is not None
        keep_unsent(unit, home.house, case_id=kept, form="note", text="Ring both at ten", revision=row.revision,
                    person=home.person)  # fmt: skip
    undone(home, change)
    assert words(home, kept) == "Ring both at ten"
    assert words(home, other) == "Ring Bo"


def test_files_ticks_and_mentions_go_over_and_come_back(home: TestHouse, two: tuple[int, int]) -> None:
    kept, other = two
    with home.store.writing() as unit:
        attach(unit, home.house, case_id=other, filename="a.txt", content=b"hello", person=home.person)
        note = NoteRow(case_id=other, person_id=home.person.id, text="@emil", created_at=home.clock())
        unit.session.add(note)
        unit.session.flush()
        unit.session.add(MentionRow(note_id=note.id, person_id=home.other.id, created_at=home.clock()))
        for case_id, item in ((kept, "both"), (other, "both"), (other, "theirs")):
            unit.session.add(TickRow(case_id=case_id, item=item, person_id=home.person.id, at=home.clock()))

    def places() -> tuple[set[int], set[tuple[int, str]], set[int | None]]:
        with home.store.reading() as session:
            return (
                set(session.scalars(select(OutgoingFileRow.case_id))),
                {(row.case_id, row.item) for row in session.scalars(select(TickRow))},
                set(session.scalars(select(NoteRow.case_id).join(MentionRow))),
            )

    before = places()
    change = merged(home, two)
    assert places() == ({kept}, {(kept, "both"), (other, "both"), (kept, "theirs")}, {kept})
    undone(home, change)
    assert places() == before


def test_a_file_that_came_along_makes_the_open_draft_another_letter(
    home: TestHouse, two: tuple[int, int]
) -> None:
    kept, _ = two
    with home.store.writing() as unit:
        attach(unit, home.house, case_id=kept, filename="a.txt", content=b"hello", person=home.person)

    def hashes() -> dict[int, str]:
        with home.store.reading() as session:
            ready = session.scalars(select(DraftRow).where(DraftRow.state == "ready")).all()
            assert all(draft.content_hash == content_hash_of(session, draft) for draft in ready)
            return {draft.id: draft.content_hash for draft in ready}

    before = hashes()
    change = merged(home, two)
    after = hashes()
    assert after
    assert all(after[draft] != before[draft] for draft in after)
    undone(home, change)
    assert hashes() == before
