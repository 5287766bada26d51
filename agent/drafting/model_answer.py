"""What a model wrote, turned into a draft that can be trusted as far as its sources go.

Pure functions. Sentences handed back from the customer's own mail are left out. Links, images and markup
that no source holds are taken out; source ids that were not offered do not count; a figure that stands
neither in a cited article nor in the customer's own mail makes its sentence unsupported, and so does a fact
without a source. Figures of a solved case are another customer's and never count.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, create_model

from agent.drafting.draft import DraftRequest, DraftSentence
from agent.drafting.sentences import blocks
from agent.llm.untrusted import literal
from agent.privacy.placeholders import NEARLY, PLACEHOLDER
from knowledge.citation import numbers, support
from knowledge.search import DocumentKind, Match

_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_NAMED_LINK = re.compile(r"\[([^\]]+)\]\(([^)]*)\)")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]]+|\b(?:javascript|data|vbscript|mailto|tel|file):\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^(?:\d{1,2}[.)]|[-–•*])\s")
_SHORTEST_RUN = 6
_ECHOED = 0.6
"""Words in a row, and their share of a sentence, from which it is the customer's own sentence handed back."""

_PARAPHRASE = 0.35
"""Share of a sentence's weight that its source must hold: a model rewords, where the local writer quotes."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore")


class WrittenSentence(_Shape):
    text: str
    kind: Literal["fact", "question", "courtesy"]
    sources: list[str]


class DraftAnswer(_Shape):
    """What the model is asked for; the fields are explained in `prompts/draft`."""

    greeting: str
    paragraphs: list[list[WrittenSentence]]
    closing: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply laid out, its sentences with their sources, and what is wrong with it.

    `strange` are placeholders that this conversation never gave: a letter with any cannot be sent. `echoes`
    are sentences of the customer's own mail that came back as the answer; they were left out.
    """

    text: str
    sentences: tuple[DraftSentence, ...]
    strange: tuple[str, ...]
    echoes: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing is said between greeting and closing, or only politeness around an echo."""
        body = self.sentences[1:-1]
        return not any(one.sources or one.text.endswith("?") for one in body) if self.echoes else not body


def without(answer: DraftAnswer, echoes: Iterable[str]) -> DraftAnswer:
    """The answer without the texts that hold an echo, so that a model asked again does not copy itself."""
    bad = tuple(echoes)
    kept = [
        [sentence for sentence in paragraph if not any(echo in sentence.text for echo in bad)]
        for paragraph in answer.paragraphs
    ]
    return answer.model_copy(update={"paragraphs": [paragraph for paragraph in kept if paragraph]})


def shape_for(ids: Iterable[str]) -> type[DraftAnswer]:
    """The answer's shape with the offered source ids in its schema, for servers that enforce schemas."""
    known: list[JsonValue] = list(ids)
    if not known:
        return DraftAnswer
    sources: Any = (list[str], Field(json_schema_extra={"items": {"type": "string", "enum": known}}))
    sentence = create_model("Sentence", __base__=WrittenSentence, sources=sources)
    paragraphs: Any = (list[list[sentence]], ...)
    return create_model("Draft", __base__=DraftAnswer, paragraphs=paragraphs)


def given_placeholders(request: DraftRequest) -> frozenset[str]:
    """Every placeholder that the model may use: those of this conversation."""
    texts = (
        request.subject,
        request.new_text,
        *request.history,
        request.greeting_name,
        request.previous,
        request.wish,
    )
    return frozenset(found.group() for text in texts for found in PLACEHOLDER.finditer(str(text)))


def lay_out(answer: DraftAnswer, request: DraftRequest) -> Letter:
    """Clean the answer, judge each sentence, and set it in paragraphs with the sender's name below."""
    sources = {match.id: match for match in request.matches}
    allowed_links = " ".join(_words(match) for match in request.matches).casefold()
    removed = 0
    echoes: list[str] = []

    def clean(text: str) -> tuple[str, int]:
        nonlocal removed
        words, count = _without_foreign_links(text, allowed_links)
        removed += count
        return words, count

    greeting, closing = clean(answer.greeting)[0], clean(answer.closing)[0]
    signature = "\n".join(line for line in (closing, *request.sender.names) if line)
    paragraphs: list[list[DraftSentence]] = []
    for written in answer.paragraphs:
        sentences: list[DraftSentence] = []
        for run in written:
            words, count = clean(run.text)
            for sentence in _cut(words):
                if _repeats(sentence, request):
                    echoes.append(sentence)
                elif sentence not in {greeting, closing}:
                    sentences.append(_judge(sentence, run, sources, request, stripped=count > 0))
        if sentences:
            paragraphs.append(sentences)
    blocks = [greeting, *(_flow(paragraph) for paragraph in paragraphs), signature]
    text = "\n\n".join(block for block in blocks if block)
    given = given_placeholders(request)
    return Letter(
        text=text,
        sentences=(
            DraftSentence(greeting),
            *(sentence for paragraph in paragraphs for sentence in paragraph),
            DraftSentence(signature),
        ),
        strange=tuple(dict.fromkeys(found for found in NEARLY.findall(text) if found not in given)),
        echoes=tuple(echoes),
        warnings=("A link or image that is in no source was taken out of the draft.",) if removed else (),
    )


