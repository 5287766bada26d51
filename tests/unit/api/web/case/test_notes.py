"""Notes name colleagues, who are told; one's own are changed for a while, and taken away and brought back."""

import pytest

from agent.store.tables import AuditRow, CaseRow, CaseWordsRow, MentionRow, NoteRow
from tests.builders import a_case, a_message
from tests.unit.api.conftest import WebDesk


@pytest.fixture
def case(signed_in: WebDesk) -> CaseRow:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        row = a_case(unit.session, now, signed_in.mailbox)
        a_message(unit.session, now, row)
    return row


def add(desk: WebDesk, case: CaseRow, text: str) -> int:
    assert desk.post(f"/cases/{case.id}/notes", {"text": text}).status_code == 303
    return note(desk).id


def note(desk: WebDesk) -> NoteRow:
    with desk.house.store.reading() as session:
        return session.query(NoteRow).order_by(NoteRow.id.desc()).first()  # type: ignore[return-value]


def emil(desk: WebDesk) -> None:
    desk.browser = desk.new_browser()
    assert desk.sign_in("emil@nordlys.example").status_code == 303


def test_who_is_named_finds_it_and_is_told_until_they_have_seen_it(signed_in: WebDesk, case: CaseRow) -> None:
    add(signed_in, case, "@emil please look, and @ida too")
    emil(signed_in)
    assert 'id="n-mentions">1<' in signed_in.get("/").text
    assert "@emil please look" in signed_in.get("/mentions").text
    answer = signed_in.post("/mentions/seen", {"case": case.id})
    assert answer.headers["location"] == f"/cases/{case.id}#thread"
    assert 'id="n-mentions"><' in signed_in.get("/").text


def test_nobody_is_told_of_their_own_note(signed_in: WebDesk, case: CaseRow) -> None:
    add(signed_in, case, "@ida remember")
    assert "Nobody has mentioned you" in signed_in.get("/mentions").text


def test_having_the_case_open_is_having_seen_it(signed_in: WebDesk, case: CaseRow) -> None:
    add(signed_in, case, "@emil please look")
    emil(signed_in)
    signed_in.post(f"/live/cases/{case.id}/at-work")
    assert 'id="n-mentions"><' in signed_in.get("/").text


def test_ones_own_note_is_changed_for_ten_minutes(signed_in: WebDesk, case: CaseRow) -> None:
    number = add(signed_in, case, "@emil look")
    path = f"/cases/{case.id}/notes/{number}/edit"
    assert signed_in.post(path, {"text": "nobody has to look"}).status_code == 303
    assert "nobody has to look" in signed_in.get(f"/cases/{case.id}").text
    with signed_in.house.store.reading() as session:
        assert session.query(MentionRow).count() == 0, "who is no longer named is not told"
    signed_in.house.clock.advance(minutes=10)
    answer = signed_in.post(path, {"text": "too late"})
    assert answer.status_code == 409
    assert note(signed_in).text == "nobody has to look"


def test_a_deleted_note_is_found_nowhere_and_comes_back(signed_in: WebDesk, case: CaseRow) -> None:
    number = add(signed_in, case, "Zebra")
    signed_in.post(f"/cases/{case.id}/notes/{number}/delete")
    page = signed_in.get(f"/cases/{case.id}").text
    assert "Zebra" not in page
    assert "You deleted a note" in page
    with signed_in.house.store.reading() as session:
        assert "zebra" not in session.get_one(CaseWordsRow, case.id).words
    signed_in.post(f"/cases/{case.id}/notes/{number}/bring-back")
    assert "Zebra" in signed_in.get(f"/cases/{case.id}").text
    with signed_in.house.store.reading() as session:
        trail = [row.action for row in session.query(AuditRow) if row.action.startswith("note.")]
    assert trail == ["note.added", "note.deleted", "note.brought_back"]


def test_another_persons_note_cannot_be_touched(signed_in: WebDesk, case: CaseRow) -> None:
    number = add(signed_in, case, "Mine")
    emil(signed_in)
    assert signed_in.post(f"/cases/{case.id}/notes/{number}/edit", {"text": "x"}).status_code == 404
    assert signed_in.post(f"/cases/{case.id}/notes/{number}/delete").status_code == 404
    assert "Mine" in signed_in.get(f"/cases/{case.id}").text
