"""The servers of the tests are real, on loopback, and separate from test to test."""

import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import httpx
import psycopg
import pytest
from redis import Redis

from tests.loopback import guard
from tests.servers.dovecot import DovecotServer
from tests.servers.postfix import PostfixServer
from tests.servers.process import ServerMissingError, ServerProcess, ServerStartError, program, server_folder
from tests.servers.rabbitmq import RabbitMQServer

OUTSIDE_ADDRESS = "192.0.2.1"  # RFC 5737: an address for documentation, which nobody has


def test_a_connection_to_the_outside_is_blocked_and_written_down() -> None:
    with pytest.raises(Exception, match="tests stay on this machine"):
        socket.create_connection((OUTSIDE_ADDRESS, 25), timeout=1)
    with pytest.raises(Exception, match="tests stay on this machine"):
        socket.getaddrinfo("example.com", 80)
    assert len(guard.blocked_attempts()) == 2
    guard.forget_attempts()


def test_child_processes_are_blocked_too() -> None:
    code = f"import urllib.request; urllib.request.urlopen('http://{OUTSIDE_ADDRESS}/', timeout=1)"
    command = [sys.executable, "-c", code]
    child = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert "OutsideBlockedError" in child.stderr
    assert OUTSIDE_ADDRESS in guard.blocked_attempts()[0]
    guard.forget_attempts()


def test_a_mistyped_host_is_unknown_and_no_attempt() -> None:
    with pytest.raises(socket.gaierror):
        socket.create_connection(("mail.mistyped.invalid", 25), timeout=1)
    assert guard.blocked_attempts() == []


def test_loopback_is_free() -> None:
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen("http://127.0.0.1:9/", timeout=1)


def test_a_missing_program_is_named_with_its_package() -> None:
    with pytest.raises(ServerMissingError, match=r"make test-servers.*package some-package"):
        program("no-such-server", package="some-package")


def test_a_server_that_ends_at_once_shows_its_last_words() -> None:
    with server_folder("broken") as folder:
        process = ServerProcess(["sh", "-c", "echo bad option; exit 1"], folder=folder, ready=lambda: False)
        with pytest.raises(ServerStartError, match="bad option"):
            process.start()


@pytest.mark.server
def test_two_postgres_databases_share_nothing(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        connection.execute("CREATE TABLE left_behind (id int)")
    assert row == (0,)


@pytest.mark.server
def test_redis_starts_empty(redis_url: str) -> None:
    with Redis.from_url(redis_url) as connection:
        assert connection.dbsize() == 0
        connection.set("left", "behind")


@pytest.mark.server
def test_rabbitmq_gives_a_virtual_host_of_its_own(rabbitmq: RabbitMQServer, rabbitmq_url: str) -> None:
    assert rabbitmq_url.rpartition("/")[2] in rabbitmq.control("list_vhosts").split()


@pytest.mark.server
def test_chroma_answers(chroma_url: str) -> None:
    assert httpx.get(f"{chroma_url}/api/v2/version", trust_env=False).is_success


@pytest.mark.server
def test_mail_handed_to_postfix_lies_in_dovecot(dovecot: DovecotServer, smtp_server: PostfixServer) -> None:
    account = dovecot.new_account()
    smtp_server.deliver(b"Subject: token-1\r\n\r\nHello\r\n", account.email)
    assert "token-1" in dovecot.wait_for_text(account, "token-1")


@pytest.mark.server
def test_servers_do_not_run_as_root(dovecot: DovecotServer) -> None:
    assert Path(f"/proc/{dovecot.process.pid}").stat().st_uid != 0
