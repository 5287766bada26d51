"""Which events lead to a request, and when (`data/triggers.toml`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.errors import SettingError
from agent.feedback.conditions import ALWAYS, Condition, Count
from agent.feedback.evaluation import counted, holds
from agent.feedback.history import Event, History
from agent.feedback.notation import Table, condition, only_keys, rule_file, span, wrong
from agent.feedback.timing.limits import Limits

FORMS = ("survey", "personal")
ANCHORS = ("event", "most_active_day")
_KEYS = {
    "on", "fires", "crossing", "when", "from", "to", "anchor", "active", "window", "survey", "form",
    "importance", "about_case", "enabled",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trigger:
    """One rule. `wanted_from` and `wanted_until` count from the anchor; `active` are the rows of the busiest day."""

    name: str
    on: frozenset[str]
    fires: Condition
    crossing: bool
    when: Condition
    wanted_from: timedelta
    wanted_until: timedelta
    active: Count | None
    window: str
    survey: str
    form: str
    importance: int
    about_case: bool


def load_triggers(limits: Limits, changes: Table | None = None) -> tuple[Trigger, ...]:
    """The shipped triggers with a company's `feedback.triggers`; the most important first, else in file order.

    Raises `SettingError` naming what cannot be meant.
    """
    tables = rule_file("triggers", changes, growing=True)
    triggers = []
    for name, table in tables.items():
        place = f"feedback.triggers.{name}"
        if not isinstance(table, Mapping):
            raise wrong(place, "is not a table", f"Write [{place}] with on, from, window, …")
        only_keys(table, _KEYS, place)
        if table.get("enabled", True):
            try:
                triggers.append(_read(name, table, limits, place))
            except (KeyError, TypeError) as error:
                raise SettingError(
                    f"{place} is not valid: {error}.",
                    remedy="Compare it with agent/feedback/data/triggers.toml.",
                ) from error
    return tuple(sorted(triggers, key=lambda trigger: -trigger.importance))


def _read(name: str, table: Mapping[str, Any], limits: Limits, place: str) -> Trigger:
    _one_of(table.get("form", "survey"), FORMS, f"{place}.form")
    _one_of(table.get("anchor", "event"), ANCHORS, f"{place}.anchor")
    _one_of(table["window"], limits.windows, f"{place}.window")
    _one_of(table["importance"], limits.importance, f"{place}.importance")
    wanted_from = span(table["from"], f"{place}.from")
    wanted_until = span(table["to"], f"{place}.to") if "to" in table else wanted_from + limits.usual_width
    if wanted_until < wanted_from:
        raise wrong(f"{place}.to", "is before `from`", "Let it be later.")
    form, survey = table.get("form", "survey"), table.get("survey", "")
    if (form == "survey") is not bool(survey):
        raise wrong(
            f"{place}.survey", f"does not fit the form {form}", "Name the survey of a survey, and no other."
        )
    active: Condition | None = None
    if table.get("anchor") == "most_active_day":
        active = condition(table["active"], f"{place}.active")
        if not isinstance(active, Count) or active.kind != "event":
            raise wrong(f"{place}.active", "does not count events", 'Write { event = "login" }.')
    return Trigger(
        name=name,
        on=frozenset([table["on"]] if isinstance(table["on"], str) else table["on"]),
        fires=condition(table["fires"], f"{place}.fires") if "fires" in table else ALWAYS,
        crossing=bool(table.get("crossing", False)),
        when=condition(table["when"], f"{place}.when") if "when" in table else ALWAYS,
        wanted_from=wanted_from,
        wanted_until=wanted_until,
        active=active if isinstance(active, Count) else None,
        window=table["window"],
        survey=survey,
        form=form,
        importance=limits.importance[table["importance"]],
        about_case=bool(table.get("about_case", False)),
    )


def _one_of(value: object, known: Iterable[str], place: str) -> None:
    if value not in list(known):
        raise wrong(place, f"is {value!r}", f"Use one of {', '.join(sorted(known))}.")


def fired(event: Event, history: History, triggers: Iterable[Trigger]) -> Trigger | None:
    """The trigger that speaks for `event`: the most important that fires, since one event asks at most once.

    `history` holds the event. Looks at the instant of the event, so that a later look gives the same trigger.
    """
    return next((trigger for trigger in triggers if _fires(trigger, event, history)), None)


def _fires(trigger: Trigger, event: Event, history: History) -> bool:
    if event.kind not in trigger.on or not holds(trigger.fires, history, event.at, event):
        return False
    return not trigger.crossing or not holds(trigger.fires, history.without(event), event.at, event)


def anchor(trigger: Trigger, event: Event, history: History, zone: ZoneInfo) -> datetime:
    """From when the trigger's times count (UTC): the event, or the end of the busiest of the recent days.

    Days are those of `zone`; of equally busy days the last one counts; never earlier than the event.
    """
    if trigger.active is None:
        return event.at.astimezone(UTC)
    days: dict[datetime, int] = {}
    for row in counted(trigger.active, history, event.at, event):
        at = row.column("at")
        if isinstance(at, datetime):
            day = at.astimezone(zone).date() + timedelta(days=1)
            end = datetime.combine(day, time(), zone).astimezone(UTC)
            days[end] = days.get(end, 0) + 1
    busiest = max(days, key=lambda end: (days[end], end), default=event.at)
    return max(busiest, event.at).astimezone(UTC)
