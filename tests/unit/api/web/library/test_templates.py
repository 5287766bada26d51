"""Leads write templates, agents put them into replies."""

import pytest

from agent.store.tables import AuditRow, CaseRow, DraftRow, PersonRow, ReplyTemplateRow, UnsentTextRow
from tests.builders import a_case, a_draft, a_message
from tests.unit.api.conftest import WebDesk


def with_role(desk: WebDesk, role: str) -> None:
    """A new role ends the session, so Ida signs in again."""
    with desk.house.store.writing() as unit:
        unit.session.get_one(PersonRow, desk.ida.id).role = role
    assert desk.sign_in().status_code == 303


@pytest.fixture
def case(signed_in: WebDesk) -> CaseRow:
    now = signed_in.house.clock()
    with_role(signed_in, "lead")
    with signed_in.house.store.writing() as unit:
        row = a_case(unit.session, now, signed_in.mailbox, category="technical")
        a_message(unit.session, now, row)
        a_draft(unit.session, now, row, [[("Genstart appen.", [])]])
    return row


FORM = {"name": "Hilsen", "text_da": "Kære {customer_name}, sag {case_number}.", "version": 0}


def unsent(desk: WebDesk) -> UnsentTextRow:
    with desk.house.store.reading() as session:
        return session.query(UnsentTextRow).one()


def saved(desk: WebDesk) -> ReplyTemplateRow:
    with desk.house.store.reading() as session:
        return session.query(ReplyTemplateRow).order_by(ReplyTemplateRow.id.desc()).first()  # type: ignore[return-value]


def test_the_case_offers_what_fits_and_nothing_else(signed_in: WebDesk, case: CaseRow) -> None:
    page = signed_in.get(f"/cases/{case.id}").text
    assert "Ask for details" in page
    assert "How to send it back" not in page, "that is for deliveries"


def test_a_template_goes_to_the_end_of_the_draft_as_an_edit(signed_in: WebDesk, case: CaseRow) -> None:
    with signed_in.house.store.reading() as session:
        draft = session.query(DraftRow).one()
    answer = signed_in.post(f"/cases/{case.id}/templates", {"template": "closing", "draft": draft.id})
    assert "act=edit" in answer.headers["location"]
    row = unsent(signed_in)
    assert row.text.startswith("Genstart appen.\n\nSom vi ser det")
    assert f"#{case.id}" in row.text
    assert "Som vi ser det" in signed_in.get(answer.headers["location"]).text


def test_within_the_form_the_words_go_along(signed_in: WebDesk, case: CaseRow) -> None:
    fields: dict[str, object] = {
        "template": "closing",
        "doing": "write",
        "text": "Halvt skrevet",
        "subject": "Re: X",
    }
    signed_in.post(f"/cases/{case.id}/templates", fields)
    row = unsent(signed_in)
    assert (row.form, row.subject) == ("write", "Re: X")
    assert row.text.startswith("Halvt skrevet\n\nSom vi")


def test_an_unknown_fact_is_said_and_the_words_stay(signed_in: WebDesk, case: CaseRow) -> None:
    with signed_in.house.store.writing() as unit:
        unit.session.merge(case).respond_by = None
    fields: dict[str, object] = {"template": "delay", "doing": "write", "text": "Halvt skrevet"}
    answer = signed_in.post(f"/cases/{case.id}/templates", fields)
    assert answer.status_code == 422
    assert "{respond_by}" in answer.text
    assert "Halvt skrevet</textarea>" in answer.text


def test_a_lead_writes_previews_and_agents_get_it(signed_in: WebDesk, case: CaseRow) -> None:
    preview = signed_in.post("/templates/save", FORM | {"then": "preview", "case": case.id})
    assert f"Kære Anne Nørrelund, sag #{case.id}." in preview.text
    assert signed_in.post("/templates/save", FORM).status_code == 303
    assert "Hilsen" in signed_in.get("/templates").text
    assert "Hilsen" in signed_in.get(f"/cases/{case.id}").text
    with signed_in.house.store.reading() as session:
        assert session.query(AuditRow).filter_by(action="template.saved").count() == 1


def test_a_second_lead_with_an_older_version_is_told(signed_in: WebDesk, case: CaseRow) -> None:
    signed_in.post("/templates/save", FORM)
    slug = saved(signed_in).slug
    signed_in.post("/templates/save", FORM | {"slug": slug, "version": 1, "text_da": "Ny."})
    answer = signed_in.post("/templates/save", FORM | {"slug": slug, "version": 1, "text_da": "Min."})
    assert answer.status_code == 409
    assert "Min.</textarea>" in answer.text


def test_versions_and_deletions_are_taken_back(signed_in: WebDesk, case: CaseRow) -> None:
    signed_in.post("/templates/save", FORM)
    slug = saved(signed_in).slug
    signed_in.post("/templates/save", FORM | {"slug": slug, "version": 1, "text_da": "Ny."})
    signed_in.post(f"/templates/{slug}/restore", {"version": 1})
    assert saved(signed_in).texts["da"].startswith("Kære")
    signed_in.post(f"/templates/{slug}/delete")
    assert "Hilsen" not in signed_in.get(f"/cases/{case.id}").text
    signed_in.post(f"/templates/{slug}/restore", {"version": saved(signed_in).version})
    assert "Hilsen" in signed_in.get(f"/cases/{case.id}").text


def test_a_shipped_one_is_changed_deleted_and_brought_back(signed_in: WebDesk, case: CaseRow) -> None:
    signed_in.post("/templates/save", FORM | {"slug": "closing", "name": "Slut"})
    assert "Slut" in signed_in.get("/templates").text
    signed_in.post("/templates/closing/restore", {"version": 0})
    assert saved(signed_in).texts["da"].startswith("Som vi ser det")


def test_an_agent_uses_them_and_changes_none(signed_in: WebDesk, case: CaseRow) -> None:
    with_role(signed_in, "agent")
    answer = signed_in.post("/templates/save", FORM)
    assert answer.status_code == 422
    assert "Only leads" in answer.text
    assert "Only leads change templates." in signed_in.get("/templates/closing").text
