"""What stands beside a company's own figures: published benchmarks, and the stations of the customer's journey."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from agent.feedback.answers.figures import LEAST, About, Contact, Funnel, funnel
from agent.feedback.notation import rule_file


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Response rates elsewhere (0 to 1) for one way of asking: usual and good as from–to, excellent from."""

    name: str
    names: Mapping[str, str]
    usual: tuple[float, float]
    good: tuple[float, float]
    excellent: float
    channels: frozenset[str]
    surveys: frozenset[str]
    triggers: tuple[str, ...]
    business: bool | None

    def fits(self, about: About) -> bool:
        return (
            (not self.channels or about.channel in self.channels)
            and (not self.surveys or about.survey in self.surveys)
            and (not self.triggers or about.trigger.startswith(self.triggers))
            and (self.business is None or about.business == self.business)
        )

    def verdict(self, rate: float) -> str:
        """below | usual | good | excellent: the highest band whose beginning the rate has reached."""
        for name, least in (("excellent", self.excellent), ("good", self.good[0]), ("usual", self.usual[0])):
            if rate >= least:
                return name
        return "below"


@dataclass(frozen=True, slots=True)
class Compared:
    """Our own requests of one benchmark; `verdict` is empty where they are too few."""

    benchmark: Benchmark
    ours: Funnel
    verdict: str


def compared(contacts: Iterable[Contact]) -> tuple[Compared, ...]:
    """Each benchmark with our own requests that belong to it; those without any are left out."""
    groups: dict[str, list[Contact]] = {}
    for contact in contacts:
        fitting = next((one for one in benchmarks() if one.fits(contact.about)), None)
        if fitting is not None:
            groups.setdefault(fitting.name, []).append(contact)
    found = []
    for benchmark in benchmarks():
        if benchmark.name in groups:
            ours = funnel(groups[benchmark.name])
            rate = ours.response
            known = rate is not None and rate.answers >= LEAST
            found.append(Compared(benchmark, ours, benchmark.verdict(rate.value) if rate and known else ""))
    return tuple(found)


@cache
def benchmarks() -> tuple[Benchmark, ...]:
    """All of `data/benchmarks.toml`, in its order."""
    return tuple(
        Benchmark(
            name=name,
            names=table["name"],
            usual=(table["usual"][0], table["usual"][1]),
            good=(table["good"][0], table["good"][1]),
            excellent=table["excellent"],
            channels=frozenset(table.get("channels", ())),
            surveys=frozenset(table.get("surveys", ())),
            triggers=tuple(table.get("triggers", ())),
            business=table.get("business"),
        )
        for name, table in rule_file("benchmarks").items()
    )


def station_of(trigger: str) -> str:
    """To which station of the journey (`data/journey.toml`) a trigger or campaign belongs."""
    for name, table in _journey().items():
        if table["triggers"] and trigger.startswith(tuple(table["triggers"])):
            return name
    return journey()[-1]


def journey() -> tuple[str, ...]:
    """The stations in their order."""
    return tuple(_journey())


def station_name(name: str, language: str) -> str:
    names = _journey()[name]["name"]
    return str(names.get(language, names["en"]))


@cache
def _journey() -> Mapping[str, Any]:
    return rule_file("journey")
