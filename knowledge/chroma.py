"""The vector store in a Chroma server, on this machine or another, over its HTTP interface.

We speak the interface (v2, https://docs.trychroma.com) with httpx instead of Chroma's own client: that client has
no time-outs, so a silent server would hold a worker for ever (docs/decisions/knowledge-chroma.md). Vectors always
come from us; the server never has to embed anything.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import httpx

from knowledge.centering import shipped_version
from knowledge.embedding import Vectors32
from knowledge.search import Document, DocumentKind, IndexUnavailable
from knowledge.vectors import Entry, Near

_DATABASE = "/api/v2/tenants/default_tenant/databases/default_database"
_SETTINGS = {"hnsw": {"space": "cosine", "ef_search": 300}}
_ROWS_A_CALL = 400
_READING = httpx.Timeout(3.0, connect=1.0)
_WRITING = httpx.Timeout(30.0, connect=1.0)


class ChromaIndex:
    """`Vectors` in a Chroma server: one collection a kind, one row a passage.

    The first row of a document carries the document itself. `name` sets several indexes of one server apart.
    `version` names the vectors that are kept (unless given, those of the shipped centering): an index of another
    version counts as empty, which makes the worker build it anew, and is deleted by `clear`.
    Every call raises `IndexUnavailable` when the server does not answer in time or answers nonsense.
    """

    def __init__(self, url: str, name: str = "genklang", version: str = "") -> None:
        self._http = httpx.Client(base_url=url.rstrip("/"), timeout=_READING, trust_env=False)
        self._name = name
        self._version = version or shipped_version()
        self._collections: dict[DocumentKind, str] = {}

    def put(self, entries: Sequence[Entry]) -> None:
        self.remove([entry.document.id for entry in entries])
        for kind in DocumentKind:
            rows = [row for entry in entries if entry.document.kind is kind for row in _rows(entry)]
            for start in range(0, len(rows), _ROWS_A_CALL):
                batch = rows[start : start + _ROWS_A_CALL]
                body = {key: [row[key] for row in batch] for key in batch[0]}
                self._call(kind, "upsert", body, timeout=_WRITING)

    def nearest(self, rows: Vectors32, *, kind: DocumentKind, limit: int) -> list[list[Near]]:
        body = {"query_embeddings": rows.tolist(), "n_results": limit, "include": ["distances"]}
        answer = self._call(kind, "query", body)
        return [
            [_near(row_id, distance) for row_id, distance in zip(ids, distances, strict=True)]
            for ids, distances in zip(answer["ids"], answer["distances"], strict=True)
        ]

    def documents(self, ids: Sequence[str], *, kind: DocumentKind) -> list[Document]:
        if not ids:
            return []
        wanted = {"ids": [_row_id(0, one) for one in ids], "include": ["metadatas"]}
        return [_document(facts, kind) for facts in self._call(kind, "get", wanted)["metadatas"]]

    def remove(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        for kind in DocumentKind:
            self._call(kind, "delete", {"where": {"id": {"$in": list(ids)}}}, timeout=_WRITING)

    def count(self) -> int:
        first_rows = {"where": {"place": 0}, "include": []}
        return sum(len(self._call(kind, "get", first_rows)["ids"]) for kind in DocumentKind)

    def clear(self) -> None:
        """Forget everything, also what is left of a damaged collection or of another version."""
        self._collections.clear()
        for name in self._kept_names():
            self._send("DELETE", f"{_DATABASE}/collections/{name}", missing_ok=True)

    def _kept_names(self) -> set[str]:
        """The collections of this index, of whichever version."""
        kinds = "|".join(DocumentKind)
        own = re.compile(rf"{re.escape(self._name)}-(?:{kinds})(?:-[0-9a-z]+)?")
        answer = self._send("GET", f"{_DATABASE}/collections") or {}
        return {one["name"] for one in answer.get("listed", ()) if own.fullmatch(one["name"])}

    def _call(
        self, kind: DocumentKind, verb: str, body: dict[str, Any], *, timeout: httpx.Timeout = _READING
    ) -> dict[str, Any]:
        """One call on the collection of `kind`; made again once if the collection was lost with its folder."""
        for again in (True, False):
            path = f"{_DATABASE}/collections/{self._collection(kind)}/{verb}"
            answer = self._send("POST", path, body, timeout=timeout, missing_ok=again)
            if answer is not None:
                return answer
            self._collections.pop(kind, None)
        raise AssertionError("the second call answers or raises")

    def _collection(self, kind: DocumentKind) -> str:
        """The server's id of the collection, which is made where it is missing."""
        if kind not in self._collections:
            body = {"name": self._collection_name(kind), "configuration": _SETTINGS, "get_or_create": True}
            answer = self._send("POST", f"{_DATABASE}/collections", body)
            self._collections[kind] = str((answer or {}).get("id", ""))
        return self._collections[kind]

    def _collection_name(self, kind: DocumentKind) -> str:
        return f"{self._name}-{kind.value}-{self._version}"

    def _send(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        timeout: httpx.Timeout = _READING,
        missing_ok: bool = False,
    ) -> dict[str, Any] | None:
        """The server's answer (a list as `listed`); None where what was asked for is missing and that may be."""
        try:
            response = self._http.request(method, path, json=body, timeout=timeout)
            if missing_ok and response.status_code == httpx.codes.NOT_FOUND:
                return None
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise IndexUnavailable(f"The search index did not answer ({type(error).__name__}).") from error
        return answer if isinstance(answer, dict) else {"listed": answer or []}


def _rows(entry: Entry) -> Iterator[dict[str, Any]]:
    document = entry.document
    for place, vector in enumerate(entry.rows):
        facts: dict[str, Any] = {"id": document.id, "place": place}
        if place == 0:
            facts |= {
                "language": document.language,
                "title": document.title,
                "body": document.body,
                "category": document.category,
            }
        yield {"ids": _row_id(place, document.id), "embeddings": vector.tolist(), "metadatas": facts}


def _row_id(place: int, document_id: str) -> str:
    return f"{place}@{document_id}"


def _near(row_id: str, distance: float) -> Near:
    place, _, document_id = row_id.partition("@")
    return Near(document_id, int(place), 1.0 - distance)


def _document(facts: dict[str, Any], kind: DocumentKind) -> Document:
    return Document(
        facts["id"], kind, facts.get("language", ""), facts["title"], facts["body"], facts.get("category", "")
    )
