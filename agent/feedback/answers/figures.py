"""How asking fares, and what comes back: from what was sent to what was answered, scores, times and stations.

A request counts once, however many messages it took. A later step implies the earlier ones: who answered has opened,
whatever the mail server said. Shares carry Wilson's interval, scores those of `scores`. Answers over an
open link were asked of nobody: they count among the scores, and never in a rate.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from agent.feedback.answers.scores import Figure, ces, csat, nps, share

LEAST = 10
"""Fewer requests or answers than this are too few to say anything."""


class Step(StrEnum):
    """The way of a request, in its order."""

    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    STARTED = "started"
    COMPLETED = "completed"


class By(StrEnum):
    """What figures are broken down by: attributes of `Contact` and `Given`."""

    SURVEY = "survey"
    TRIGGER = "trigger"
    CHANNEL = "channel"
    SEGMENT = "segment"
    PRODUCT = "product"
    VARIANT = "variant"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class About:
    """What a request or answer is about, as people break figures down; empty where it is not known."""

    survey: str = ""
    trigger: str = ""
    channel: str = ""
    segment: str = ""
    product: str = ""
    variant: str = ""
    language: str = ""
    business: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """One request of which at least one message has left. Instants are those of the first message that got so far."""

    id: int
    about: About
    sent_at: datetime
    delivered: bool = True
    opened: bool = False
    started: bool = False
    completed_at: datetime | None = None

    def reached(self, step: Step) -> bool:
        """Whether it got to this step, or to a later one."""
        got = {
            Step.SENT: True,
            Step.DELIVERED: self.delivered,
            Step.OPENED: self.opened,
            Step.STARTED: self.started,
            Step.COMPLETED: self.completed_at is not None,
        }
        order = tuple(Step)
        return any(got[later] for later in order[order.index(step) :])


@dataclass(frozen=True, slots=True)
class Given:
    """One completed answer. `kind` is the definition it is counted by: nps, csat, ces; `bad` by the company's limits."""

    id: int
    about: About
    at: datetime
    kind: str = ""
    score: float | None = None
    bad: bool = False
    sentiment: str = ""
    themes: tuple[str, ...] = ()
    usefulness: float | None = None


