"""People decide: what is approved leaves once, exactly as it was read."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from agent.desk.replies.approval import approve, ask_rewrite, edit, reject, undo, write_own
from agent.desk.steps.sweeping import sweep
from agent.errors import Conflict, NotAllowed, WrongUse
from agent.store.tables import DraftRow, NoteRow
from tests.house import TestHouse
from tests.unit.desk.conftest import approve_newest, letter, newest, only_case, replies


def sent_replies(home: TestHouse) -> list[bytes]:
    return [mail.raw for mail in home.outgoing.sent if b"auto-replied" not in mail.raw]


def test_an_approved_draft_leaves_after_the_undo_seconds_once(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    approve_newest(home)
    home.work()
    assert sent_replies(home) == [], "ten seconds to undo"
    home.clock.advance(seconds=11)
    for _ in range(3):
        home.clock.advance(seconds=30)
        sweep(home.house)
        home.work()
    assert len(sent_replies(home)) == 1
    case = only_case(home)
    assert (case.state, newest(home).state) == ("waiting", "sent")
    assert case.first_answer_at is not None


def test_the_reply_continues_the_customers_thread(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    approve_newest(home)
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    mail = message_from_bytes(sent_replies(home)[0], policy=policy.default)
    assert mail["In-Reply-To"] == "<1@customer.example>"
    assert "<1@customer.example>" in mail["References"]
    assert mail["To"] == "Anne Berg <anne@customer.example>"
    assert f"[#{only_case(home).id}]" in mail["Subject"]


def test_a_copy_is_put_into_the_sent_folder(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    approve_newest(home)
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    assert any(b"When the app crashes, restart the app" in copy for copy in home.inbox.sent)


def test_undo_keeps_it_from_leaving_and_the_draft_can_be_approved_again(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    row = approve_newest(home)
    with home.store.writing() as unit:
        undo(unit, home.house, outbox_id=row.id, person=home.person)
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    assert sent_replies(home) == []
    assert only_case(home).draft_state == "ready"
    approve_newest(home)
    assert [reply.state for reply in replies(home)] == ["cancelled", "waiting"]


def test_two_people_approving_at_once_send_one_mail(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    draft = newest(home)
    approve_newest(home)
    with pytest.raises(Conflict, match="approved this draft already"), home.store.writing() as unit:
        approve(unit, home.house, case_id=draft.case_id, draft_id=draft.id, content_hash=draft.content_hash,
                person=home.other)  # fmt: skip
    assert len(replies(home)) == 1


def test_pressed_twice_by_one_person_it_is_the_same_letter(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    draft = newest(home)
    first = approve_newest(home)
    with home.store.writing() as unit:
        again = approve(unit, home.house, case_id=draft.case_id, draft_id=draft.id, content_hash=draft.content_hash,
                        person=home.person)  # fmt: skip
        assert again.id == first.id
    assert len(replies(home)) == 1


def test_an_outdated_version_cannot_be_approved(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    old = newest(home)
    with home.store.writing() as unit:
        edit(unit, home.house, case_id=old.case_id, draft_id=old.id, content_hash=old.content_hash,
             text="Better words.", subject=None, person=home.person)  # fmt: skip
    with pytest.raises(Conflict, match="changed since"), home.store.writing() as unit:
        approve(unit, home.house, case_id=old.case_id, draft_id=old.id, content_hash=old.content_hash,
                person=home.other)  # fmt: skip


def test_a_mail_from_the_customer_makes_an_unsent_approval_void(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    approve_newest(home)
    receive(letter("Never mind, solved!", subject="Re: Help", message_id="<2@customer.example>",
                   extra="In-Reply-To: <1@customer.example>\r\n"))  # fmt: skip
    home.clock.advance(seconds=60)
    sweep(home.house)
    home.work()
    assert sent_replies(home) == []
    assert replies(home)[0].state == "cancelled"
    assert newest(home).state == "ready", "a new draft answers the new mail"


def test_what_a_person_writes_is_what_leaves(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    old = newest(home)
    with home.store.writing() as unit:
        edit(unit, home.house, case_id=old.case_id, draft_id=old.id, content_hash=old.content_hash,
             text="Hi Anne,\r\n\r\nWhen the app crashes, restart the app.\r\nCall me.", subject=None, person=home.person)  # fmt: skip
    draft = newest(home)
    assert draft.version == 2
    assert {
        "text": "When the app crashes, restart the app.",
        "sources": ["kb-1"],
        "supported": True,
    } in draft.sentences
    approve_newest(home)
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    assert b"Call me." in sent_replies(home)[0]


def test_a_placeholder_left_by_a_person_is_pointed_out(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    old = newest(home)
    with home.store.writing() as unit:
        edit(unit, home.house, case_id=old.case_id, draft_id=old.id, content_hash=old.content_hash,
             text="Hi [PERSON_1],", subject=None, person=home.person)  # fmt: skip
    assert [check["passed"] for check in newest(home).checks] == [False]


def test_an_empty_reply_is_refused(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    with pytest.raises(WrongUse, match="empty"), home.store.writing() as unit:
        write_own(unit, home.house, case_id=only_case(home).id, text="  \n", subject=None, person=home.person)


def test_a_rejected_draft_waits_for_a_person(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    draft = newest(home)
    with home.store.writing() as unit:
        reject(
            unit,
            home.house,
            case_id=draft.case_id,
            draft_id=draft.id,
            reason="wrong product",
            person=home.person,
        )
    assert (only_case(home).draft_state, newest(home).state) == ("none", "rejected")
    with pytest.raises(Conflict):
        approve_newest(home)


def test_a_rewrite_makes_a_new_version_and_keeps_the_old(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    draft = newest(home)
    with home.store.writing() as unit:
        ask_rewrite(
            unit, home.house, case_id=draft.case_id, draft_id=draft.id, wish="shorter", person=home.person
        )
    assert only_case(home).draft_state == "writing"
    home.work()
    assert (newest(home).version, newest(home).wish) == (2, "shorter")
    with home.store.reading() as session:
        assert session.get_one(DraftRow, draft.id).state == "superseded"
    assert home.clock() - newest(home).created_at < timedelta(minutes=1)


def test_what_an_agent_types_reaches_the_writer_without_names(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    draft = newest(home)
    with home.store.writing() as unit:
        edited = edit(
            unit, home.house, case_id=draft.case_id, draft_id=draft.id,
            content_hash=draft.content_hash, text="Hello Anne Berg, restart the app.", subject="Re: help",
            person=home.person,
        )  # fmt: skip
        ask_rewrite(
            unit, home.house, case_id=draft.case_id, draft_id=edited.id,
            wish="offer Anne Berg a call", person=home.person,
        )  # fmt: skip
    home.work()
    asked = home.understanding.requests[-1]
    assert (str(asked.wish), str(asked.previous)) == (
        "offer [PERSON_1] a call",
        "Hello [PERSON_1], restart the app.",
    )


def test_a_sensitive_matter_leaves_only_by_a_lead_also_after_an_edit(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive(letter("The app crashes. My lawyer will sue you if you do not mend it."))
    with pytest.raises(NotAllowed, match="a lead has to approve"):
        approve_newest(home)
    first = newest(home)
    with home.store.writing() as unit:
        edit(unit, home.house, case_id=first.case_id, draft_id=first.id, content_hash=first.content_hash,
             text="We are looking into it.", subject=None, person=home.person)  # fmt: skip
    with pytest.raises(NotAllowed):
        approve_newest(home)
    draft = newest(home)
    with home.store.writing() as unit:
        approve(unit, home.house, case_id=draft.case_id, draft_id=draft.id, content_hash=draft.content_hash,
                person=home.other)  # fmt: skip
    assert len(replies(home)) == 1


def test_what_is_unsettled_leaves_only_when_somebody_vouches_for_it(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    with home.store.writing() as unit:
        draft = unit.session.merge(newest(home))
        draft.sentences = [{"text": "It is free.", "sources": [], "supported": False}]
        draft.checks = [{"name": "forbidden", "passed": False, "detail": "“free” is not to be said."}]
    with pytest.raises(WrongUse, match="no source"):
        approve_newest(home)
    draft = newest(home)

    def approve_with(*vouched: str) -> None:
        with home.store.writing() as unit:
            approve(unit, home.house, case_id=draft.case_id, draft_id=draft.id,
                    content_hash=draft.content_hash, person=home.person, vouched=vouched)  # fmt: skip

    with pytest.raises(WrongUse, match="check of this draft"):
        approve_with("1")
    approve_with("1", "check:forbidden")
    assert len(replies(home)) == 1
    with home.store.reading() as session:
        [note] = session.query(NoteRow).all()
    assert "I vouch for: “It is free.”" in note.text
    assert note.person_id == home.person.id
