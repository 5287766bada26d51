"""Drafts of one engine, judged by the rubric: the figures that stand side by side for several engines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from agent.drafting.checks import run_checks
from agent.drafting.draft import CheckResult, Draft, DraftRequest, Writer
from agent.drafting.model_answer import given_placeholders
from agent.llm.model import ModelUnavailable
from agent.triage.reading import LanguageGuess
from evals.outcome import Better, Figure
from evals.scorers.judging.rubric import Fault, Verdict, judge
from evals.statistics import bootstrapped, share, share_of

LanguageOf = Callable[[str], LanguageGuess]


@dataclass(frozen=True, slots=True)
class Written:
    """A draft with its verdict and what it took. `draft` is None where the engine gave up."""

    item: str
    language: str
    draft: Draft | None
    verdict: Verdict
    seconds: float

    @property
    def tokens(self) -> tuple[int, int]:
        return (self.draft.tokens_in, self.draft.tokens_out) if self.draft else (0, 0)


def write(writer: Writer, item: str, request: DraftRequest, language_of: LanguageOf) -> Written:
    """Have one request answered and judged; what takes over in the product does not take over here."""
    language, began = request.reading.language.value, perf_counter()
    try:
        draft = writer.write(request)
    except ModelUnavailable:
        return Written(item, language, None, Verdict(), perf_counter() - began)
    seconds = perf_counter() - began
    return Written(item, language, draft, judge(draft, request, language_of), seconds)


def checker(language_of: LanguageOf) -> Callable[[Draft, DraftRequest], tuple[CheckResult, ...]]:
    """The checks before sending, as the model's writer gets them."""
    return lambda draft, request: run_checks(
        draft, request, language_of=language_of, known_placeholders=given_placeholders(request)
    )


def figures(engine: str, written: Sequence[Written], *, language: str = "") -> list[Figure]:
    """Quality, cost and time of one engine, over all its drafts or those of one language."""
    part = f"{engine}, {language}" if language else engine
    own = [one for one in written if language in {"", one.language}]
    drafts = [one for one in own if one.draft is not None]
    asks = sum(one.verdict.asks for one in drafts)
    found = [
        share("gave a draft", [one.draft is not None for one in own], part),
        share("without a fault", [one.verdict.faultless for one in drafts], part),
        share_of("asks answered", sum(one.verdict.answered for one in drafts), asks, part),
        share(
            "with a sourced sentence",
            [any(s.sources for s in one.draft.sentences) for one in drafts if one.draft],
            part,
        ),
    ]
    if language:
        return found
    found += [
        share(f"fault {fault}", [fault in one.verdict.faults for one in drafts], part, better=Better.LOWER)
        for fault in Fault
    ]
    return [
        *found,
        _mean("seconds a draft", [one.seconds for one in own], part),
        _mean("tokens read a draft", [one.tokens[0] for one in drafts], part),
        _mean("tokens written a draft", [one.tokens[1] for one in drafts], part),
    ]


def _mean(name: str, values: Sequence[float], part: str) -> Figure:
    def mean(drawn: Sequence[int]) -> float:
        return sum(values[int(place)] for place in drawn) / len(drawn)

    return bootstrapped(name, len(values), mean, part, better=Better.MACHINE, rounds=200)  # type: ignore[arg-type]