class Scored(Protocol):
    """Of an answer, what a trend of its score takes."""

    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def score(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Score:
    """A score that was given: `kind` is the definition it is counted by."""

    at: datetime
    kind: str
    score: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many requests got to each step, and the two shares that people ask for."""

    counts: Mapping[Step, int]
    response: Figure | None  # completed of sent
    completion: Figure | None  # completed of started

    @property
    def too_few(self) -> bool:
        return self.counts[Step.SENT] < LEAST


@dataclass(frozen=True, slots=True)
class Times:
    """How long people take to answer: the median, the time within which nine of ten did, and how many answered."""

    median: timedelta
    nine_of_ten: timedelta
    answers: int


@dataclass(frozen=True, slots=True)
class Week:
    """One week (its Monday) of a trend."""

    monday: date
    answers: int
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """How many comments name a theme, and how many of those come with a bad score or a bad mood."""

    name: str
    answers: tuple[int, ...]
    bad: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Station:
    """A touchpoint of the journey: answers, the share of bad ones, and effort where the effort question was asked."""

    name: str
    answers: int
    bad: Figure | None
    effort: Figure | None


def funnel(contacts: Iterable[Contact]) -> Funnel:
    """The steps of these requests."""
    told = tuple(contacts)
    counts = {step: sum(one.reached(step) for one in told) for step in Step}
    done = counts[Step.COMPLETED]
    return Funnel(counts, share(done, counts[Step.SENT]), share(done, counts[Step.STARTED]))


def broken_down(contacts: Iterable[Contact], by: By) -> dict[str, Funnel]:
    """A funnel for each value of a dimension, the one with the most requests first."""
    groups: defaultdict[str, list[Contact]] = defaultdict(list)
    for one in contacts:
        groups[str(getattr(one.about, by))].append(one)
    order = sorted(groups, key=lambda value: (-len(groups[value]), value))
    return {value: funnel(groups[value]) for value in order}


def answer_times(contacts: Iterable[Contact]) -> Times | None:
    """From the first message to the answer; None where nobody has answered."""
    told = sorted(one.completed_at - one.sent_at for one in contacts if one.completed_at is not None)
    if not told:
        return None
    middle = len(told) // 2
    median = told[middle] if len(told) % 2 else (told[middle - 1] + told[middle]) / 2
    return Times(median, told[-(-9 * len(told) // 10) - 1], len(told))


def score_of(kind: str, scores: Iterable[float]) -> Figure | None:
    """The figure of a kind of survey: NPS from -100 to 100, CES from 1 to 7, others the share (0 to 1) of 4 and 5."""
    whole = [int(score) for score in scores]
    if kind == "nps":
        return nps(whole)
    if kind == "ces":
        return ces(whole)
    return csat(whole) if kind else None


def scores_by_kind(given: Iterable[Given]) -> dict[str, Figure]:
    """The figure of each kind of survey that was answered; product and service count as satisfaction do."""
    groups: defaultdict[str, list[float]] = defaultdict(list)
    for one in given:
        if one.kind and one.score is not None:
            groups[one.kind].append(one.score)
    found = {kind: score_of(kind, scores) for kind, scores in sorted(groups.items())}
    return {kind: figure for kind, figure in found.items() if figure is not None}


def scores_by(given: Iterable[Given], by: By) -> dict[str, dict[str, Figure]]:
    """The scores of each value of a dimension."""
    groups: defaultdict[str, list[Given]] = defaultdict(list)
    for one in given:
        groups[str(getattr(one.about, by))].append(one)
    return {value: scores_by_kind(told) for value, told in groups.items()}


def distribution(given: Iterable[Given], kind: str, scale: tuple[int, int]) -> dict[int, int]:
    """How often each score of the scale was given; all are there, the lowest first."""
    counts = Counter(int(one.score) for one in given if one.kind == kind and one.score is not None)
    return {score: counts[score] for score in range(scale[0], scale[1] + 1)}


def moods(given: Iterable[Given]) -> dict[str, int]:
    """How many comments are of each mood."""
    return dict(Counter(one.sentiment for one in given if one.sentiment))


def usefulness(given: Iterable[Given]) -> tuple[float, int] | None:
    """The mean quality of the comments (0 to 1) and how many were judged; None where none was."""
    judged = [one.usefulness for one in given if one.usefulness is not None]
    return (sum(judged) / len(judged), len(judged)) if judged else None


def weekly(given: Iterable[Scored], kind: str, since: date, until: date, zone: ZoneInfo) -> tuple[Week, ...]:
    """The weeks that touch the days from `since` to `until`, each with its figure."""
    groups: defaultdict[date, list[float]] = defaultdict(list)
    for one in given:
        if one.kind == kind and one.score is not None:
            groups[_monday(one.at.astimezone(zone).date())].append(one.score)
    weeks, monday = [], _monday(since)
    while monday <= until:
        scores = groups.get(monday, [])
        weeks.append(Week(monday, len(scores), score_of(kind, scores)))
        monday += timedelta(days=7)
    return tuple(weeks)


def theme_counts(given: Iterable[Given]) -> tuple[ThemeCount, ...]:
    """The themes of comments, the most frequent first."""
    found: defaultdict[str, list[Given]] = defaultdict(list)
    for one in given:
        for theme in dict.fromkeys(one.themes):
            found[theme].append(one)
    counts = [
        ThemeCount(name, tuple(one.id for one in told), tuple(one.id for one in told if is_unhappy(one)))
        for name, told in found.items()
    ]
    return tuple(sorted(counts, key=lambda one: (-len(one.answers), -len(one.bad), one.name)))


def is_unhappy(given: Given) -> bool:
    """By the score where there is one; a comment alone by its mood."""
    return given.bad if given.score is not None else given.sentiment in {"very_negative", "negative"}


def stations(
    given: Iterable[Given], station_of: Callable[[str], str], order: Sequence[str]
) -> tuple[Station, ...]:
    """The touchpoints of the journey in their order; those nobody spoke about are left out."""
    groups: defaultdict[str, list[Given]] = defaultdict(list)
    for one in given:
        groups[station_of(one.about.trigger)].append(one)
    return tuple(
        Station(
            name,
            len(groups[name]),
            share(sum(is_unhappy(one) for one in groups[name]), len(groups[name])),
            ces(int(one.score) for one in groups[name] if one.kind == "ces" and one.score is not None),
        )
        for name in order
        if groups[name]
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
