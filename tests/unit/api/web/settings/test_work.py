"""Who takes what: entered by leads, and suggestions on their board that are taken or refused."""

import pytest

from agent.store.tables import AbsenceRow, CaseRow, RefusedHandOverRow, WorkProfileRow
from tests.builders import a_case
from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.settings.test_overview import fields_of

WORK = "/settings/work"


def switch_on(admin: WebDesk, mode: str = "suggest") -> None:
    fields = fields_of(admin.get(WORK).text, WORK) | {"assignment.mode": mode, "reason": "we try it"}
    assert admin.post(WORK, fields, page=WORK).status_code == 303


def test_a_lead_enters_what_somebody_can_take(leading: WebDesk) -> None:
    page = f"{WORK}/{leading.ida.id}"
    fields = {"language.da": "yes", "language.de": "yes", "skill.billing": "yes", "capacity": 7}
    assert leading.post(page, fields, page=page).status_code == 303
    with leading.house.store.reading() as session:
        row = session.get_one(WorkProfileRow, leading.ida.id)
        assert (row.languages, row.skills, row.capacity) == (["da", "de"], ["billing"], 7)
    assert "0 of 7" in leading.get(WORK).text
    refused = leading.post(page, {"capacity": "lots"}, page=page)
    assert refused.status_code == 422
    assert "Write a whole number from 0 to 500." in refused.text


def test_absences_are_entered_listed_and_removed_one_by_one(leading: WebDesk) -> None:
    page = f"{WORK}/{leading.ida.id}"
    days = {"first": "2026-11-23", "last": "2026-11-27", "deputy": 0}
    assert leading.post(f"{page}/absence", days, page=page).status_code == 303
    assert "27 Nov" in leading.get(WORK).text
    wrong = leading.post(f"{page}/absence", days | {"last": "2026-11-20"}, page=page)
    assert wrong.status_code in {400, 409, 422}
    assert 'value="2026-11-20"' in wrong.text, "what was typed stays"
    again = leading.post(f"{page}/absence", days, page=page)
    assert again.status_code == 409
    assert "An absence is already entered for some of these days." in again.text

    later = {"first": "2026-12-21", "last": "2026-12-31", "deputy": leading.house.other.id}
    assert leading.post(f"{page}/absence", later, page=page).status_code == 303
    assert "and 1 more" in leading.get(WORK).text
    assert "21 Dec 2026 – 31 Dec 2026" in leading.get(page).text
    with leading.house.store.reading() as session:
        now, _ = session.query(AbsenceRow).order_by(AbsenceRow.away_from)
    assert leading.post(f"{page}/absence", {"remove": now.id}, page=page).status_code == 303
    gone = leading.post(f"{page}/absence", {"remove": now.id}, page=page)
    assert gone.status_code == 404
    assert "This absence is not entered any more." in gone.text
    shown = leading.get(WORK).text
    assert "27 Nov" not in shown
    assert "21 Dec 2026 – 31 Dec 2026" in shown


@pytest.mark.parametrize("path", [WORK, f"{WORK}/1"])
def test_agents_do_not_see_it(signed_in: WebDesk, path: str) -> None:
    assert signed_in.get(path).status_code == 403


def test_a_suggestion_on_the_board_is_taken_or_refused(admin: WebDesk) -> None:
    assert "Nobody has these" not in admin.get("/escalations").text
    switch_on(admin)
    with admin.house.store.writing() as unit:
        case = a_case(
            unit.session,
            admin.house.clock(),
            admin.mailbox,
            language="en",
            category="technical",
            priority="high",
        )
    html = admin.get("/escalations").text
    assert "Give to ida" in html
    assert "writes English" in html
    refused = admin.post(
        "/escalations/refuse", {"to": admin.ida.id, "case": f"{case.id}:1"}, page="/escalations"
    )
    assert refused.status_code == 303
    html = admin.get(refused.headers["location"]).text
    assert "You do not want those to have it who could." in html
    undone = {"to": admin.ida.id, "case": f"{case.id}:1", "again": "yes"}
    admin.post("/escalations/refuse", undone, page="/escalations")
    with admin.house.store.reading() as session:
        assert session.query(RefusedHandOverRow).count() == 0
    moved = {"to": admin.ida.id, "case": f"{case.id}:{case.version}"}
    assert admin.post("/escalations/move", moved, page="/escalations").status_code == 303
    with admin.house.store.reading() as session:
        assert session.get_one(CaseRow, case.id).assignee_id == admin.ida.id
