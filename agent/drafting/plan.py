"""What a letter will say, before a word of it is written: which asks are answered from what, which stay open."""

import re
from dataclasses import dataclass

from agent.drafting.answering import asks_of, whole_of
from agent.drafting.draft import DraftRequest
from agent.drafting.extract import Piece
from agent.drafting.passages import choose
from agent.drafting.phrases import load_rules
from agent.drafting.tone import Tone, tone_of
from agent.triage.reading import FactorName, Reading, Sentiment
from knowledge.features import codes
from knowledge.search import DocumentKind, Match

LEAST_TRUST = {DocumentKind.ARTICLE: 0.55, DocumentKind.CASE: 0.85}
"""Trust in a source (`trust`) below which it is not quoted. A case was written to somebody else."""

LEAST_SHARE_OF_BEST = 0.85
"""A source in the customer's language is passed over when any in another language is trusted far more."""

LEAST_SHARE_OF_BEST_OF_ITS_KIND = 0.97
"""The same among articles, or among cases: one elsewhere that fits better says that this one is beside the point."""

SURE = 0.8
"""Trust from which a source is quoted without "it sounds as though", and an article even where no ask was matched."""

_OTHER_SUBJECT = 0.25
"""Share of the trust that a source of another category loses, when the category is certain."""

_WITHOUT_THE_CODE = 0.6
"""Share of the trust that is left to a source without the mail's fault code, where another source has it."""

_FAULT_CODE = re.compile(r"[a-z]+-\d{1,4}\w*|[45]\d\d")

LEAST_TOLD = 0.5
"""Score from which a source in another language is shown to the agent."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The content of a letter.

    `quotes` are the passages in the order of the letter, `open_asks` what no source answers, `foreign` good sources
    in another language for the agent to look at. `occasion` is question, praise, suggestion, or mixed: praise where
    something is still amiss. `impact` and `deadline` say that work stands still, and that a time is near.
    """

    language: str
    tone: Tone
    occasion: str
    quotes: tuple[Piece, ...] = ()
    open_asks: tuple[str, ...] = ()
    sure: bool = False
    impact: bool = False
    deadline: bool = False
    foreign: tuple[Match, ...] = ()

    @property
    def urgent(self) -> bool:
        """Whether the customer's work stands still or a time is near."""
        return self.impact or self.deadline


def make_plan(request: DraftRequest, tone: Tone | None = None) -> Plan:
    """Plan the answer to `request`, in `tone` where an agent wished for one."""
    reading = request.reading
    language = reading.language.value
    tone = tone or tone_of(reading, request.new_text.shareable(), request.address)
    occasion = _occasion(request)
    usable = usable_sources(request)
    trusted = {match.id: trust(match, reading) for match in usable}
    sure = [
        match for match in usable if trusted[match.id] >= SURE and match.document.kind is DocumentKind.ARTICLE
    ]
    asks = () if occasion == "praise" else asks_of(request)
    chosen = choose(request, asks, usable, sure=sure, length=tone.length)
    return Plan(
        language,
        tone,
        occasion,
        chosen.pieces,
        chosen.open or ((request.new_text.shareable(),) if occasion == "mixed" else ()),
        sure=any(trusted[quote.source] >= SURE for quote in chosen.pieces),
        impact=_has(reading, FactorName.BUSINESS_IMPACT),
        deadline=_has(reading, FactorName.TIME_CRITICALITY),
        foreign=tuple(
            match
            for match in request.matches
            if match.document.language != language and match.score >= LEAST_TOLD
        )[:2],
    )


def trust(match: Match, reading: Reading) -> float:
    """The match's score, less where the source is about another category than the mail."""
    about = match.document.category
    if not about or about == reading.category.value:
        return match.score
    return match.score * (1 - _OTHER_SUBJECT * reading.category.confidence)


def usable_sources(request: DraftRequest) -> list[Match]:
    """Matches in the customer's language that are good enough to quote, articles before cases among equals.

    One that does not know the fault code that the mail names counts for less where another one does.
    """
    trusted = {match.id: trust(match, request.reading) for match in request.matches}
    knowing = _knowing_the_code(request)
    trusted |= {
        id_: value * _WITHOUT_THE_CODE for id_, value in trusted.items() if knowing and id_ not in knowing
    }
    language = request.reading.language.value
    elsewhere = [match for match in request.matches if match.document.language != language]
    best = {
        kind: max((trusted[match.id] for match in elsewhere if match.document.kind is kind), default=0.0)
        for kind in DocumentKind
    }
    least = {
        kind: max(
            LEAST_TRUST[kind],
            LEAST_SHARE_OF_BEST * max(best.values()),
            LEAST_SHARE_OF_BEST_OF_ITS_KIND * best[kind],
        )
        for kind in DocumentKind
    }
    good = [
        match
        for match in request.matches
        if match.document.language == language and trusted[match.id] >= least[match.document.kind]
    ]
    return sorted(
        good, key=lambda match: (-round(trusted[match.id], 1), match.document.kind is DocumentKind.CASE)
    )


def _knowing_the_code(request: DraftRequest) -> set[str]:
    """The sources that hold a fault code of the mail (E-31, 429); empty where it names none or none knows it."""
    named = {code for code in codes(whole_of(request)) if _FAULT_CODE.fullmatch(code)}
    return {
        match.id
        for match in request.matches
        if named & codes(f"{match.document.title}\n{match.document.body}")
    }


def _has(reading: Reading, name: FactorName) -> bool:
    return any(signal.name is name for signal in reading.signals)


def _occasion(request: DraftRequest) -> str:
    """Praise and suggestions are answered with thanks alone only where nothing in the mail is still amiss."""
    reading = request.reading
    if reading.category.value != "feedback" or (reading.category.needs_review and reading.asks):
        return "question"
    amiss = load_rules("amiss").get(reading.language.value, [])
    happy = reading.sentiment.value is Sentiment.POSITIVE
    if any(re.search(one, request.new_text.shareable(), re.IGNORECASE) for one in amiss):
        return "mixed" if happy else "question"
    if reading.category.subcategory == "suggestion" or not (happy or reading.asks):
        return "suggestion"
    return "mixed" if reading.asks else "praise"
