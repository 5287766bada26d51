"""A real Chroma server on loopback, with telemetry off."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.servers.process import HOST, ServerMissingError, ServerProcess, free_port, running, server_folder


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """Where it listens, and its data folder."""

    port: int
    process: ServerProcess
    folder: Path

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def accepts(self) -> bool:
        """Whether its heartbeat answers now."""
        return _beats(self.port)


@contextmanager
def chroma() -> Iterator[ChromaServer]:
    """Chroma from ready to ended; it runs as ourselves, for it lives in our virtual environment."""
    binary = Path(sys.executable).with_name("chroma")
    if not binary.exists():
        raise ServerMissingError("chroma is not installed beside this Python: `make setup` installs it.")
    with server_folder("chroma", owned_by_root=True) as folder:
        port = free_port()
        process = ServerProcess(
            [binary, "run", "--host", HOST, "--port", str(port), "--path", folder / "data"],
            folder=folder,
            environment={"ANONYMIZED_TELEMETRY": "False", "DO_NOT_TRACK": "1"},
            keep_root=True,
            ready=lambda: _beats(port),
        )
        with running(process):
            yield ChromaServer(port, process, folder / "data")


def _beats(port: int) -> bool:
    try:
        return httpx.get(f"http://{HOST}:{port}/api/v2/heartbeat", timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False
