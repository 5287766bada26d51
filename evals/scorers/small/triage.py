"""Category and mood of short texts, cold: `classify*.jsonl` (`text`, `lang`, `category`, `sentiment`)."""

from agent.privacy.redaction import NOTHING, seal
from agent.triage.reading import TriageInput
from evals.material import Material
from evals.outcome import Figure, Miss, Outcome
from evals.scorers.labels import Answer, misses, pairs
from evals.statistics import calibration_error, macro_f1

SETS = ("classify", "classify_extra_en", "classify_fresh")

MERGED = {"feedback": "praise_or_other", "other": "praise_or_other"}
"""Categories of ours that are one in these sets."""


def category(material: Material) -> Outcome:
    return _score(material, "category")


def sentiment(material: Material) -> Outcome:
    return _score(material, "sentiment")


def _score(material: Material, question: str) -> Outcome:
    figures: list[Figure] = []
    wrong: list[Miss] = []
    for name in SETS:
        found = [
            _answer(material, row, question)
            for row in material.each(f"{question}: {name}", material.small(f"{name}.jsonl"))
        ]
        figures += [
            macro_f1(f"{question} macro-F1", pairs(found), name),
            calibration_error("calibration error", [(one.confidence, one.right) for one in found], name),
        ]
        wrong += misses(found)
    return Outcome(tuple(figures), misses=tuple(wrong))


def _answer(material: Material, row: dict[str, str], question: str) -> Answer:
    text = seal(row["text"])
    reading = material.triage.read(TriageInput(NOTHING, text, text))
    slug = reading.category.value
    given, sure = {
        "category": (MERGED.get(slug, slug), reading.category.confidence),
        "sentiment": (reading.sentiment.value.value, reading.sentiment.confidence),
    }[question]
    return Answer(row["id"], row["lang"], row[question], given, sure)
