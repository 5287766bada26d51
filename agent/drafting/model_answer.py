"""What a model wrote, turned into a draft that can be trusted as far as its sources go.

Pure functions. Sentences handed back from the customer's own mail are left out. Links, images and markup
that no source holds are taken out; source ids that were not offered do not count; a figure that stands
neither in a cited article nor in the customer's own mail makes its sentence unsupported, and so does a fact
without a source. Figures of a solved case are another customer's and never count.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, create_model

from agent.drafting.draft import DraftRequest, DraftSentence
from agent.llm.untrusted import literal
from knowledge.search import DocumentKind, Match

PLACEHOLDER = re.compile(r"\[[A-Z]+(?:_[A-Z]+)*_\d+\]")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_NAMED_LINK = re.compile(r"\[([^\]]+)\]\(([^)]*)\)")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]]+|\b(?:javascript|data|vbscript|mailto|tel|file):\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d(?:[\d.,:/\u00a0\u202f -]*\d)?")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÆØÅÄÖÜ„“”»«\"])")
_ITEM = re.compile(r"^(?:\d{1,2}[.)]|[-–•*])\s")


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
        """Whether there is nothing between greeting and closing."""
        return len(self.sentences) <= 2


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
    texts = (request.subject, request.new_text, *request.history, request.greeting_name, request.previous)
    return frozenset(found for text in texts for found in PLACEHOLDER.findall(str(text)))


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
    signature = "\n".join(line for line in (closing, request.sender.agent, request.sender.company) if line)
    paragraphs: list[list[DraftSentence]] = []
    for written in answer.paragraphs:
        sentences: list[DraftSentence] = []
        for run in written:
            words, count = clean(run.text)
            for sentence in _SENTENCE_END.split(words):
                if _repeats(sentence, request):
                    echoes.append(sentence)
                elif sentence:
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
        strange=tuple(dict.fromkeys(found for found in PLACEHOLDER.findall(text) if found not in given)),
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
    return DraftSentence(
        text=text,
        sources=cited,
        supported=not stripped and not invented and (bool(cited) or not needs_source),
    )


def _repeats(sentence: str, request: DraftRequest) -> bool:
    """Whether the sentence is the customer's own: weak models hand a mail back instead of answering it."""
    words, mail = _bare(sentence), str(request.new_text)
    length = len(words.split())
    return (length >= 5 and words in _bare(mail)) or (
        length >= 3 and words in {_bare(own) for own in re.split(r"[.!?\n]", mail)}
    )


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _figures(text: str) -> set[str]:
    """Amounts, dates and numbers as bare digits, so that `1.250,00` and `1,250.00` are the same figure."""
    return {re.sub(r"\D", "", found) for found in _FIGURE.findall(PLACEHOLDER.sub(" ", text))}


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