def _judge(
    text: str,
    written: WrittenSentence,
    offered: Mapping[str, Match],
    request: DraftRequest,
    *,
    stripped: bool,
) -> DraftSentence:
    cited = tuple(dict.fromkeys(id_ for id_ in written.sources if id_ in offered))
    grounds = [str(request.subject), str(request.new_text), request.case_number]
    grounds += [_words(offered[id_]) for id_ in cited if offered[id_].document.kind is DocumentKind.ARTICLE]
    invented = _figures(_ITEM.sub("", text)) - _figures(" \n ".join(grounds))
    needs_source = written.kind == "fact" or bool(written.sources)
    rests = any(_speaks_of(text, offered[id_], request) for id_ in cited) or not needs_source
    return DraftSentence(text=text, sources=cited, supported=not stripped and not invented and rests)


def _speaks_of(sentence: str, source: Match, request: DraftRequest) -> bool:
    """Whether a sentence can rest on a source of its own language, as far as its words tell.

    Across languages words prove nothing, and the citation is left to the person who reads the draft.
    """
    language = request.reading.language.value
    if source.document.language != language:
        return True
    return support(sentence, [f"{_words(source)}\n{request.new_text}"], language).share >= _PARAPHRASE


def _cut(text: str) -> list[str]:
    """The sentences of a text; a list item keeps its marker."""
    return [
        f"{block.marker} {sentence}" if block.marker and place == 0 else sentence
        for block in blocks(text)
        for place, sentence in enumerate(block.sentences)
    ]


def _repeats(sentence: str, request: DraftRequest) -> bool:
    """Whether the sentence is the customer's own: weak models hand a mail back instead of answering it.

    It is when a run of the mail's words makes up most of it; few words must be a whole sentence of the mail.
    """
    words, mail = _bare(sentence), str(request.new_text)
    if len(words) < _SHORTEST_RUN:
        return len(words) >= 3 and words in [_bare(own) for own in re.split(r"[.!?\n]", mail)]
    run = SequenceMatcher(None, words, _bare(mail), autojunk=False).find_longest_match().size
    return run >= max(_SHORTEST_RUN, _ECHOED * len(words))


def _bare(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _figures(text: str) -> set[str]:
    """Amounts, dates and numbers as bare digits, so that `1.250,00` and `1,250.00` are the same figure."""
    return {re.sub(r"\D", "", found) for found in numbers(NEARLY.sub(" ", text))}


def _words(match: Match) -> str:
    return f"{match.document.title}\n{match.document.body}\n{match.passage}"


def _without_foreign_links(text: str, allowed: str) -> tuple[str, int]:
    """The text in one line of plain words, and how many links or images had to go."""
    text, images = _IMAGE.subn("", literal(text))
    text = _NAMED_LINK.sub(lambda link: f"{link[1]} ({link[2]})" if link[2] else link[1], text)
    text, tags = _TAG.subn("", text)
    removed = images + tags

    def keep_or_drop(link: re.Match[str]) -> str:
        nonlocal removed
        address = link.group().rstrip(".,;:!?")
        if address.casefold() in allowed:
            return link.group()
        removed += 1
        return ""

    text = _LINK.sub(keep_or_drop, text)
    text = re.sub(r"\(\s*\)", "", text.replace("**", ""))
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split())), removed


def _flow(paragraph: list[DraftSentence]) -> str:
    """Sentences run on; numbered and bulleted ones stand on lines of their own."""
    text = ""
    for sentence in paragraph:
        text += ("\n" if _ITEM.match(sentence.text) else " ") + sentence.text
    return text.strip()
