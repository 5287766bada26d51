"""Signing in over IMAP, and servers that do not behave: cut lines, silence, nonsense."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from agent.errors import MailServerError
from agent.mail.imap import ImapInbox, ImapLimits
from agent.mail.mailbox import ConnectionLost
from agent.mail.server_url import Security, parse_server_url
from tests.integration.imap_mail import FETCHED, inbox_of
from tests.servers.dovecot import DovecotServer, MailAccount
from tests.servers.process import HOST, free_port
from tests.servers.scripted_imap import CUT, SILENCE, ScriptedImap, scripted_imap


@pytest.fixture
def account(dovecot: DovecotServer) -> MailAccount:
    return dovecot.new_account()


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

    def test_news_whose_line_comes_in_pieces_are_waited_for(self, server: ScriptedImap) -> None:
        def in_pieces() -> Iterator[str]:
            yield "* 1 FETCH ("
            yield "FLAGS (\\Seen))\r"
            server.replies["UID SEARCH UID 3:*"] = "* SEARCH 3\r\nOK done"
            yield "\n* 3 EXISTS\r\n"

        server.capabilities += " IDLE"
        server.replies["UID SEARCH UID 3:*"] = "* SEARCH 2\r\nOK done"
        server.news = in_pieces
        with self.open(server) as inbox:
            inbox.select()
            assert inbox.wait_for_mail(5)

    def test_a_server_that_hangs_up_while_one_waits_is_told(self, server: ScriptedImap) -> None:
        def hanging_up() -> Iterator[str]:
            yield "* BYE shutting down\r\n"
            raise ConnectionAbortedError

        server.capabilities += " IDLE"
        server.replies["UID SEARCH UID 3:*"] = "* SEARCH 2\r\nOK done"
        server.news = hanging_up
        with self.open(server) as inbox:
            inbox.select()
            with pytest.raises(ConnectionLost, match="closed the connection"):
                inbox.wait_for_mail(5)

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
