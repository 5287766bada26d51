"""Decisions and corrections through forms: what happens, and what a refusal keeps."""

import pytest
from sqlalchemy import select

from agent.store.tables import (
    CaseRow,
    CorrectionRow,
    DraftRow,
    EscalationRow,
    MessageRow,
    NoteRow,
    OutboxRow,
)
from tests.builders import a_case, a_draft, a_letter, a_message, a_quarantined_mail, an_escalation
from tests.unit.api.conftest import WebDesk


@pytest.fixture
def case(signed_in: WebDesk) -> CaseRow:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        case = a_case(unit.session, now, signed_in.mailbox)
        a_message(unit.session, now, case)
        a_draft(unit.session, now, case, [[("Hej Anne", [])], [("Genstart programmet.", ["guide-1"])]])
    return case


def draft_of(desk: WebDesk, case: CaseRow) -> DraftRow:
    with desk.house.store.reading() as session:
        return session.scalars(
            select(DraftRow).where(DraftRow.case_id == case.id).order_by(DraftRow.version.desc())
        ).first()  # type: ignore[return-value]


def now_of(desk: WebDesk, case: CaseRow) -> CaseRow:
    with desk.house.store.reading() as session:
        return session.get_one(CaseRow, case.id)


def test_approving_puts_exactly_this_text_into_the_outbox(signed_in: WebDesk, case: CaseRow) -> None:
    draft = draft_of(signed_in, case)
    answer = signed_in.post(
        f"/cases/{case.id}/drafts/{draft.id}/approve", {"content_hash": draft.content_hash}
    )
    assert answer.status_code == 303
    with signed_in.house.store.reading() as session:
        assert session.scalars(select(OutboxRow.text)).all() == [draft.text]


def test_an_outdated_hash_is_refused_and_the_case_comes_back_with_the_reason(
    signed_in: WebDesk, case: CaseRow
) -> None:
    draft = draft_of(signed_in, case)
    answer = signed_in.post(f"/cases/{case.id}/drafts/{draft.id}/approve", {"content_hash": "0" * 64})
    assert answer.status_code == 409
    assert "has changed since you opened it" in answer.text
    assert "Genstart programmet." in answer.text


def test_a_new_mail_meanwhile_voids_the_approval(signed_in: WebDesk, case: CaseRow) -> None:
    draft = draft_of(signed_in, case)
    with signed_in.house.store.writing() as unit:
        a_message(unit.session, signed_in.house.clock(), unit.session.merge(case), text="Og en ting til")
    answer = signed_in.post(
        f"/cases/{case.id}/drafts/{draft.id}/approve", {"content_hash": draft.content_hash}
    )
    assert answer.status_code == 409
    assert "has written again" in answer.text


def test_a_failed_check_on_other_peoples_data_must_be_confirmed(signed_in: WebDesk) -> None:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        case = a_case(unit.session, now, signed_in.mailbox)
        a_message(unit.session, now, case)
        draft = a_draft(
            unit.session, now, case, [[("Hej", [])]], failed={"leak": "Another customer's number."}
        )
    path, fields = f"/cases/{case.id}/drafts/{draft.id}/approve", {"content_hash": draft.content_hash}
    assert signed_in.post(path, fields).status_code == 422
    assert signed_in.post(path, fields | {"vouch": "check:leak"}).status_code == 303


def test_taking_back_reopens_the_draft(signed_in: WebDesk, case: CaseRow) -> None:
    draft = draft_of(signed_in, case)
    with signed_in.house.store.writing() as unit:
        letter = a_letter(
            unit.session, signed_in.house.clock(), unit.session.merge(case), unit.session.merge(draft)
        )
    answer = signed_in.post(f"/outbox/{letter.id}/undo")
    assert answer.headers["location"].startswith(f"/cases/{case.id}?")
    assert draft_of(signed_in, case).state == "ready"


