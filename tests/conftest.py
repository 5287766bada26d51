"""What every test shares: nothing leaves this machine; real servers start when first asked for."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.loopback import guard
from tests.servers.chroma import ChromaServer, chroma
from tests.servers.dovecot import DovecotServer
from tests.servers.dovecot import dovecot as run_dovecot
from tests.servers.postfix import PostfixServer, postfix
from tests.servers.postgres import PostgresServer
from tests.servers.postgres import postgres as run_postgres
from tests.servers.rabbitmq import RabbitMQServer
from tests.servers.rabbitmq import rabbitmq as run_rabbitmq
from tests.servers.redis import RedisServer
from tests.servers.redis import redis as run_redis
from tests.servers.smtp_sink import SmtpSink
from tests.servers.smtp_sink import smtp_sink as run_smtp_sink

_attempts = tempfile.NamedTemporaryFile(prefix="loopback-guard-")  # noqa: SIM115 - lives as long as the run
os.environ[guard.LOG_VARIABLE] = _attempts.name
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(Path(guard.__file__).parent), os.environ.get("PYTHONPATH", "")])
)
guard.install()


@pytest.fixture(autouse=True)
def _nothing_leaves_this_machine() -> Iterator[None]:
    """Fail the test during which anything tried to reach beyond loopback, even if that was caught."""
    guard.forget_attempts()
    yield
    assert guard.blocked_attempts() == []


@pytest.fixture(scope="session")
def dovecot() -> Iterator[DovecotServer]:
    """A real IMAP server. Take an own mailbox with `dovecot.new_account()`."""
    with run_dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def smtp_server(dovecot: DovecotServer) -> Iterator[PostfixServer]:
    """A real Postfix that delivers into `dovecot`; mail to foreign addresses lands in `dovecot.outside`."""
    with postfix(dovecot) as server:
        yield server


@pytest.fixture(scope="session")
def _smtp_sink() -> Iterator[SmtpSink]:
    with run_smtp_sink() as sink:
        yield sink


@pytest.fixture
def smtp_sink(_smtp_sink: SmtpSink) -> Iterator[SmtpSink]:
    """An SMTP server that misbehaves as its `script` says; empty and well-behaved when a test starts."""
    _smtp_sink.reset()
    yield _smtp_sink
    _smtp_sink.reset()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL."""
    with run_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    """`postgresql+psycopg://…` of an empty database of this test's own."""
    return postgres.new_database()


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    """A real Redis."""
    with run_redis() as server:
        yield server


@pytest.fixture
def redis_url(redis: RedisServer) -> str:
    """`redis://…` of a Redis that holds nothing."""
    redis.empty()
    return redis.url


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQServer]:
    """A real RabbitMQ."""
    with run_rabbitmq() as server:
        yield server


@pytest.fixture
def rabbitmq_url(rabbitmq: RabbitMQServer) -> str:
    """`amqp://…` of a virtual host of this test's own, without queues."""
    return rabbitmq.new_virtual_host()


@pytest.fixture(scope="session")
def chroma_server() -> Iterator[ChromaServer]:
    """A real Chroma server."""
    with chroma() as server:
        yield server


@pytest.fixture
def chroma_url(chroma_server: ChromaServer) -> str:
    """`http://…` of the run's Chroma server: name your collections after your test."""
    return chroma_server.url
