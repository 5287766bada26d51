"""The search: what it finds, in which order, and that it says why."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from knowledge.centering import Centering
from knowledge.embedding import Vectors32
from knowledge.finder import SemanticFinder
from knowledge.memory import MemoryIndex
from knowledge.search import DocumentKind
from tests.unit.knowledge.library import HEATING, LIBRARY, WordEmbedder, Words, article, finder


class Remembering(WordEmbedder):
    """Says what it was asked to embed."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors32:
        self.asked += texts
        return super().embed(texts)


def test_the_document_that_answers_comes_first_with_its_whole_text() -> None:
    first = finder().find([Words("Our heat pump stays cold, the display says H-12")], language="en")[0]
    assert first.document == HEATING
    assert 0 < first.score <= 1


def test_a_shared_error_code_is_named_as_the_reason() -> None:
    first = finder().find([Words("display says H-12")], language="en")[0]
    assert "same code: H-12" in first.reason


def test_an_error_code_finds_its_article_in_another_language() -> None:
    first = finder().find([Words("Der Bildschirm meldet H-12")], language="de", kinds=[DocumentKind.ARTICLE])[
        0
    ]
    assert first.id == "heating"


def test_notions_lead_across_languages_and_are_named() -> None:
    found = finder().find([Words("Ich möchte die Ware zurücksenden")], language="de")
    assert found[0].id == "returns"
    assert "return" in found[0].reason


def test_the_passage_is_the_part_that_matched() -> None:
    found = finder().find([Words("print the label and hand the parcel in, unused goods within 30 days")])
    best = next(match for match in found if match.id == "returns")
    assert best.passage == best.document.body


def test_only_the_wanted_kinds_are_found() -> None:
    found = finder().find([Words("charged my card twice")], kinds=[DocumentKind.CASE])
    assert [match.id for match in found] == ["billing"]


def test_the_limit_counts_for_each_kind() -> None:
    found = finder().find([Words("heat pump card charged twice return goods")], language="en", limit=1)
    assert len(found) <= 2
    assert len({match.document.kind for match in found}) == len(found)


def test_results_are_sorted_best_first() -> None:
    scores = [match.score for match in finder().find([Words("heat pump H-12 card twice")], language="en")]
    assert scores == sorted(scores, reverse=True)


def test_a_question_in_pieces_is_one_question() -> None:
    """Both pieces count: the first alone would lead to returns."""
    pieces = [
        Words("The goods I want to return."),
        Words("Charged my card twice, card charged twice for the invoice"),
    ]
    found = finder().find(pieces, language="en")
    assert {match.id for match in found} >= {"billing", "returns"}
    assert found[0].id == "billing"


def test_pieces_are_embedded_as_they_stand_so_that_they_need_not_be_embedded_again() -> None:
    embedder = Remembering()
    search = SemanticFinder(
        MemoryIndex(), embedder, Centering({"en": np.zeros(WordEmbedder.dim, np.float32)})
    )
    search.put(LIBRARY)
    pieces = [" ".join(f"word{number}" for number in range(80)), "card twice"]
    embedder.asked.clear()
    search.find([Words(piece) for piece in pieces], language="en")
    assert embedder.asked == pieces


def test_a_long_question_is_known_by_its_beginning() -> None:
    long = "heat pump " + "chat " * 300
    embedder = Remembering()
    search = SemanticFinder(
        MemoryIndex(), embedder, Centering({"en": np.zeros(WordEmbedder.dim, np.float32)})
    )
    search.put(LIBRARY)
    embedder.asked.clear()
    search.find([Words(long)], language="en")
    assert [len(text.split()) for text in embedder.asked] == [64]


def test_among_equals_the_own_language_comes_first() -> None:
    twins = [article("one", "Kaffe", "kaffe smag", "sv"), article("two", "Kaffe", "kaffe smag", "da")]
    assert finder(*twins).find([Words("kaffe smag")], language="da")[0].id == "two"


def test_the_known_category_decides_between_near_ones() -> None:
    texts = ("Kaffe", "kaffe smag")
    twins = [replace(article(name, *texts, "da"), category=name) for name in ("billing", "delivery")]
    for wanted in ("billing", "delivery"):
        assert finder(*twins).find([Words("kaffe smag")], language="da", category=wanted)[0].id == wanted


def test_nothing_near_gives_nothing() -> None:
    assert finder().find([Words("zzz qqq")], language="en") == []


def test_an_empty_question_gives_nothing() -> None:
    assert finder().find([Words("  ")], language="en") == []


def test_a_document_put_again_is_replaced() -> None:
    search = finder()
    search.put([article("heating", "Opening hours of the shop", "The shop is open on weekdays from nine.")])
    assert search.count() == len(LIBRARY)
    found = search.find([Words("opening hours shop weekdays")], language="en", kinds=[DocumentKind.ARTICLE])
    assert found[0].document.title == "Opening hours of the shop"


def test_what_is_removed_is_never_found_again() -> None:
    search = finder()
    search.remove(["heating"])
    assert "heating" not in [match.id for match in search.find([Words("heat pump H-12")], language="en")]


def test_after_clear_nothing_is_left() -> None:
    search = finder()
    search.clear()
    assert search.count() == 0
    assert search.find([Words("heat pump")], language="en") == []
