"""Why a document was found, in a few words for the agent."""

import re

from knowledge.features import Features, shared_concepts

_MOST_NAMED = 4
_NEAR = 0.35
"""Cosine of centred vectors from which two texts say nearly the same."""

_DIGIT = re.compile(r"\d")


def reason(question: Features, document: Features, cosine: float) -> str:
    """For example "same code: E-31; both about: terminal, outage; close in meaning"."""
    shared = sorted(question.codes & document.codes)
    parts = []
    if marked := [code.upper() for code in shared if _DIGIT.search(code)]:
        parts.append(f"same code: {', '.join(marked[:_MOST_NAMED])}")
    if named := [code.upper() for code in shared if not _DIGIT.search(code)]:
        parts.append(f"same name: {', '.join(named[:_MOST_NAMED])}")
    if notions := shared_concepts(question, document):
        parts.append(f"both about: {', '.join(notions[:_MOST_NAMED])}")
    if cosine >= _NEAR or not parts:
        parts.append("close in meaning" if cosine >= _NEAR else "related in meaning")
    return "; ".join(parts)
