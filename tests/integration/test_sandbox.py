"""The sandbox mail server end to end: in by SMTP, out by IMAP, on loopback."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import OutsideUnavailable, SettingError
from agent.mail.imap import ImapInbox
from agent.mail.mailbox import SendState
from agent.mail.server_url import parse_server_url
from agent.mail.smtp import SmtpSender
from agent.sandbox.deliver import deliver, mails_in
from agent.sandbox.server import SandboxServer, read_users
from tests.servers.process import free_port, greets

SUPPORT = "support@sample.test"
PASSWORDS = {SUPPORT: "one", "outside": "two"}
QUESTION = b"From: Anna <anna@customers.test>\nTo: support@sample.test\nSubject: Question\n\nWhere is it?\n"


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(PASSWORDS, imap_port=free_port(), smtp_port=free_port()) as server:
        yield server


def inbox_of(sandbox: SandboxServer, user: str) -> ImapInbox:
    return ImapInbox(parse_server_url(sandbox.imap_url(user), protocol="imap"), PASSWORDS[user])


def put(sandbox: SandboxServer, *raws: bytes) -> None:
    assert list(deliver(raws, to=SUPPORT, smtp_port=sandbox.smtp_port))[-1] == len(raws)


def test_delivered_mail_lies_in_the_users_inbox_with_its_trace(sandbox: SandboxServer) -> None:
    put(sandbox, QUESTION)
    (found,) = mails_in(sandbox.imap_url(SUPPORT), "one")
    assert found.startswith(
        b"Return-Path: <anna@customers.test>\r\nDelivered-To: support@sample.test\r\nReceived:"
    )
    assert found.endswith(b"Subject: Question\r\n\r\nWhere is it?\r\n")


def test_a_waiting_session_hears_of_mail_at_once(sandbox: SandboxServer) -> None:
    with inbox_of(sandbox, SUPPORT) as inbox:
        inbox.select()
        sender = threading.Timer(0.3, put, [sandbox, QUESTION])
        sender.start()
        began = time.monotonic()
        assert inbox.wait_for_mail(15)
        assert time.monotonic() - began < 8
        sender.join()


def test_mail_that_came_just_before_waiting_is_not_slept_through(sandbox: SandboxServer) -> None:
    with inbox_of(sandbox, SUPPORT) as inbox:
        inbox.select()
        put(sandbox, QUESTION)
        began = time.monotonic()
        assert inbox.wait_for_mail(15)
        assert time.monotonic() - began < 8


def test_answers_to_anybody_end_up_outside_once_and_nowhere_else(sandbox: SandboxServer) -> None:
    sender = SmtpSender(parse_server_url(sandbox.smtp_url(SUPPORT), protocol="smtp"), "one")
    outcome = sender.send(
        SUPPORT, ["anna@customers.test", "bo@elsewhere.test"], b"Subject: Answer\r\n\r\nHere\r\n"
    )
    assert outcome.state is SendState.ACCEPTED
    (found,) = mails_in(sandbox.imap_url("outside"), "two")
    assert re.findall(rb"Delivered-To: (\S+)", found) == [b"anna@customers.test", b"bo@elsewhere.test"]
    assert mails_in(sandbox.imap_url(SUPPORT), "one") == []


def test_addresses_are_known_in_any_case_and_with_a_tag(sandbox: SandboxServer) -> None:
    for address in ("Support@Sample.test", "support+orders@sample.test"):
        list(deliver([QUESTION], to=address, smtp_port=sandbox.smtp_port))
    assert len(mails_in(sandbox.imap_url(SUPPORT), "one")) == 2


def test_a_wrong_password_is_refused_by_both_sides(sandbox: SandboxServer) -> None:
    smtp = SmtpSender(parse_server_url(sandbox.smtp_url(SUPPORT), protocol="smtp"), "wrong")
    assert smtp.send(SUPPORT, ["a@b.test"], QUESTION).problem == "mail.login_refused"
    with pytest.raises(Exception, match="refused the password"):
        mails_in(sandbox.imap_url(SUPPORT), "wrong")


def test_handled_marks_and_the_sent_folder_work_as_on_other_servers(sandbox: SandboxServer) -> None:
    put(sandbox, QUESTION)
    with inbox_of(sandbox, SUPPORT) as inbox:
        inbox.select()
        uids = inbox.uids_after(0)
        inbox.mark_handled(uids)
        assert inbox.append_to_sent(b"Message-ID: <a@sample.test>\r\n\r\nx\r\n") == "Sent"
        assert inbox.find_in_sent("<a@sample.test>")
        assert inbox.uids_after(0) == uids


def test_long_lines_and_odd_bytes_arrive_as_they_are(sandbox: SandboxServer) -> None:
    odd = b"Subject: odd\r\n\r\n" + b"x" * 20_000 + b"\xff\x00\r\n.\r\nend\r\n"
    put(sandbox, odd)
    (found,) = mails_in(sandbox.imap_url(SUPPORT), "one")
    assert found.endswith(odd)


def test_a_taken_port_is_told(sandbox: SandboxServer) -> None:
    second = SandboxServer(PASSWORDS, imap_port=sandbox.imap_port, smtp_port=free_port())
    with pytest.raises(OutsideUnavailable, match="cannot listen"):
        second.__enter__()


def test_as_a_program_it_serves_until_asked_to_stop(tmp_path: Path) -> None:
    users = tmp_path / "users"
    users.write_text(f"{SUPPORT}:one\noutside:two\n", encoding="utf-8")
    imap_port, smtp_port = free_port(), free_port()
    ports = ["--imap-port", str(imap_port), "--smtp-port", str(smtp_port)]
    command = [sys.executable, "-m", "agent.sandbox.server", *ports, "--users-file", str(users)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as program:
        deadline = time.monotonic() + 20
        while not (greets(imap_port, b"* OK") and greets(smtp_port, b"220")):
            assert time.monotonic() < deadline, "the sandbox did not start"
            time.sleep(0.05)
        assert list(deliver([QUESTION], to=SUPPORT, smtp_port=smtp_port)) == [1]
        with ImapInbox(
            parse_server_url(f"imap://{SUPPORT}@127.0.0.1:{imap_port}", protocol="imap"), "one"
        ) as inbox:
            inbox.select()
            os.kill(program.pid, signal.SIGTERM)
            assert program.wait(5) == 0
    assert not greets(smtp_port)


def test_a_users_file_of_another_form_is_refused_with_its_line(tmp_path: Path) -> None:
    users = tmp_path / "users"
    users.write_text("outside:two\nsupport\n", encoding="utf-8")
    with pytest.raises(SettingError, match="line 2"):
        read_users(users)
