"""The evaluation suites: each asks one question of production code, of several sets."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module

from evals.material import Material
from evals.outcome import Outcome


class Source(StrEnum):
    """Where the labelled texts come from: shipped with the product, or a folder that is named."""

    SAMPLE = "sample"
    SMALL = "small"
    PEERS = "peers"


@dataclass(frozen=True, slots=True)
class Scorer:
    """One scorer of a suite: a function `module.function(Material) -> Outcome` below `evals.scorers`."""

    suite: str
    source: Source
    module: str
    function: str = "score"

    @property
    def name(self) -> str:
        """Its name in baselines and reports."""
        what = self.module if self.function == "score" else f"{self.module}.{self.function}"
        return f"{self.suite}/{self.source}/{what}"

    def score(self, material: Material) -> Outcome:
        """Run it. Its imports bring models, so that they come late."""
        module = import_module(f"evals.scorers.{self.source}.{self.module}")
        function: Callable[[Material], Outcome] = getattr(module, self.function)
        return function(material)


SCORERS = (
    Scorer("reading", Source.SAMPLE, "reading"),
    Scorer("reading", Source.PEERS, "zammad"),
    Scorer("reading", Source.PEERS, "stalwart"),
    Scorer("reading", Source.PEERS, "quotes", "replies"),
    Scorer("reading", Source.PEERS, "quotes", "forwards"),
    Scorer("robots", Source.SAMPLE, "robots"),
    Scorer("robots", Source.PEERS, "robots", "machine_mail"),
    Scorer("robots", Source.PEERS, "robots", "bounces"),
    Scorer("language", Source.SAMPLE, "language"),
    Scorer("language", Source.SMALL, "language"),
    Scorer("hiding", Source.SAMPLE, "hiding"),
    Scorer("hiding", Source.SMALL, "hiding"),
    Scorer("hiding", Source.PEERS, "hiding"),
    Scorer("hiding", Source.PEERS, "hiding", "national_ids"),
    Scorer("category", Source.SAMPLE, "category"),
    Scorer("category", Source.SMALL, "triage", "category"),
    Scorer("sentiment", Source.SAMPLE, "sentiment"),
    Scorer("sentiment", Source.SMALL, "triage", "sentiment"),
    Scorer("factors", Source.SAMPLE, "factors"),
    Scorer("priority", Source.SAMPLE, "priority"),
    Scorer("style", Source.SAMPLE, "style"),
    Scorer("style", Source.SMALL, "formality"),
    Scorer("style", Source.PEERS, "style"),
    Scorer("asks", Source.PEERS, "asks"),
    Scorer("retrieval", Source.SAMPLE, "retrieval"),
    Scorer("retrieval", Source.SMALL, "retrieval"),
    Scorer("drafts", Source.SAMPLE, "drafts"),
    Scorer("drafts", Source.SAMPLE, "engines"),
    Scorer("drafts", Source.SAMPLE, "judges"),
    Scorer("injection", Source.SAMPLE, "injection"),
    Scorer("injection", Source.PEERS, "injection"),
    Scorer("learning", Source.SAMPLE, "learning"),
    Scorer("learning", Source.SMALL, "learning"),
    Scorer("learning", Source.PEERS, "banking"),
    Scorer("timing", Source.SAMPLE, "timing"),
    Scorer("speed", Source.SAMPLE, "speed"),
    Scorer("speed", Source.SAMPLE, "size"),
)

SUITES = tuple(dict.fromkeys(scorer.suite for scorer in SCORERS))
