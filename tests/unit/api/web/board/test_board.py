"""The lead's board: what waits and why, who was told, and what a lead does about it, with a way back."""

import re
from datetime import timedelta

import pytest

from agent.store.tables import (
    CaseRow,
    EscalationNoticeRow,
    EscalationRow,
    IncidentReplyRow,
    MailboxRow,
    NoteRow,
)
from api.web.board.boards import SHOWN_A_CAUSE
from tests.builders import a_case, an_escalation
from tests.unit.api.conftest import ORIGIN, WebDesk
from tests.unit.desk.incident_rows import an_incident


@pytest.fixture
def lead(desk: WebDesk) -> WebDesk:
    assert desk.sign_in("emil@nordlys.example").status_code == 303
    return desk


def escalated(desk: WebDesk, *causes: str, **more: object) -> int:
    now = desk.house.clock()
    with desk.house.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, desk.house.mailbox_id)
        case = a_case(unit.session, now, box, assignee_id=desk.ida.id, **more)  # type: ignore[arg-type]
        for cause in causes:
            an_escalation(unit.session, now, case, cause=cause)
        return case.id


def case_of(desk: WebDesk, number: int) -> CaseRow:
    with desk.house.store.reading() as session:
        return session.get_one(CaseRow, number)


def open_causes(desk: WebDesk) -> list[str]:
    with desk.house.store.reading() as session:
        rows = session.query(EscalationRow).filter(EscalationRow.acknowledged_at.is_(None))
        return [row.cause for row in rows]


def test_a_case_stands_once_under_its_gravest_cause_with_all_its_reasons(lead: WebDesk) -> None:
    escalated(lead, "value", "critical")
    page = lead.get("/escalations").text
    assert page.count("Login fejler</a>") == 1
    assert page.index('id="cause-critical"') < page.index("Login fejler</a>")
    assert 'id="cause-value"' not in page


def test_of_a_cause_with_many_cases_the_first_are_drawn_and_the_others_are_a_search_away(
    lead: WebDesk,
) -> None:
    for _ in range(SHOWN_A_CAUSE + 2):
        escalated(lead, "critical")
    page = lead.get("/escalations").text
    assert page.count("Login fejler</a>") == SHOWN_A_CAUSE
    assert f"{SHOWN_A_CAUSE + 2} cases need a decision" in page
    assert '<a class="link" href="/search?q=is%3Aescalated%20sort%3Adue">and 2 more cases</a>' in page


def test_whoever_has_a_case_is_chosen_already_where_it_is_given_on(lead: WebDesk) -> None:
    escalated(lead, "critical")
    page = lead.get("/escalations").text
    chosen = re.search(r'<select class="input" name="to".*?</select>', page, re.DOTALL)
    assert chosen
    assert re.findall(r'<option value="(\d+)" selected>', chosen[0]) == [str(lead.ida.id)]


def test_a_case_that_is_about_to_be_due_is_there_before_any_rule_asks(lead: WebDesk) -> None:
    escalated(lead, due_in=timedelta(minutes=29))
    escalated(lead, due_in=timedelta(minutes=31), subject="Later")
    page = lead.get("/escalations").text
    assert 'id="cause-soon"' in page
    assert "Later</a>" not in page


def test_the_board_says_who_was_told_and_what_did_not_arrive(lead: WebDesk) -> None:
    number = escalated(lead, "critical")
    now = lead.house.clock()
    with lead.house.store.writing() as unit:
        row = unit.session.query(EscalationRow).one()
        unit.session.add(
            EscalationNoticeRow(
                escalation_id=row.id, case_id=number, step=0, role="lead", way="chat", target="support-room",
                state="failed", send_after=now, created_at=now,
            )
        )  # fmt: skip
    page = lead.get("/escalations").text
    assert "support-room, by chat" in page
    assert "did not arrive" in page


def test_taking_over_answers_every_cause_and_undo_gives_the_case_back(lead: WebDesk) -> None:
    number = escalated(lead, "critical", "overdue")
    answer = lead.post(f"/escalations/cases/{number}/take")
    assert open_causes(lead) == []
    assert case_of(lead, number).assignee_id == lead.house.other.id
    assert f'action="/escalations/cases/{number}/back"' in lead.get(answer.headers["Location"]).text
    lead.post(f"/escalations/cases/{number}/back")
    assert open_causes(lead) == ["critical", "overdue"]
    assert case_of(lead, number).assignee_id == lead.ida.id


def test_knowing_of_it_stops_the_notices_and_leaves_the_case_where_it_is(lead: WebDesk) -> None:
    number = escalated(lead, "critical")
    lead.post(f"/escalations/cases/{number}/note")
    assert open_causes(lead) == []
    assert case_of(lead, number).assignee_id == lead.ida.id
    assert "Taken by a lead" in lead.get("/escalations").text
    lead.post(f"/escalations/cases/{number}/back")
    assert (open_causes(lead), case_of(lead, number).assignee_id) == (["critical"], lead.ida.id)


