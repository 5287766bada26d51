"""Why a document was found, in a few words for the agent."""

import re

from knowledge.features import Features, shared_concepts
from knowledge.usefulness import Record

_MOST_NAMED = 4
_NEAR = 0.35
"""Cosine of centred vectors from which two texts say nearly the same."""

_DIGIT = re.compile(r"\d")


def reason(question: Features, document: Features, cosine: float, told: Record) -> str:
    """For example "same code: E-31; both about: terminal, outage; close in meaning; helped in 4 similar cases".

    `told` is what was said of the document in cases of the same category.
    """
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
    return "; ".join([*parts, *_experience(told)])


def _experience(told: Record) -> list[str]:
    """What people said, and else how often replies quote it; what did not help is not kept back."""
    one, parts = 1, []
    if told.helped == one:
        parts.append("helped in a similar case")
    elif told.helped:
        parts.append(f"helped in {told.helped} similar cases")
    elif told.quoted > one:
        parts.append(f"quoted in {told.quoted} replies to similar cases")
    if told.not_helped == one:
        parts.append("did not help in a similar case")
    elif told.not_helped:
        parts.append(f"did not help in {told.not_helped} similar cases")
    return parts
