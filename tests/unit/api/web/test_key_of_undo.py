"""What the key of undo takes back, and where it is: one's own newest act, on every page, never a colleague's."""

import re

import pytest
from sqlalchemy import select

from agent.desk.replies.approval import approve
from agent.store.tables import AuditRow, DraftRow, OutboxRow, PersonRow
from tests.builders import a_case, a_draft, a_message
from tests.unit.api.conftest import WebDesk

EMIL = "emil@nordlys.example"


@pytest.fixture
def cases(desk: WebDesk) -> list[int]:
    now = desk.house.clock()
    with desk.house.store.writing() as unit:
        rows = []
        for name in ("Anne", "Bo", "Carl"):
            case = a_case(unit.session, now, desk.mailbox, customer_name=name)
            a_message(unit.session, now, case)
            a_draft(unit.session, now, case, [[(f"Hej {name}", [])]])
            rows.append(case.id)
    return rows


def send(desk: WebDesk, case_id: int, person: PersonRow) -> int:
    """This person approves the reply of this case, a second after what was before."""
    desk.house.clock.advance(seconds=1)
    with desk.house.store.writing() as unit:
        draft = unit.session.scalars(select(DraftRow).where(DraftRow.case_id == case_id)).one()
        return approve(
            unit, desk.house.house, case_id=case_id, draft_id=draft.id, content_hash=draft.content_hash,
            person=person,
        ).id  # fmt: skip


def keyed(html: str) -> list[str]:
    """Where the forms lead whose button has the key."""
    forms = [form for form in re.findall(r"<form.*?</form>", html, re.DOTALL) if 'data-key="z"' in form]
    return [place for form in forms for place in re.findall(r' action="([^"]+)"', form)]


def bar(html: str) -> str:
    """The bar of what is leaving, which is there once."""
    assert html.count('id="outbox"') == 1
    found = re.search(r'<div class="outbox".*?</div>', html, re.DOTALL)
    assert found
    return found[0]


def test_of_ones_own_letters_the_one_approved_last_is_taken_back(desk: WebDesk, cases: list[int]) -> None:
    desk.sign_in()
    send(desk, cases[0], desk.house.other)
    first, second = (send(desk, one, desk.ida) for one in cases[1:])
    html = desk.get("/").text
    assert keyed(html) == [f"/outbox/{second}/undo"]
    assert "Reply to Carl leaves in" in bar(html)
    assert "and 2 more" in bar(html)
    desk.post(f"/outbox/{second}/undo")
    assert keyed(desk.get("/").text) == [f"/outbox/{first}/undo"]


def test_a_colleagues_letter_is_seen_with_their_name_and_no_key_reaches_it(
    desk: WebDesk, cases: list[int]
) -> None:
    letter = send(desk, cases[0], desk.ida)
    desk.sign_in(EMIL)
    for page in ("/", f"/cases/{cases[0]}", f"/cases/{cases[1]}", "/live?view=approval"):
        html = desk.get(page).text
        assert keyed(html) == [], page
        assert f'action="/outbox/{letter}/undo"' in html
        assert "ida</b> · Reply to Anne leaves in" in html


def test_a_colleague_may_still_take_it_back_and_the_trail_says_who_did(
    desk: WebDesk, cases: list[int]
) -> None:
    letter = send(desk, cases[0], desk.ida)
    desk.sign_in(EMIL)
    assert desk.post(f"/outbox/{letter}/undo").status_code == 303
    with desk.house.store.reading() as session:
        assert session.scalars(select(OutboxRow.state)).all() == ["cancelled"]
        undone = session.scalars(select(AuditRow).where(AuditRow.action == "draft.approval_undone")).one()
    assert undone.actor == f"person:{desk.house.other.id}"


def test_only_ones_own_letter_takes_the_key_from_the_last_change_of_a_draft(
    desk: WebDesk, cases: list[int]
) -> None:
    desk.sign_in()
    with desk.house.store.reading() as session:
        draft = session.scalars(select(DraftRow).where(DraftRow.case_id == cases[1])).one()
    fields = {"content_hash": draft.content_hash, "text": "Andre ord.", "subject": "", "then": "keep"}
    desk.post(f"/cases/{cases[1]}/drafts/{draft.id}/edit", fields)
    undo_of_draft = re.compile(rf"/cases/{cases[1]}/drafts/\d+/undo")
    send(desk, cases[0], desk.house.other)
    (place,) = keyed(desk.get(f"/cases/{cases[1]}").text)
    assert undo_of_draft.fullmatch(place)
    own = send(desk, cases[2], desk.ida)
    assert keyed(desk.get(f"/cases/{cases[1]}").text) == [f"/outbox/{own}/undo"]


def test_the_newest_of_ones_acts_has_the_key(desk: WebDesk, cases: list[int]) -> None:
    desk.sign_in()
    letter = send(desk, cases[0], desk.ida)
    desk.house.clock.advance(seconds=1)
    desk.post(f"/cases/{cases[1]}/correct", {"state": "done"})
    assert keyed(desk.get("/").text) == ["/changes/1/undo"]
    desk.post("/changes/1/undo")
    assert keyed(desk.get("/").text) == [f"/outbox/{letter}/undo"]
    later = send(desk, cases[2], desk.ida)
    assert keyed(desk.get(f"/cases/{cases[2]}").text) == [f"/outbox/{later}/undo"] * 2


def test_what_is_leaving_is_below_every_page_and_stays_so(desk: WebDesk, cases: list[int]) -> None:
    desk.sign_in()
    letter = send(desk, cases[0], desk.ida)
    pages = ("/", "/views/done", "/search", f"/cases/{cases[1]}", f"/cases/{cases[1]}/merge", "/customers",
             "/knowledge", "/escalations", "/insight", "/labels", "/keys")  # fmt: skip
    for page in pages:
        html = desk.get(page).text
        assert f"/outbox/{letter}/undo" in bar(html), page
        assert keyed(html) == [f"/outbox/{letter}/undo"], page
    assert "Reply to Anne leaves in" in bar(desk.get("/live").text)
