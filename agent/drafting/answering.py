"""What a mail asks, and what of it a text answers."""

from collections.abc import Sequence

from agent.drafting.draft import DraftRequest
from knowledge.citation import relevance, specificity

ANSWERED = 0.5
"""Relevance from which an ask counts as answered by what a letter says. Measured on solved cases: 78 % of the asks
that their own answer covers pass, 4 % against another case's answer (docs/decisions/drafting-checks.md)."""

_WHOLE_SHARE = 0.5
"""Weight of the whole mail beside a single ask that says something by itself; vague asks lean on the mail more."""


def whole_of(request: DraftRequest) -> str:
    """Subject and new text of the mail, against which a vague ask is understood."""
    return f"{request.subject.shareable()}\n{request.new_text.shareable()}"


def asks_of(request: DraftRequest) -> tuple[str, ...]:
    """What the letter has to answer: the asks, or the whole mail where triage found none and it is no feedback."""
    if request.reading.asks or request.reading.category.value == "feedback":
        return request.reading.asks
    return (request.new_text.shareable(),)


def open_asks(request: DraftRequest, told: str) -> tuple[str, ...]:
    """The asks that `told`, what the letter says from its sources, leaves unanswered.

    A statement that people taught answers the question it was taught for, whatever its words.
    """
    whole, language = whole_of(request), request.reading.language.value
    told = "\n".join([told, *(one.about for one in request.memories if one.about and one.text in told)])
    return tuple(ask for ask in asks_of(request) if speaks_to(ask, whole, told, language) < ANSWERED)


def speaks_to(ask: str, whole: str, text: str, language: str) -> float:
    """How much `text` answers `ask`, which was part of the mail `whole`. See `ANSWERED`."""
    alone, together = relevance(ask, text, language), relevance(whole, text, language)
    return weighed(alone, together, specificity(ask, language))


def answered_by(
    asks: Sequence[str], whole: str, told: Sequence[tuple[int, str]], language: str
) -> tuple[tuple[int, ...], ...]:
    """For each ask the numbers of the sentences that answer it; none where all of `told` together does not.

    `told` are numbered sentences that state something. Where only several together answer an ask, the one that
    speaks to it most stands for them.
    """
    letter = " ".join(text for _, text in told)
    found: list[tuple[int, ...]] = []
    for ask in asks:
        if not told or speaks_to(ask, whole, letter, language) < ANSWERED:
            found.append(())
            continue
        rated = [(speaks_to(ask, whole, text, language), number) for number, text in told]
        alone = tuple(number for score, number in rated if score >= ANSWERED)
        found.append(alone or (max(rated)[1],))
    return tuple(found)


def weighed(alone: float, together: float, specific: float) -> float:
    """The relevance to an ask by itself (`alone`) and to the whole mail (`together`), weighed by what the ask says."""
    return (specific * alone + (1 + _WHOLE_SHARE - specific) * min(together, 1.0)) / (1 + _WHOLE_SHARE)
