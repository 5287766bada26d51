"""A real PostgreSQL on loopback, without durability (faster), with a fresh database for whoever asks."""

import itertools
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGINT

import psycopg

from tests.servers.process import (
    HOST,
    ServerProcess,
    as_server_user,
    free_port,
    program,
    running,
    server_folder,
)

_BINARIES = ("usr/lib/postgresql/*/bin",)


@dataclass
class PostgresServer:
    """Where it listens, and how to get a database of one's own."""

    port: int
    process: ServerProcess
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new_database(self) -> str:
        """The SQLAlchemy URL (psycopg 3) of a database that did not exist before."""
        name = f"genklang_{next(self._numbers)}"
        with psycopg.connect(_as_admin(self.port), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return f"postgresql+psycopg://genklang@{HOST}:{self.port}/{name}"

    def accepts(self) -> bool:
        """Whether it answers queries now."""
        return _answers(self.port)


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """PostgreSQL from ready to ended."""
    initdb = program("initdb", package="postgresql", folders=_BINARIES)
    binary = program("postgres", package="postgresql", folders=_BINARIES)
    with server_folder("postgres") as folder:
        data = folder / "data"
        _make_cluster(initdb, data)
        port = free_port()
        settings = {
            "listen_addresses": HOST,
            "port": str(port),
            "unix_socket_directories": str(folder),
            "fsync": "off",
            "full_page_writes": "off",
            "shared_buffers": "32MB",
            "max_connections": "100",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        process = ServerProcess(
            [binary, "-D", data, *options],
            folder=folder,
            ready=lambda: _answers(port),
            stop_signal=SIGINT,  # "fast" shutdown: open connections are closed
        )
        with running(process):
            yield PostgresServer(port, process)


def _make_cluster(initdb: Path, data: Path) -> None:
    command: list[str | Path] = [
        initdb,
        "-D",
        data,
        "-U",
        "genklang",
        "--auth=trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    subprocess.run(
        as_server_user(command),
        check=True,
        capture_output=True,
        cwd=data.parent,
        timeout=60,
    )


def _answers(port: int) -> bool:
    try:
        with psycopg.connect(_as_admin(port), connect_timeout=2) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _as_admin(port: int) -> str:
    return f"host={HOST} port={port} user=genklang dbname=postgres"
