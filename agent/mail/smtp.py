"""Mail out over SMTP, with smtplib, one command at a time.

`smtplib.sendmail` cannot say whether a connection was lost before or after the mail was handed over, and only
the first may be repeated. So the body goes out without its end; then the caller is told; then the final dot
is sent on its own, and everything but a whole answer to it is *uncertain*.
"""

import smtplib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from agent.errors import MailServerError
from agent.mail.mailbox import RecipientAnswer, SendOutcome, SendState
from agent.mail.server_url import MailServer
from agent.mail.smtp_connection import clear_errors, connect
from agent.mail.smtp_dialogue import ACCEPTED, REFUSED, Answers, announce, early_refusal, final_dot, send_body

_GOODBYE_TIMEOUT_S = 5


@dataclass(frozen=True, slots=True)
class SmtpTimeouts:
    """Seconds. After the final dot patience is due (RFC 5321, 4.5.3.2): giving up there makes doubt."""

    connect_s: float = 15
    command_s: float = 30
    after_dot_s: float = 120


class SmtpSender:
    """`agent.mail.mailbox.MailSender` over SMTP; each mail has a connection of its own."""

    def __init__(self, server: MailServer, password: str, *, timeouts: SmtpTimeouts | None = None) -> None:
        self._server = server
        self._password = password
        self._timeouts = timeouts or SmtpTimeouts()

    def check(self) -> None:
        _leave(self._connect())

    def send(
        self,
        envelope_from: str,
        recipients: Sequence[str],
        raw: bytes,
        *,
        before_handover: Callable[[], None] = lambda: None,
    ) -> SendOutcome:
        addresses = tuple(recipients)
        if not addresses:
            raise ValueError("a mail needs a recipient")
        try:
            connection = self._connect()
        except MailServerError as error:
            return _not_sent(error, addresses)
        try:
            outcome = self._transact(connection, envelope_from, addresses, raw, before_handover)
            if outcome.state is not SendState.UNCERTAIN:
                _leave(connection)
        except MailServerError as error:
            return _not_sent(error, addresses)
        else:
            return outcome
        finally:
            connection.close()

    def _transact(
        self,
        connection: smtplib.SMTP,
        sender: str,
        recipients: tuple[str, ...],
        raw: bytes,
        before_handover: Callable[[], None],
    ) -> SendOutcome:
        """Everything from MAIL to the answer to the final dot. Raises `MailServerError` only before it."""
        with clear_errors(self._server):
            answers = announce(connection, sender, recipients, raw)
            if not any(answer.accepted for answer in answers):
                return SendOutcome.of(answers)
            refusal = send_body(connection, raw)
        if refusal is None:
            before_handover()
            with clear_errors(self._server):
                refusal = early_refusal(connection)
        if refusal is not None:
            return SendOutcome.of(_decided_for_all(answers, *refusal))
        return self._hand_over(connection, answers)

    def _hand_over(self, connection: smtplib.SMTP, answers: Answers) -> SendOutcome:
        """Whatever is not a whole answer to the final dot leaves open whether the mail was sent."""
        try:
            code, text = final_dot(connection, patience_s=self._timeouts.after_dot_s)
        except OSError as error:  # smtplib's own errors are OSErrors, too
            return _uncertain(answers, f"the connection ended ({type(error.__context__ or error).__name__})")
        if code not in ACCEPTED and code not in REFUSED:
            return _uncertain(answers, f"its answer makes no sense (code {code})")
        return SendOutcome.of(_decided_for_all(answers, code, text))

    def _connect(self) -> smtplib.SMTP:
        return connect(
            self._server,
            self._password,
            connect_timeout_s=self._timeouts.connect_s,
            command_timeout_s=self._timeouts.command_s,
        )


def _decided_for_all(answers: Answers, code: int, text: str) -> Answers:
    """The server's last word holds for the recipients it had accepted."""
    return tuple(replace(answer, code=code, text=text) if answer.accepted else answer for answer in answers)


def _uncertain(answers: Answers, reason: str) -> SendOutcome:
    return SendOutcome(
        SendState.UNCERTAIN,
        text=f"The whole mail was handed over, but the server did not confirm it: {reason}.",
        answers=answers,
    )


def _not_sent(error: MailServerError, recipients: tuple[str, ...]) -> SendOutcome:
    answers = tuple(RecipientAnswer(recipient, 0, "") for recipient in recipients)
    return SendOutcome(SendState.NOT_SENT, text=str(error), problem=error.code, answers=answers)


def _leave(connection: smtplib.SMTP) -> None:
    """QUIT, if anybody still listens: the outcome stands already."""
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.settimeout(_GOODBYE_TIMEOUT_S)
        connection.quit()
    connection.close()