def test_what_has_begun_to_leave_cannot_be_taken_back(signed_in: WebDesk, case: CaseRow) -> None:
    with signed_in.house.store.writing() as unit:
        draft = unit.session.merge(draft_of(signed_in, case))
        letter = a_letter(
            unit.session, signed_in.house.clock(), unit.session.merge(case), draft, state="sending"
        )
    answer = signed_in.post(f"/outbox/{letter.id}/undo")
    assert answer.status_code == 409
    assert "can no longer be taken back" in answer.text


def test_an_edit_refused_keeps_what_was_typed(signed_in: WebDesk, case: CaseRow) -> None:
    draft = draft_of(signed_in, case)
    fields = {"content_hash": "0" * 64, "text": "My long and careful words", "subject": "My subject"}
    answer = signed_in.post(f"/cases/{case.id}/drafts/{draft.id}/edit", fields)
    assert answer.status_code == 409
    assert "My long and careful words</textarea>" in answer.text
    assert 'value="My subject"' in answer.text


def test_an_edit_makes_a_version_and_may_be_sent_at_once(signed_in: WebDesk, case: CaseRow) -> None:
    draft = draft_of(signed_in, case)
    fields = {"content_hash": draft.content_hash, "text": "Nye ord.", "subject": "", "then": "send"}
    assert signed_in.post(f"/cases/{case.id}/drafts/{draft.id}/edit", fields).status_code == 303
    newest = draft_of(signed_in, case)
    assert (newest.version, newest.state, newest.text) == (2, "approved", "Nye ord.")


def test_a_reply_can_be_written_where_there_is_no_draft(signed_in: WebDesk) -> None:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        case = a_case(unit.session, now, signed_in.mailbox)
        a_message(unit.session, now, case)
    assert "Write the reply" in signed_in.get(f"/cases/{case.id}?act=edit").text
    assert (
        signed_in.post(f"/cases/{case.id}/reply", {"text": "Selv skrevet.", "then": "send"}).status_code
        == 303
    )
    assert draft_of(signed_in, case).state == "approved"


def test_rejecting_keeps_the_reason_and_offers_another(signed_in: WebDesk, case: CaseRow) -> None:
    draft = draft_of(signed_in, case)
    signed_in.post(f"/cases/{case.id}/drafts/{draft.id}/reject", {"reason": "Wrong product"})
    html = signed_in.get(f"/cases/{case.id}").text
    assert "Draft rejected" in html
    assert "Wrong product" in html
    assert "Have it written again" in html


def test_a_wish_reaches_the_writer(signed_in: WebDesk, case: CaseRow) -> None:
    draft = draft_of(signed_in, case)
    signed_in.post(
        f"/cases/{case.id}/drafts/{draft.id}/rewrite", {"quick": "Shorter", "wish": "name the day"}
    )
    with signed_in.house.store.reading() as session:
        assert session.get_one(MessageRow, draft.message_id).wish == "Shorter. name the day"
    assert now_of(signed_in, case).draft_state == "writing"


def test_a_letter_of_unknown_fate_is_settled_by_a_person(signed_in: WebDesk, case: CaseRow) -> None:
    with signed_in.house.store.writing() as unit:
        draft = unit.session.merge(draft_of(signed_in, case))
        letter = a_letter(
            unit.session, signed_in.house.clock(), unit.session.merge(case), draft, state="uncertain"
        )
    assert "may have arrived" in signed_in.get("/problems").text
    assert signed_in.post(f"/outbox/{letter.id}/settle").status_code == 422
    answer = signed_in.post(f"/outbox/{letter.id}/settle", {"arrived": "no", "back": "/problems"})
    assert answer.headers["location"] == "/problems"
    assert draft_of(signed_in, case).state == "ready"


