"""How good are the drafts of each engine by the rubric, what do they cost, and how long do they take?"""

from collections.abc import Sequence

from agent.drafting.draft import DraftRequest, Writer
from agent.drafting.local import LocalWriter
from agent.triage.language import detect
from agent.triage.reading import LANGUAGES
from evals.material import Material
from evals.outcome import Figure, Miss, Outcome
from evals.rows import evenly
from evals.samples import readable
from evals.scorers.judging.table import Written, checker, figures, write

MOST_FOR_A_MODEL = 12
"""Mails that a language model answers where no `--limit` is given: each takes seconds to minutes and tokens."""


def score(material: Material) -> Outcome:
    """The same mails for every engine that is asked for (`--engine`)."""
    writers = _writers(material.engine)
    asked = [(one.id, one.asked) for one in readable(material.seen) if one.asked is not None]
    if material.engine != "local":
        asked = evenly(asked, material.limit or MOST_FOR_A_MODEL)
    found: list[Figure] = []
    misses: list[Miss] = []
    for engine, writer in writers.items():
        written = _written(material, engine, writer, asked)
        found += figures(engine, written)
        found += [one for language in LANGUAGES for one in figures(engine, written, language=language)]
        misses += [
            Miss(one.item, fault.value, f"{engine}: {words[0][:80]}")
            for one in written
            for fault, words in one.verdict.faults.items()
        ]
    return Outcome(tuple(one for one in found if one.count), misses=tuple(misses))


def _written(
    material: Material, engine: str, writer: Writer, asked: Sequence[tuple[str, DraftRequest]]
) -> list[Written]:
    return [
        write(writer, item, request, detect) for item, request in material.each(f"drafts by {engine}", asked)
    ]


def _writers(engine: str) -> dict[str, Writer]:
    local = LocalWriter()
    writers: dict[str, Writer] = {} if engine == "llm" else {"local": local}
    if engine != "local":
        from agent.drafting.with_model import ModelWriter
        from evals.scorers.judging.endpoint import endpoint

        model, catalogue = endpoint()
        writers["llm"] = ModelWriter(model, catalogue, local, check=checker(detect))
    return writers
