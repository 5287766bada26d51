"""Drafts made by hand, good and bad, on which judges are calibrated: what a judge says of them is known beforehand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agent.drafting.draft import Draft, DraftRequest, DraftSentence, Sender
from agent.privacy.redaction import seal
from agent.triage.reading import (
    LANGUAGES,
    CategoryDecision,
    LanguageGuess,
    Reading,
    Sentiment,
    SentimentDecision,
    Style,
)
from evals.rows import Row, read_rows
from evals.scorers.judging.rubric import Fault
from knowledge.search import Document, DocumentKind, Match

FOLDER = Path(__file__).parents[2] / "datasets" / "drafts"
_NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft and the one fault it was given; None for a good one."""

    id: str
    request: DraftRequest
    draft: Draft
    fault: Fault | None


def read_pairs() -> list[Judged]:
    """All drafts of `evals/datasets/drafts`, of every language in turn."""
    return [
        pair for language in LANGUAGES for row in read_rows(FOLDER / f"{language}.jsonl") for pair in _of(row)
    ]


def _of(row: Row) -> Iterator[Judged]:
    request = _request(row)
    for one in row["drafts"]:
        sentences = tuple(DraftSentence(text, tuple(sources)) for text, *sources in one["sentences"])
        draft = Draft(
            subject=f"Re: {row['subject']}",
            text="\n\n".join(sentence.text for sentence in sentences),
            language=row["lang"],
            engine="llm",  # judged as a paraphrase, as a person or a model would write it
            prompt="",
            sentences=sentences,
        )
        fault = Fault(one["faults"][0]) if one["faults"] else None
        yield Judged(f"{row['id']}/{one['id']}", request, draft, fault)


def _request(row: Row) -> DraftRequest:
    reading = Reading(
        language=LanguageGuess(row["lang"], 1.0),
        category=CategoryDecision(row["category"], "", 0.9, needs_review=False),
        sentiment=SentimentDecision(Sentiment.NEUTRAL, 0.9),
        signals=(),
        style=Style(row["formality"], "practitioner", "detailed", "calm"),
        asks=tuple(row["asks"]),
        key_terms=(),
        summary="",
    )
    documents = [
        Document(one["id"], DocumentKind(one["kind"]), row["lang"], one["title"], one["body"])
        for one in row["sources"]
    ]
    return DraftRequest(
        subject=seal(row["subject"]),
        new_text=seal(row["text"]),
        reading=reading,
        matches=tuple(Match(one, 0.9, one.body) for one in documents),
        sender=Sender("Our company"),
        now=_NOW,
        greeting_name="[PERSON_1]",
    )
