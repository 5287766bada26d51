"""The mailbox's signature: what the agent sees below the draft is what leaves, once."""

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from agent.desk.replies.approval import approve, edit
from agent.desk.replies.signing import signature_below
from agent.desk.settings.mailbox_signatures import Looks, looks_of, read_looks, save_looks
from agent.desk.steps.sweeping import sweep
from agent.errors import Conflict
from agent.store.tables import AuditRow, DraftRow, MailboxRow
from tests.house import TestHouse
from tests.unit.desk.conftest import approve_newest, newest, replies

ENGLISH = Looks("Nordlys Care", "", {"en": "{name}\n{company}\nTel. 12 34 56 78"})
Receive = Callable[..., None]


def save(home: TestHouse, looks: Looks = ENGLISH) -> int:
    with home.store.writing() as unit:
        return save_looks(unit, home.house, mailbox_id=home.mailbox_id, looks=looks, person=home.other)


def below(home: TestHouse) -> str:
    with home.store.reading() as session:
        return signature_below(session, home.house, session.get_one(DraftRow, newest(home).id), home.person)


def leave(home: TestHouse) -> str:
    approve_newest(home)
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    mail = message_from_bytes(home.outgoing.sent[-1].raw, policy=policy.default)
    plain = mail.get_body(("plain",))
    assert plain is not None
    return str(plain.get_content()).replace("\r\n", "\n")


def test_what_is_shown_below_the_draft_leaves_with_the_approving_agents_name(
    home: TestHouse, receive: Receive
) -> None:
    save(home)
    receive()
    shown = below(home)
    assert shown == "ida\nNordlys Care\nTel. 12 34 56 78"
    text = leave(home)
    assert text.startswith(f"{newest(home).text}\n\n{shown}\n")
    assert text.count("Tel. 12 34 56 78") == 1
    assert replies(home)[0].text.endswith(shown), "the conversation holds what the customer got"


def test_an_acknowledgement_has_no_agents_signature(home: TestHouse, receive: Receive) -> None:
    save(home)
    receive()
    acknowledged = next(mail.raw for mail in home.outgoing.sent if b"auto-replied" in mail.raw)
    assert b"Tel. 12" not in acknowledged


def test_a_signature_that_the_agent_typed_is_not_added_again(home: TestHouse, receive: Receive) -> None:
    save(home)
    receive()
    draft = newest(home)
    with home.store.writing() as unit:
        edit(unit, home.house, case_id=draft.case_id, draft_id=draft.id, content_hash=draft.content_hash,
             text=f"Call me.\n\n{below(home)}", subject=None, person=home.person)  # fmt: skip
    assert below(home) == ""
    assert leave(home).count("Tel. 12 34 56 78") == 1


def test_a_signature_changed_after_the_look_refuses_the_approval(home: TestHouse, receive: Receive) -> None:
    receive()
    seen = newest(home)
    assert save(home) == 1, "one open draft is another letter now"
    with pytest.raises(Conflict), home.store.writing() as unit:
        approve(unit, home.house, case_id=seen.case_id, draft_id=seen.id, content_hash=seen.content_hash,
                person=home.person)  # fmt: skip
    assert "Tel. 12" in leave(home), "and after a look it leaves"


def test_the_writer_ends_with_its_closing_where_a_signature_follows(
    home: TestHouse, receive: Receive
) -> None:
    receive()
    assert home.understanding.requests[-1].sender.names == ("Nordlys",)
    save(home)
    receive(receive_again())
    sender = home.understanding.requests[-1].sender
    assert (sender.company, sender.names) == ("Nordlys Care", ())


def receive_again() -> bytes:
    from tests.unit.desk.conftest import letter

    return letter("Another thing.", subject="Other", message_id="<9@customer.example>")


def test_a_mailbox_may_answer_everybody_in_one_language(home: TestHouse, receive: Receive) -> None:
    save(home, replace(ENGLISH, reply_language="de"))
    receive()
    assert home.understanding.requests[-1].reading.language.value == "de"


def test_what_was_typed_is_checked_and_recorded(home: TestHouse) -> None:
    _, problems = read_looks(
        {"signature.en": "{phone}", "signature.da": "\n".join("x" * 16), "reply_language": "fi"}
    )
    assert set(problems) == {"signature.en", "signature.da", "reply_language"}
    save(home)
    assert save(home) == 0
    with home.store.reading() as session:
        assert looks_of(session.get_one(MailboxRow, home.mailbox_id))["signature.en"].startswith("{name}")
        assert session.query(AuditRow).filter_by(action="mailbox.signature_changed").count() == 1
