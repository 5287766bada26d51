"""Who is on a case now, and what of its checklist is done."""

import pytest

from agent.store.tables import AuditRow, CaseRow, TickRow
from tests.builders import a_case, a_draft, a_message
from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.library.test_templates import with_role


@pytest.fixture
def case(signed_in: WebDesk) -> CaseRow:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        row = a_case(unit.session, now, signed_in.mailbox, category="technical")
        a_message(unit.session, now, row)
        a_draft(unit.session, now, row, [[("Genstart appen.", [])]])
    return row


def jonas_is(desk: WebDesk, case: CaseRow, act: str) -> None:
    """Jonas' page says what he does, from his own browser."""
    ida = desk.browser
    desk.browser = desk.new_browser()
    assert desk.sign_in("emil@nordlys.example").status_code == 303
    assert desk.post(f"/live/cases/{case.id}/at-work", {"act": act}).status_code == 200
    desk.browser = ida


def seen(desk: WebDesk, case: CaseRow) -> str:
    return desk.post(f"/live/cases/{case.id}/at-work", {"act": ""}).text


@pytest.mark.parametrize(
    ("act", "words"),
    [("", "has this case open"), ("edit", "is writing a reply"), ("note", "is writing a note")],
)
def test_others_see_what_somebody_does(signed_in: WebDesk, case: CaseRow, act: str, words: str) -> None:
    jonas_is(signed_in, case, act)
    assert words in seen(signed_in, case)


def test_nobody_sees_themselves(signed_in: WebDesk, case: CaseRow) -> None:
    seen(signed_in, case)
    assert "has this case open" not in seen(signed_in, case)


def test_who_closed_the_page_is_gone_when_the_lease_ends(signed_in: WebDesk, case: CaseRow) -> None:
    jonas_is(signed_in, case, "edit")
    signed_in.house.clock.advance(seconds=31)
    assert "is writing" not in seen(signed_in, case)


def test_approving_what_somebody_edits_comes_with_a_warning(signed_in: WebDesk, case: CaseRow) -> None:
    assert "also-writing" not in signed_in.get(f"/cases/{case.id}").text
    jonas_is(signed_in, case, "edit")
    assert "Talk to each other before you send." in signed_in.get(f"/cases/{case.id}").text


def test_an_unknown_case_has_nobody(signed_in: WebDesk) -> None:
    assert signed_in.post("/live/cases/999/at-work").status_code == 404


# the checklist


def test_an_item_is_ticked_by_name_and_taken_back(signed_in: WebDesk, case: CaseRow) -> None:
    assert "0 of 4" in signed_in.get(f"/cases/{case.id}").text
    signed_in.post(f"/cases/{case.id}/checklist", {"done": "known"})
    signed_in.post(f"/cases/{case.id}/checklist", {"done": "known"})
    page = signed_in.get(f"/cases/{case.id}").text
    assert "1 of 4" in page
    assert 'aria-pressed="true"' in page
    signed_in.post(f"/cases/{case.id}/checklist", {"undone": "known"})
    assert "0 of 4" in signed_in.get(f"/cases/{case.id}").text
    with signed_in.house.store.reading() as session:
        trail = [row.action for row in session.query(AuditRow) if row.action.startswith("checklist")]
    assert trail == ["checklist.ticked", "checklist.unticked"]


def test_what_is_not_on_the_list_cannot_be_ticked(signed_in: WebDesk, case: CaseRow) -> None:
    assert signed_in.post(f"/cases/{case.id}/checklist", {"done": "made-up"}).status_code == 404
    with signed_in.house.store.reading() as session:
        assert session.query(TickRow).count() == 0


def test_closing_with_required_items_open_warns_and_closes(signed_in: WebDesk, case: CaseRow) -> None:
    assert "2 to tick" in signed_in.get(f"/cases/{case.id}").text
    signed_in.post(f"/cases/{case.id}/checklist", {"done": "known"})
    answer = signed_in.post(f"/cases/{case.id}/correct", {"state": "done"})
    assert answer.headers["location"].startswith(f"/cases/{case.id}?")
    assert "was closed with 2 required items open" in signed_in.get(f"/cases/{case.id}").text


def test_leads_change_a_list_and_take_it_back(signed_in: WebDesk, case: CaseRow) -> None:
    with_role(signed_in, "lead")
    fields = {"version": 0, "id_0": "known", "text_0_da": "Set efter", "id_1": "new", "text_1_en": " "}
    assert signed_in.post("/checklists/technical", fields).status_code == 303
    assert "0 of 1" in signed_in.get(f"/cases/{case.id}").text
    assert signed_in.post("/checklists/technical", fields).status_code == 409, "an older version"
    signed_in.post("/checklists/technical/restore", {"version": 0})
    assert "0 of 4" in signed_in.get(f"/cases/{case.id}").text


def test_agents_read_the_lists_and_change_none(signed_in: WebDesk, case: CaseRow) -> None:
    assert "The customer has confirmed that it works" in signed_in.get("/checklists").text
    assert signed_in.post("/checklists/technical", {"version": 0}).status_code == 422
    assert signed_in.get("/checklists/unknown").status_code == 404
