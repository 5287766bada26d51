"""One reviewed reply for all customers of an incident: personal, bound to what was read, sent exactly once each."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.desk.audit import first_break
from agent.desk.escalations.answering_incident import Preview, approve_set, preview, progress, undo_set
from agent.desk.escalations.incident_letters import Why, members, recipients, starting_texts
from agent.desk.replies.approval import write_own
from agent.desk.replies.delivery import deliver
from agent.errors import Conflict, WrongUse
from agent.store.tables import (
    ApprovalRow,
    CaseRow,
    DraftRow,
    IncidentReplyRow,
    MailboxRow,
    MessageRow,
    OutboxRow,
    PersonRow,
)
from tests.builders import a_message
from tests.house import TestHouse, build_test_house
from tests.unit.desk.incident_rows import an_incident

TEXTS = {
    "da": "{greeting}\n\nVi har rettet fejlen. Kan du logge ind nu? Sag {number}.\n\nVenlig hilsen\nNordlys",
    "de-polite": "{greeting}\n\nder Fehler ist behoben. Können Sie sich anmelden?",
    "sv-familiar": "{greeting}\n\nFelet är rättat.",
    "en": "{greeting}\n\nThe fault is mended.",
}


def shown(home: TestHouse, incident: int, texts: dict[str, str] | None = None) -> Preview:
    with home.store.reading() as session:
        return preview(session, home.house, incident_id=incident, texts=texts or TEXTS, person=home.other)


def send(
    home: TestHouse, incident: int, seen: Preview, press: str = "p1", **more: object
) -> IncidentReplyRow:
    values = {"texts": TEXTS, "seals": [letter.seal for letter in seen.letters], "person": home.other} | more
    with home.store.writing() as unit:
        return approve_set(unit, home.house, incident_id=incident, press=press, **values)  # type: ignore[arg-type]


def replies(home: TestHouse, state: str = "") -> list[OutboxRow]:
    with home.store.reading() as session:
        rows = session.query(OutboxRow).filter_by(kind="reply").order_by(OutboxRow.id).all()
    return [row for row in rows if not state or row.state == state]


def deliver_all(home: TestHouse) -> None:
    home.clock.advance(seconds=11)
    for row in replies(home, "waiting"):
        deliver(home.house, row.id)


def write_again(home: TestHouse, case_id: int) -> None:
    with home.store.writing() as unit:
        case = unit.session.get_one(CaseRow, case_id)
        a_message(unit.session, home.clock(), case, text="Anything new?")


def test_each_letter_greets_in_the_customers_language_and_form_of_address(home: TestHouse) -> None:
    incident, _ = an_incident(home)
    texts = {letter.customer: letter.text for letter in shown(home, incident).letters}
    assert texts["Anne Nørrelund"].startswith("Hej Anne\n\nVi har rettet fejlen. Kan du logge ind nu? Sag ")
    assert texts["Jens Holm"].startswith("Kære Jens Holm\n\n")
    assert "Kan De logge ind" in texts["Jens Holm"]
    assert "Jürgen" in texts["Jürgen Krüner"].splitlines()[0]
    assert texts["Lena Ek"].splitlines()[0].startswith("Hej Lena")
    assert "{" not in "".join(texts.values())


def test_the_lead_begins_with_the_writers_draft_without_what_is_one_customers_alone(home: TestHouse) -> None:
    incident, _ = an_incident(home)
    with home.store.reading() as session:
        found, left_out = recipients(session, members(session, incident)[:1])
        texts = starting_texts(session, home.house.company, found)
    assert left_out == {}
    assert texts == {"da": "{greeting}\n\nVi retter fejlen.\n\nVenlig hilsen\nNordlys"}


def test_where_nothing_was_drafted_the_text_begins_with_the_phrases_of_any_letter(home: TestHouse) -> None:
    incident, _ = an_incident(home)
    with home.store.reading() as session:
        found, _ = recipients(session, members(session, incident))
        texts = starting_texts(session, home.house.company, found)
    assert set(texts) == set(TEXTS)
    assert all(text.startswith("{greeting}\n\n") and "Nordlys" in text for text in texts.values())


def test_the_signature_that_is_shown_below_a_letter_is_the_one_that_leaves_with_it(home: TestHouse) -> None:
    incident, _ = an_incident(home)
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        box.signatures = {"da": "Venlig hilsen\n{name}\n{company}", "en": "{name}"}
        box.brand = "Nordlys Care"
    with home.store.writing() as unit:
        unit.session.get_one(PersonRow, home.other.id).name = home.other.name = "Emil Bach"
    seen = shown(home, incident)
    assert {letter.language: letter.signature for letter in seen.letters} == {
        "da": "Venlig hilsen\nEmil Bach\nNordlys Care", "de": "Emil Bach", "sv": "Emil Bach", "en": "Emil Bach",
    }  # fmt: skip
    send(home, incident, seen)
    left = {row.case_id: row.text for row in replies(home)}
    assert left == {letter.case_id: f"{letter.text}\n\n{letter.signature}" for letter in seen.letters}


def test_every_letter_has_its_own_version_approval_and_place_in_the_outbox(home: TestHouse) -> None:
    incident, numbers = an_incident(home)
    seen = shown(home, incident)
    reply = send(home, incident, seen)
    assert [one["case"] for one in reply.letters] == numbers
    assert reply.left_out == []
    with home.store.reading() as session:
        approvals = {row.draft_id: row for row in session.query(ApprovalRow)}
        for letter, one in zip(seen.letters, reply.letters, strict=True):
            draft, out = session.get_one(DraftRow, one["draft"]), session.get_one(OutboxRow, one["outbox"])
            assert (draft.text, out.text, draft.state) == (letter.text, letter.text, "approved")
            assert letter.seal.endswith(draft.content_hash)
            assert approvals[draft.id].content_hash == draft.content_hash
            assert out.approval_id == approvals[draft.id].id
        assert first_break(session) is None
    deliver_all(home)
    assert Counter(mail.recipients[0] for mail in home.outgoing.sent).most_common(1)[0][1] == 1
    with home.store.reading() as session:
        assert progress(session, reply.id).sent == progress(session, reply.id).total == 5


def test_pressing_again_sends_nothing_more_before_and_after_the_letters_left(home: TestHouse) -> None:
    incident, _ = an_incident(home)
    seen = shown(home, incident)
    first = send(home, incident, seen)
    assert send(home, incident, seen).id == first.id
    with pytest.raises(Conflict):
        send(home, incident, seen, press="another page")
    deliver_all(home)
    assert send(home, incident, seen).id == first.id
    with pytest.raises(Conflict):
        send(home, incident, seen, press="another page")
    assert len(replies(home)) == len(home.outgoing.sent) == 5


def test_who_wrote_or_was_answered_meanwhile_is_left_out_and_named(home: TestHouse) -> None:
    incident, numbers = an_incident(home)
    seen = shown(home, incident)
    write_again(home, numbers[0])
    with home.store.writing() as unit:
        unit.session.get_one(CaseRow, numbers[1]).state = "done"
        unit.session.get_one(MessageRow, seen.letters[2].message_id).from_name = "Somebody Else"
    unticked = [letter.seal for letter in seen.letters if letter.case_id != numbers[3]]
    reply = send(home, incident, seen, seals=unticked)
    assert [one["case"] for one in reply.letters] == numbers[4:]
    assert {one["case"]: one["reason"] for one in reply.left_out} == {
        numbers[0]: Why.UNREAD,  # the new mail has not been read by the agent yet
        numbers[1]: Why.ANSWERED,
        numbers[2]: Why.CHANGED,
        numbers[3]: Why.NOT_PICKED,
    }


def test_one_undo_takes_back_the_whole_set_and_what_left_stays(home: TestHouse) -> None:
    incident, numbers = an_incident(home)
    reply = send(home, incident, shown(home, incident))
    home.clock.advance(seconds=11)
    deliver(home.house, replies(home)[0].id)
    with home.store.writing() as unit:
        undo_set(unit, home.house, reply_id=reply.id, person=home.other)
    assert [row.state for row in replies(home)] == ["sent"] + ["cancelled"] * 4
    with home.store.reading() as session:
        assert session.get_one(CaseRow, numbers[1]).draft_state == "ready"
    with pytest.raises(Conflict), home.store.writing() as unit:
        undo_set(unit, home.house, reply_id=reply.id, person=home.other)


def test_after_an_undo_the_same_page_sends_nothing_but_a_new_one_may(home: TestHouse) -> None:
    incident, _ = an_incident(home)
    seen = shown(home, incident)
    reply = send(home, incident, seen)
    with home.store.writing() as unit:
        undo_set(unit, home.house, reply_id=reply.id, person=home.other)
    assert send(home, incident, seen).undone_at is not None
    assert replies(home, "waiting") == []
    send(home, incident, seen, press="p2")
    assert len(replies(home, "waiting")) == 5


def test_a_reply_that_a_colleague_has_approved_stands(home: TestHouse) -> None:
    incident, numbers = an_incident(home)
    seen = shown(home, incident)
    from agent.desk.replies.approval import approve

    with home.store.writing() as unit:
        own = write_own(unit, home.house, case_id=numbers[0], text="Mine.", subject=None, person=home.person)
        approve(
            unit,
            home.house,
            case_id=numbers[0],
            draft_id=own.id,
            content_hash=own.content_hash,
            person=home.person,
        )
    reply = send(home, incident, seen)
    assert reply.left_out == [{"case": numbers[0], "reason": "leaving"}]
    deliver_all(home)
    assert next(row.text for row in replies(home, "sent")) == "Mine."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "incident.empty"),
        ("{greeting} {name}", "incident.slot"),
        ("Hello [PERSON_1]", "incident.slot"),
        ("Dear Owen Finch, it is mended.", "incident.leak"),
        ("Write to anne@customer.example.", "incident.leak"),
    ],
)
def test_a_text_for_all_holds_nothing_that_only_one_may_read(home: TestHouse, text: str, code: str) -> None:
    incident, _ = an_incident(home)
    with pytest.raises(WrongUse) as refused:
        shown(home, incident, {**TEXTS, "en": text})
    assert refused.value.code == code


def test_an_agent_cannot_answer_many_at_once(home: TestHouse) -> None:
    incident, _ = an_incident(home)
    with pytest.raises(WrongUse):
        send(home, incident, shown(home, incident), person=home.person)


def test_nothing_is_learnt_from_what_is_true_of_one_incident(home: TestHouse) -> None:
    incident, _ = an_incident(home)
    send(home, incident, shown(home, incident))
    home.doorbell.rung.clear()
    deliver_all(home)
    assert [task for task, _ in home.doorbell.rung if task == "learn"] == []


ACTS = st.lists(
    st.sampled_from(["press", "again", "new page", "undo", "deliver", "write", "own"]), max_size=8
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_nobody_gets_two_letters_for_one_mail(tmp_path_factory, acts: list[str]) -> None:  # type: ignore[no-untyped-def]
    """Pressed, pressed again, undone, delivered and written in between, in any order: one mail, one answer."""
    home = build_test_house(tmp_path_factory.mktemp("set"))
    incident, numbers = an_incident(home)
    seen, last = shown(home, incident), 0
    for number, act in enumerate(acts):
        try:
            if act in ("press", "again"):
                last = send(home, incident, seen).id
            elif act == "new page":
                seen = shown(home, incident)
                last = send(home, incident, seen, press=f"page {number}").id
            elif act == "undo" and last:
                with home.store.writing() as unit:
                    undo_set(unit, home.house, reply_id=last, person=home.other)
            elif act == "deliver":
                deliver_all(home)
            elif act == "write":
                write_again(home, numbers[number % len(numbers)])
            elif act == "own":
                with home.store.writing() as unit:
                    write_own(
                        unit, home.house, case_id=numbers[0], text="Mine.", subject=None, person=home.person
                    )
        except (Conflict, WrongUse):
            pass
    deliver_all(home)
    answered = Counter((row.case_id, row.answers_id) for row in replies(home, "sent"))
    assert set(answered.values()) <= {1}
    assert len(home.outgoing.sent) == sum(answered.values())
    home.store.close()


def test_an_address_that_no_mail_can_be_sent_to_does_not_hold_up_the_others(home: TestHouse) -> None:
    incident, numbers = an_incident(home)
    with home.store.writing() as unit:
        unit.session.get_one(
            MessageRow, shown(home, incident).letters[2].message_id
        ).from_email = "jürgen@x.example"
    reply = send(home, incident, shown(home, incident))
    assert reply.left_out == [{"case": numbers[2], "reason": "address"}]
    assert len(replies(home)) == 4
    with home.store.reading() as session:
        assert session.query(DraftRow).filter_by(case_id=numbers[2]).count() == 0


def test_no_letter_goes_to_an_address_of_our_own(home: TestHouse) -> None:
    incident, numbers = an_incident(home)
    with home.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, home.mailbox_id)
        unit.session.get_one(MessageRow, shown(home, incident).letters[0].message_id).from_email = box.address
    assert shown(home, incident).left_out == {numbers[0]: Why.ADDRESS}
