"""While an agent writes: words stay, files come and go, what came attached is looked at safely."""

import re
import struct
from dataclasses import replace

import pytest

from agent.store.tables import CaseRow, DraftRow, OutboxRow, OutgoingFileRow, UnsentTextRow
from tests.builders import a_case, a_draft, a_message, an_attachment
from tests.unit.api.conftest import ORIGIN, WebDesk

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 8, 8) + b"\x08\x02\0\0\0"


@pytest.fixture
def case(signed_in: WebDesk) -> CaseRow:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        row = a_case(unit.session, now, signed_in.mailbox)
        a_message(unit.session, now, row)
        a_draft(unit.session, now, row, [[("Genstart appen.", [])]])
    return row


def draft_of(desk: WebDesk, case: CaseRow) -> DraftRow:
    with desk.house.store.reading() as session:
        return session.query(DraftRow).filter_by(case_id=case.id).order_by(DraftRow.id.desc()).first()  # type: ignore[return-value]


def upload(desk: WebDesk, case: CaseRow, name: str, content: bytes, **fields: str) -> object:
    return desk.browser.post(
        f"/cases/{case.id}/files",
        data={"csrf": desk.token(), **fields},
        files={"files": (name, content, "application/pdf")},
        headers={"Origin": ORIGIN},
    )


# words that are not sent


def test_typed_words_come_back_in_another_browser(signed_in: WebDesk, case: CaseRow) -> None:
    answer = signed_in.post(f"/cases/{case.id}/unsent/edit", {"text": "Kære Anne, halv", "revision": 0})
    assert answer.status_code == 200
    assert "Not sent yet, saved 09:00" in answer.text
    assert 'name="revision" value="1"' in answer.text
    page = signed_in.get(f"/cases/{case.id}?act=edit").text
    assert "Kære Anne, halv</textarea>" in page
    closed = signed_in.get(f"/cases/{case.id}").text
    assert "Your edit of the draft" in closed


def test_another_persons_words_are_not_shown(signed_in: WebDesk, case: CaseRow) -> None:
    signed_in.post(f"/cases/{case.id}/unsent/note", {"text": "only mine"})
    signed_in.post("/sign-out")
    assert signed_in.sign_in("emil@nordlys.example").status_code == 303
    assert "only mine" not in signed_in.get(f"/cases/{case.id}?act=note").text


def test_an_older_window_is_told_and_overwrites_nothing(signed_in: WebDesk, case: CaseRow) -> None:
    signed_in.post(f"/cases/{case.id}/unsent/edit", {"text": "one", "revision": 0})
    signed_in.post(f"/cases/{case.id}/unsent/edit", {"text": "two", "revision": 1})
    answer = signed_in.post(f"/cases/{case.id}/unsent/edit", {"text": "old", "revision": 1})
    assert answer.status_code == 409
    assert "another window" in answer.text
    assert "two</textarea>" in signed_in.get(f"/cases/{case.id}?act=edit").text


def test_discarding_can_be_undone(signed_in: WebDesk, case: CaseRow) -> None:
    signed_in.post(f"/cases/{case.id}/unsent/note", {"text": "half a note"})
    signed_in.post(f"/cases/{case.id}/unsent/note/discard")
    page = signed_in.get(f"/cases/{case.id}").text
    assert "was discarded" in page
    signed_in.post(f"/cases/{case.id}/unsent/note/bring-back")
    assert "half a note</textarea>" in signed_in.get(f"/cases/{case.id}?act=note").text


def test_sending_ends_the_words(signed_in: WebDesk, case: CaseRow) -> None:
    signed_in.post(f"/cases/{case.id}/unsent/edit", {"text": "Nye ord"})
    draft = draft_of(signed_in, case)
    fields: dict[str, object] = {"content_hash": draft.content_hash, "text": "Nye ord.", "then": "send"}
    assert signed_in.post(f"/cases/{case.id}/drafts/{draft.id}/edit", fields).status_code == 303
    with signed_in.house.store.reading() as session:
        assert session.query(UnsentTextRow).count() == 0


def test_a_refused_edit_keeps_them(signed_in: WebDesk, case: CaseRow) -> None:
    signed_in.post(f"/cases/{case.id}/unsent/edit", {"text": "Nye ord"})
    draft = draft_of(signed_in, case)
    fields: dict[str, object] = {"content_hash": "0" * 64, "text": "Nye ord."}
    assert signed_in.post(f"/cases/{case.id}/drafts/{draft.id}/edit", fields).status_code == 409
    with signed_in.house.store.reading() as session:
        assert session.query(UnsentTextRow).count() == 1


# files to send


def test_a_file_goes_with_the_approved_reply_and_is_shown_on_its_way(
    signed_in: WebDesk, case: CaseRow
) -> None:
    assert upload(signed_in, case, "guide.pdf", b"%PDF-1.7 words").status_code == 303  # type: ignore[attr-defined]
    assert "guide.pdf" in signed_in.get(f"/cases/{case.id}").text
    draft = draft_of(signed_in, case)
    path = f"/cases/{case.id}/drafts/{draft.id}/approve"
    assert signed_in.post(path, {"content_hash": draft.content_hash}).status_code == 303
    with signed_in.house.store.reading() as session:
        assert b'filename="guide.pdf"' in session.query(OutboxRow).one().content
    assert "guide.pdf" in signed_in.get(f"/cases/{case.id}").text


