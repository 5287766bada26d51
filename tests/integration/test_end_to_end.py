"""The main job on real servers: mail from another program becomes a case, and its approved answer arrives, once.

Three installations, told apart by settings alone: the embedded default, PostgreSQL with Redis, PostgreSQL with
RabbitMQ. Mail comes through a real Postfix into a real Dovecot and goes back the same way.
"""

import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from agent.sandbox.deliver import mails_in
from tests.installation import Installation, installation, knowledge_files
from tests.servers.dovecot import DovecotServer, MailAccount
from tests.servers.postfix import PostfixServer

pytestmark = [pytest.mark.server, pytest.mark.timeout(240)]


@pytest.fixture(params=["embedded", "postgres and redis", "postgres and rabbitmq"])
def desk(
    request: pytest.FixtureRequest, tmp_path: Path, dovecot: DovecotServer, smtp_server: PostfixServer
) -> Iterator[tuple[Installation, MailAccount]]:
    """A running installation with one mailbox, set up with the words of the README."""
    settings = {}
    if request.param != "embedded":
        settings["GENKLANG_DATABASE_URL"] = request.getfixturevalue("postgres_url").replace("+psycopg", "")
        broker = "redis_url" if request.param.endswith("redis") else "rabbitmq_url"
        settings["GENKLANG_BROKER_URL"] = request.getfixturevalue(broker)
    account = dovecot.new_account()
    with installation(tmp_path, settings) as made:
        made.add_person()
        made.add_mailbox(
            account.email, dovecot.imap_url(account), smtp_server.smtp_url(account), account.password
        )
        for command, path in zip(
            (("knowledge", "add"), ("cases", "import")), knowledge_files(tmp_path), strict=True
        ):
            made.run(*command, str(path))
        made.start()
        made.sign_in()
        yield made, account


def customer_mail(to: str, number: int = 1) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Anne Berg <anne.berg@customer.example>"
    mail["To"] = to
    mail["Subject"] = "Printer offline"
    mail["Message-ID"] = f"<{number}.{time.time_ns()}@customer.example>"
    mail.set_content(
        "Hi,\n\nmy printer is offline since this morning. How do I get it back?\n\nRegards\nAnne Berg\n"
    )
    return mail


def test_a_mail_becomes_a_case_and_its_approved_answer_arrives_once(
    desk: tuple[Installation, MailAccount], dovecot: DovecotServer, smtp_server: PostfixServer
) -> None:
    genklang, account = desk
    warm_up(genklang, account, smtp_server)
    mail = customer_mail(account.email)
    before = time.monotonic()
    smtp_server.deliver(mail, account.email)
    case = genklang.wait_for_cases(2, 60)[0]
    assert time.monotonic() - before < 12, "IDLE brings it, not the next look in 25 seconds"
    assert case["customer_email"] == "anne.berg@customer.example"

    genklang.approve(case["id"])
    reference = str(mail["Message-ID"])
    genklang.wait_until(lambda: _outbox_state(genklang, case["id"]) == "sent", 30, "the outbox to say sent")
    arrived = genklang.wait_until(lambda: answers(dovecot, reference), 30, "the answer to arrive")
    answer = arrived[0]
    assert answer["In-Reply-To"] == reference
    assert reference in answer["References"]
    assert answer["To"] == "Anne Berg <anne.berg@customer.example>"
    assert f"[#{case['id']}]" in answer["Subject"]

    time.sleep(6)
    assert len(answers(dovecot, reference)) == 1
    shown = genklang.api("GET", f"/cases/{case['id']}")
    assert shown["state"] == "waiting"
    genklang.wait_until(lambda: dovecot.texts(account, "Sent"), 20, "a copy in the Sent folder")


def warm_up(genklang: Installation, account: MailAccount, smtp_server: PostfixServer) -> None:
    """The first mail loads the models; what follows is what users see all day."""
    first = customer_mail(account.email, 0)
    first.replace_header("From", "Bo Dahl <bo@elsewhere.example>")
    smtp_server.deliver(first, account.email)
    genklang.wait_for_cases(1, 150)


def answers(dovecot: DovecotServer, reference: str) -> list[EmailMessage]:
    """What people approved and customers got, in answer to the mail of this Message-ID."""
    raw = mails_in(dovecot.imap_url(dovecot.outside), dovecot.outside.password)
    mails = [message_from_bytes(one, policy=policy.default) for one in raw]
    return [mail for mail in mails if mail["In-Reply-To"] == reference and "Auto-Submitted" not in mail]


def _outbox_state(genklang: Installation, case_id: int) -> str:
    letters = genklang.api("GET", f"/cases/{case_id}")["outbox"]
    return next(str(letter["state"]) for letter in letters if letter["kind"] == "reply")
