"""Whether several customers report the same thing (rules and numbers: `data/incidents.toml`).

A group is grown around the newest mail: again and again the mail that is most like the group on average is added,
until the next one is not like it enough. A group is an incident when enough distinct customers are in it, and when so
many such mails within the window would be a surprise at their usual share of the mail (a Poisson tail). Both the
likeness and the surprise can be shown to people in figures. Pure functions over values.
"""

import math
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.cases.priority import overlay
from agent.errors import SettingError

DEFAULTS = Path(__file__).parent / "data" / "incidents.toml"
CAUSE_WORDS = 3
_CAUSE_SHARE = 0.4  # of the mails of an incident in which a word occurs that names its cause

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class IncidentRules:
    """The company's numbers; see the comments in `data/incidents.toml`."""

    meaning: float
    notions: float
    codes: float
    notions_damping: float
    surely: float
    alone: float
    senders: int
    seeds: int
    window: timedelta
    look_back: timedelta
    quiet: timedelta
    compared_at_most: int
    kept_at_most: int
    false_alarms: float
    common_share: float
    common_weight: float
    usual_share: float
    usual_weight: float
    never: frozenset[str]

    def enough(self, size: int) -> float:
        """The mean likeness to a group of `size` mails from which another one belongs to it."""
        return self.surely + self.alone / math.sqrt(size)


@dataclass(frozen=True, slots=True, eq=False)
class Sign:
    """What is compared of one mail: redacted matter only.

    `vector` has length 1, shape `(dim,)`, and is free of its language; `notions` counts the glossary's notions by
    their English names; `codes` are error codes and names spelled unlike ordinary words.
    """

    message_id: int
    case_id: int
    sender: str
    at: datetime
    vector: Vector
    notions: Mapping[str, int]
    codes: frozenset[str]
    category: str = ""
    subcategory: str = ""
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """A group of mails about one thing, and what they have in common in a few words.

    `false_alarms` is how many such groups ordinary mail would bring within the window.
    """

    signs: tuple[Sign, ...]
    false_alarms: float
    cause: str

    @property
    def senders(self) -> int:
        return len({sign.sender for sign in self.signs})

    @property
    def since(self) -> datetime:
        return min(sign.at for sign in self.signs)


