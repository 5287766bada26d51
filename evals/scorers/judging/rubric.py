"""What is wrong with a draft, by rules that are the same whoever wrote it.

The taxonomy of faults is shared with the checks before sending where those look for the same; what people complain of
besides (an ask passed over, the same empty phrase twice) is judged here alone.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

from agent.drafting.answering import asks_of, open_asks
from agent.drafting.checks import run_checks
from agent.drafting.draft import CheckName, Draft, DraftRequest
from agent.drafting.facts import FactKind, facts_in
from agent.drafting.model_answer import given_placeholders
from agent.drafting.tone import uses_familiar, uses_polite
from agent.triage.reading import LanguageGuess
from knowledge.search import DocumentKind

_QUOTED = re.compile(r"[»„“”«\"][^»„“”«\"\n]*[»„“”«\"]")
_THEMES = ("thanks", "offer", "sorry")


class Fault(StrEnum):
    MISSED_ASK = "missed_ask"
    UNSUPPORTED_STATEMENT = "unsupported_statement"
    UNSUPPORTED_FIGURE = "unsupported_figure"
    WRONG_LANGUAGE = "wrong_language"
    LEFTOVER_PLACEHOLDER = "leftover_placeholder"
    MIXED_ADDRESS = "mixed_address"
    FOREIGN_DATA = "foreign_data"
    EMPTY_PHRASES = "empty_phrases"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The faults of a draft, each with the words that show it; and how many of its asks it answers."""

    faults: Mapping[Fault, tuple[str, ...]] = field(default_factory=dict)
    asks: int = 0
    answered: int = 0

    @property
    def faultless(self) -> bool:
        return not self.faults


def judge(draft: Draft, request: DraftRequest, language_of: Callable[[str], LanguageGuess]) -> Verdict:
    """The verdict of the rubric. An ask that is openly left to a colleague is not missed, and not answered either."""
    checks = {
        check.name: check.detail
        for check in run_checks(
            draft, request, language_of=language_of, known_placeholders=given_placeholders(request)
        )
        if not check.passed
    }
    foreign = _foreign_data(draft, request)
    told = " ".join(sentence.text for sentence in draft.sentences if sentence.sources)
    unanswered = open_asks(request, told)
    faults: dict[Fault, tuple[str, ...]] = {
        Fault.MISSED_ASK: () if _left_open(draft) else unanswered,
        Fault.UNSUPPORTED_STATEMENT: _told(checks, CheckName.GROUNDING),
        Fault.UNSUPPORTED_FIGURE: () if foreign else _told(checks, CheckName.PROMISES),
        Fault.WRONG_LANGUAGE: _told(checks, CheckName.LANGUAGE),
        Fault.LEFTOVER_PLACEHOLDER: _told(checks, CheckName.LEFTOVER_PLACEHOLDER),
        Fault.MIXED_ADDRESS: _mixed(draft),
        Fault.FOREIGN_DATA: (*foreign, *_told(checks, CheckName.LEAK)),
        Fault.EMPTY_PHRASES: repeated_phrases(draft),
    }
    asks = len(asks_of(request))
    return Verdict({name: found for name, found in faults.items() if found}, asks, asks - len(unanswered))


def repeated_phrases(draft: Draft) -> tuple[str, ...]:
    """Sentences that say again what another stock phrase of the same theme has said."""
    found: list[str] = []
    for theme in _THEMES:
        pattern = _pattern(theme, draft.language)
        said = [one.text for one in draft.sentences[1:-1] if not one.sources and pattern.search(one.text)]
        found += said[1:] if theme != "sorry" else said[2:]
    return tuple(found)


def _foreign_data(draft: Draft, request: DraftRequest) -> tuple[str, ...]:
    """Amounts, dates and long numbers that come from somebody else's case alone."""
    language = request.reading.language.value
    public = set(facts_in(f"{request.subject}\n{request.new_text}", language))
    private = set()
    for match in request.matches:
        told = facts_in(f"{match.document.title}\n{match.document.body}", match.document.language)
        if match.document.kind is DocumentKind.ARTICLE:
            public |= told
        else:
            private |= {
                fact for fact in told if fact.kind in {FactKind.AMOUNT, FactKind.DATE, FactKind.NUMBER}
            }
    stated = {
        fact
        for sentence in draft.sentences
        for fact in facts_in(sentence.text, draft.language)
        if any(
            match.id in sentence.sources and match.document.kind is DocumentKind.CASE
            for match in request.matches
        )
    }
    return tuple(sorted(str(fact) for fact in stated & private - public))


def _mixed(draft: Draft) -> tuple[str, ...]:
    prose = _QUOTED.sub(" ", draft.text)
    if uses_polite(draft.language, prose) and uses_familiar(draft.language, prose):
        return ("Polite and familiar address in one letter.",)
    return ()


def _left_open(draft: Draft) -> bool:
    pattern = _pattern("left_open", draft.language)
    return any(pattern.search(one.text) for one in draft.sentences if not one.sources)


def _told(checks: Mapping[CheckName, str], name: CheckName) -> tuple[str, ...]:
    return (checks[name],) if name in checks else ()


@cache
def _pattern(theme: str, language: str) -> re.Pattern[str]:
    text = (files("evals.scorers.judging") / "phrases.toml").read_text(encoding="utf-8")
    return re.compile("|".join(tomllib.loads(text)[theme].get(language, ["(?!)"])), re.IGNORECASE)
