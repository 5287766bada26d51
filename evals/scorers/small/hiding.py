"""Personal data in short texts: `ner.jsonl`, `mails.jsonl`, `ids.jsonl` (`text`, `entities` as [start, end, kind])."""

from evals.material import Material
from evals.outcome import Figure, Miss, Outcome
from evals.rows import Row
from evals.scorers.hidden import figures
from evals.scorers.redaction import Sample, small_gold
from evals.scorers.redaction import score as redact

SETS = ("ner", "mails", "ids")


def score(material: Material) -> Outcome:
    found: list[Figure] = []
    misses: list[Miss] = []
    for name in SETS:
        rows = material.small(f"{name}.jsonl")
        one = figures(redact(material.redactor, map(_sample, material.each(f"hiding: {name}", rows))), name)
        found += one.figures
        misses += one.misses
    return Outcome(tuple(found), misses=tuple(misses))


def _sample(row: Row) -> Sample:
    return Sample(row["id"], row["text"], small_gold(row), row["lang"])
