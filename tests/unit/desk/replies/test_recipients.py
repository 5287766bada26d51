"""A reply goes to the sender alone unless a person adds somebody, and an approval covers who gets it."""

from collections.abc import Callable
from email import message_from_bytes

import pytest

from agent.desk.replies.approval import approve, edit
from agent.desk.replies.recipients import Choice, add_cc, answer_to, choice_of, remove_cc, set_cc
from agent.desk.steps.sweeping import sweep
from agent.errors import Conflict, WrongUse
from agent.mail.reply_all import Mark
from agent.store.tables import AuditRow, DraftRow, MessageRow, OutboxRow
from tests.house import SUPPORT, TestHouse
from tests.unit.desk.conftest import approve_newest, letter, newest, only_case, replies

BESIDE = "Cc: Bo Holm <bo@customer.example>, lawyer@other.example, Support <support@nordlys.example>\r\n"
Receive = Callable[..., None]


def choice(home: TestHouse) -> Choice:
    with home.store.reading() as session:
        return choice_of(session, session.get_one(DraftRow, newest(home).id))


def add(home: TestHouse, email: str) -> None:
    draft = newest(home)
    with home.store.writing() as unit:
        add_cc(unit, home.house, case_id=draft.case_id, draft_id=draft.id, email=email, person=home.person)


def leave(home: TestHouse) -> OutboxRow:
    approve_newest(home)
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    return replies(home)[-1]


def test_it_goes_to_the_sender_alone_and_the_others_are_offered(home: TestHouse, receive: Receive) -> None:
    receive(letter(extra=BESIDE))
    seen = choice(home)
    assert [one.address.email for one in seen.to] == ["anne@customer.example"]
    assert seen.cc == ()
    assert [(one.address.email, one.marks) for one in seen.offered] == [
        ("bo@customer.example", ()),
        ("lawyer@other.example", (Mark.STRANGER,)),
    ]
    assert SUPPORT not in str(seen)
    assert leave(home).recipients == ["anne@customer.example"]


def test_who_is_added_stands_in_cc_with_the_name_of_the_mail(home: TestHouse, receive: Receive) -> None:
    receive(letter(extra=BESIDE))
    add(home, "Bo@Customer.example")
    row = leave(home)
    assert row.recipients == ["anne@customer.example", "bo@customer.example"]
    assert row.cc == ["bo@customer.example"]
    left = home.outgoing.sent[-1]
    assert left.recipients == ("anne@customer.example", "bo@customer.example")
    mail = message_from_bytes(left.raw)
    assert mail["To"] == "Anne Berg <anne@customer.example>"
    assert mail["Cc"] == "Bo Holm <bo@customer.example>"
    with home.store.reading() as session:
        kept = session.query(MessageRow).filter_by(direction="out", kind="reply").one()
        assert [one["email"] for one in kept.cc] == ["bo@customer.example"]
        assert session.query(AuditRow).filter_by(action="draft.recipients_changed").one().detail == {
            "to": 1,
            "cc": 1,
        }


def test_somebody_added_after_the_look_is_refused(home: TestHouse, receive: Receive) -> None:
    receive(letter(extra=BESIDE))
    seen = newest(home)
    add(home, "lawyer@other.example")
    with pytest.raises(Conflict, match="who receives it"), home.store.writing() as unit:
        approve(unit, home.house, case_id=seen.case_id, draft_id=seen.id, content_hash=seen.content_hash,
                person=home.other)  # fmt: skip
    assert replies(home) == []


def test_removing_gives_back_the_letter_that_was_read_before(home: TestHouse, receive: Receive) -> None:
    receive(letter(extra=BESIDE))
    before = newest(home)
    add(home, "bo@customer.example")
    with home.store.writing() as unit:
        remove_cc(unit, home.house, case_id=before.case_id, draft_id=before.id, email="bo@customer.example",
                  person=home.person)  # fmt: skip
    assert newest(home).content_hash == before.content_hash
    assert leave(home).recipients == ["anne@customer.example"]


def test_our_own_mailbox_and_what_is_no_address_cannot_be_added(home: TestHouse, receive: Receive) -> None:
    receive()
    with pytest.raises(WrongUse, match="our own mailboxes"):
        add(home, SUPPORT.upper())
    with pytest.raises(WrongUse, match="not an e-mail address"):
        add(home, "bo@x.example\r\nBcc: all@x.example")


def test_the_choice_stays_with_a_new_version_and_ends_with_a_new_mail(
    home: TestHouse, receive: Receive
) -> None:
    receive(letter(extra=BESIDE))
    add(home, "bo@customer.example")
    draft = newest(home)
    with home.store.writing() as unit:
        edit(unit, home.house, case_id=draft.case_id, draft_id=draft.id, content_hash=draft.content_hash,
             text="Call me.", subject=None, person=home.person)  # fmt: skip
    assert [one.address.email for one in choice(home).cc] == ["bo@customer.example"]
    receive(letter("And one more thing.", subject="Re: Help", message_id="<2@customer.example>",
                   extra=f"{BESIDE}In-Reply-To: <1@customer.example>\r\n"))  # fmt: skip
    assert newest(home).message_id == only_case(home).latest_in_id
    assert choice(home).cc == ()


def test_a_foreign_reply_to_is_shown_and_followed_only_when_a_person_says_so(
    home: TestHouse, receive: Receive
) -> None:
    receive(letter(extra="Reply-To: Claus <claus@elsewhere.example>\r\n"))
    seen = choice(home)
    assert [one.address.email for one in seen.to] == ["anne@customer.example"]
    assert seen.other_to is not None
    assert seen.other_to.address.email == "claus@elsewhere.example"
    draft = newest(home)
    with home.store.writing() as unit:
        answer_to(unit, home.house, case_id=draft.case_id, draft_id=draft.id, email="claus@elsewhere.example",
                  person=home.person)  # fmt: skip
    back = choice(home).other_to
    assert back is not None
    assert back.address.email == "anne@customer.example"
    with pytest.raises(Conflict), home.store.writing() as unit:
        approve(unit, home.house, case_id=draft.case_id, draft_id=draft.id, content_hash=draft.content_hash,
                person=home.person)  # fmt: skip
    assert leave(home).recipients == ["claus@elsewhere.example"]


def test_nobody_whom_the_mail_does_not_name_can_be_answered_instead(
    home: TestHouse, receive: Receive
) -> None:
    receive()
    draft = newest(home)
    with pytest.raises(WrongUse, match="does not name"), home.store.writing() as unit:
        answer_to(unit, home.house, case_id=draft.case_id, draft_id=draft.id, email="x@other.example",
                  person=home.person)  # fmt: skip


def test_exactly_those_that_are_named_get_it(home: TestHouse, receive: Receive) -> None:
    receive(letter(extra=BESIDE))
    add(home, "bo@customer.example")
    draft = newest(home)
    with home.store.writing() as unit:
        set_cc(unit, home.house, case_id=draft.case_id, draft_id=draft.id, emails=["lawyer@other.example"],
               person=home.person)  # fmt: skip
    assert [one.address.email for one in choice(home).cc] == ["lawyer@other.example"]


def test_nothing_changes_once_the_reply_is_on_its_way(home: TestHouse, receive: Receive) -> None:
    receive(letter(extra=BESIDE))
    approve_newest(home)
    with pytest.raises(Conflict, match="on its way"):
        add(home, "bo@customer.example")
