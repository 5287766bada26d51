"""The page on which leads decide who sees drafts."""

from datetime import timedelta

import pytest

from agent.store.tables import AuditRow, MailboxRow, RolloutRow
from tests.builders import a_case, a_draft, a_message
from tests.unit.api.conftest import WebDesk

SENT = "Restart the bookkeeping program; the ledger export then works again."


@pytest.fixture
def lead(desk: WebDesk) -> WebDesk:
    """Emil, who leads, sits at the desk."""
    assert desk.sign_in("emil@nordlys.example").status_code == 303
    return desk


def decide(desk: WebDesk, mode: str, **fields: object) -> RolloutRow:
    answer = desk.post("/rollout", {"mode": mode, "reason": "trying it out", **fields}, page="/rollout")
    assert answer.status_code == 303, answer.text
    with desk.house.store.reading() as session:
        return session.query(RolloutRow).order_by(RolloutRow.id.desc()).first()  # type: ignore[return-value]


def test_each_category_shows_what_there_is_to_decide_by(lead: WebDesk) -> None:
    now = lead.house.clock()
    with lead.house.store.writing() as unit:
        for draft in (
            "Restart the bookkeeping program, the ledger export works again then.",
            "Look at the invoice.",
        ):
            case = a_case(
                unit.session, now, lead.mailbox, category="billing", first_answer_at=now, language="en"
            )
            a_message(unit.session, now, case)
            a_draft(unit.session, now, case, [[(draft, [])]], state="shadow")
            a_draft(unit.session, now, case, [[(SENT, [])]], state="sent", version=2, engine="person")
    row = lead.get("/rollout").text.split(">Billing")[1].split("</tr>")[0]
    assert "1 of 2" in row, "one of two unseen drafts is close to what was sent"
    assert "2 of 2" in row, "both were sorted right at first"


def test_the_form_tells_the_effect_before_it_is_decided(lead: WebDesk) -> None:
    now = lead.house.clock()
    with lead.house.store.writing() as unit:
        for day in range(26):
            case = a_case(unit.session, now, lead.mailbox, category="billing")
            a_message(unit.session, now, case, came=timedelta(days=day, minutes=1))
    html = lead.get("/rollout?category=billing").text
    assert "About 2 mails a week get a draft to decide on." in html
    assert 'value="on" checked' in html


def test_a_decision_is_kept_with_name_and_reason_and_can_be_taken_back(lead: WebDesk) -> None:
    row = decide(lead, "shadow", category="billing")
    assert (row.category, row.mode, row.reason, row.person_id) == (
        "billing",
        "shadow",
        "trying it out",
        lead.house.other.id,
    )
    html = lead.get("/rollout").text
    assert "trying it out · emil" in html
    assert "Written unseen" in html.split(">Billing")[1].split("</tr>")[0]

    assert lead.post(f"/rollout/{row.id}/undo", page="/rollout").status_code == 303
    html = lead.get("/rollout").text
    assert "taken back" in html
    assert "Written unseen" not in html.split(">Billing")[1].split("</tr>")[0]
    with lead.house.store.reading() as session:
        actions = [event.action for event in session.query(AuditRow) if event.action.startswith("rollout")]
    assert actions == ["rollout.set", "rollout.undone"]


def test_all_others_follow_the_rest(lead: WebDesk) -> None:
    decide(lead, "off", category="all")
    decide(lead, "on", category="billing")
    html = lead.get("/rollout").text
    assert "Not written" in html.split(">Technical")[1].split("</tr>")[0]
    assert "Shown" in html.split(">Billing")[1].split("</tr>")[0]


def rolled_out(lead: WebDesk) -> str:
    """What the page says about mailboxes."""
    return lead.get("/rollout").text.split('id="box-h"')[1].split("</table>")[0]


def test_a_mailbox_that_is_read_stands_there_before_its_first_mail(lead: WebDesk) -> None:
    with lead.house.store.writing() as unit:
        unit.session.get_one(MailboxRow, lead.house.mailbox_id).password_encrypted = "sealed"
    assert 'href="/rollout?mailbox=support%40nordlys.example' in rolled_out(lead)


def test_the_mails_of_a_removed_mailbox_are_counted_and_there_is_nothing_to_decide(lead: WebDesk) -> None:
    now = lead.house.clock()
    with lead.house.store.writing() as unit:
        unit.session.get_one(MailboxRow, lead.house.mailbox_id).password_encrypted = ""
        a_message(unit.session, now, a_case(unit.session, now, lead.mailbox))
    said = rolled_out(lead)
    assert "support@nordlys.example" in said
    assert "removed" in said
    assert "There is no mailbox yet" not in said
    assert "/rollout?mailbox" not in said


def test_without_any_mailbox_an_administrator_is_shown_where_to_add_one(admin: WebDesk) -> None:
    with admin.house.store.writing() as unit:
        unit.session.delete(unit.session.get_one(MailboxRow, admin.house.mailbox_id))
    said = rolled_out(admin)
    assert "There is no mailbox yet" in said
    assert 'href="/settings/mailboxes/new"' in said


def test_a_mailbox_can_start_with_a_share_of_its_conversations(lead: WebDesk) -> None:
    row = decide(lead, "on", mailbox="support@nordlys.example", share=20)
    assert (row.mailbox_id, row.share) == (lead.house.mailbox_id, 20)
    assert "20%" in lead.get("/rollout").text.split("support@nordlys.example")[1]


def test_a_share_of_a_mailbox_whose_drafts_are_not_shown_means_nothing(lead: WebDesk) -> None:
    assert decide(lead, "shadow", mailbox="support@nordlys.example", share=20).share == 100


def test_without_a_reason_the_form_comes_back_with_what_was_chosen(lead: WebDesk) -> None:
    answer = lead.post("/rollout", {"mode": "off", "category": "billing"}, page="/rollout")
    assert answer.status_code == 422
    assert "needs a reason" in answer.text
    assert 'value="off" checked' in answer.text


def test_agents_read_the_page_and_decide_nothing(signed_in: WebDesk) -> None:
    html = signed_in.get("/rollout?category=billing").text
    assert "By category" in html
    assert "/rollout?category=" not in html
    assert 'href="/rollout"' not in signed_in.get("/").text
    answer = signed_in.post("/rollout", {"mode": "off", "reason": "x", "category": "billing"})
    assert answer.status_code == 422
    assert "Only leads" in answer.text


def test_a_case_without_a_draft_says_that_it_was_meant(lead: WebDesk) -> None:
    with lead.house.store.writing() as unit:
        case = a_case(unit.session, lead.house.clock(), lead.mailbox, category="billing")
        a_message(unit.session, lead.house.clock(), case)
        a_draft(unit.session, lead.house.clock(), case, [[("SECRET DRAFT", [])]], state="shadow")
    decide(lead, "shadow", category="billing")
    html = lead.get(f"/cases/{case.id}").text
    assert "tried out unseen" in html
    assert "SECRET DRAFT" not in html
    decide(lead, "off", category="billing")
    assert "switched off for such mails" in lead.get(f"/cases/{case.id}").text
