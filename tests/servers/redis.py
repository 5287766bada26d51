"""A real Redis on loopback, in memory alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import redis as redis_client

from tests.servers.process import HOST, ServerProcess, free_port, program, running, server_folder


@dataclass(frozen=True, slots=True)
class RedisServer:
    """Where it listens."""

    port: int
    process: ServerProcess

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def empty(self) -> None:
        """FLUSHALL."""
        with redis_client.Redis(host=HOST, port=self.port, socket_timeout=5) as connection:
            connection.flushall()

    def accepts(self) -> bool:
        """Whether it answers PING now."""
        return _answers(self.port)


@contextmanager
def redis() -> Iterator[RedisServer]:
    """Redis from ready to ended."""
    binary = program("redis-server", package="redis-server")
    with server_folder("redis") as folder:
        port = free_port()
        options = [
            "--bind",
            HOST,
            "--port",
            str(port),
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(folder),
        ]
        process = ServerProcess([binary, *options], folder=folder, ready=lambda: _answers(port))
        with running(process):
            yield RedisServer(port, process)


def _answers(port: int) -> bool:
    try:
        with redis_client.Redis(host=HOST, port=port, socket_timeout=2) as connection:
            return bool(connection.ping())
    except redis_client.RedisError:
        return False
