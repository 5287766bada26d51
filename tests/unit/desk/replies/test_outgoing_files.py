"""Files that go out are exactly those that were approved."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest

from agent.desk.customers.rights import erase_customer
from agent.desk.replies.approval import approve, undo
from agent.desk.replies.outgoing_files import attach, put_back_file, remove_file
from agent.desk.steps.sweeping import sweep
from agent.errors import Conflict, WrongUse
from agent.store.queries.outgoing_files import open_files
from agent.store.tables import AttachmentRow, OutgoingFileRow
from tests.house import TestHouse
from tests.unit.desk.conftest import approve_newest, letter, newest, only_case, replies

PDF = b"%PDF-1.7\nhow to reset"


def add(home: TestHouse, content: bytes = PDF, name: str = "guide.pdf") -> OutgoingFileRow:
    with home.store.writing() as unit:
        return attach(
            unit, home.house, case_id=only_case(home).id, filename=name, content=content, person=home.person
        )


def leave(home: TestHouse) -> None:
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()


def test_an_approved_file_arrives_byte_for_byte_and_stands_in_the_conversation(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    add(home)
    approve_newest(home)
    leave(home)
    sent = [mail.raw for mail in home.outgoing.sent if b"auto-replied" not in mail.raw]
    parts = list(message_from_bytes(sent[0], policy=policy.default).iter_attachments())
    assert [(p.get_filename(), p.get_content_type(), p.get_content()) for p in parts] == [
        ("guide.pdf", "application/pdf", PDF)
    ]
    with home.store.reading() as session:
        shown = session.query(AttachmentRow).one()
        assert (shown.filename, shown.size, shown.content) == ("guide.pdf", len(PDF), PDF)
        assert session.query(OutgoingFileRow).count() == 0


def test_a_file_added_meanwhile_voids_what_somebody_else_read(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    seen = newest(home)
    add(home)
    with home.store.writing() as unit, pytest.raises(Conflict, match="changed since"):
        approve(unit, home.house, case_id=seen.case_id, draft_id=seen.id, content_hash=seen.content_hash,
                person=home.person)  # fmt: skip


def test_the_approval_covers_the_bytes(home: TestHouse, receive: Callable[..., None]) -> None:
    """Bytes swapped behind the hash are not approved with the old hash."""
    receive()
    add(home)
    seen = newest(home)
    with home.store.writing() as unit:
        row = unit.session.query(OutgoingFileRow).one()
        row.sha256 = hashlib.sha256(b"%PDF-other").hexdigest()
    with home.store.writing() as unit, pytest.raises(Conflict):
        approve(unit, home.house, case_id=seen.case_id, draft_id=seen.id, content_hash=seen.content_hash,
                person=home.person)  # fmt: skip


def test_taking_a_file_out_and_putting_it_back_gives_the_same_letter(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    plain = newest(home).content_hash
    file = add(home)
    with_file = newest(home).content_hash
    where: dict[str, Any] = {"case_id": file.case_id, "file_id": file.id, "person": home.person}
    with home.store.writing() as unit:
        remove_file(unit, home.house, **where)
    assert newest(home).content_hash == plain
    with home.store.writing() as unit:
        put_back_file(unit, home.house, **where)
    assert newest(home).content_hash == with_file != plain


def test_undo_keeps_the_file_for_the_next_approval(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    add(home)
    row = approve_newest(home)
    with home.store.reading() as session:
        assert list(open_files(session, row.case_id)) == []
    with home.store.writing() as unit:
        undo(unit, home.house, outbox_id=row.id, person=home.person)
    with home.store.reading() as session:
        assert [file.filename for file in open_files(session, row.case_id)] == ["guide.pdf"]
    assert b"guide.pdf" in bytes(_content(home, approve_newest(home).id))


def _content(home: TestHouse, outbox_id: int) -> bytes:
    with home.store.reading() as session:
        from agent.store.tables import OutboxRow

        return session.get_one(OutboxRow, outbox_id).content


def test_a_new_mail_that_voids_the_approval_keeps_the_file(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    add(home)
    approve_newest(home)
    receive(
        letter("And more.", message_id="<2@customer.example>", subject=f"Re: Help [#{only_case(home).id}]")
    )
    assert replies(home)[0].state == "cancelled"
    with home.store.reading() as session:
        assert len(open_files(session, only_case(home).id)) == 1


def test_nothing_is_attached_to_a_reply_on_its_way(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    approve_newest(home)
    with pytest.raises(Conflict, match="on its way"):
        add(home)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"MZ\x90", "tool.exe", "file.dangerous"),
        (b"plain", "tool.pdf", "file.dangerous"),
        (b"", "empty.txt", "file.empty"),
        (b"x" * 2_000, "long.txt", "file.too_large"),
    ],
)
def test_what_may_not_be_sent_is_refused(
    home: TestHouse, receive: Callable[..., None], content: bytes, name: str, code: str
) -> None:
    receive()
    home.house = replace(home.house, reply_file_bytes=1_000)
    with pytest.raises(WrongUse) as refused:
        add(home, content, name)
    assert refused.value.code == code


def test_a_name_is_only_a_name(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    assert add(home, name="../../etc/gui\r\nde.pdf").filename == "gui de.pdf"
    assert add(home, name="x" * 300 + ".pdf").filename.endswith("xxx.pdf")


def test_erasing_the_customer_erases_the_files(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    add(home)
    with home.store.writing() as unit:
        receipt = erase_customer(unit, home.house, "anne@customer.example", actor="test")
    assert receipt.done["outgoing_files"] == 1