def test_corrections_one_fact_at_a_time(signed_in: WebDesk, case: CaseRow) -> None:
    path = f"/cases/{case.id}/correct"
    signed_in.post(path, {"category": "billing"})
    signed_in.post(path, {"priority": "high"})
    signed_in.post(path, {"assignee": signed_in.ida.id})
    after = now_of(signed_in, case)
    assert (after.category, after.priority, after.assignee_id) == ("billing", "high", signed_in.ida.id)
    signed_in.post(path, {"assignee": 0})
    assert now_of(signed_in, case).assignee_id is None
    assert signed_in.post(path).status_code == 422
    assert signed_in.post(path, {"category": "nonsense"}).status_code == 422
    assert signed_in.post(path, {"state": "done"}).headers["location"] == "/"


def test_a_correction_can_be_taken_back(signed_in: WebDesk, case: CaseRow) -> None:
    signed_in.post(f"/cases/{case.id}/correct", {"category": "billing"})
    with signed_in.house.store.reading() as session:
        correction = session.scalars(select(CorrectionRow)).all()[0]
    signed_in.post(f"/corrections/{correction.id}/undo", {"case": case.id})
    assert now_of(signed_in, case).category == "technical"


def test_notes_and_escalations_carry_the_person(signed_in: WebDesk, case: CaseRow) -> None:
    signed_in.post(f"/cases/{case.id}/notes", {"text": "Call her."})
    assert signed_in.post(f"/cases/{case.id}/escalate", {"reason": " "}).status_code == 422
    signed_in.post(f"/cases/{case.id}/escalate", {"reason": "She threatens to leave."})
    with signed_in.house.store.reading() as session:
        assert session.scalars(select(NoteRow.person_id)).all() == [signed_in.ida.id]
        assert session.scalars(select(EscalationRow.asked_by_id)).all() == [signed_in.ida.id]
    board = signed_in.get("/escalations").text
    assert "She threatens to leave." in board
    assert "Asked by ida" in board


def test_taking_over_an_escalation_gives_the_case_to_whoever_took_it(
    signed_in: WebDesk, case: CaseRow
) -> None:
    with signed_in.house.store.writing() as unit:
        row = an_escalation(unit.session, signed_in.house.clock(), unit.session.merge(case))
    assert signed_in.post(f"/escalations/{row.id}/acknowledge").status_code == 303
    assert now_of(signed_in, case).assignee_id == signed_in.ida.id
    assert signed_in.post(f"/escalations/{row.id}/acknowledge").status_code == 409
    assert "Nothing is escalated" in signed_in.get("/escalations").text


def test_problems_show_what_could_not_be_read_or_worked_on(signed_in: WebDesk, case: CaseRow) -> None:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        a_quarantined_mail(unit.session, now, signed_in.mailbox, "1,000 nested parts.")
        a_message(
            unit.session,
            now,
            unit.session.merge(case),
            text="x",
            step="triage",
            parked="The parser gave up three times.",
        )
    html = signed_in.get("/problems").text
    assert "1,000 nested parts." in html
    assert "The parser gave up three times." in html
    assert 'id="n-problems">2<' in html


def test_a_parked_mail_is_tried_again_once(signed_in: WebDesk, case: CaseRow) -> None:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        parked = a_message(
            unit.session, now, unit.session.merge(case), text="x", step="triage", parked="It gave up."
        )
    assert signed_in.post(f"/messages/{parked.id}/try-again").headers["location"] == "/problems"
    with signed_in.house.store.reading() as session:
        message = session.get_one(MessageRow, parked.id)
        assert (message.parked, message.attempts, message.step) == ("", 0, "triage")
    assert "It gave up." not in signed_in.get("/problems").text
    assert signed_in.post(f"/messages/{parked.id}/try-again").status_code == 409


def test_after_a_decision_the_next_case_of_the_view_opens(signed_in: WebDesk, case: CaseRow) -> None:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        following = a_case(unit.session, now, signed_in.mailbox, subject="Next")
        a_message(unit.session, now, following)
        a_draft(unit.session, now, following, [[("Hej", [])]])
    draft = draft_of(signed_in, case)
    answer = signed_in.post(
        f"/cases/{case.id}/drafts/{draft.id}/approve", {"content_hash": draft.content_hash}
    )
    assert answer.headers["location"] == f"/cases/{following.id}?view=approval#case-title"
