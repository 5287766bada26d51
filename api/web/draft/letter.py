"""How letters are laid out on screen: which words are sentences with sources, which are personal details."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(r"(\[[A-Z_]+_\d+\])")
_PARAGRAPH = re.compile(r"\n[ \t]*\n+")
MIN_MARKED = 3  # shorter values would be marked all over the text


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a draft. `refs` are the numbers of its sources; `number` counts sentences from 1, 0 for the rest."""

    text: str
    number: int = 0
    refs: tuple[int, ...] = ()
    unsettled: bool = False
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """A run of a mail; `kind` is the type of personal data, `token` for a placeholder, empty for other words."""

    text: str
    kind: str = ""


def number_sources(sentences: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Sources numbered as a reader meets them."""
    numbers: dict[str, int] = {}
    for sentence in sentences:
        for source in sentence.get("sources", ()):
            numbers.setdefault(source, len(numbers) + 1)
    return numbers


def lay_out(
    text: str, sentences: Sequence[Mapping[str, Any]], *, vouched: Sequence[str] = ()
) -> tuple[tuple[Paragraph, ...], tuple[Piece, ...]]:
    """The paragraphs of a draft, and unsettled sentences that are not found in it word for word.

    Sentences are looked for in their order; what lies between them (greeting, line breaks) stays as it is.
    """
    numbers = number_sources(sentences)
    pieces: list[Piece] = []
    loose: list[Piece] = []
    position = 0
    for number, sentence in enumerate(sentences, start=1):
        words = str(sentence.get("text", "")).strip()
        piece = Piece(
            words,
            number,
            tuple(numbers[source] for source in sentence.get("sources", ())),
            unsettled=not sentence.get("supported", True),
            vouched=str(number) in vouched,
        )
        found = text.find(words, position) if words else -1
        if found < 0:
            loose += [piece] if piece.unsettled else []
            continue
        pieces += [Piece(text[position:found]), piece]
        position = found + len(words)
    pieces.append(Piece(text[position:]))
    return _paragraphs(pieces), tuple(loose)


def _paragraphs(pieces: Sequence[Piece]) -> tuple[Paragraph, ...]:
    paragraphs: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.number:
            paragraphs[-1].append(piece)
            continue
        first, *further = _PARAGRAPH.split(piece.text)
        paragraphs[-1].append(Piece(first))
        paragraphs += [[Piece(part)] for part in further]
    trimmed = (tuple(piece for piece in paragraph if piece.text) for paragraph in paragraphs)
    return tuple(Paragraph(pieces) for pieces in trimmed if any(piece.text.strip() for piece in pieces))


def without_sentence(text: str, sentences: Sequence[Mapping[str, Any]], number: int) -> str | None:
    """The draft without one sentence, or None where it is not found."""
    paragraphs, _ = lay_out(text, sentences)
    for paragraph in paragraphs:
        for piece in paragraph.pieces:
            if piece.number == number:
                kept = (
                    "".join(other.text for other in part.pieces if other.number != number).strip()
                    for part in paragraphs
                )
                return "\n\n".join(re.sub(r" {2,}", " ", words) for words in kept if words)
    return None


def paragraphs_of(text: str) -> tuple[str, ...]:
    """A mail's text at its empty lines."""
    return tuple(part for part in _PARAGRAPH.split(text.strip()) if part.strip())


def mark_personal(text: str, placeholders: Mapping[str, str]) -> tuple[MarkedPiece, ...]:
    """Where the personal details stand that the model did not see."""
    kinds = {
        value.casefold(): token.strip("[]").rpartition("_")[0]
        for token, value in placeholders.items()
        if len(value) >= MIN_MARKED
    }
    if not kinds:
        return (MarkedPiece(text),)
    values = sorted(kinds, key=len, reverse=True)
    pattern = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, values)) + r")(?!\w)", re.IGNORECASE)
    parts = pattern.split(text)
    return tuple(
        MarkedPiece(part, kinds.get(part.casefold(), "PERSON") if index % 2 else "")
        for index, part in enumerate(parts)
        if part
    )


def mark_tokens(text: str) -> tuple[MarkedPiece, ...]:
    """The text as the model saw it, its placeholders set apart."""
    return tuple(
        MarkedPiece(part.strip("[]") if index % 2 else part, "token" if index % 2 else "")
        for index, part in enumerate(_TOKEN.split(text))
        if part
    )


def restore_for_eyes(text: str, placeholders: Mapping[str, str]) -> str:
    """A redacted quotation with the real names, for people who may read the mail itself anyway."""
    return _TOKEN.sub(lambda found: placeholders.get(found[0], found[0]), text)
