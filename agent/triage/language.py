"""Which language the sender wrote, decided on the newly written text alone.

langidentify tells the Nordic languages apart where others do not (docs/decisions/triage-language.md). Very short or
close texts lean on the language we know of the customer.
"""

import threading
from functools import lru_cache
from typing import TYPE_CHECKING

from agent.triage.reading import LANGUAGES, LanguageGuess
from agent.triage.sentences import without_placeholders

if TYPE_CHECKING:
    from langidentify import Detector  # type: ignore[import-untyped]

CANDIDATES = "da,no,nn,sv,de,en,fi,nl,fr,es,pl,it,is,pt"
"""What is told apart: our five, and the neighbours whose mails arrive. More candidates cost accuracy and memory."""

OURS = {"no": "nb", "nn": "nb"}
"""Nynorsk is answered in bokmål: the nearest language that we write."""

SHORT_WORDS = 6
"""Up to this many words a known language of ours may win against the letters."""

LEAN_SHORT = 0.35
LEAN_LONG = 0.04
"""How much better per letter group another language must fit before the known one is given up."""

MAX_CHARACTERS = 3_000

_lock = threading.Lock()


@lru_cache(maxsize=1)
def _detector() -> "Detector":
    from langidentify import Detector, Language, Model

    return Detector(Model.load(Language.from_comma_separated(CANDIDATES)))


def warm_up() -> None:
    """Load the letter tables now (about two seconds), so that the first mail does not wait."""
    _detector()


@lru_cache(maxsize=2_000)  # drafts are made of phrases and passages that come again
def detect(text: str, known: str = "") -> LanguageGuess:
    """The language of `text` (ISO 639-1, `nb` for bokmål) with a confidence in 0..1.

    `known` is the customer's language by record, or empty. Text without a letter gets `known`, or `en`, at 0.
    """
    detector = _detector()
    words = without_placeholders(text[:MAX_CHARACTERS])
    known = OURS.get(known, known)
    with _lock:  # the detector keeps its scores between calls
        detector.detect(words)
        scores = {
            language.iso_code: score
            for language, score in zip(detector.model.languages, detector.results.total_scores, strict=True)
            if score < 0  # log-likelihoods; 0 means that nothing was seen
        }
    if not scores:
        return LanguageGuess(known or "en", 0.0)
    best_code = max(scores, key=lambda code: scores[code])
    best = OURS.get(best_code, best_code)
    length = len(words.split())
    if known in LANGUAGES and known != best:
        own = "no" if known == "nb" else known
        lean = LEAN_SHORT if length <= SHORT_WORDS else LEAN_LONG
        if own in scores and relative_gap(scores[best_code], scores[own]) < lean / 2:
            return LanguageGuess(known, 0.6)
    others = [score for code, score in scores.items() if OURS.get(code, code) != best]
    gap = relative_gap(scores[best_code], max(others)) if others else 1.0
    # A gap of 0.1 is what a clear sentence of ten words shows; few words are never quite sure.
    sure = min(1.0, gap / 0.05) * min(1.0, 0.5 + length / 12)
    return LanguageGuess(best, round(0.4 + 0.6 * sure, 3))


def relative_gap(better: float, worse: float) -> float:
    """How much better the first log-likelihood is, as a share of the second (both negative): 0 for equal."""
    return 1.0 - better / worse
