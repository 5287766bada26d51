"""The numbers that hold requests back: caps, quiet hours, suppression, importance (`data/limits.toml`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from agent.errors import SettingError
from agent.feedback.conditions import Condition
from agent.feedback.history import Channel
from agent.feedback.notation import Table, condition, rule_file, span, wrong
from agent.feedback.timing.hours import Hours

NPS_MODES = ("calendar", "event", "hybrid")


@dataclass(frozen=True, slots=True)
class Cap:
    """At least `gap` between two requests, and at most `in_a_year` in any 365 days (0: no limit)."""

    gap: timedelta
    in_a_year: int


@dataclass(frozen=True, slots=True)
class ComplaintRule:
    """Which cases are complaints, and for how long after one nobody is asked."""

    sentiments: frozenset[str]
    priorities: frozenset[str]
    quiet_after: timedelta
    about_itself: bool


@dataclass(frozen=True, slots=True)
class UnhappyRule:
    """What shows an unhappy customer, and what shows that a person has followed up.

    `bad_answer` is the highest score that is still bad, by survey.
    """

    sentiments: frozenset[str]
    bad_answer: Mapping[str, float]
    bad_events: frozenset[str]
    cleared_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class NpsRule:
    """When the recommendation question is due; `wakes` are the events that those wait for who are not asked yet."""

    mode: str
    every: timedelta
    first_after: timedelta
    window: str
    importance: int
    recent_positive: Condition
    wakes: frozenset[str]


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """The hours of a channel; `needs_zone`: it is not used for somebody whose time zone is not known."""

    hours: Hours
    needs_zone: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """All of `data/limits.toml`. `also_closed` holds (month, day)."""

    usual_width: timedelta
    patience: timedelta
    look_again: timedelta
    cap_business: Cap
    cap_private: Cap
    complaint: ComplaintRule
    unhappy: UnhappyRule
    importance: Mapping[str, int]
    nps: NpsRule
    windows: Mapping[str, Hours]
    also_closed: frozenset[tuple[int, int]]
    channels: Mapping[Channel, ChannelRule]
    wait_for_answer: timedelta
    most_steps: int

    def cap(self, *, business: bool) -> Cap:
        return self.cap_business if business else self.cap_private


def load_limits(changes: Table | None = None) -> Limits:
    """The shipped limits with a company's table `feedback.limits` laid over them.

    Raises `SettingError` naming what cannot be meant, a window without an hour in common with a channel included.
    """
    table = rule_file("limits", changes)
    try:
        limits = _read(table)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingError(
            f"The table feedback.limits is not valid: {error}.",
            remedy="Compare it with agent/feedback/data/limits.toml.",
        ) from error
    for name, window in limits.windows.items():
        check_window(window, f"feedback.limits.windows.{name}", limits.channels)
    return limits


def check_window(window: Hours, place: str, channels: Mapping[Channel, ChannelRule]) -> None:
    """Raise for a window in which some channel could never send."""
    for channel, rule in channels.items():
        if window.within(rule.hours) is None:
            raise wrong(
                place, f"has no hour in common with the channel {channel}", "Widen the window or the channel."
            )


def _read(table: dict[str, Any]) -> Limits:
    place = "feedback.limits"
    cap, complaint, unhappy, plan = table["cap"], table["complaint"], table["unhappy"], table["plan"]
    importance = {name: int(value) for name, value in table["importance"].items()}
    if int(plan["most_steps"]) < 1:
        raise wrong(f"{place}.plan.most_steps", "is less than one", "Count the first message too.")
    return Limits(
        usual_width=span(table["usual_width"], f"{place}.usual_width"),
        patience=span(table["patience"], f"{place}.patience"),
        look_again=span(table["look_again"], f"{place}.look_again"),
        cap_business=Cap(span(cap["business"], f"{place}.cap.business"), int(cap["in_a_year"]["business"])),
        cap_private=Cap(span(cap["private"], f"{place}.cap.private"), int(cap["in_a_year"]["private"])),
        complaint=ComplaintRule(
            frozenset(complaint["sentiments"]),
            frozenset(complaint["priorities"]),
            span(complaint["quiet_after"], f"{place}.complaint.quiet_after"),
            bool(complaint["about_itself"]),
        ),
        unhappy=UnhappyRule(
            frozenset(unhappy["sentiments"]),
            {survey: float(score) for survey, score in unhappy["bad_answer"].items()},
            frozenset(unhappy["bad_events"]),
            frozenset(unhappy["cleared_by"]),
        ),
        importance=importance,
        nps=_nps(table["nps"], importance, table["windows"], f"{place}.nps"),
        windows={
            name: Hours.of(hours, f"{place}.windows.{name}") for name, hours in table["windows"].items()
        },
        also_closed=frozenset(_month_day(day) for day in table["also_closed"]["days"]),
        channels={
            Channel(name): ChannelRule(Hours.of(rule, f"{place}.channels.{name}"), bool(rule["needs_zone"]))
            for name, rule in table["channels"].items()
        },
        wait_for_answer=span(plan["wait"], f"{place}.plan.wait"),
        most_steps=int(plan["most_steps"]),
    )


def _nps(table: Table, importance: Mapping[str, int], windows: Table, place: str) -> NpsRule:
    if table["mode"] not in NPS_MODES:
        raise wrong(f"{place}.mode", "is not a mode", f"Use one of {', '.join(NPS_MODES)}.")
    if table["window"] not in windows:
        raise wrong(f"{place}.window", "is not a window", f"Use one of {', '.join(sorted(windows))}.")
    return NpsRule(
        mode=table["mode"],
        every=span(table["every"], f"{place}.every"),
        first_after=span(table["first_after"], f"{place}.first_after"),
        window=table["window"],
        importance=importance[table["importance"]],
        recent_positive=condition(table["recent_positive"], f"{place}.recent_positive"),
        wakes=frozenset(table["wakes"]),
    )


def _month_day(text: str) -> tuple[int, int]:
    day = date.fromisoformat(f"2024-{text}")  # a leap year: 29 February may be named
    return day.month, day.day
