"""One line that tells what a message is about: its most telling sentence, in the sender's own words."""

from collections.abc import Sequence

from agent.triage import cues
from agent.triage.sentences import matter

MAX_LENGTH = 90

TELLING = ("malfunction", "billing", "service", "delivery", "howto", "suggestion", "privacy")


def write(text: str, language: str, *, asks: Sequence[str] = (), evidence: Sequence[str] = ()) -> str:
    """The sentence of `text` with most of the matter in it, at most `MAX_LENGTH` characters.

    Sentences that hold the evidence of a factor or the first question count more, later ones less.
    """
    sentences = matter(text)
    if not sentences:
        return ""
    named = [cues.WORD_CUES.index(name) for name in TELLING]

    def telling(place: int) -> float:
        sentence = sentences[place]
        words = len(sentence.split())
        return (
            float(cues.count(sentence, language)[named].sum())
            + 1.5 * any(part and part in sentence for part in evidence)
            + 0.4 * (bool(asks) and sentence == asks[0])
            - 0.15 * place
            - 0.8 * (words < 4)
        )

    best = max(range(len(sentences)), key=telling)
    return shortened(sentences[best])


def shortened(sentence: str) -> str:
    """`sentence` cut at a word to `MAX_LENGTH`, with an ellipsis where something is missing."""
    if len(sentence) <= MAX_LENGTH:
        return sentence
    return sentence[: MAX_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
