"""The IMAP adapter against a real Dovecot, and a scripted server for what no healthy one does."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from imapclient import IMAPClient  # type: ignore[import-untyped]

from agent.errors import MailServerError
from agent.mail.imap import HANDLED_KEYWORD, ImapInbox, ImapLimits
from agent.mail.mailbox import ConnectionLost
from agent.mail.server_url import Security, parse_server_url
from tests.servers.dovecot import DovecotServer, MailAccount
from tests.servers.process import HOST, free_port
from tests.servers.scripted_imap import CUT, SILENCE, ScriptedImap, scripted_imap

FETCHED = (
    '* 2 FETCH (UID 2 RFC822.SIZE 2 INTERNALDATE "01-Feb-2026 10:00:00 +0100" BODY[]<0> {body})\r\nOK done'
)
MAIL = b"Message-ID: <%d@elsewhere.test>\r\nSubject: number %d\r\n\r\nHello\r\n"


def mail(number: int) -> bytes:
    return MAIL % (number, number)


def inbox_of(
    dovecot: DovecotServer, account: MailAccount, *, folder: str = "INBOX", limits: ImapLimits | None = None
) -> ImapInbox:
    server = parse_server_url(dovecot.imap_url(account), protocol="imap")
    return ImapInbox(server, account.password, folder=folder, limits=limits)


@contextmanager
def other_program(dovecot: DovecotServer, account: MailAccount) -> Iterator[IMAPClient]:
    """Another mail program on the same account."""
    with IMAPClient(HOST, dovecot.imap_port, ssl=False, timeout=10) as client:
        client.login(account.email, account.password)
        yield client


def put(dovecot: DovecotServer, account: MailAccount, *raws: bytes, folder: str = "INBOX") -> None:
    with other_program(dovecot, account) as client:
        for raw in raws:
            client.append(folder, raw)


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
            assert time.monotonic() - began < 5
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
            assert time.monotonic() - began < 2

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
            assert time.monotonic() - began < 2

    def test_the_time_is_over_without_mail_though_idle_was_renewed(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        limits = ImapLimits(idle_renewed_every_s=0.3)
        with inbox_of(dovecot, account, limits=limits) as inbox:
            inbox.select()
            began = time.monotonic()
            assert not inbox.wait_for_mail(1)
            assert 0.9 < time.monotonic() - began < 3

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


@pytest.mark.server
class TestSigningIn:
    def test_a_wrong_password_names_the_account_and_the_remedy(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        wrong = replace(account, password="wrong")
        with pytest.raises(MailServerError, match="refused the password of") as refused:
            inbox_of(dovecot, wrong).__enter__()
        assert refused.value.code == "mail.login_refused"
        assert refused.value.permanent
        assert "wrong" not in str(refused.value)

    def test_passwords_may_hold_any_character(self, dovecot: DovecotServer, account: MailAccount) -> None:
        unusual = replace(account, password='gr\u00f8d \u20ac"\\ secret')
        with pytest.raises(MailServerError) as refused, inbox_of(dovecot, unusual):
            pass
        assert refused.value.code == "mail.login_refused"

    def test_a_missing_folder_is_named_beside_those_there_are(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        with inbox_of(dovecot, account, folder="Helpdesk") as inbox:
            with pytest.raises(MailServerError, match=r"no folder Helpdesk.*INBOX, Sent") as missing:
                inbox.select()
            assert missing.value.code == "mail.folder_missing"

    def test_a_certificate_that_nothing_vouches_for_is_refused(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        for server in (
            parse_server_url(dovecot.imaps_url(account), protocol="imap"),
            replace(
                parse_server_url(dovecot.imap_url(account), protocol="imap"),
                security=Security.STARTTLS,
                verify_certificate=True,
            ),
        ):
            with (
                pytest.raises(MailServerError, match="certificate") as refused,
                ImapInbox(server, account.password),
            ):
                pass
            assert refused.value.code == "mail.certificate"
            assert "--insecure" in refused.value.remedy

    @pytest.mark.parametrize("scheme", ["imap", "imaps"])
    def test_insecure_takes_any_certificate_but_still_encrypts(
        self, dovecot: DovecotServer, account: MailAccount, scheme: str
    ) -> None:
        url = dovecot.imap_url(account) if scheme == "imap" else dovecot.imaps_url(account)
        with ImapInbox(parse_server_url(url, protocol="imap", insecure=True), account.password) as inbox:
            inbox.select()
            assert "TLS" in dovecot.last_login(account)

    def test_a_certificate_that_the_system_trusts_is_taken(
        self, dovecot: DovecotServer, account: MailAccount, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate_file))
        server = parse_server_url(dovecot.imaps_url(account), protocol="imap")
        with ImapInbox(server, account.password) as inbox:
            assert inbox.select().uidnext == 1

    def test_tls_on_a_plain_port_says_to_use_the_other_scheme(
        self, dovecot: DovecotServer, account: MailAccount
    ) -> None:
        url = f"imaps://{account.email}@{HOST}:{dovecot.imap_port}"
        inbox = ImapInbox(parse_server_url(url, protocol="imap"), "x")
        with pytest.raises(MailServerError) as refused:
            inbox.__enter__()
        assert refused.value.code == "mail.tls"
        assert "imap://" in refused.value.remedy


class TestBadServers:
    @pytest.fixture
    def server(self) -> Iterator[ScriptedImap]:
        with scripted_imap() as script:
            yield script

    def open(self, server: ScriptedImap, limits: ImapLimits | None = None) -> ImapInbox:
        return ImapInbox(parse_server_url(server.url(), protocol="imap"), "secret", limits=limits)

    def test_bad_for_one_mail_leaves_the_others(self, server: ScriptedImap) -> None:
        server.replies |= {
            "UID FETCH 1": "BAD parse error",
            "UID SEARCH UID 1": "* SEARCH 1\r\nOK done",
            "UID FETCH 2": FETCHED.format(body='"hi"'),
        }
        with self.open(server) as inbox:
            inbox.select()
            with pytest.raises(MailServerError) as refused:
                inbox.fetch(1)
            found = inbox.fetch(2)
        assert not isinstance(refused.value, ConnectionLost)
        assert refused.value.code == "mail.fetch_refused"
        assert found
        assert (found.raw, found.internal_date.hour) == (b"hi", 9)

    def test_a_mail_without_a_body_is_an_error_not_an_empty_mail(self, server: ScriptedImap) -> None:
        server.replies["UID FETCH 2"] = FETCHED.format(body="NIL")
        with self.open(server) as inbox:
            inbox.select()
            with pytest.raises(MailServerError, match="did not hand over mail 2"):
                inbox.fetch(2)

    def test_a_folder_that_may_only_be_read_is_read(self, server: ScriptedImap) -> None:
        opened = "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 3] ok\r\nOK [READ-ONLY] done"
        server.replies |= {"SELECT": opened, "EXAMINE": opened, "UID STORE": "NO read-only"}
        with self.open(server) as inbox:
            assert inbox.select().uidvalidity == 7
            assert inbox.uids_after(0) == [1, 2]
            inbox.mark_handled([1])

    def test_mails_are_not_logged_even_when_debugging(
        self, server: ScriptedImap, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        server.replies["UID FETCH 2"] = FETCHED.format(body='"private words"')
        with self.open(server) as inbox:
            inbox.select()
            inbox.fetch(2)
        assert "private words" not in caplog.text
        assert "secret" not in caplog.text

    def test_a_silent_server_is_given_up(self, server: ScriptedImap) -> None:
        server.replies["UID SEARCH"] = SILENCE
        with self.open(server, ImapLimits(read_timeout_s=0.5)) as inbox:
            inbox.select()
            with pytest.raises(ConnectionLost, match="did not answer in time"):
                inbox.uids_after(0)

    def test_a_connection_cut_in_a_fetch_ends_the_session(self, server: ScriptedImap) -> None:
        server.replies["UID FETCH"] = CUT
        with self.open(server) as inbox:
            inbox.select()
            with pytest.raises(ConnectionLost):
                inbox.fetch(1)

    def test_without_idle_it_asks_now_and_then(self, server: ScriptedImap) -> None:
        server.replies["UID SEARCH UID 3:*"] = "* SEARCH 2\r\nOK done"
        with self.open(server, ImapLimits(poll_every_s=0.1)) as inbox:
            inbox.select()
            assert not inbox.wait_for_mail(0.3)
            server.replies["UID SEARCH UID 3:*"] = "* SEARCH 3\r\nOK done"
            assert inbox.wait_for_mail(5)

    def test_without_tls_no_password_is_sent_where_tls_is_required(self, server: ScriptedImap) -> None:
        required = replace(parse_server_url(server.url(), protocol="imap"), security=Security.STARTTLS)
        with pytest.raises(MailServerError) as refused, ImapInbox(required, "secret"):
            pass
        assert refused.value.code == "mail.no_tls"
        assert not any(command.startswith(("LOGIN", "AUTHENTICATE")) for command in server.said)

    def test_a_busy_login_is_no_wrong_password(self, server: ScriptedImap) -> None:
        server.replies["AUTHENTICATE"] = "NO [UNAVAILABLE] Temporary authentication failure"
        with pytest.raises(MailServerError) as busy, self.open(server):
            pass
        assert (busy.value.code, busy.value.permanent) == ("mail.login_busy", False)

    @pytest.mark.parametrize(
        ("url", "code"),
        [
            ("imap://a@127.0.0.1:{closed}", "mail.connection_refused"),
            ("imaps://a@mail.mistyped.invalid", "mail.unknown_host"),
        ],
    )
    def test_unreachable_servers_are_told_apart(self, url: str, code: str) -> None:
        server = parse_server_url(url.format(closed=free_port()), protocol="imap")
        with pytest.raises(MailServerError) as refused, ImapInbox(server, "secret"):
            pass
        assert refused.value.code == code
        assert "--imap" in refused.value.remedy
