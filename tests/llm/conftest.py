"""The model server of `make test-llm`, one for the run, with an ear on the line to it."""

from collections.abc import Iterator

import pytest

from tests.servers.model_server import Ear, ModelServer, ear, model_server


@pytest.fixture(scope="session")
def server() -> Iterator[ModelServer]:
    """A real language model. Its absence is a failure: `make test-llm` fetches it first."""
    with model_server() as started:
        yield started


@pytest.fixture(scope="session")
def line(server: ModelServer) -> Iterator[Ear]:
    """The way to the server, which keeps every byte that goes there."""
    with ear(server.port) as relay:
        yield relay
