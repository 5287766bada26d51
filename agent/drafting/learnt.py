"""How a letter follows what people taught: statements become sources, preferences change the writer's words.

Nothing here knows where a memory came from; the local writer and the language model are given the same ones.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from agent.drafting.answering import ANSWERED, asks_of, speaks_to
from agent.drafting.compose import Paragraph
from agent.drafting.draft import DraftRequest, DraftSentence, Learnt, Topic
from agent.drafting.tone import Tone
from knowledge.search import Document, DocumentKind, Match

MOST_OFFERED = 2  # statements a letter
_SCORE = 0.99
_NAME = "{name}"


def offered(request: DraftRequest) -> DraftRequest:
    """The request with the statements that fit its questions as sources, before those that were found."""
    known = {match.id for match in request.matches}
    rated = [
        (_fit(request, one), one)
        for one in request.memories
        if one.topic is Topic.SENTENCE and one.id not in known
    ]
    rated = sorted((pair for pair in rated if pair[0] >= ANSWERED), key=lambda pair: -pair[0])
    language = request.reading.language.value
    matches = tuple(_as_match(one, language) for _, one in rated[:MOST_OFFERED])
    return replace(request, matches=(*matches, *request.matches)) if matches else request


def _fit(request: DraftRequest, statement: Learnt) -> float:
    """How well a statement answers any of the mail's questions: by its own words, or the one it was taught for."""
    whole = f"{request.subject.shareable()}\n{request.new_text.shareable()}"
    language = request.reading.language.value
    told = (statement.text, statement.about)
    return max(
        (speaks_to(ask, whole, text, language) for ask in asks_of(request) for text in told if text),
        default=0.0,
    )


def _as_match(statement: Learnt, language: str) -> Match:
    document = Document(statement.id, DocumentKind.ARTICLE, language, "", statement.text)
    return Match(document, _SCORE, statement.text, "learnt from an edit")


def learnt_tone(request: DraftRequest, tone: Tone) -> Tone:
    """The tone with the form of address and the length that people settled on."""
    for one in _holding(request, tone.manner):
        if one.topic is Topic.ADDRESS:
            tone = replace(tone, address=one.text)
        elif one.topic is Topic.LENGTH:
            tone = replace(tone, length=one.text)
    return tone


def follow(letter: list[Paragraph], request: DraftRequest, manner: str) -> list[Paragraph]:
    """The local writer's letter in the words that people prefer. Quoted sentences stay as their source has them."""
    for one in _holding(request, manner):
        if one.topic is Topic.GREETING and (greeting := _greeting(one, request)):
            letter = [Paragraph((DraftSentence(greeting),)), *letter[1:]]
        elif one.topic is Topic.SIGN_OFF:
            names = letter[-1].sentences[-1].text.partition("\n")[2]
            letter = [*letter[:-1], Paragraph((DraftSentence("\n".join(filter(None, (one.text, names)))),))]
        elif one.topic is Topic.PHRASE:
            inner = [_rephrased(paragraph, one) for paragraph in letter[1:-1]]
            letter = [letter[0], *(paragraph for paragraph in inner if paragraph.sentences), letter[-1]]
    return letter


def _holding(request: DraftRequest, manner: str) -> Iterator[Learnt]:
    return (one for one in request.memories if one.manner in {"", manner})


def _greeting(one: Learnt, request: DraftRequest) -> str:
    """The greeting with this customer's name; empty where it took the place of one that fits no such customer."""
    named = bool(request.greeting_name)
    if named != (_NAME in one.before) or (_NAME in one.text and not named):
        return ""
    return _comma(one.text.replace(_NAME, request.greeting_name), request.reading.language.value)


def _comma(greeting: str, language: str) -> str:
    """The greeting with the comma that its language wants after it."""
    return f"{greeting}," if language in {"de", "en"} and greeting[-1:] not in {",", "!"} else greeting


def _rephrased(paragraph: Paragraph, one: Learnt) -> Paragraph:
    told = []
    for sentence in paragraph.sentences:
        text = sentence.text if sentence.sources else replaced(sentence.text, one.before, one.text)
        if text:
            told.append(replace(sentence, text=text))
    return replace(paragraph, sentences=tuple(told))


def replaced(text: str, before: str, after: str) -> str:
    """`text` with the words `before` replaced by `after`, a capital kept at its beginning; empty if nothing is left."""
    found = re.search(rf"(?<!\w){re.escape(before)}(?!\w)", text, re.IGNORECASE)
    if found is None:
        return text
    new = f"{text[: found.start()]}{after}{text[found.end() :]}"
    new = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(new.split())).strip(" ,;")
    return new[:1].upper() + new[1:] if re.search(r"\w", new) else ""


def notes(request: DraftRequest) -> str:
    """The preferences in words for a model, a line each; empty where there are none."""
    words = _note_words()[request.reading.language.value]
    lines = []
    for one in _holding(request, request.reading.style.formality):
        text = _greeting(one, request) if one.topic is Topic.GREETING else one.text
        key = f"{one.topic}_{one.text}" if one.topic in {Topic.ADDRESS, Topic.LENGTH} else one.topic.value
        if one.topic is Topic.PHRASE and not one.text:
            key = "left_out"
        if key in words and (text or key == "left_out"):
            lines.append(f"- {words[key].format(text=text, before=one.before)}")
    return "\n".join(lines)


@cache
def _note_words() -> dict[str, Any]:
    return tomllib.loads((files("agent.drafting") / "notes.toml").read_text(encoding="utf-8"))
