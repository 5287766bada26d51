"""Which passages of the sources answer a mail, and what more the room allows.

The passages that answer are the same for every tone; a short letter tells less around them. So tone and length never
change which asks are answered, nor what is said of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.drafting.answering import open_asks, weighed, whole_of
from agent.drafting.draft import DraftRequest
from agent.drafting.extract import Piece, continues, pieces
from agent.drafting.sentences import Block
from knowledge.citation import specificity
from knowledge.search import DocumentKind, Match

LEAST_RELEVANCE = {DocumentKind.ARTICLE: 0.6, DocumentKind.CASE: 0.7}
"""Relevance of a passage to an ask (`knowledge.citation.relevance`) from which it is quoted."""

ROOM = 150
"""Words quoted from sources, about."""

BRIEF = 75
"""Words beyond which a short letter leaves out sentences that answer nothing."""

_TRIED = 4
"""Passages that are tried for an ask that is still open."""

TAUGHT = 3.0
"""Relevance of a statement that people taught for such a question: what they wrote themselves comes first."""

Place = tuple[str, int]
"""A block's source and its place in it."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """`pieces` in the order of the letter, and the asks that they leave `open`."""

    pieces: tuple[Piece, ...]
    open: tuple[str, ...]


def choose(
    request: DraftRequest, asks: Sequence[str], usable: Sequence[Match], *, sure: Sequence[Match], length: str
) -> Chosen:
    """The passages for a letter of this `length` (short or detailed).

    `usable` are the sources that may be quoted, best first; of the `sure` ones a passage is quoted even where no
    single ask could be matched. Without `asks` there is nothing to quote.
    """
    whole = whole_of(request)
    allowed = "\n".join(
        [whole, *(m.document.body for m in usable if m.document.kind is DocumentKind.ARTICLE)]
    )
    about_whole = {match.id: pieces(match, whole, allowed) for match in usable}
    rated = {ask: _rated(ask, usable, about_whole, allowed) for ask in asks}
    quotes = _taught(request, about_whole) | _answering(rated, about_whole, usable)
    if not quotes and asks:
        quotes = _from_a_sure_source(sure, about_whole)
    open_ = open_asks(request, _told(quotes)) if asks else ()
    for piece in (one for ask in open_ for one in rated.get(ask, [])[:_TRIED]):
        more = {(piece.source, piece.place): piece}
        if piece.block.marker or (piece.source, piece.place) in quotes or _words(quotes | more) > ROOM:
            continue
        left = open_asks(request, _told(quotes | more))
        if len(left) < len(open_):
            quotes, open_ = quotes | more, left
    if length == "short":
        quotes = _shortened(request, quotes, open_)
    else:
        _fill(quotes, about_whole)
    order = {match.id: rank for rank, match in enumerate(usable)}
    in_order = sorted(quotes.values(), key=lambda piece: (order[piece.source], piece.place))
    return Chosen(tuple(in_order), open_)


def _taught(request: DraftRequest, about_whole: dict[str, list[Piece]]) -> dict[Place, Piece]:
    """The statements that people taught for such questions, where they are among the sources."""
    return {
        (piece.source, piece.place): replace(piece, relevance=TAUGHT)
        for one in request.memories
        for piece in about_whole.get(one.id, [])
    }


def _answering(
    rated: dict[str, list[Piece]], about_whole: dict[str, list[Piece]], usable: Sequence[Match]
) -> dict[Place, Piece]:
    """The best passage for each ask, with the steps around it, as far as there is room.

    What an article says goes before what a case says, which was written to somebody else.
    """
    matches = {match.id: match for match in usable}
    chosen: dict[Place, Piece] = {}
    for candidates in rated.values():
        kinds = {id_: match.document.kind for id_, match in matches.items()}
        good = [one for one in candidates if one.relevance >= LEAST_RELEVANCE[kinds[one.source]]]
        articles = [one for one in good if kinds[one.source] is DocumentKind.ARTICLE]
        for one in (articles or good)[:1]:
            chosen.setdefault((one.source, one.place), one)
    quotes: dict[Place, Piece] = {}
    for piece in sorted(chosen.values(), key=lambda piece: -piece.relevance):
        room = ROOM - _words(quotes)
        if room <= 0:
            break
        language = matches[piece.source].document.language
        for quote in with_neighbours(piece, about_whole[piece.source], room, language):
            quotes.setdefault((quote.source, quote.place), quote)
    return quotes


