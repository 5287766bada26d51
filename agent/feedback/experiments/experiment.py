"""Experiments on how to ask: who gets which variant, and what a variant changes.

What counts is declared before it begins: arms and their shares, how long it runs at least or how many it asks. An arm
is compared with the holdout, whose customers are asked as always (`agent.feedback.experiments.outcome`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from agent.feedback.campaigns.audience import Problems
from agent.feedback.conditions import ALWAYS
from agent.feedback.history import Channel
from agent.feedback.rules import Rules
from agent.feedback.surveys.questions import LANGUAGES
from agent.feedback.timing.deciding import Wish
from agent.feedback.timing.nps import SURVEY as NPS
from agent.feedback.timing.segments import Segment

ABOUT = ("timing", "trigger", "wording", "personalisation")
MOST_ARMS = 5
LEAST_HOLDOUT, MOST_HOLDOUT = 0.05, 0.5
LONGEST_DELAY = 24 * 90  # hours
_OF_A_RULE = frozenset({"delay_hours", "window", "subject", "lead", "after"})
"""What an arm can change of one rule only; the rest holds for all requests."""
_CHANGES = _OF_A_RULE | {"channels", "style"}


@dataclass(frozen=True, slots=True)
class Arm:
    """A variant and its share of the customers outside the holdout. Shares are weights: they need not sum to one.

    `change` says what it does otherwise: `delay_hours`, `window`, `channels`, `style`, the words `subject` and `lead`
    by language, or `after`, the name of another rule: its customers are asked the same after that instead.
    """

    name: str
    share: float
    change: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Declared:
    """What is said before an experiment begins, and never changed after. An empty `trigger` means all requests."""

    about: str
    trigger: str
    arms: tuple[Arm, ...]
    holdout: float
    least_days: int
    sample_size: int = 0


def compared(trigger: str, arms: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The rules whose requests an experiment touches, by the changes of its arms; empty: all requests."""
    if not trigger:
        return frozenset()
    return frozenset({trigger, *(str(change["after"]) for change in arms if "after" in change)})


def lot(seed: str, customer: int) -> float:
    """A number of [0, 1) that is always the same for this customer in this experiment."""
    digest = blake2b(str(customer).encode(), key=seed.encode()[:64], digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def assigned(seed: str, customer: int, arms: Sequence[Arm], holdout: float) -> Arm | None:
    """The customer's arm; None in the holdout. The first `holdout` of the lots is the holdout's."""
    drawn = lot(seed, customer)
    if drawn < holdout or not arms:
        return None
    place = (drawn - holdout) / (1 - holdout) * sum(arm.share for arm in arms)
    for arm in arms:
        place -= arm.share
        if place < 0:
            return arm
    return arms[-1]


def changed(wish: Wish, change: Mapping[str, Any], occasion: datetime | None = None) -> Wish:
    """The wish as an arm has it: another delay after what it is about, other hours."""
    if "delay_hours" in change:
        width = wish.wanted_until - wish.wanted_from
        start = (wish.event.at if wish.event is not None else occasion) or wish.wanted_from
        begin = start + timedelta(hours=float(change["delay_hours"]))
        wish = replace(wish, wanted_from=begin, wanted_until=begin + width)
    return replace(wish, window=change["window"]) if change.get("window") else wish


def changed_rules(rules: Rules, change: Mapping[str, Any]) -> Rules:
    """The rules as an arm has them: another order of channels, another style."""
    if not (change.get("channels") or change.get("style")):
        return rules
    own = Segment(
        "experiment",
        ALWAYS,
        channels=tuple(Channel(name) for name in change.get("channels", ())),
        style=change.get("style", ""),
    )
    return replace(rules, segments=(own, *rules.segments))


def changed_texts(
    texts: Mapping[str, Any], change: Mapping[str, Any], language: str, name: str, survey: str
) -> Mapping[str, Any]:
    """The texts of the letters as an arm has them. `name` is the trigger's, whose opening it replaces."""
    subject, lead = change.get("subject", {}).get(language), change.get("lead", {}).get(language)
    mine = dict(texts)
    if subject:
        mine["subject"] = {**texts["subject"], survey: subject}
    if lead:
        mine["lead"] = {**texts["lead"], name: lead}
    return mine


def asking_by_survey(rules: Rules) -> tuple[str, ...]:
    """The rules that can be compared: those that send a survey."""
    return tuple(each.name for each in rules.triggers if each.form == "survey")


def problems_of(declared: Declared, least_days: int, rules: Rules) -> Problems:
    """What keeps an experiment from being declared, by field. `least_days` are those of the company."""
    arms = declared.arms
    checks = (
        ("about", declared.about in ABOUT, "Choose what is compared."),
        ("trigger", declared.trigger in {"", NPS, *asking_by_survey(rules)}, "Choose one of the rules."),
        (
            "trigger",
            bool(declared.trigger) or not any(_OF_A_RULE & set(arm.change) for arm in arms),
            "Times, hours and words belong to one rule: choose the rule.",
        ),
        (
            "holdout",
            LEAST_HOLDOUT <= declared.holdout <= MOST_HOLDOUT,
            "Write a share from 5 to 50 per cent.",
        ),
        ("least_days", declared.least_days >= least_days, f"Write {least_days} days or more."),
        ("sample_size", declared.sample_size >= 0, "Write a whole number; 0 for none."),
        ("arms", 1 <= len(arms) <= MOST_ARMS, "Describe one to five variants."),
        ("arms", len({arm.name for arm in arms}) == len(arms), "Give each variant a name of its own."),
    )
    found = {field: words for field, holds, words in checks if not holds}
    for number, arm in enumerate(arms):
        wrong = next(_problems_of_arm(arm, declared.trigger, rules), "")
        if wrong:
            found[f"arms.{number}"] = wrong
    return found


def _problems_of_arm(arm: Arm, trigger: str, rules: Rules) -> Iterator[str]:
    change = arm.change
    if not arm.name.strip() or arm.share <= 0:
        yield "Give it a name and a share above 0."
    if not change or set(change) - _CHANGES:
        yield "Say what it does otherwise."
    yield from _problems_of_moment(change, trigger, rules)
    if change.get("window", "") not in {"", *rules.limits.windows}:
        yield "Choose hours that there are."
    if set(change.get("channels", ())) - {str(one) for one in rules.limits.channels}:
        yield "Choose channels that there are."
    if trigger and (change.get("channels") or change.get("style")):
        yield "Channels and style hold for all requests: leave the rule empty."
    for part in ("subject", "lead"):
        texts = change.get(part)
        if texts and any(not str(texts.get(language, "")).strip() for language in LANGUAGES):
            yield "Write the words in all five languages."


def _problems_of_moment(change: Mapping[str, Any], trigger: str, rules: Rules) -> Iterator[str]:
    delay = change.get("delay_hours", 0)
    if not (isinstance(delay, int | float) and 0 <= delay <= LONGEST_DELAY):
        yield "Write a number of hours from 0 to 2160."
    if trigger == NPS and "delay_hours" in change:
        yield "The regular survey comes by calendar: change its hours or its words."
    if "after" in change and (change["after"] == trigger or change["after"] not in asking_by_survey(rules)):
        yield "Choose another rule that sends a survey."
    if "after" in change and len(change) > 1:
        yield "A variant that asks after another rule changes nothing else."
