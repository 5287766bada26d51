"""Documents cut into the pieces that get a vector each.

A long text has one vector for its gist and one for every paragraph or window of words, so that a question about a
single step finds the step, and the agent sees the passage that matched rather than the whole article.
"""

import re
from collections.abc import Iterator

from knowledge.search import Document, DocumentKind

WINDOW_WORDS = 64
OVERLAP_WORDS = 12
LEAST_WORDS = 4
MOST_PASSAGES = 600
"""Enough for a manual of about a hundred pages; what lies beyond is found by nobody, so import it in parts."""

_PARAGRAPH = re.compile(r"\n\s*\n")


def passages(document: Document) -> tuple[str, ...]:
    """The pieces of `document` that are looked up, the first being the whole (title and body).

    Articles: whole, title, paragraphs. Solved cases: whole and question, since a new question is compared with an
    old one; vectors of the answer found nothing more. Pieces longer than `WINDOW_WORDS` are cut into overlapping
    windows. Without duplicates, in the order of the text.
    """
    whole = f"{document.title}\n{document.body}".strip()
    if document.kind is DocumentKind.CASE:
        pieces = [document.title]
    else:
        pieces = [document.title, *_PARAGRAPH.split(document.body)]
    cut = [window for piece in pieces for window in _windows(piece)]
    return tuple(dict.fromkeys([whole, *cut]))[:MOST_PASSAGES]


def gist(text: str) -> str:
    """The beginning of `text`, as long as a passage: by it a longer text is found no worse, and far cheaper."""
    return " ".join(text.split()[:WINDOW_WORDS])


def _windows(piece: str) -> Iterator[str]:
    """`piece` itself where it is short; else windows of words that overlap, so that no sentence falls between."""
    words = piece.split()
    if len(words) < LEAST_WORDS:
        return
    if len(words) <= WINDOW_WORDS:
        yield piece.strip()
        return
    step = WINDOW_WORDS - OVERLAP_WORDS
    for start in range(0, len(words) - OVERLAP_WORDS, step):
        yield " ".join(words[start : start + WINDOW_WORDS])
