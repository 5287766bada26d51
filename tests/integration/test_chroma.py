"""The search over a real Chroma server: the same answers as in memory, and what happens when it is silent or lost."""

import shutil
import time
from collections.abc import Iterator

import pytest

from knowledge.chroma import ChromaIndex
from knowledge.finder import SemanticFinder
from knowledge.search import DocumentKind, IndexUnavailable
from tests.servers.chroma import ChromaServer, chroma
from tests.unit.knowledge.library import LIBRARY, Words, article, finder

pytestmark = pytest.mark.server

QUESTIONS = [
    ("en", "Our heat pump stays cold, the display says H-12"),
    ("de", "Sie haben meine Karte zweimal belastet"),
    ("da", "Varmepumpen er kold og filteret gråt"),
]


@pytest.fixture
def search(chroma_url: str) -> Iterator[SemanticFinder]:
    index = ChromaIndex(chroma_url, name="test-chroma")
    index.clear()
    yield finder(vectors=index)
    index.clear()


def test_chroma_and_memory_give_the_same_matches(search: SemanticFinder) -> None:
    in_memory = finder()
    for language, text in QUESTIONS:
        assert search.find([Words(text)], language=language) == in_memory.find(
            [Words(text)], language=language
        )


def test_documents_are_counted_replaced_and_removed(search: SemanticFinder) -> None:
    search.put([article("heating", "Opening hours", "The shop opens at nine.")])
    assert search.count() == len(LIBRARY)
    first = search.find([Words("opening hours shop nine")], language="en", kinds=[DocumentKind.ARTICLE])[0]
    assert first.document.title == "Opening hours"
    search.remove(["heating"])
    assert search.count() == len(LIBRARY) - 1


def test_another_process_sees_at_once_what_was_written(search: SemanticFinder, chroma_url: str) -> None:
    other = ChromaIndex(chroma_url, name="test-chroma")
    search.put([article("new", "Sauna stove", "The stove of the sauna glows red.")])
    assert [one.title for one in other.documents(["new"], kind=DocumentKind.ARTICLE)] == ["Sauna stove"]
    search.remove(["new"])
    assert other.documents(["new"], kind=DocumentKind.ARTICLE) == []


def test_ids_and_texts_of_any_kind_come_back_unchanged(search: SemanticFinder) -> None:
    odd = article("a/b@c ä 0@", 'Title "quoted"', "Line one\n\nLine two \N{SNOWMAN} → end")
    search.put([odd])
    assert search.find([Words("line one line two quoted title")], language="en")[0].document == odd


def test_a_silent_server_is_given_up_within_seconds() -> None:
    """The server is stopped in mid-air: connections open, nobody answers."""
    with chroma() as server:
        search = finder(vectors=ChromaIndex(server.url))
        server.process.pause()
        began = time.monotonic()
        with pytest.raises(IndexUnavailable):
            search.find([Words("heat pump")], language="en")
        assert time.monotonic() - began < 20
        server.process.resume()
        assert search.find([Words("heat pump H-12")], language="en")


def test_no_server_at_all_is_unavailable() -> None:
    with pytest.raises(IndexUnavailable):
        ChromaIndex("http://127.0.0.1:9").count()


def test_after_its_folder_was_deleted_one_call_rebuilds_the_index() -> None:
    with chroma() as server:
        search = finder(vectors=ChromaIndex(server.url))
        before = search.find([Words(QUESTIONS[0][1])], language="en")
        _lose_everything(server)
        assert search.count() == 0
        search.put(LIBRARY)
        assert search.find([Words(QUESTIONS[0][1])], language="en") == before


def _lose_everything(server: ChromaServer) -> None:
    server.process.stop()
    shutil.rmtree(server.folder)
    server.process.start()
