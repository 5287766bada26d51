"""The mail server in memory keeps the promises of the real ones."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from agent.mail.mailbox import Inbox, MailSender, RecipientAnswer, SendOutcome, SendState
from agent.mail.memory import MemoryInbox, MemoryMailbox, MemorySender

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def mailbox() -> MemoryMailbox:
    return MemoryMailbox(clock=lambda: NOON)


def test_mail_is_listed_after_the_last_uid_oldest_first(mailbox: MemoryMailbox) -> None:
    uids = [mailbox.deliver(raw) for raw in (b"one", b"two", b"three")]
    inbox: Inbox = MemoryInbox(mailbox)
    with inbox:
        assert inbox.select().uidnext == uids[-1] + 1
        assert inbox.uids_after(uids[0]) == uids[1:]


def test_a_mail_keeps_its_bytes_and_its_arrival_in_utc(mailbox: MemoryMailbox) -> None:
    cet = timezone(timedelta(hours=1))
    uid = mailbox.deliver(b"raw", internal_date=NOON.astimezone(cet))
    found = MemoryInbox(mailbox).fetch(uid)
    assert found is not None
    assert (found.raw, found.internal_date, found.size) == (b"raw", NOON, 3)
    assert found.internal_date.utcoffset() == timedelta(0)


def test_an_expunged_mail_is_none_and_its_uid_is_not_given_again(mailbox: MemoryMailbox) -> None:
    uid = mailbox.deliver(b"raw")
    mailbox.expunge(uid)
    assert MemoryInbox(mailbox).fetch(uid) is None
    assert mailbox.deliver(b"next") > uid


def test_a_recreated_folder_counts_anew_under_another_uidvalidity(mailbox: MemoryMailbox) -> None:
    mailbox.deliver(b"raw")
    inbox = MemoryInbox(mailbox)
    before = inbox.select()
    mailbox.recreate()
    assert inbox.select().uidvalidity != before.uidvalidity
    assert mailbox.deliver(b"raw") == 1


def test_waiting_tells_once_of_mail_that_came_since_the_folder_was_opened(mailbox: MemoryMailbox) -> None:
    inbox = MemoryInbox(mailbox)
    inbox.select()
    assert not inbox.wait_for_mail(1)
    mailbox.deliver(b"raw")
    assert inbox.wait_for_mail(1)
    assert not inbox.wait_for_mail(1)


def test_the_sent_folder_finds_copies_by_their_id(mailbox: MemoryMailbox) -> None:
    inbox = MemoryInbox(mailbox)
    inbox.append_to_sent(b"Message-ID: <a@b>\r\n\r\nHello\r\n")
    assert inbox.find_in_sent("<a@b>")
    assert not inbox.find_in_sent("<c@d>")


def test_marks_are_kept_for_mails_that_are_there(mailbox: MemoryMailbox) -> None:
    uid = mailbox.deliver(b"raw")
    MemoryInbox(mailbox).mark_handled([uid, 99])
    assert mailbox.handled == {uid}


def test_a_sent_mail_is_kept_and_announced_first() -> None:
    sender = MemorySender()
    told: list[int] = []
    outcome = sender.send(
        "a@b.test", ["c@d.test"], b"raw", before_handover=lambda: told.append(len(sender.sent))
    )
    assert outcome.state is SendState.ACCEPTED
    assert told == [0]
    assert [(mail.recipients, mail.raw) for mail in sender.sent] == [(("c@d.test",), b"raw")]


def test_refused_mail_is_neither_announced_nor_kept() -> None:
    sender: MailSender = MemorySender(lambda to: SendOutcome.of((RecipientAnswer(to[0], 451, "later"),)))
    told: list[bool] = []
    outcome = sender.send("a@b.test", ["c@d.test"], b"raw", before_handover=lambda: told.append(True))
    assert (outcome.state, told) == (SendState.REFUSED_FOR_NOW, [])


def test_a_failed_announcement_sends_nothing() -> None:
    sender = MemorySender()

    def fail() -> None:
        raise RuntimeError("claim lost")

    with pytest.raises(RuntimeError):
        sender.send("a@b.test", ["c@d.test"], b"raw", before_handover=fail)
    assert sender.sent == []
