"""The SMTP adapter against a real Postfix, and against a server that misbehaves to order."""

import time
from dataclasses import replace

import pytest

from agent.errors import MailServerError
from agent.mail.mailbox import SendState
from agent.mail.server_url import MailServer, Security, parse_server_url
from agent.mail.smtp import SmtpSender, SmtpTimeouts
from tests.servers.dovecot import DovecotServer, MailAccount
from tests.servers.postfix import BUSY_RECIPIENT, UNKNOWN_RECIPIENT, PostfixServer
from tests.servers.process import HOST, free_port
from tests.servers.smtp_sink import PASSWORD, AfterDot, SmtpSink

MAIL = b"From: support@genklang.test\r\nTo: anna@customers.test\r\nSubject: Answer\r\n\r\nHello\r\n"
FROM = "support@genklang.test"
ANNA, BO = "anna@customers.test", "bo@customers.test"
IMPATIENT = SmtpTimeouts(connect_s=2, command_s=2, after_dot_s=1)


def server_at(url: str, *, insecure: bool = False) -> MailServer:
    return parse_server_url(url, protocol="smtp", insecure=insecure)


@pytest.fixture
def sender(smtp_sink: SmtpSink) -> SmtpSender:
    return SmtpSender(server_at(smtp_sink.url()), PASSWORD, timeouts=IMPATIENT)


