"""What a letter will say, before a word of it is written: which asks are answered from what, which stay open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.drafting.draft import DraftRequest
from agent.drafting.extract import Piece, pieces
from agent.drafting.sentences import Block
from agent.drafting.tone import Tone, tone_of
from agent.triage.reading import FactorName, Sentiment
from knowledge.citation import relevance
from knowledge.search import DocumentKind, Match

LEAST_SCORE = 0.45
"""Match score below which a source is not quoted."""

LEAST_SHARE_OF_BEST = 0.6
"""A source in the customer's language is passed over when one in another language is far better than it."""

SURE_SCORE = 0.75
"""Score from which the answer is given without "it sounds as though"."""

LEAST_RELEVANCE = 0.55
"""Relevance of a passage to an ask (`knowledge.citation.relevance`) from which it counts as an answer."""

WORDS = {"short": 75, "detailed": 150}
"""Words quoted from sources, by the length that suits the sender."""

_WHOLE_SHARE = 0.5
"""Weight of the whole mail beside the single ask: asks are short and lean on what stands before them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The content of a letter.

    `quotes` are the passages in the order of the letter, `open_asks` what no source answers, `foreign` good sources
    in another language for the agent to look at. `occasion` is question, praise or suggestion.
    """

    language: str
    tone: Tone
    occasion: str
    quotes: tuple[Piece, ...] = ()
    open_asks: tuple[str, ...] = ()
    sure: bool = False
    urgent: bool = False
    foreign: tuple[Match, ...] = ()


def make_plan(request: DraftRequest, tone: Tone | None = None) -> Plan:
    """Plan the answer to `request`, in `tone` where an agent wished for one."""
    reading = request.reading
    language = reading.language.value
    tone = tone or tone_of(reading, request.new_text.shareable())
    occasion = _occasion(request)
    asks = reading.asks or (() if occasion != "question" else (request.new_text.shareable(),))
    usable = usable_sources(request.matches, language)
    quotes, open_asks = _answers(request, asks, usable, WORDS[tone.length])
    best = {match.id: match.score for match in usable}
    return Plan(
        language,
        tone,
        occasion,
        quotes,
        open_asks,
        sure=any(best[quote.source] >= SURE_SCORE for quote in quotes),
        urgent=any(
            signal.name in {FactorName.BUSINESS_IMPACT, FactorName.TIME_CRITICALITY}
            for signal in reading.signals
        ),
        foreign=tuple(match for match in request.matches if match.document.language != language)[:2],
    )


def usable_sources(matches: Sequence[Match], language: str) -> list[Match]:
    """Matches in the customer's language that are good enough to quote, articles before cases among equals."""
    best = max((match.score for match in matches), default=0.0)
    good = [
        match
        for match in matches
        if match.document.language == language and match.score >= max(LEAST_SCORE, LEAST_SHARE_OF_BEST * best)
    ]
    return sorted(good, key=lambda match: (-round(match.score, 1), match.document.kind is DocumentKind.CASE))


def speaks_to(ask: str, whole: str, text: str, language: str) -> float:
    """How much `text` answers `ask`, which was part of the mail `whole`. See `LEAST_RELEVANCE`."""
    alone, together = relevance(ask, text, language), relevance(whole, text, language)
    return _mixed(alone, together)


def _mixed(alone: float, together: float) -> float:
    return (alone + _WHOLE_SHARE * together) / (1 + _WHOLE_SHARE)


def _occasion(request: DraftRequest) -> str:
    reading = request.reading
    if reading.category.value != "feedback":
        return "question"
    return "praise" if reading.sentiment.value is Sentiment.POSITIVE and not reading.asks else "suggestion"


def _answers(
    request: DraftRequest, asks: Sequence[str], usable: Sequence[Match], words: int
) -> tuple[tuple[Piece, ...], tuple[str, ...]]:
    """The passages that answer, in the order of the letter, and the asks that nothing answers."""
    whole = f"{request.subject.shareable()}\n{request.new_text.shareable()}"
    allowed = "\n".join(
        [whole, *(m.document.body for m in usable if m.document.kind is DocumentKind.ARTICLE)]
    )
    about_whole = {match.id: pieces(match, whole, allowed) for match in usable}
    chosen: dict[tuple[str, int], Piece] = {}
    open_asks = []
    for ask in asks:
        best = _best_piece(ask, usable, about_whole, allowed)
        if best is None:
            open_asks.append(ask)
        else:
            chosen[best.source, best.place] = best
    quotes: dict[tuple[str, int], Piece] = {}
    for piece in sorted(chosen.values(), key=lambda piece: -piece.relevance):
        room = words - sum(quote.block.words for quote in quotes.values())
        if room <= 0:
            break
        for quote in _with_neighbours(piece, about_whole[piece.source], room):
            quotes[quote.source, quote.place] = quote
    order = {match.id: rank for rank, match in enumerate(usable)}
    return tuple(sorted(quotes.values(), key=lambda piece: (order[piece.source], piece.place))), tuple(
        open_asks
    )


def _best_piece(
    ask: str, usable: Sequence[Match], about_whole: dict[str, list[Piece]], allowed: str
) -> Piece | None:
    rated = []
    for match in usable:
        for piece, general in zip(pieces(match, ask, allowed), about_whole[match.id], strict=True):
            mixed = _mixed(piece.relevance, general.relevance)
            rated.append((mixed * match.score, mixed, piece))
    if not rated:
        return None
    _, mixed, piece = max(rated, key=lambda rating: rating[0])
    return replace(piece, relevance=mixed) if mixed >= LEAST_RELEVANCE else None


def _with_neighbours(piece: Piece, source: Sequence[Piece], room: int) -> list[Piece]:
    """`piece` cut to `room` words; and, where it is a step of a list or leads into one, the steps beside it."""
    if not piece.block.marker and not piece.block.text.endswith(":"):
        return [_cut(piece, room)]
    steps = [piece]
    following = [one for one in source if one.place > piece.place]
    before = [one for one in reversed(source) if one.place < piece.place] if piece.block.marker else []
    left = room - piece.block.words
    for direction in (before, following):
        for neighbour in direction:
            leads_in = direction is before and neighbour.block.text.endswith(":")
            if not (neighbour.block.marker or leads_in) or neighbour.block.words > left:
                break
            steps.append(neighbour)
            left -= neighbour.block.words
            if leads_in:
                break
    return steps


def _cut(piece: Piece, room: int) -> Piece:
    """The first sentences of a block that fit; always at least one."""
    kept: list[str] = []
    for sentence in piece.block.sentences:
        if kept and sum(len(one.split()) for one in [*kept, sentence]) > room:
            break
        kept.append(sentence)
    return Piece(piece.source, Block(tuple(kept), piece.block.marker), piece.place, piece.relevance)
