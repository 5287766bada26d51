"""A real language model behind a real OpenAI-compatible server (llama.cpp), and an ear on the line to it.

`make test-llm` fetches both; see `deploy/fetch-model-server.sh`.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.servers.process import HOST, ServerMissingError, ServerProcess, free_port, running, server_folder

MODEL = "qwen2.5-coder-1.5b-instruct"


@dataclass(frozen=True, slots=True)
class ModelServer:
    """`url` is what OPENAI_BASE_URL would be."""

    port: int
    process: ServerProcess

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/v1"


@contextmanager
def model_server(*, threads: int = 2) -> Iterator[ModelServer]:
    """llama-server on a loopback port, from ready to ended. Raises `ServerMissingError` if never fetched."""
    folder = Path(os.environ.get("GENKLANG_TEST_MODEL_SERVER", ".tools/model-server")).resolve()
    if not (folder / "complete").exists():
        raise ServerMissingError("The model server is not here: `make test-llm` fetches it.")
    with server_folder("model", owned_by_root=True) as home:
        port = free_port()
        options = (
            f"--host {HOST} --port {port} --ctx-size 8192 --parallel 1 --threads {threads} --n-gpu-layers 0"
        )
        process = ServerProcess(
            [
                folder / "server" / "bin" / "llama-server",
                *("--model", folder / "model.gguf", "--alias", MODEL, "--no-webui"),
                *options.split(),
            ],
            folder=home,
            environment={"LD_LIBRARY_PATH": str(folder / "server" / "bin")},
            keep_root=True,
            ready=lambda: _is_healthy(port),
            seconds=120,
        )
        with running(process):
            yield ModelServer(port, process)


def _is_healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://{HOST}:{port}/health", timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


@dataclass(slots=True)
class Ear:
    """A relay between client and server that keeps every byte the client sent."""

    port: int
    received: bytearray = field(default_factory=bytearray)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/v1"


@contextmanager
def ear(server_port: int) -> Iterator[Ear]:
    """Listen in on a loopback port and pass everything on to `server_port`, until the block ends."""
    with socket.create_server((HOST, 0)) as listener:
        relay = Ear(int(listener.getsockname()[1]))
        threading.Thread(target=_accept, args=(listener, server_port, relay), daemon=True).start()
        yield relay


def _accept(listener: socket.socket, server_port: int, relay: Ear) -> None:
    with suppress(OSError):  # the listener is closed at the end
        while True:
            client, _ = listener.accept()
            server = socket.create_connection((HOST, server_port))
            for source, target, copy in ((client, server, relay.received), (server, client, None)):
                threading.Thread(target=_pass_on, args=(source, target, copy), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, copy: bytearray | None) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            if copy is not None:
                copy.extend(chunk)
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