@pytest.mark.server
class TestPostfix:
    @pytest.fixture
    def account(self, dovecot: DovecotServer) -> MailAccount:
        return dovecot.new_account()

    @pytest.fixture
    def sender(self, smtp_server: PostfixServer, account: MailAccount) -> SmtpSender:
        return SmtpSender(server_at(smtp_server.smtp_url(account)), account.password)

    def test_an_accepted_mail_arrives(
        self, sender: SmtpSender, account: MailAccount, dovecot: DovecotServer
    ) -> None:
        customer = dovecot.new_account("customer")
        outcome = sender.send(account.email, [customer.email], MAIL)
        assert (outcome.state, outcome.accepted) == (SendState.ACCEPTED, (customer.email,))
        assert "Subject: Answer" in dovecot.wait_for_text(customer, "Subject: Answer")

    def test_mail_to_the_outside_stays_on_this_machine(
        self, sender: SmtpSender, account: MailAccount, dovecot: DovecotServer
    ) -> None:
        token = f"token-{time.monotonic_ns()}".encode()
        outcome = sender.send(account.email, [ANNA], MAIL + token)
        assert outcome.state is SendState.ACCEPTED
        assert f"Delivered-To: {ANNA}" in dovecot.wait_for_text(dovecot.outside, token.decode())

    def test_an_unknown_recipient_is_refused_for_good(self, sender: SmtpSender, account: MailAccount) -> None:
        outcome = sender.send(account.email, [UNKNOWN_RECIPIENT], MAIL)
        assert (outcome.state, outcome.code) == (SendState.REFUSED_FOR_GOOD, 550)
        assert outcome.to_retry == ()
        assert "No such user" in outcome.text

    def test_a_busy_recipient_is_refused_for_now(self, sender: SmtpSender, account: MailAccount) -> None:
        outcome = sender.send(account.email, [BUSY_RECIPIENT], MAIL)
        assert (outcome.state, outcome.code) == (SendState.REFUSED_FOR_NOW, 450)
        assert outcome.to_retry == (BUSY_RECIPIENT,)

    def test_one_of_two_refused_leaves_the_other_accepted(
        self, sender: SmtpSender, account: MailAccount, dovecot: DovecotServer
    ) -> None:
        customer = dovecot.new_account("customer")
        outcome = sender.send(account.email, [customer.email, BUSY_RECIPIENT], MAIL)
        assert outcome.state is SendState.PARTLY_REFUSED
        assert outcome.accepted == (customer.email,)
        assert outcome.to_retry == (BUSY_RECIPIENT,)

    def test_tls_from_the_first_byte_is_verified_unless_insecure(
        self, smtp_server: PostfixServer, account: MailAccount
    ) -> None:
        url = smtp_server.smtps_url(account)
        strict = SmtpSender(server_at(url), account.password).send(account.email, [account.email], MAIL)
        assert (strict.state, strict.problem) == (SendState.NOT_SENT, "mail.certificate")
        lax = SmtpSender(server_at(url, insecure=True), account.password)
        assert lax.send(account.email, [account.email], MAIL).state is SendState.ACCEPTED

    def test_starttls_is_verified_where_it_is_required(
        self, smtp_server: PostfixServer, account: MailAccount, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        required = replace(
            server_at(smtp_server.smtp_url(account)), security=Security.STARTTLS, verify_certificate=True
        )
        sender = SmtpSender(required, account.password)
        with pytest.raises(MailServerError, match="certificate"):
            sender.check()
        monkeypatch.setenv("SSL_CERT_FILE", str(smtp_server.certificate_file))
        sender.check()

    def test_a_wrong_password_is_told_and_nothing_is_sent(
        self, smtp_server: PostfixServer, account: MailAccount
    ) -> None:
        sender = SmtpSender(server_at(smtp_server.smtp_url(account)), "not-gr\u00f8d")
        with pytest.raises(MailServerError, match=f"refused the password of {account.email}") as refused:
            sender.check()
        assert refused.value.permanent
        outcome = sender.send(account.email, [account.email], MAIL)
        assert (outcome.state, outcome.problem) == (SendState.NOT_SENT, "mail.login_refused")
        assert outcome.to_retry == (account.email,)

    def test_without_sign_in_relaying_is_refused(
        self, smtp_server: PostfixServer, account: MailAccount
    ) -> None:
        smtp_server.deliver(MAIL, account.email)
        with pytest.raises(Exception, match="Relay access denied"):
            smtp_server.deliver(MAIL, ANNA)


class TestWhatIsTransmitted:
    def test_every_byte_arrives_with_proper_line_ends_and_dots(
        self, sender: SmtpSender, smtp_sink: SmtpSink
    ) -> None:
        sender.send(FROM, [ANNA], b"Subject: dots\n\n.\n..two\r\nlone\rreturn\n\xc3\xa6")
        assert smtp_sink.mails[0].raw == b"Subject: dots\r\n\r\n.\r\n..two\r\nlone\r\nreturn\r\n\xc3\xa6\r\n"

    def test_a_bounce_has_no_sender(self, sender: SmtpSender, smtp_sink: SmtpSink) -> None:
        sender.send("", [ANNA], MAIL)
        assert smtp_sink.mails[0].sender == ""

    def test_addresses_beyond_ascii_use_smtputf8(self, sender: SmtpSender, smtp_sink: SmtpSink) -> None:
        outcome = sender.send(FROM, ["j\u00f8rgen@customers.test"], MAIL)
        assert outcome.accepted == ("j\u00f8rgen@customers.test",)
        assert smtp_sink.mails[0].recipients == ("j\u00f8rgen@customers.test",)

    @pytest.mark.parametrize("address", ["a@b.test>\r\nRCPT TO:<c@d.test", "a b@c.test", "a@b.test\x00"])
    def test_an_address_cannot_smuggle_commands(
        self, sender: SmtpSender, smtp_sink: SmtpSink, address: str
    ) -> None:
        outcome = sender.send(FROM, [address], MAIL)
        assert outcome.state is SendState.REFUSED_FOR_GOOD
        assert smtp_sink.mails == []


class TestOutcomes:
    @pytest.mark.parametrize(
        ("reply", "state"),
        [
            ("451 4.3.0 try later", SendState.REFUSED_FOR_NOW),
            ("554 5.7.1 looks like spam", SendState.REFUSED_FOR_GOOD),
        ],
    )
    def test_a_refusal_after_the_final_dot_is_no_doubt(
        self, sender: SmtpSender, smtp_sink: SmtpSink, reply: str, state: SendState
    ) -> None:
        smtp_sink.script.data_reply = reply
        outcome = sender.send(FROM, [ANNA], MAIL)
        assert (outcome.state, outcome.code) == (state, int(reply[:3]))
        assert outcome.to_retry == ((ANNA,) if state is SendState.REFUSED_FOR_NOW else ())

    def test_a_refused_sender_is_refused_for_all_recipients(
        self, sender: SmtpSender, smtp_sink: SmtpSink
    ) -> None:
        smtp_sink.script.sender_reply = "452 4.3.1 no space"
        outcome = sender.send(FROM, [ANNA, BO], MAIL)
        assert (outcome.state, outcome.to_retry) == (SendState.REFUSED_FOR_NOW, (ANNA, BO))

    def test_a_mail_refused_at_the_end_is_refused_for_the_recipients_named_before(
        self, sender: SmtpSender, smtp_sink: SmtpSink
    ) -> None:
        smtp_sink.script.recipient_replies[BO] = "550 5.1.1 no such user"
        smtp_sink.script.data_reply = "451 4.3.0 try later"
        outcome = sender.send(FROM, [ANNA, BO], MAIL)
        assert (outcome.state, outcome.to_retry) == (SendState.REFUSED_FOR_NOW, (ANNA,))
        assert [answer.code for answer in outcome.answers] == [451, 550]

    def test_a_rate_limit_is_a_refusal_for_now(self, sender: SmtpSender, smtp_sink: SmtpSink) -> None:
        smtp_sink.script.mails_a_minute = 2
        states = [sender.send(FROM, [ANNA], MAIL).state for _ in range(3)]
        assert states == [SendState.ACCEPTED, SendState.ACCEPTED, SendState.REFUSED_FOR_NOW]

    @pytest.mark.parametrize("after_dot", [AfterDot.SILENCE, AfterDot.CUT])
    def test_no_answer_to_the_final_dot_is_uncertain(
        self, sender: SmtpSender, smtp_sink: SmtpSink, after_dot: AfterDot
    ) -> None:
        smtp_sink.script.after_dot = after_dot
        outcome = sender.send(FROM, [ANNA], MAIL)
        assert outcome.state is SendState.UNCERTAIN
        assert outcome.accepted == outcome.to_retry == ()
        assert len(smtp_sink.mails) == 1

    def test_a_connection_cut_while_a_big_mail_flows_was_not_sent(
        self, sender: SmtpSender, smtp_sink: SmtpSink
    ) -> None:
        smtp_sink.script.cut_in_data = True
        outcome = sender.send(FROM, [ANNA], MAIL + b"x\r\n" * 3_000_000)
        assert (outcome.state, outcome.to_retry) == (SendState.NOT_SENT, (ANNA,))
        assert smtp_sink.mails == []

    def test_a_connection_cut_just_before_the_final_dot_was_not_sent(
        self, sender: SmtpSender, smtp_sink: SmtpSink
    ) -> None:
        smtp_sink.script.cut_in_data = True
        outcome = sender.send(FROM, [ANNA], MAIL, before_handover=lambda: time.sleep(0.3))
        assert outcome.state is SendState.NOT_SENT

    @pytest.mark.server
    def test_the_cut_before_the_final_dot_is_seen_through_tls_and_quiet_is_not_taken_for_it(
        self, smtp_server: PostfixServer, dovecot: DovecotServer
    ) -> None:
        account = dovecot.new_account()
        sender = SmtpSender(server_at(smtp_server.smtp_url(account)), account.password)
        kept = sender.send(account.email, [account.email], MAIL, before_handover=lambda: time.sleep(0.2))
        assert kept.state is SendState.ACCEPTED
        cut = sender.send(account.email, [account.email], MAIL, before_handover=smtp_server.drop_connections)
        assert cut.state is SendState.NOT_SENT

    def test_nobody_listening_is_not_sent(self) -> None:
        sender = SmtpSender(server_at(f"smtp://{FROM}@{HOST}:{free_port()}"), PASSWORD)
        outcome = sender.send(FROM, [ANNA], MAIL)
        assert (outcome.state, outcome.problem) == (SendState.NOT_SENT, "mail.connection_refused")
        assert "--smtp" in outcome.text


class TestHandover:
    def test_it_is_announced_before_the_mail_counts_as_sent(
        self, sender: SmtpSender, smtp_sink: SmtpSink
    ) -> None:
        seen: list[int] = []
        sender.send(FROM, [ANNA], MAIL, before_handover=lambda: seen.append(len(smtp_sink.mails)))
        assert seen == [0]
        assert len(smtp_sink.mails) == 1

    def test_nothing_is_sent_where_the_announcement_fails(
        self, sender: SmtpSender, smtp_sink: SmtpSink
    ) -> None:
        def fail() -> None:
            raise RuntimeError("claim lost")

        with pytest.raises(RuntimeError, match="claim lost"):
            sender.send(FROM, [ANNA], MAIL, before_handover=fail)
        time.sleep(0.2)
        assert smtp_sink.mails == []

    def test_it_is_not_announced_where_every_recipient_is_refused(
        self, sender: SmtpSender, smtp_sink: SmtpSink
    ) -> None:
        smtp_sink.script.recipient_replies[ANNA] = "550 5.1.1 no such user"
        announced: list[bool] = []
        sender.send(FROM, [ANNA], MAIL, before_handover=lambda: announced.append(True))
        assert announced == []
