"""Time personas: groups of customers who answer at like delays after the event, found from data.

A mixture of answering rates by delay (latent classes, fitted by expectation maximisation; Dempster, Laird & Rubin
1977): each customer belongs to one of a few groups, and a group has one rate for each band of days. It looks at
requests without an answer too, so that the delays that the rules happened to use do not pass for habits. How many
groups there are is decided by the Bayesian information criterion (Schwarz 1978).
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from agent.feedback.learning.attempts import Columns
from agent.feedback.learning.numbers import PersonaSearch
from agent.feedback.learning.pooling import Floats
from agent.feedback.notation import DATA

PRIOR = 2.0
"""Requests that everybody's rate of a band is worth in the rate of a group."""


@dataclass(frozen=True, slots=True)
class Personas:
    """`shares` of the groups, shape `(groups,)`, and their answering rates by band, `(groups, bands)`."""

    shares: Floats
    rates: Floats

    def membership(self, answered: Floats, asked: Floats) -> Floats:
        """To which group customers belong: `(customers, groups)` from counts by band, `(customers, bands)`."""
        log = (
            np.log(self.shares)
            + answered @ np.log(self.rates).T
            + (asked - answered) @ np.log1p(-self.rates).T
        )
        return _shares_of(log)


@dataclass(frozen=True, slots=True)
class Persona:
    """One group for people: its name in `data/personas.toml`, its share of the customers, when it answers best.

    `from_days` and `until_days` bound the delays at which it answers best (None: no upper end), `rate` is how often
    it answers then.
    """

    name: str
    share: float
    from_days: float
    until_days: float | None
    rate: float


def bands(delay: Floats, edges: Sequence[float]) -> Floats:
    """In which band each delay lies, as rows of 0 and 1; all 0 where it is not known. Shape `(delays, bands)`."""
    inside = np.zeros((len(delay), len(edges) + 1))
    at = np.flatnonzero(np.isfinite(delay))
    inside[at, np.searchsorted(edges, delay[at], side="right")] = 1.0
    return inside


def find_personas(customers: Sequence[Columns], search: PersonaSearch) -> Personas:
    """The groups behind the outcomes of the customers' first messages, the one that answers soonest first."""
    asked = np.zeros((len(customers), len(search.edges) + 1))
    answered = np.zeros_like(asked)
    for row, past in enumerate(customers):
        first = bands(past.delay, search.edges) * ~past.reminder[:, None]
        asked[row], answered[row] = first.sum(0), first[past.answered].sum(0)
    overall = (answered.sum(0) + 0.5) / (asked.sum(0) + 1)
    best, best_criterion = Personas(np.ones(1), overall[None, :]), np.inf
    for groups in range(1, search.most + 1):
        found, log_likelihood = _fit(answered, asked, overall, groups, search.rounds)
        free = groups * asked.shape[1] + groups - 1
        criterion = free * np.log(max(2, len(customers))) - 2 * log_likelihood
        if criterion < best_criterion and found.shares.min() >= search.least_share:
            best, best_criterion = found, criterion
    order = np.argsort([_middle(rates, search.high) for rates in best.rates])
    return Personas(best.shares[order], best.rates[order])


def _fit(
    answered: Floats, asked: Floats, overall: Floats, groups: int, rounds: int
) -> tuple[Personas, float]:
    """Expectation maximisation from groups that each prefer another stretch of the bands."""
    count = asked.shape[1]
    middles = (np.arange(groups) + 0.5) / groups * (count - 1)
    lift = np.exp(-(((np.arange(count)[None, :] - middles[:, None]) * groups / count) ** 2) * 2)
    rates = np.clip(overall[None, :] * (0.5 + lift), 0.02, 0.98)
    personas = Personas(np.full(groups, 1 / groups), rates)
    for _ in range(rounds):
        member = personas.membership(answered, asked)
        rates = (member.T @ answered + PRIOR * overall) / (member.T @ asked + PRIOR)
        shares = (member.sum(0) + 1) / (member.sum() + groups)
        personas = Personas(shares, np.clip(rates, 0.005, 0.995))
    log = (
        np.log(personas.shares)
        + answered @ np.log(personas.rates).T
        + (asked - answered) @ np.log1p(-personas.rates).T
    )
    return personas, float(np.logaddexp.reduce(log, axis=1).sum())


def described(personas: Personas, search: PersonaSearch) -> tuple[Persona, ...]:
    """The groups for people: when each answers best, and by which name that goes."""
    borders = (0.0, *search.edges)
    found = []
    for share, rates in zip(personas.shares, personas.rates, strict=True):
        begin, end = _best_stretch(rates, search.high)
        until = None if end == len(search.edges) else search.edges[end]
        found.append(
            Persona(
                _name(borders[begin], until),
                float(share),
                borders[begin],
                until,
                float(rates[begin : end + 1].mean()),
            )
        )
    return tuple(found)


def in_words(persona: Persona, language: str) -> str:
    """One sentence about the persona; English where the language is not one of the five."""
    texts = _texts()
    language = language if language in texts["name"][persona.name] else "en"
    until = persona.until_days
    begin, end = ceil(persona.from_days), "" if until is None else floor(until)
    if until is None:
        kind = "later"
    elif persona.from_days > 0:
        kind = "between" if begin != end else "on_a_day"
    else:
        kind = "at_once" if until >= 2 else "first_day"
    return texts["sentence"][kind][language].format(
        name=texts["name"][persona.name][language],
        share=round(100 * persona.share),
        begin=begin,
        end=end,
        rate=round(100 * persona.rate),
    )


def _best_stretch(rates: Floats, high: float) -> tuple[int, int]:
    """The first and last of the neighbouring bands around the best one that are nearly as good."""
    begin = end = int(np.argmax(rates))
    enough = high * rates[begin]
    while begin > 0 and rates[begin - 1] >= enough:
        begin -= 1
    while end < len(rates) - 1 and rates[end + 1] >= enough:
        end += 1
    return begin, end


def _middle(rates: Floats, high: float) -> float:
    return sum(_best_stretch(rates, high)) / 2


def _name(begin: float, until: float | None) -> str:
    for name, limits in _texts()["when"].items():
        if begin >= float(limits["begins"]) and (until or np.inf) <= float(limits.get("ends", np.inf)):
            return str(name)
    return "any_time"


def _shares_of(log: Floats) -> NDArray[np.float64]:
    weights = np.exp(log - log.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float64)


@cache
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((DATA / "personas.toml").read_text(encoding="utf-8"))