def test_what_somebody_took_a_moment_ago_is_not_taken_again(lead: WebDesk) -> None:
    number = escalated(lead, due_in=timedelta(minutes=5))
    version = case_of(lead, number).version
    lead.post(f"/escalations/cases/{number}/take", {"version": version})
    answer = lead.post(f"/escalations/cases/{number}/take", {"version": version})
    assert answer.status_code == 409
    assert "Somebody has taken it already." in answer.text


def test_a_comment_stands_in_the_case(lead: WebDesk) -> None:
    number = escalated(lead, "critical")
    lead.post(f"/escalations/cases/{number}/comment", {"text": "Call them first."})
    with lead.house.store.reading() as session:
        assert session.query(NoteRow).one().text == "Call them first."
    assert lead.post(f"/escalations/cases/{number}/comment", {"text": " "}).status_code == 422


def test_giving_a_case_to_somebody_can_be_undone(lead: WebDesk) -> None:
    number = escalated(lead, "critical")
    version = case_of(lead, number).version
    answer = lead.post("/escalations/move", {"to": lead.house.other.id, "case": f"{number}:{version}"})
    assert case_of(lead, number).assignee_id == lead.house.other.id
    page = lead.get(answer.headers["Location"]).text
    undo = re.search(r'action="(/escalations/changes/\d+/undo)"', page)
    assert undo
    lead.post(undo[1])
    assert case_of(lead, number).assignee_id == lead.ida.id


def test_a_screen_is_told_only_when_the_board_would_be_drawn_otherwise(lead: WebDesk) -> None:
    escalated(lead, "critical")
    mark = re.search(r"/live/board\?mark=(\w+)", lead.get("/escalations").text)
    assert mark
    assert "has changed" not in lead.get(f"/live/board?mark={mark[1]}").text
    escalated(lead, "overdue")
    assert "has changed" in lead.get(f"/live/board?mark={mark[1]}").text


def test_the_day_of_each_agent_is_shown_against_the_hours_left(lead: WebDesk) -> None:
    escalated(lead, "critical")
    page = lead.get("/escalations").text  # Monday 9:00, open until 16:00
    assert "0.2 of 7 h" in page
    assert "Open cases at 12 minutes each" in page


def test_an_incident_is_answered_in_three_presses_and_the_set_is_undone_in_one(lead: WebDesk) -> None:
    incident, numbers = an_incident(lead.house)
    assert f'href="/escalations/incidents/{incident}/reply"' in lead.get("/escalations").text
    page = lead.get(f"/escalations/incidents/{incident}/reply").text
    groups = re.findall(r'name="(text-[\w-]+)"', page)
    assert groups == ["text-da", "text-de-polite", "text-en", "text-sv-familiar"]
    texts = dict.fromkeys(groups, "{greeting}\n\nMended. Case {number}.")
    where = f"/escalations/incidents/{incident}"
    letters = lead.post(f"{where}/letters", texts).text
    assert "Hej Anne\n\nMended. Case" in letters
    seals = re.findall(r'name="letter" value="([^"]+)"', letters)
    press = re.search(r'name="press" value="(\w+)"', letters)
    assert press
    form = {"csrf": lead.token(), "press": press[1], "letter": seals, **texts}
    first = lead.browser.post(f"{where}/approve", data=form, headers={"Origin": ORIGIN})
    again = lead.browser.post(f"{where}/approve", data=form, headers={"Origin": ORIGIN})
    assert (first.status_code, first.headers["Location"]) == (303, again.headers["Location"])
    shown = lead.get(first.headers["Location"]).text
    assert "0 of 5 sent" in shown
    assert "leaves in a moment" in shown
    lead.post(f"{first.headers['Location']}/undo")
    assert "the rest was taken back" in lead.get(first.headers["Location"]).text
    assert case_of(lead, numbers[0]).draft_state == "ready"


def test_a_text_that_may_not_go_to_all_is_shown_again_with_the_reason(lead: WebDesk) -> None:
    incident, _ = an_incident(lead.house)
    answer = lead.post(f"/escalations/incidents/{incident}/letters", {"text-en": "Dear Anne Nørrelund"})
    assert answer.status_code == 422
    assert "holds a detail of the customer" in answer.text
    assert "Dear Anne Nørrelund</textarea>" in answer.text


def test_agents_see_no_way_to_answer_many_at_once(signed_in: WebDesk) -> None:
    incident, _ = an_incident(signed_in.house)
    assert "/reply" not in signed_in.get("/escalations").text
    assert signed_in.get(f"/escalations/incidents/{incident}/reply").status_code == 422
    assert signed_in.get(f"/escalations/incidents/{incident + 1}/reply").status_code == 404
    with signed_in.house.store.reading() as session:
        assert session.query(IncidentReplyRow).count() == 0
