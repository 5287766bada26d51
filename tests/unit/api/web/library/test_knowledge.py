"""The library at the desk: its list, an article from a case, uploads, removal, what is missing, what helped."""

from typing import Any

import pytest
from sqlalchemy import select

from agent.desk.steps.indexing import INDEX
from agent.store.tables import AuditRow, CaseRow, DocumentRow, GapRow, MessageRow, SourceVoteRow
from knowledge.search import Document, DocumentKind, Match
from tests.builders import a_case, a_draft, a_match, a_message, placeholders
from tests.unit.api.conftest import ORIGIN, WebDesk


def a_document(
    desk: WebDesk, document_id: str = "guide-1", title: str = "Restart the program", **more: Any
) -> None:
    now = desk.house.clock()
    values = {
        "kind": "article",
        "language": "en",
        "body": "Press the red button.",
        "origin": "guide.md",
    } | more
    with desk.house.store.writing() as unit:
        unit.session.add(DocumentRow(id=document_id, title=title, created_at=now, updated_at=now, **values))


@pytest.fixture
def answered(signed_in: WebDesk) -> CaseRow:
    """A case of Anne Berg's, answered and done."""
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        case = a_case(
            unit.session, now, signed_in.mailbox, state="done", answered_at=now, language="en",
            category="technical", customer_name="Anne Berg", customer_email="anne@berg.example",
        )  # fmt: skip
        mail = a_message(unit.session, now, case, text="The export stops, says Anne Berg.")
        mail.redacted_subject, mail.redacted_new_text = (
            "Re: The export stops at noon",
            "It stops, says [PERSON_1].",
        )
        placeholders(unit.session, case, {"PERSON_1": "Anne Berg"})
        draft = a_draft(
            unit.session, now, case,
            [[("Hi there,", [])], [("Open Reports and press Export, or let Anne Berg do it.", ["guide-1"])],
             [("Kind regards\nNordlys", [])]],
            state="sent", language="en",
        )  # fmt: skip
        draft.message_id = mail.id
        a_match(unit.session, mail, 0, "guide-1", "Restart the program")
    return case


def documents(desk: WebDesk) -> dict[str, DocumentRow]:
    with desk.house.store.reading() as session:
        return {row.id: row for row in session.scalars(select(DocumentRow))}


def test_an_empty_library_says_what_to_do(signed_in: WebDesk) -> None:
    assert "Add your help pages" in signed_in.get("/knowledge").text


def test_the_list_is_searched_and_filtered(signed_in: WebDesk) -> None:
    a_document(signed_in)
    a_document(signed_in, "case-4", "Kortet blev afvist", kind="case", language="da", body="Prøv igen.")
    assert "Kortet blev afvist" in signed_in.get("/knowledge").text
    assert "Kortet blev afvist" not in signed_in.get("/knowledge?q=red+button").text
    assert "Restart the program" in signed_in.get("/knowledge?q=red+button").text
    assert "Restart the program" not in signed_in.get("/knowledge?kind=case").text
    assert "Nothing fits" in signed_in.get("/knowledge?language=en&kind=case").text


def test_a_removed_document_can_be_brought_back(signed_in: WebDesk) -> None:
    a_document(signed_in)
    assert signed_in.post("/knowledge/remove", {"id": "guide-1"}, page="/knowledge").status_code == 303
    assert documents(signed_in) == {}
    assert "Bring back" in signed_in.get("/knowledge").text
    signed_in.post("/knowledge/restore", {"id": "guide-1"}, page="/knowledge")
    assert list(documents(signed_in)) == ["guide-1"]
    assert (INDEX, 0) in signed_in.house.doorbell.rung


def test_an_article_is_written_and_changed_and_both_are_in_the_trail(signed_in: WebDesk) -> None:
    fields = {"title": "Printing labels", "body": "Open Labels.", "language": "en", "category": "usability"}
    signed_in.post("/knowledge/save", fields, page="/knowledge/new")
    [made] = documents(signed_in).values()
    assert (made.title, made.indexed_at) == ("Printing labels", None)
    signed_in.post(
        "/knowledge/save", fields | {"id": made.id, "body": "Open Labels twice."}, page="/knowledge/new"
    )
    assert documents(signed_in)[made.id].body == "Open Labels twice."
    with signed_in.house.store.reading() as session:
        actions = session.scalars(select(AuditRow.action).order_by(AuditRow.id)).all()
    assert actions[-2:] == ["article.written", "article.changed"]


def test_what_was_typed_comes_back_when_it_cannot_be_saved(signed_in: WebDesk) -> None:
    answer = signed_in.post(
        "/knowledge/save", {"title": "", "body": "Half an article", "language": "en"}, page="/knowledge/new"
    )
    assert answer.status_code == 422
    assert "Half an article" in answer.text


def test_a_case_becomes_an_article_without_its_customer(signed_in: WebDesk, answered: CaseRow) -> None:
    page = signed_in.get(f"/knowledge/new?case={answered.id}").text
    assert "The export stops at noon" in page
    assert "Open Reports and press Export, or let the customer do it." in page
    assert "Anne" not in page
    assert "Hi there" not in page
    assert "Kind regards" not in page


def test_nearby_articles_are_shown_with_the_choice_to_add_to_one(
    signed_in: WebDesk, answered: CaseRow
) -> None:
    a_document(signed_in)
    twin = Document("guide-1", DocumentKind.ARTICLE, "en", "Restart the program", "Press the red button.")
    signed_in.house.understanding.matches = [Match(twin, 0.83, twin.body, "both about: restart")]
    page = signed_in.get(f"/knowledge/new?case={answered.id}").text
    assert "83" in page
    assert f"/knowledge/edit?id=guide-1&amp;case={answered.id}" in page
    combined = signed_in.get(f"/knowledge/edit?id=guide-1&case={answered.id}").text
    assert "Press the red button." in combined
    assert "Open Reports and press Export" in combined