def load_incident_rules(overrides: Mapping[str, Any] | None = None) -> IncidentRules:
    """The shipped rules with a company's table `incidents` laid over them. Raises `SettingError`."""
    table = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    overlay(table, overrides or {}, "incidents")
    try:
        group, categories = table["group"], table["categories"]
        return IncidentRules(
            **{
                name: float(value)
                for part in ("likeness", "common", "joining")
                for name, value in table[part].items()
            },
            **{name: float(value) for name, value in table["surprise"].items()},
            senders=int(group["senders"]),
            seeds=int(group["seeds"]),
            window=timedelta(hours=group["window_hours"]),
            look_back=timedelta(days=group["look_back_days"]),
            quiet=timedelta(hours=group["quiet_hours"]),
            compared_at_most=int(group["compared_at_most"]),
            kept_at_most=int(group["kept_at_most"]),
            never=frozenset(categories["never"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SettingError(
            f"The table incidents is not valid: {error}.",
            remedy="Compare it with agent/cases/data/incidents.toml.",
        ) from error


class Comparison:
    """Likeness among mails around `new`, as this company's mail makes it: `known` tells what is common in it.

    What most mails share (the product, the trade) says nothing about an incident. So the mean vector of the mails
    that are not near to `new` is taken off all of them, and notions and codes count by how rare they are.
    """

    def __init__(self, new: Sign, known: Sequence[Sign], rules: IncidentRules) -> None:
        self._rules = rules
        signs = [*known, new]
        self._total = len(signs)
        self._notions = Counter(name for sign in signs for name in sign.notions)
        self._codes = Counter(code for sign in signs for code in sign.codes)
        self._weighed: dict[int, tuple[dict[str, float], float]] = {}
        self._places = {sign.message_id: place for place, sign in enumerate(signs)}
        self._vectors = _without_the_common(np.stack([sign.vector for sign in signs]), rules)

    def of(self, one: Sign, others: Sequence[Sign]) -> NDArray[np.float64]:
        """Likeness of `one` to each of `others`, shape `(n,)`. All are `new` or among `known`."""
        rules = self._rules
        mine, places = self._places[one.message_id], [self._places[other.message_id] for other in others]
        cosines = self._vectors[places] @ self._vectors[mine]
        shared = [
            rules.notions * self._shared_notions(one, other) + rules.codes * self._shared_codes(one, other)
            for other in others
        ]
        return np.asarray(rules.meaning * cosines + np.array(shared), dtype=np.float64)

    def rarity(self, count: int) -> float:
        """Inverse document frequency; as long as few mails are known, nothing counts as common."""
        return max(0.0, math.log((self._total + 20) / (count + 1)))

    def notion_rarity(self, name: str) -> float:
        return self.rarity(self._notions[name])

    def _shared_notions(self, one: Sign, other: Sign) -> float:
        if not one.notions.keys() & other.notions.keys():
            return 0.0
        (mine, my_length), (theirs, their_length) = self._weights(one), self._weights(other)
        product = sum(weight * theirs.get(name, 0.0) for name, weight in mine.items())
        damping = self._rules.notions_damping
        return product / ((damping + my_length) * (damping + their_length))

    def _shared_codes(self, one: Sign, other: Sign) -> float:
        """1 for a shared code that is rare; less for one in many mails, such as the product's own name."""
        shared = one.codes & other.codes
        if not shared:
            return 0.0
        return max(self.rarity(self._codes[code]) for code in shared) / self.rarity(0)

    def _weights(self, sign: Sign) -> tuple[dict[str, float], float]:
        key = id(sign)
        if key not in self._weighed:
            weights = {
                name: math.log1p(count) * self.notion_rarity(name) for name, count in sign.notions.items()
            }
            self._weighed[key] = weights, math.sqrt(sum(weight * weight for weight in weights.values()))
        return self._weighed[key]


def find(new: Sign, known: Sequence[Sign], rules: IncidentRules) -> Found | None:
    """The incident that `new` completes, if there is one.

    `known` are other mails in any order: those within the window, of open cases, may belong to the group; those
    before it tell what is usual.
    """
    if new.category in rules.never:
        return None
    others = _comparable(new, known)
    window = [sign for sign in others if abs(sign.at - new.at) <= rules.window]
    near = [sign for sign in window if sign.is_open and sign.category not in rules.never]
    if len({sign.sender for sign in near} | {new.sender}) < rules.senders:
        return None
    compare = Comparison(new, others, rules)
    group = around(new, nearest(new, near, rules.compared_at_most), compare, rules)
    found = len({sign.sender for sign in group})
    if found < rules.senders:
        return None
    earlier = [sign for sign in others if new.at - rules.look_back <= sign.at < new.at - rules.window]
    alike = nearest(new, earlier, rules.compared_at_most)
    usual = sum(1 for sign in alike if belongs(sign, group, compare, rules))
    share = (usual + rules.usual_share * rules.usual_weight) / (len(earlier) + rules.usual_weight)
    size = len(window) + 1
    false_alarms = (
        at_least(found, share * size) * size
    )  # each mail of the window might have begun such a group
    if false_alarms >= rules.false_alarms:
        return None
    return Found(tuple(group), false_alarms, cause_of(group, compare))


def joins(
    new: Sign, members: Mapping[int, Sequence[Sign]], known: Sequence[Sign], rules: IncidentRules
) -> tuple[int, float] | None:
    """The open incident that `new` belongs to and its likeness to it, if there is one.

    `members` are mails of each open incident by its id, `known` all that may be compared, members among them.
    """
    if new.category in rules.never or not members:
        return None
    others = _comparable(new, known)
    compare, present = Comparison(new, others, rules), {sign.message_id for sign in others}
    best: tuple[int, float] | None = None
    for incident_id, signs in members.items():
        group = [sign for sign in signs if sign.message_id in present]
        if not group:
            continue
        likeness = float(compare.of(new, group).mean())
        if likeness >= rules.enough(len(group)) and (best is None or likeness > best[1]):
            best = incident_id, likeness
    return best


def _comparable(new: Sign, known: Sequence[Sign]) -> list[Sign]:
    """The others, but for those whose vectors another model made."""
    return [
        sign for sign in known if sign.message_id != new.message_id and sign.vector.shape == new.vector.shape
    ]


def _without_the_common(vectors: Vector, rules: IncidentRules) -> Vector:
    """`vectors` (shape `(n, dim)`, the newest mail last) less what most of them share, again of length 1.

    The mails nearest to the newest one are left out of the mean: they may be the incident itself.
    """
    cosines = vectors[:-1] @ vectors[-1]
    far = vectors[:-1][cosines <= np.quantile(cosines, rules.common_share)] if len(cosines) else vectors[:0]
    common = far.sum(axis=0) / (len(far) + rules.common_weight)
    rest = vectors - common
    return np.asarray(rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def nearest(new: Sign, others: Sequence[Sign], at_most: int) -> list[Sign]:
    """The `at_most` of `others` whose vectors are nearest."""
    if len(others) <= at_most:
        return list(others)
    cosines = np.stack([sign.vector for sign in others]) @ new.vector
    return [others[place] for place in np.argsort(-cosines, kind="stable")[:at_most]]


def around(new: Sign, near: Sequence[Sign], compare: Comparison, rules: IncidentRules) -> list[Sign]:
    """The largest group with `new` in it, grown from it or from one of the few mails most like it.

    A mail in unusual words may be too unlike each single one, and yet like the whole group.
    """
    likeness = compare.of(new, near)
    seeds = [new, *(near[place] for place in np.argsort(-likeness, kind="stable")[: rules.seeds])]
    groups = [grow(seed, [one for one in (new, *near) if one is not seed], compare, rules) for seed in seeds]
    return max((group for group in groups if new in group), key=len)


def grow(seed: Sign, candidates: Sequence[Sign], compare: Comparison, rules: IncidentRules) -> list[Sign]:
    """The group around `seed`, itself first, then the others in the order in which they were added."""
    group, left = [seed], list(candidates)
    total = compare.of(seed, left)
    while left:
        best = int(np.argmax(total))
        if total[best] / len(group) < rules.enough(len(group)):
            break
        added = left.pop(best)
        total = np.delete(total, best)
        group.append(added)
        total = total + compare.of(added, left)
    return group


def belongs(sign: Sign, group: Sequence[Sign], compare: Comparison, rules: IncidentRules) -> bool:
    """Whether a mail is like the group enough to be one of it."""
    return bool(compare.of(sign, group).mean() >= rules.enough(len(group)))


def at_least(count: int, expected: float) -> float:
    """The chance of `count` events or more where `expected` are usual (Poisson)."""
    term, below = math.exp(-expected), 0.0
    for number in range(count):
        below += term
        term *= expected / (number + 1)
    return max(0.0, 1.0 - below)


def cause_of(signs: Collection[Sign], compare: Comparison) -> str:
    """What the mails have in common, in a few words: shared codes, then the rarest shared notions.

    Where they share no words, the subcategory that most of them have.
    """
    least = max(2, math.ceil(_CAUSE_SHARE * len(signs)))
    codes = Counter(code for sign in signs for code in sign.codes)
    notions = Counter(name for sign in signs for name in sign.notions)
    weight = {name: count * compare.notion_rarity(name) for name, count in notions.items() if count >= least}
    common = sorted(weight, key=lambda name: (-weight[name], name))
    words = [*sorted(code for code, count in codes.items() if count >= least)[:1], *common]
    if words:
        return ", ".join(words[:CAUSE_WORDS])
    kinds = Counter(sign.subcategory or sign.category for sign in signs)
    return min(kinds, key=lambda kind: (-kinds[kind], kind)).replace("_", " ")
