"""Who was told of an escalation stands on the board and on the case; who took it may hand it back."""

from datetime import timedelta

import pytest

from agent.desk.escalations.escalating import acknowledge
from agent.store.tables import EscalationNoticeRow, EscalationRow
from tests.builders import a_case, a_message, an_escalation
from tests.unit.api.conftest import WebDesk


@pytest.fixture
def escalation(signed_in: WebDesk) -> EscalationRow:
    desk = signed_in
    now, box = desk.house.clock(), desk.mailbox
    with desk.house.store.writing() as unit:
        case = a_case(unit.session, now, box, subject="Payroll", due_in=timedelta(minutes=10))
        a_message(unit.session, now, case)
        row = an_escalation(unit.session, now, case)

        def told(
            step: int, way: str, target: str, role: str, state: str, minutes: int
        ) -> EscalationNoticeRow:
            at = now + timedelta(minutes=minutes)
            return EscalationNoticeRow(
                escalation_id=row.id, case_id=case.id, step=step, role=role, way=way, target=target,
                state=state, send_after=at, created_at=at, told_at=at if state == "sent" else None,
                outcome="The mail server refused it (550).",
            )  # fmt: skip

        unit.session.add_all([
            told(0, "mail", "emil@nordlys.example", "lead", "sent", 2),
            told(0, "mail", "ida@nordlys.example", "lead", "sent", 2),
            told(1, "chat", "ops", "management", "sent", 17),
            told(2, "mail", "boss@nordlys.example", "boss@nordlys.example", "failed", 20),
        ])  # fmt: skip
    return row


def test_the_board_and_the_case_say_who_was_told(signed_in: WebDesk, escalation: EscalationRow) -> None:
    case = signed_in.get(f"/cases/{escalation.case_id}").text
    assert "lead by mail 09:02" in case
    assert case.count("lead by mail") == 1, "two leads, one line"
    assert "management by chat ops 09:17" in case
    assert "boss@nordlys.example not reached by mail" in case
    board = signed_in.get("/escalations").text
    assert "4 notices" in board
    assert "did not arrive" in board


def test_taking_it_is_said_on_the_case_and_handing_it_back_undoes_it(
    signed_in: WebDesk, escalation: EscalationRow
) -> None:
    page = f"/cases/{escalation.case_id}"
    assert signed_in.post(f"/escalations/{escalation.id}/acknowledge").status_code == 303
    html = signed_in.get(page).text
    assert "Taken by ida 09:00." in html
    assert "lead by mail 09:02" in html
    assert "Hand back" in html
    assert "Taken by a lead" in signed_in.get("/escalations").text
    assert signed_in.post(f"/escalations/{escalation.id}/hand-back").status_code == 303
    board = signed_in.get("/escalations").text
    assert "Payroll" in board
    assert "Taken by a lead" not in board
    assert "Taken by" not in signed_in.get(page).text


def test_nobody_hands_back_what_another_took(signed_in: WebDesk, escalation: EscalationRow) -> None:
    house = signed_in.house
    with house.store.writing() as unit:
        acknowledge(unit, house.house, escalation_id=escalation.id, person=house.other)
    assert "Hand back" not in signed_in.get(f"/cases/{escalation.case_id}").text
    assert signed_in.post(f"/escalations/{escalation.id}/hand-back").status_code == 409


def test_a_case_that_waits_for_the_customer_says_since_when(signed_in: WebDesk) -> None:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        case = a_case(unit.session, now, signed_in.mailbox, state="waiting", clock_paused_at=now)
        a_message(unit.session, now, case)
        number = case.id
    assert "paused – waiting for the customer since 09:00" in signed_in.get(f"/cases/{number}").text
