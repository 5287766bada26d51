"""The IMAP adapter against a real Dovecot, and a scripted server for what no healthy one does."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from agent.mail.imap import HANDLED_KEYWORD, ImapInbox, ImapLimits
from agent.mail.mailbox import ConnectionLost
from agent.mail.server_url import parse_server_url
from tests.integration.imap_mail import inbox_of, mail, other_program, put
from tests.servers.dovecot import DovecotServer, MailAccount
from tests.servers.scripted_imap import scripted_imap


@pytest.fixture
def account(dovecot: DovecotServer) -> MailAccount:
    return dovecot.new_account()


@pytest.mark.server
class TestReading:
    def test_mails_come_whole_and_oldest_first(self, dovecot: DovecotServer, account: MailAccount) -> None:
        put(dovecot, account, mail(1), mail(2), mail(3))
        with inbox_of(dovecot, account) as inbox:
            state = inbox.select()
            uids = inbox.uids_after(0)
            fetched = [inbox.fetch(uid) for uid in uids]
        assert uids == [1, 2, 3]
        assert [found.raw for found in fetched if found] == [mail(1), mail(2), mail(3)]
        assert state.uidnext == 4

    def test_nothing_is_listed_twice_after_the_last_uid(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        put(dovecot, account, mail(1), mail(2))
        with inbox_of(dovecot, account) as inbox:
            inbox.select()
            assert inbox.uids_after(1) == [2]
            assert inbox.uids_after(2) == []

    def test_mail_that_another_program_has_read_is_still_listed(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        put(dovecot, account, mail(1))
        with other_program(dovecot, account) as client:
            client.select_folder("INBOX")
            client.add_flags([1], [rb"\Seen"])
        with inbox_of(dovecot, account) as inbox:
            inbox.select()
            assert inbox.uids_after(0) == [1]

    def test_an_old_arrival_date_hides_nothing_and_is_given_in_utc(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        long_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)
        with other_program(dovecot, account) as client:
            client.append("INBOX", mail(1), msg_time=long_ago)
        with inbox_of(dovecot, account) as inbox:
            inbox.select()
            found = inbox.fetch(*inbox.uids_after(0))
        assert found is not None
        assert found.internal_date == long_ago
        assert found.internal_date.tzinfo is UTC

    def test_fetching_does_not_mark_as_read(self, dovecot: DovecotServer, account: MailAccount) -> None:
        put(dovecot, account, mail(1))
        with inbox_of(dovecot, account) as inbox:
            inbox.select()
            inbox.fetch(1)
        with other_program(dovecot, account) as client:
            client.select_folder("INBOX")
            assert rb"\Seen" not in client.get_flags([1])[1]

    def test_marking_sets_seen_and_our_keyword(self, dovecot: DovecotServer, account: MailAccount) -> None:
        put(dovecot, account, mail(1), mail(2))
        with inbox_of(dovecot, account) as inbox:
            inbox.select()
            inbox.mark_handled([1])
        with other_program(dovecot, account) as client:
            client.select_folder("INBOX")
            flags = client.get_flags([1, 2])
        assert {rb"\Seen", HANDLED_KEYWORD.encode()} <= set(flags[1])
        assert rb"\Seen" not in flags[2]

    def test_a_mail_expunged_in_the_meantime_is_none_and_the_others_go_on(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        put(dovecot, account, mail(1), mail(2))
        with inbox_of(dovecot, account) as inbox:
            inbox.select()
            uids = inbox.uids_after(0)
            with other_program(dovecot, account) as client:
                client.select_folder("INBOX")
                client.delete_messages([1])
                client.expunge()
            fetched = [inbox.fetch(uid) for uid in uids]
        assert fetched[0] is None
        assert fetched[1] is not None
        assert fetched[1].raw == mail(2)

    def test_two_sessions_on_one_mailbox_see_the_same(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        put(dovecot, account, mail(1))
        with inbox_of(dovecot, account) as first, inbox_of(dovecot, account) as second:
            assert first.select() == second.select()
            assert first.fetch(1) == second.fetch(1)

    def test_a_recreated_folder_has_another_uidvalidity(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        states = []
        for _ in range(2):
            with other_program(dovecot, account) as client:
                client.create_folder("Support")
                client.append("Support", mail(1))
            with inbox_of(dovecot, account, folder="Support") as inbox:
                states.append(inbox.select())
                assert inbox.uids_after(0) == [1]
            with other_program(dovecot, account) as client:
                client.delete_folder("Support")
            time.sleep(1.1)  # Dovecot makes UIDVALIDITY from the time in seconds
        assert states[0].uidvalidity != states[1].uidvalidity

    def test_big_mails_come_in_parts_and_oversized_ones_are_cut_and_marked(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        limits = ImapLimits(first_part_bytes=1000, biggest_mail_bytes=50_000)
        exact, big, oversized = (mail(1) + b"x" * size for size in (1000 - len(mail(1)), 40_000, 60_000))
        put(dovecot, account, exact, big, oversized)
        with inbox_of(dovecot, account, limits=limits) as inbox:
            inbox.select()
            whole, joined, cut = (inbox.fetch(uid) for uid in (1, 2, 3))
        assert whole
        assert whole.raw == exact
        assert joined
        assert (joined.raw, joined.truncated) == (big, False)
        assert cut
        assert (cut.raw, cut.truncated, cut.size) == (oversized[:1000], True, len(oversized))


@pytest.mark.server
class TestWaiting:
    def test_idle_hears_of_new_mail_at_once(self, dovecot: DovecotServer, account: MailAccount) -> None:
        with inbox_of(dovecot, account) as inbox:
            inbox.select()
            sender = threading.Timer(0.5, put, [dovecot, account, mail(1)])
            sender.start()
            began = time.monotonic()
            assert inbox.wait_for_mail(20)
            assert time.monotonic() - began < 10
            assert inbox.uids_after(0) == [1]
            sender.join()

    def test_mail_that_came_between_the_last_look_and_idle_is_not_slept_through(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        with inbox_of(dovecot, account) as inbox:
            inbox.select()
            assert inbox.uids_after(0) == []
            put(dovecot, account, mail(1))
            began = time.monotonic()
            assert inbox.wait_for_mail(20)
            assert time.monotonic() - began < 10

    def test_mail_that_came_while_another_was_handled_is_not_slept_through(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        put(dovecot, account, mail(1))
        with inbox_of(dovecot, account) as inbox:
            inbox.select()
            uids = inbox.uids_after(0)
            put(dovecot, account, mail(2))
            inbox.mark_handled(uids)  # Dovecot tells of the second mail here, and not again
            began = time.monotonic()
            assert inbox.wait_for_mail(20)
            assert time.monotonic() - began < 10

    def test_the_time_is_over_without_mail_though_idle_was_renewed(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        limits = ImapLimits(idle_renewed_every_s=0.3)
        with inbox_of(dovecot, account, limits=limits) as inbox:
            inbox.select()
            began = time.monotonic()
            assert not inbox.wait_for_mail(1)
            assert 0.9 < time.monotonic() - began < 10

    def test_a_server_that_was_stopped_during_idle_is_noticed(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        limits = ImapLimits(idle_renewed_every_s=0.5, read_timeout_s=1)
        inbox = inbox_of(dovecot, account, limits=limits)
        with inbox:
            inbox.select()
            dovecot.process.pause()
            try:
                with pytest.raises(ConnectionLost, match="did not answer in time"):
                    inbox.wait_for_mail(30)
            finally:
                dovecot.process.resume()


@pytest.mark.server
class TestSentFolder:
    def test_a_copy_goes_to_the_sent_folder_and_is_found_by_its_id(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        with inbox_of(dovecot, account) as inbox:
            inbox.select()
            assert not inbox.find_in_sent("<1@elsewhere.test>")
            assert inbox.append_to_sent(mail(1)) == "Sent"
            assert inbox.find_in_sent("<1@elsewhere.test>")
            assert not inbox.find_in_sent("<2@elsewhere.test>")

    def test_looking_into_sent_leaves_the_inbox_open(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        put(dovecot, account, mail(5))
        with inbox_of(dovecot, account) as inbox:
            inbox.select()
            inbox.append_to_sent(mail(1))
            inbox.find_in_sent("<1@elsewhere.test>")
            found = inbox.fetch(1)
        assert found
        assert found.raw == mail(5)

    def test_a_missing_sent_folder_is_made(self, dovecot: DovecotServer, account: MailAccount) -> None:
        with scripted_imap() as server:
            with ImapInbox(parse_server_url(server.url(), protocol="imap"), "secret") as inbox:
                assert inbox.append_to_sent(mail(1)) == "Sent"
            assert any(command.startswith('CREATE "Sent"') for command in server.said)