def test_saving_with_a_customers_name_in_it_is_refused_and_the_name_marked(
    signed_in: WebDesk, answered: CaseRow
) -> None:
    fields = {"title": "Export", "body": "Ask Anne Berg.", "language": "en", "case": answered.id}
    answer = signed_in.post("/knowledge/save", fields, page="/knowledge/new")
    assert answer.status_code == 422
    assert '<mark class="pii">Anne Berg</mark>' in answer.text
    assert documents(signed_in) == {}


def test_a_placeholder_is_refused_too(signed_in: WebDesk, answered: CaseRow) -> None:
    fields = {"title": "Export", "body": "Ask [PERSON_1].", "language": "en", "case": answered.id}
    assert signed_in.post("/knowledge/save", fields, page="/knowledge/new").status_code == 422


def test_a_case_gives_one_article(signed_in: WebDesk, answered: CaseRow) -> None:
    fields = {"title": "Export", "body": "Press Export.", "language": "en", "case": answered.id}
    assert signed_in.post("/knowledge/save", fields, page="/knowledge/new").status_code == 303
    assert documents(signed_in)[f"from-case-{answered.id}"].origin == f"case {answered.id}"
    assert signed_in.post("/knowledge/save", fields, page="/knowledge/new").status_code == 409


def test_an_unanswered_case_gives_none(signed_in: WebDesk) -> None:
    with signed_in.house.store.writing() as unit:
        case = a_case(unit.session, signed_in.house.clock(), signed_in.mailbox)
    answer = signed_in.get(f"/knowledge/new?case={case.id}")
    assert answer.status_code == 409
    assert "No answer has been sent" in answer.text


def test_a_done_case_offers_to_make_one(signed_in: WebDesk, answered: CaseRow) -> None:
    assert f"/knowledge/new?case={answered.id}" in signed_in.get(f"/cases/{answered.id}").text


def test_helped_is_a_form_that_a_script_swaps_in_place(signed_in: WebDesk, answered: CaseRow) -> None:
    a_document(signed_in)
    page = f"/cases/{answered.id}"
    assert 'name="verdict" value="helped" aria-pressed="false"' in signed_in.get(page).text
    fields = {"document": "guide-1", "verdict": "helped"}
    assert signed_in.post(f"{page}/sources", fields, page=page).status_code == 303
    assert 'name="verdict" value="helped" aria-pressed="true"' in signed_in.get(page).text
    part = signed_in.browser.post(
        f"{page}/sources",
        data={"csrf": signed_in.token(page)} | fields,
        headers={"Origin": ORIGIN, "HX-Request": "true"},
    )
    assert part.status_code == 200
    assert part.text.strip().startswith("<form")
    with signed_in.house.store.reading() as session:
        assert session.scalars(select(SourceVoteRow)).all() == []


def test_a_source_that_was_removed_meanwhile_is_said_in_its_place(
    signed_in: WebDesk, answered: CaseRow
) -> None:
    page = f"/cases/{answered.id}"
    fields = {"document": "guide-1", "verdict": "helped"}
    part = signed_in.browser.post(
        f"{page}/sources",
        data={"csrf": signed_in.token(page)} | fields,
        headers={"Origin": ORIGIN, "HX-Request": "true"},
    )
    assert "removed meanwhile" in part.text
    assert "<html" not in part.text
    assert signed_in.post(f"{page}/sources", fields, page=page).status_code == 404


def test_uploads_say_what_became_of_each_file(signed_in: WebDesk) -> None:
    files = [
        (
            "files",
            (
                "labels.md",
                b"---\nlang: en\n---\n# Printing labels\n\nOpen Labels and press Print.",
                "text/plain",
            ),
        ),
        ("files", ("old.doc", b"\xd0\xcf\x11\xe0", "application/msword")),
        ("files", ("../../etc/empty.txt", b"  ", "text/plain")),
    ]
    answer = signed_in.browser.post(
        "/knowledge/upload",
        data={"csrf": signed_in.token("/knowledge")},
        files=files,
        headers={"Origin": ORIGIN},
    )
    assert answer.status_code == 200
    assert "Added: Printing labels" in answer.text
    assert "Only files of these kinds can be read" in answer.text
    assert "It holds no text." in answer.text
    assert [row.id for row in documents(signed_in).values()] == ["labels"]


def test_no_file_at_all_is_said(signed_in: WebDesk) -> None:
    assert signed_in.post("/knowledge/upload", page="/knowledge").status_code == 422


def test_what_is_missing_names_question_count_and_the_case_to_start_from(
    signed_in: WebDesk, answered: CaseRow
) -> None:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        mail = unit.session.scalars(select(MessageRow).where(MessageRow.case_id == answered.id)).one()
        unit.session.add(
            GapRow(
                message_id=mail.id, case_id=answered.id, at=now, language="en",
                question="Can I export to paper?", vector=b"\x00\x3c\x00\x00",
            )
        )  # fmt: skip
    page = signed_in.get("/knowledge/gaps").text
    assert "Can I export to paper?" in page
    assert f"Make an article from case {answered.id}" in page


def test_nothing_missing_is_good_news(signed_in: WebDesk) -> None:
    assert "Nothing is missing" in signed_in.get("/knowledge/gaps").text
