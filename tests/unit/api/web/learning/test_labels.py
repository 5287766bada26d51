"""The page of labels: one mail at a time, nothing of the other's choice, a lead's decisions, and keys."""

import re

import pytest
from sqlalchemy.orm import Session

from agent.desk.learning.label_checks import choose, open_checks
from agent.store.tables import CorrectionRow, LabelCheckRow
from tests.builders import PASSWORD
from tests.unit.api.conftest import WebDesk


@pytest.fixture
def check_id(signed_in: WebDesk) -> int:
    """A label that waits for two people."""
    house = signed_in.house
    with house.store.writing() as unit:
        row = CorrectionRow(
            field="category", before="", after="billing", redacted_text="[PERSON_1] writes: <b>wrong</b> invoice",
            created_at=house.clock(),
        )  # fmt: skip
        unit.session.add(row)
        unit.session.flush()
        open_checks(unit, [row], cause="sample", now=house.clock())
        unit.session.flush()
        return unit.session.query(LabelCheckRow).one().id


def emil_chose(desk: WebDesk, check_id: int, category: str) -> None:
    with desk.house.store.writing() as unit:
        choose(unit, desk.house.house, check_id=check_id, category=category, person=desk.house.other)


def test_a_mail_is_shown_redacted_and_escaped_with_a_key_for_each_category(
    signed_in: WebDesk, check_id: int
) -> None:
    page = signed_in.get("/labels").text
    assert '<span class="tok">PERSON_1</span>' in page
    assert "&lt;b&gt;wrong&lt;/b&gt; invoice" in page
    assert 'value="technical" data-key="1"' in page
    assert 'data-key="s"' in page


def without_tokens(page: str) -> str:
    """A page holds a new token each time."""
    return re.sub(r'name="csrf" value="[^"]*"', "", page)


def test_neither_the_imported_label_nor_the_others_choice_can_be_seen(
    signed_in: WebDesk, check_id: int
) -> None:
    before = without_tokens(signed_in.get("/labels").text)
    emil_chose(signed_in, check_id, "technical")
    assert without_tokens(signed_in.get("/labels").text) == before
    assert "before:" not in before


def test_choosing_leads_on_and_can_be_taken_back(signed_in: WebDesk, check_id: int) -> None:
    answer = signed_in.post(f"/labels/{check_id}/choose", {"category": "billing"}, page="/labels")
    assert (answer.status_code, answer.headers["location"]) == (303, "/labels")
    page = signed_in.get("/labels").text
    assert "No mail waits for your label" in page
    assert signed_in.post("/labels/take-back", page="/labels").status_code == 303
    assert "What is this mail about?" in signed_in.get("/labels").text


def test_a_second_choice_by_the_same_person_is_refused_with_the_reason(
    signed_in: WebDesk, check_id: int
) -> None:
    signed_in.post(f"/labels/{check_id}/choose", {"category": "billing"})
    answer = signed_in.post(f"/labels/{check_id}/choose", {"category": "technical"})
    assert answer.status_code == 409
    assert "needs no further choice" in answer.text


def test_an_agent_sees_no_disagreement_and_cannot_decide(signed_in: WebDesk, check_id: int) -> None:
    signed_in.post(f"/labels/{check_id}/choose", {"category": "billing"})
    emil_chose(signed_in, check_id, "technical")
    page = signed_in.get("/labels").text
    assert "Where two people differ" not in page
    assert 'href="/accuracy"' not in page
    answer = signed_in.post(f"/labels/{check_id}/decide", {"category": "billing"})
    assert answer.status_code == 422


def test_a_lead_decides_where_two_differ_and_can_take_that_back(signed_in: WebDesk, check_id: int) -> None:
    signed_in.post(f"/labels/{check_id}/choose", {"category": "billing"})
    emil_chose(signed_in, check_id, "technical")
    signed_in.browser.cookies.clear()
    assert signed_in.sign_in("emil@nordlys.example", PASSWORD).status_code == 303
    page = signed_in.get("/labels").text
    assert "ida: Billing and contract" in page
    assert signed_in.post(f"/labels/{check_id}/decide", {"category": "billing"}).status_code == 303
    assert "Take my last decision back" in signed_in.get("/labels").text
    assert signed_in.post("/labels/reopen").status_code == 303
    assert "Where two people differ" in signed_in.get("/labels").text


def test_the_number_beside_the_entry_is_what_waits_for_this_person(signed_in: WebDesk, check_id: int) -> None:
    assert 'id="n-labels">1<' in signed_in.get("/labels").text
    signed_in.post(f"/labels/{check_id}/choose", {"category": "billing"})
    assert 'id="n-labels"><' in signed_in.get("/labels").text


def test_a_choice_without_the_pages_token_is_refused(signed_in: WebDesk, check_id: int) -> None:
    answer = signed_in.browser.post(f"/labels/{check_id}/choose", data={"category": "billing"})
    assert answer.status_code == 403


def test_a_lead_draws_a_sample(signed_in: WebDesk, rows: Session) -> None:
    rows.add(
        CorrectionRow(
            field="category",
            before="",
            after="billing",
            redacted_text="x",
            created_at=signed_in.house.clock(),
        )
    )
    rows.commit()
    assert signed_in.post("/labels/draw", {"size": 20}).status_code == 422
    signed_in.browser.cookies.clear()
    signed_in.sign_in("emil@nordlys.example", PASSWORD)
    assert signed_in.post("/labels/draw", {"size": 20}).status_code == 303
    assert "What is this mail about?" in signed_in.get("/labels").text
