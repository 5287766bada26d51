"""What a letter will say, before a word of it is written: which asks are answered from what, which stay open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.drafting.draft import DraftRequest
from agent.drafting.extract import Piece, pieces
from agent.drafting.sentences import Block
from agent.drafting.tone import Tone, tone_of
from agent.triage.reading import FactorName, Reading, Sentiment
from knowledge.citation import relevance, specificity
from knowledge.search import DocumentKind, Match

LEAST_TRUST = {DocumentKind.ARTICLE: 0.55, DocumentKind.CASE: 0.85}
"""Trust in a source (`trust`) below which it is not quoted. A case was written to somebody else."""

LEAST_SHARE_OF_BEST = 0.7
"""A source in the customer's language is passed over when one in another language is trusted far more."""

SURE = 0.8
"""Trust from which a source is quoted even where no single ask could be matched, and without "it sounds as though"."""

LEAST_RELEVANCE = 0.6
"""Relevance of a passage to an ask (`knowledge.citation.relevance`) from which it is quoted."""

ANSWERED = 0.5
"""Relevance from which an ask counts as answered by what a letter says. Measured on solved cases: 78 % of the asks
that their own answer covers pass, 4 % against another case's answer (docs/decisions/drafting-checks.md)."""

WORDS = {"short": 75, "detailed": 150}
"""Words quoted from sources, by the length that suits the sender."""

_OTHER_SUBJECT = 0.4
"""Share of the trust that a source of another category loses, when the category is certain."""

_WHOLE_SHARE = 0.5
"""Weight of the whole mail beside a single ask that says something by itself; vague asks lean on the mail more."""


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
    asks = asks_of(request)
    usable = usable_sources(request)
    quotes = _quotes(request, asks, usable, WORDS[tone.length])
    trusted = {match.id: trust(match, reading) for match in usable}
    return Plan(
        language,
        tone,
        occasion,
        quotes,
        open_asks(request, " ".join(quote.block.text for quote in quotes)),
        sure=any(trusted[quote.source] >= SURE for quote in quotes),
        urgent=any(
            signal.name in {FactorName.BUSINESS_IMPACT, FactorName.TIME_CRITICALITY}
            for signal in reading.signals
        ),
        foreign=tuple(match for match in request.matches if match.document.language != language)[:2],
    )


def trust(match: Match, reading: Reading) -> float:
    """The match's score, less where the source is about another category than the mail."""
    about = match.document.category
    if not about or about == reading.category.value:
        return match.score
    return match.score * (1 - _OTHER_SUBJECT * reading.category.confidence)


def usable_sources(request: DraftRequest) -> list[Match]:
    """Matches in the customer's language that are good enough to quote, articles before cases among equals."""
    trusted = {match.id: trust(match, request.reading) for match in request.matches}
    share_of_best = LEAST_SHARE_OF_BEST * max(trusted.values(), default=0.0)
    good = [
        match
        for match in request.matches
        if match.document.language == request.reading.language.value
        and trusted[match.id] >= max(LEAST_TRUST[match.document.kind], share_of_best)
    ]
    return sorted(
        good, key=lambda match: (-round(trusted[match.id], 1), match.document.kind is DocumentKind.CASE)
    )


def speaks_to(ask: str, whole: str, text: str, language: str) -> float:
    """How much `text` answers `ask`, which was part of the mail `whole`. See `ANSWERED`."""
    alone, together = relevance(ask, text, language), relevance(whole, text, language)
    return _mixed(alone, together, specificity(ask, language))


def _mixed(alone: float, together: float, specific: float) -> float:
    return (specific * alone + (1 + _WHOLE_SHARE - specific) * min(together, 1.0)) / (1 + _WHOLE_SHARE)


def asks_of(request: DraftRequest) -> tuple[str, ...]:
    """What the letter has to answer: the asks, or the whole mail where triage found none and it is no feedback."""
    if request.reading.asks or request.reading.category.value == "feedback":
        return request.reading.asks
    return (request.new_text.shareable(),)


def open_asks(request: DraftRequest, told: str) -> tuple[str, ...]:
    """The asks that `told`, what the letter says from its sources, leaves unanswered."""
    whole = f"{request.subject.shareable()}\n{request.new_text.shareable()}"
    language = request.reading.language.value
    return tuple(ask for ask in asks_of(request) if speaks_to(ask, whole, told, language) < ANSWERED)


def _occasion(request: DraftRequest) -> str:
    reading = request.reading
    if reading.category.value != "feedback":
        return "question"
    return "praise" if reading.sentiment.value is Sentiment.POSITIVE and not reading.asks else "suggestion"


def _quotes(
    request: DraftRequest, asks: Sequence[str], usable: Sequence[Match], words: int
) -> tuple[Piece, ...]:
    """The passages that answer best, in the order of the letter and of at most about `words` words."""
    whole = f"{request.subject.shareable()}\n{request.new_text.shareable()}"
    allowed = "\n".join(
        [whole, *(m.document.body for m in usable if m.document.kind is DocumentKind.ARTICLE)]
    )
    about_whole = {match.id: pieces(match, whole, allowed) for match in usable}
    best = [_best_piece(ask, usable, about_whole, allowed) for ask in asks]
    chosen = {(one.source, one.place): one for one in best if one and one.relevance >= LEAST_RELEVANCE}
    if not chosen and asks and (general := _from_a_sure_source(request, usable, about_whole)):
        chosen[general.source, general.place] = general
    quotes: dict[tuple[str, int], Piece] = {}
    for piece in sorted(chosen.values(), key=lambda piece: -piece.relevance):
        room = words - sum(quote.block.words for quote in quotes.values())
        if room <= 0:
            break
        for quote in _with_neighbours(piece, about_whole[piece.source], room):
            quotes[quote.source, quote.place] = quote
    if quotes:
        _fill(quotes, about_whole[next(iter(quotes.values())).source], words)
    order = {match.id: rank for rank, match in enumerate(usable)}
    return tuple(sorted(quotes.values(), key=lambda piece: (order[piece.source], piece.place)))


def _from_a_sure_source(
    request: DraftRequest, usable: Sequence[Match], about_whole: dict[str, list[Piece]]
) -> Piece | None:
    """The best passage of a source that surely fits the mail, where no single ask could be matched."""
    for match in usable:
        if trust(match, request.reading) >= SURE and about_whole[match.id]:
            return max(about_whole[match.id], key=lambda piece: piece.relevance)
    return None


def _fill(quotes: dict[tuple[str, int], Piece], source: Sequence[Piece], words: int) -> None:
    """Add what else the main source says of the mail's subject, as long as whole paragraphs fit."""
    for piece in sorted(source, key=lambda piece: -piece.relevance):
        room = words - sum(quote.block.words for quote in quotes.values())
        fits = piece.block.words <= room and not piece.block.marker
        if fits and piece.relevance >= LEAST_RELEVANCE and (piece.source, piece.place) not in quotes:
            quotes[piece.source, piece.place] = piece


def _best_piece(
    ask: str, usable: Sequence[Match], about_whole: dict[str, list[Piece]], allowed: str
) -> Piece | None:
    rated = []
    for match in usable:
        specific = specificity(ask, match.document.language)
        for piece, general in zip(pieces(match, ask, allowed), about_whole[match.id], strict=True):
            mixed = _mixed(piece.relevance, general.relevance, specific)
            rated.append((mixed * match.score, replace(piece, relevance=mixed)))
    return max(rated, key=lambda rating: rating[0])[1] if rated else None


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