def _rated(
    ask: str, usable: Sequence[Match], about_whole: dict[str, list[Piece]], allowed: str
) -> list[Piece]:
    """All passages with their relevance to one ask, best first; trusted sources before others of like relevance."""
    rated = []
    for match in usable:
        specific = specificity(ask, match.document.language)
        for piece, general in zip(pieces(match, ask, allowed), about_whole[match.id], strict=True):
            mixed = weighed(piece.relevance, general.relevance, specific)
            rated.append((mixed * match.score, replace(piece, relevance=mixed)))
    return [piece for _, piece in sorted(rated, key=lambda pair: -pair[0])]


def _from_a_sure_source(sure: Sequence[Match], about_whole: dict[str, list[Piece]]) -> dict[Place, Piece]:
    """The best passage of the first source that surely fits the mail."""
    for match in sure:
        if about_whole[match.id]:
            piece = max(about_whole[match.id], key=lambda piece: piece.relevance)
            found = with_neighbours(piece, about_whole[match.id], ROOM, match.document.language)
            return {(quote.source, quote.place): quote for quote in found}
    return {}


def _more(quotes: dict[Place, Piece], about_whole: dict[str, list[Piece]]) -> list[Piece]:
    """Relevant paragraphs of the sources already quoted that still fit, best first; never a step out of its list."""
    cited = {source for source, _ in quotes}
    rest = [
        piece
        for source in cited
        for piece in about_whole[source]
        if (source, piece.place) not in quotes
        and not piece.block.marker
        and not piece.block.text.endswith(":")
        and piece.relevance >= LEAST_RELEVANCE[DocumentKind.ARTICLE]
        and piece.block.words <= ROOM - _words(quotes)
    ]
    return sorted(rest, key=lambda piece: (-piece.relevance, piece.source, piece.place))


def _fill(quotes: dict[Place, Piece], about_whole: dict[str, list[Piece]]) -> None:
    """Add what else the sources say of the mail's subject, as long as whole paragraphs fit."""
    for piece in _more(quotes, about_whole):
        if piece.block.words <= ROOM - _words(quotes):
            quotes[piece.source, piece.place] = piece


def _shortened(
    request: DraftRequest, quotes: dict[Place, Piece], open_: tuple[str, ...]
) -> dict[Place, Piece]:
    """The quotes without last sentences that answer nothing; steps stay whole, and the first sentence of each."""
    quotes = dict(quotes)
    for place, piece in reversed(list(quotes.items())):
        while _words(quotes) > BRIEF and len(quotes[place].block.sentences) > 1 and not piece.block.marker:
            block = quotes[place].block
            shorter = {**quotes, place: replace(piece, block=Block(block.sentences[:-1], block.marker))}
            if open_asks(request, _told(shorter)) != open_:
                break
            quotes = shorter
    return quotes


def with_neighbours(piece: Piece, source: Sequence[Piece], room: int, language: str) -> list[Piece]:
    """`piece` cut to `room` words; where it is a step of a list or leads into one, the steps beside it.

    What begins with "If that does not help" comes with what is to be tried first.
    """
    found = _with_steps(piece, source, room)
    first = min(found, key=lambda one: one.place)
    if continues(first.block, language):
        left = room - sum(one.block.words for one in found)
        before = [one for one in source if one.place < first.place]
        earlier = _with_steps(before[-1], before, max(left, before[-1].block.words)) if before else []
        found = [*earlier, *found] if sum(one.block.words for one in earlier) <= left else earlier
    return found


def _with_steps(piece: Piece, source: Sequence[Piece], room: int) -> list[Piece]:
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


def _told(quotes: dict[Place, Piece]) -> str:
    return " ".join(quote.block.text for quote in quotes.values())


def _words(quotes: dict[Place, Piece]) -> int:
    return sum(quote.block.words for quote in quotes.values())
