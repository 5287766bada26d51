"""Vectors of another centering are never compared with ours: an index of another version is empty, then deleted."""

import json

import httpx
import pytest

from knowledge.chroma import ChromaIndex
from knowledge.search import IndexUnavailable

COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"


class Server:
    """The part of a Chroma server that knows the names of its collections."""

    def __init__(self, *names: str) -> None:
        self.names = set(names)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if request.method == "DELETE":
            self.names.remove(path.rsplit("/", 1)[1])
        elif path == COLLECTIONS and request.method == "GET":
            return httpx.Response(200, json=[{"name": name} for name in sorted(self.names)])
        elif path == COLLECTIONS:
            name = json.loads(request.content)["name"]
            self.names.add(name)
            return httpx.Response(200, json={"id": name})
        return httpx.Response(200, json={"ids": []})


def index(server: Server, version: str) -> ChromaIndex:
    made = ChromaIndex("http://chroma.invalid", version=version)
    made._http = httpx.Client(base_url="http://chroma.invalid", transport=httpx.MockTransport(server))
    return made


def test_each_version_looks_into_collections_of_its_own() -> None:
    server = Server()
    index(server, "aaaa").count()
    index(server, "bbbb").count()
    assert len(server.names) == 4


def test_clearing_deletes_former_versions_and_no_other_index() -> None:
    server = Server(
        "genklang-article", "genklang-case-aaaa", "genklang-case-bbbb", "genklang-test-case-aaaa", "x"
    )
    index(server, "bbbb").clear()
    assert server.names == {"genklang-test-case-aaaa", "x"}


def test_a_server_that_cannot_list_is_said() -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        return httpx.Response(500)

    made = index(Server(), "aaaa")
    made._http = httpx.Client(base_url="http://chroma.invalid", transport=httpx.MockTransport(broken))
    with pytest.raises(IndexUnavailable):
        made.clear()
