"""Solved cases across languages: `retrieval.jsonl` (`case`, `case_lang`, `query`, `query_lang`)."""

from agent.privacy.redaction import seal
from evals.material import Material
from evals.outcome import Figure, Miss, Outcome
from evals.rows import Row
from evals.statistics import share
from knowledge.centering import Centering
from knowledge.finder import SemanticFinder
from knowledge.memory import MemoryIndex
from knowledge.search import Document, DocumentKind

DEPTHS = (1, 5)
SAME, OTHER = "same language", "other language"


def score(material: Material) -> Outcome:
    """Recall by depth, apart for cases in the question's own language and in another."""
    rows = material.small("retrieval.jsonl")
    finder = SemanticFinder(MemoryIndex(), material.embedder, Centering.shipped())
    finder.put([Document(row["id"], DocumentKind.CASE, row["case_lang"], "", row["case"]) for row in rows])
    found = [
        (
            row,
            [
                match.id
                for match in finder.find([seal(row["query"])], language=row["query_lang"], limit=max(DEPTHS))
            ],
        )
        for row in material.each("retrieval", rows)
    ]
    figures: list[Figure] = []
    for part, own in (
        ("cases", found),
        (SAME, [one for one in found if relation(one[0]) == SAME]),
        (OTHER, [one for one in found if relation(one[0]) == OTHER]),
    ):
        figures += [
            share(f"short cases recall@{depth}", [row["id"] in ids[:depth] for row, ids in own], part)
            for depth in DEPTHS
        ]
    return Outcome(
        tuple(figures),
        misses=tuple(
            Miss(row["id"], row["id"], " ".join(ids)) for row, ids in found if row["id"] not in ids[:1]
        ),
    )


def relation(row: Row) -> str:
    return SAME if row["case_lang"] == row["query_lang"] else OTHER
