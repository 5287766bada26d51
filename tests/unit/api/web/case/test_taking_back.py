"""One fact of the case on screen is changed, the next page says so, and one undo lets it be as it was."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from agent.store.tables import AuditRow, CaseRow, CorrectionRow, DeskChangeRow
from tests.builders import a_case, a_message
from tests.unit.api.conftest import WebDesk


@pytest.fixture
def case(signed_in: WebDesk) -> CaseRow:
    """The case on screen; another of the same view comes after it."""
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        cases = [a_case(unit.session, now, signed_in.mailbox, subject=f"Case number {n}") for n in range(2)]
        for one in cases:
            a_message(unit.session, now, one)
    return cases[0]


def correct(desk: WebDesk, case: CaseRow, **fields: object) -> str:
    """The page that follows."""
    answer = desk.post(f"/cases/{case.id}/correct", fields | {"view": "unassigned"})
    assert answer.status_code == 303
    return desk.get(answer.headers["location"]).text


def press_z(desk: WebDesk, html: str) -> str:
    """Send the form whose button has the key of undo; the page that follows."""
    form = next(one for one in re.findall(r"<form.*?</form>", html, re.DOTALL) if 'data-key="z"' in one)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    action = re.search(r'action="([^"]+)"', form)
    assert action
    return desk.get(desk.post(action[1], dict(fields)).headers["location"]).text


def now_of(desk: WebDesk, case: CaseRow) -> CaseRow:
    with desk.house.store.reading() as session:
        return session.get_one(CaseRow, case.id)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "done"}, "1 case is done."),
        ({"state": "spam"}, "1 case is spam."),
        ({"state": "waiting"}, "1 case was changed."),
        ({"assignee": 2}, "1 case was given."),
        ({"priority": "critical"}, "1 case was changed."),
        ({"category": "billing"}, "1 case was changed."),
    ],
)
def test_a_single_act_is_said_and_taken_back(
    signed_in: WebDesk, case: CaseRow, fields: dict[str, object], said: str
) -> None:
    kept = ("state", "assignee_id", "priority", "category", "respond_by", "clock_promises", "corrected")
    before = [getattr(case, one) for one in kept]
    html = correct(signed_in, case, **fields)
    assert said in html
    assert [getattr(now_of(signed_in, case), one) for one in kept] != before
    html = press_z(signed_in, html)
    assert "Taken back." in html
    assert [getattr(now_of(signed_in, case), one) for one in kept] == before
    assert f'data-case="{case.id}"' in html, "one sees the case again"
    with signed_in.house.store.reading() as session:
        assert "change.undone" in session.scalars(select(AuditRow.action)).all()
        assert all(row.undone_at for row in session.scalars(select(CorrectionRow)))


def test_the_page_that_follows_names_the_case_that_left_the_screen(signed_in: WebDesk, case: CaseRow) -> None:
    link = f'<a class="link" href="/cases/{case.id}">Case {case.id}</a>'
    assert link in correct(signed_in, case, state="done")
    assert link not in correct(signed_in, case, assignee=signed_in.ida.id)


def test_a_sleeping_case_that_was_closed_sleeps_again(signed_in: WebDesk, case: CaseRow) -> None:
    until = signed_in.house.clock() + timedelta(days=1)
    with signed_in.house.store.writing() as unit:
        unit.session.get_one(CaseRow, case.id).snoozed_until = until
    html = correct(signed_in, case, state="done")
    assert now_of(signed_in, case).snoozed_until is None
    press_z(signed_in, html)
    assert (now_of(signed_in, case).state, now_of(signed_in, case).snoozed_until) == ("open", until)


def test_a_case_that_moved_on_since_stays_as_it_is_and_one_is_told(signed_in: WebDesk, case: CaseRow) -> None:
    html = correct(signed_in, case, state="done")
    with signed_in.house.store.writing() as unit:
        row = unit.session.get_one(CaseRow, case.id)
        row.state, row.version = "open", row.version + 1
        row.assignee_id = signed_in.house.other.id
    html = press_z(signed_in, html)
    assert f"Case {case.id} has changed since and stays as it is." in html
    assert "Taken back." not in html
    assert now_of(signed_in, case).assignee_id == signed_in.house.other.id


def test_a_merged_case_is_not_changed_any_more(signed_in: WebDesk, case: CaseRow) -> None:
    with signed_in.house.store.writing() as unit:
        row = unit.session.get_one(CaseRow, case.id)
        row.merged_into_id, row.state = case.id + 1, "done"
    answer = signed_in.post(f"/cases/{case.id}/correct", {"state": "open"})
    assert answer.status_code == 409
    assert f"Case {case.id} has been merged already." in answer.text
    with signed_in.house.store.reading() as session:
        assert not session.scalars(select(DeskChangeRow)).all()