def test_attaching_while_editing_keeps_the_words(signed_in: WebDesk, case: CaseRow) -> None:
    answer = upload(signed_in, case, "a.txt", b"words", text="Halvt skrevet", doing="edit", subject="S")
    assert "act=edit" in answer.headers["location"]  # type: ignore[attr-defined]
    assert "Halvt skrevet</textarea>" in signed_in.get(f"/cases/{case.id}?act=edit").text


def test_attaching_while_looking_at_the_drafts_own_words_keeps_nothing(
    signed_in: WebDesk, case: CaseRow
) -> None:
    draft = draft_of(signed_in, case)
    upload(signed_in, case, "a.txt", b"words", text=draft.text, doing="edit", draft=str(draft.id))
    with signed_in.house.store.reading() as session:
        assert session.query(UnsentTextRow).count() == 0


def test_a_program_is_refused_and_the_words_stay(signed_in: WebDesk, case: CaseRow) -> None:
    answer = upload(signed_in, case, "a.pdf", b"MZ\x90", text="Halvt skrevet", doing="edit")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "runs programs" in answer.text  # type: ignore[attr-defined]
    assert "Halvt skrevet</textarea>" in answer.text  # type: ignore[attr-defined]


def test_a_file_is_taken_out_and_put_back(signed_in: WebDesk, case: CaseRow) -> None:
    upload(signed_in, case, "guide.pdf", b"%PDF-1.7 words")
    with signed_in.house.store.reading() as session:
        file = session.query(OutgoingFileRow).one()
    signed_in.post(f"/cases/{case.id}/files/{file.id}/remove")
    assert "guide.pdf was taken out." in signed_in.get(f"/cases/{case.id}").text
    signed_in.post(f"/cases/{case.id}/files/{file.id}/put-back")
    assert "Take out guide.pdf" in signed_in.get(f"/cases/{case.id}").text


def test_another_cases_file_cannot_be_touched(signed_in: WebDesk, case: CaseRow) -> None:
    upload(signed_in, case, "guide.pdf", b"%PDF-1.7 words")
    with signed_in.house.store.writing() as unit:
        other = a_case(unit.session, signed_in.house.clock(), signed_in.mailbox)
        file = unit.session.query(OutgoingFileRow).one()
    assert signed_in.post(f"/cases/{other.id}/files/{file.id}/remove").status_code == 404


# what came attached


def attached(desk: WebDesk, case: CaseRow, name: str, content: bytes) -> int:
    with desk.house.store.writing() as unit:
        message = a_message(unit.session, desk.house.clock(), unit.session.merge(case))
        row = an_attachment(unit.session, message, name, content)
        return row.id


def test_attachments_are_named_by_what_they_are(signed_in: WebDesk, case: CaseRow) -> None:
    attached(signed_in, case, "invoice.pdf", b"MZ\x90\0")
    page = signed_in.get(f"/cases/{case.id}").text
    assert "This file runs when it is opened" in page
    assert "/look" not in page


def test_a_picture_is_served_without_a_session_under_a_policy_that_runs_nothing(
    signed_in: WebDesk, case: CaseRow
) -> None:
    file = attached(signed_in, case, "screen.png", PNG)
    page = signed_in.get(f"/cases/{case.id}/attachments/{file}/look").text
    found = re.search(r'src="(/shown/[^"]+)"', page)
    assert found
    url = found[1].replace("&amp;", "&")
    answer = signed_in.new_browser().get(url)
    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_pictures_address_runs_out_and_cannot_be_made_up(signed_in: WebDesk, case: CaseRow) -> None:
    file = attached(signed_in, case, "screen.png", PNG)
    page = signed_in.get(f"/cases/{case.id}/attachments/{file}/look").text
    url = re.search(r'src="(/shown/[^"]+)"', page)[1].replace("&amp;", "&")  # type: ignore[index]
    assert signed_in.get(url.replace(f"/{file}?", f"/{file + 1}?")).status_code == 404
    assert signed_in.get(re.sub(r"until=\d+", "until=9999999999", url)).status_code == 404
    signed_in.house.clock.advance(minutes=6)
    assert signed_in.get(url).status_code == 404


def test_text_is_shown_as_text(signed_in: WebDesk, case: CaseRow) -> None:
    file = attached(signed_in, case, "log.txt", b"line <b>one</b> & two")
    page = signed_in.get(f"/cases/{case.id}/attachments/{file}/look").text
    assert "line &lt;b&gt;one&lt;/b&gt; &amp; two" in page


def test_a_page_or_drawing_that_could_run_is_only_saved(signed_in: WebDesk, case: CaseRow) -> None:
    file = attached(signed_in, case, "logo.svg", b"<svg onload='x()'></svg>")
    page = signed_in.get(f"/cases/{case.id}/attachments/{file}/look").text
    assert "This file is not shown here" in page
    assert "onload" not in page


def test_another_cases_attachment_is_not_shown(signed_in: WebDesk, case: CaseRow) -> None:
    file = attached(signed_in, case, "screen.png", PNG)
    assert signed_in.get(f"/cases/{case.id + 1}/attachments/{file}/look").status_code == 404


def test_the_size_limit_is_the_settings(signed_in: WebDesk, case: CaseRow) -> None:
    signed_in.app.state.house = replace(signed_in.app.state.house, reply_file_bytes=10)
    answer = upload(signed_in, case, "a.txt", b"x" * 11)
    assert answer.status_code == 422  # type: ignore[attr-defined]
