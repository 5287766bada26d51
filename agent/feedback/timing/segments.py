"""How a customer is asked: order of channels, window and style by segment (`data/segments.toml`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.errors import SettingError
from agent.feedback.conditions import Condition
from agent.feedback.evaluation import holds
from agent.feedback.history import Channel, History
from agent.feedback.notation import Table, condition, only_keys, rule_file, wrong
from agent.feedback.timing.hours import Hours
from agent.feedback.timing.limits import Limits, check_window

_KEYS = {"when", "channels", "planned", "style"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of customers and what is said about asking them; None or empty where nothing is said."""

    name: str
    when: Condition
    channels: tuple[Channel, ...] = ()
    planned: Hours | None = None
    style: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the customer's segments say together. `names` are all that apply, the most telling first."""

    names: tuple[str, ...]
    channels: tuple[Channel, ...]
    planned: Hours
    style: str


def load_segments(limits: Limits, changes: Table | None = None) -> tuple[Segment, ...]:
    """The shipped segments with a company's `feedback.segments`; those that a company adds stand first.

    Raises `SettingError` naming what cannot be meant.
    """
    shipped = set(rule_file("segments"))
    tables = rule_file("segments", changes, growing=True)
    segments = []
    for name in sorted(
        tables, key=lambda name: name in shipped
    ):  # a stable sort: the order of the file stays
        place = f"feedback.segments.{name}"
        if not isinstance(tables[name], Mapping):
            raise wrong(place, "is not a table", f"Write [{place}] with when, channels, planned, style.")
        only_keys(tables[name], _KEYS, place)
        try:
            segments.append(_read(name, tables[name], place))
        except (KeyError, TypeError, ValueError) as error:
            raise SettingError(
                f"{place} is not valid: {error}.", remedy="Compare it with agent/feedback/data/segments.toml."
            ) from error
    for segment in segments:
        if segment.planned is not None:
            check_window(segment.planned, f"feedback.segments.{segment.name}.planned", limits.channels)
    return tuple(segments)


def _read(name: str, table: Mapping[str, Any], place: str) -> Segment:
    return Segment(
        name=name,
        when=condition(table["when"], f"{place}.when"),
        channels=tuple(Channel(channel) for channel in table.get("channels", ())),
        planned=Hours.of(table["planned"], f"{place}.planned") if "planned" in table else None,
        style=table.get("style", ""),
    )


def profile_of(history: History, now: datetime, segments: Iterable[Segment], limits: Limits) -> Profile:
    """What applies to this customer now; each point from the first segment that says something about it."""
    mine = [segment for segment in segments if holds(segment.when, history, now)]
    return Profile(
        names=tuple(segment.name for segment in mine),
        channels=next((segment.channels for segment in mine if segment.channels), tuple(limits.channels)),
        planned=next((segment.planned for segment in mine if segment.planned), limits.windows["planned"]),
        style=next((segment.style for segment in mine if segment.style), ""),
    )
