"""What makes a case more urgent while it waits: others report the same, the customer writes again, time runs out,
the mood drops (points: `data/priority.toml`, table `live`).

Live points are added to those of the words, each with its reason. They lift the level and never lower it; praise,
suggestions and machine mail stay low whatever happens.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.cases.case import Factor, Priority
from agent.cases.priority import Rules, level_of
from agent.triage.reading import FactorName, Sentiment

LIVE = frozenset({FactorName.INCIDENT, FactorName.WROTE_AGAIN, FactorName.WAITING, FactorName.MOOD_DROP})
"""The factors that come from what happens, not from the words or the record."""

_MOODS = (Sentiment.POSITIVE, Sentiment.NEUTRAL, Sentiment.NEGATIVE, Sentiment.VERY_NEGATIVE)


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An incident that a case belongs to: distinct customers, the first mail's instant, and its cause in words."""

    customers: int
    since: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class Happened:
    """What has happened to a case that waits for an answer. All instants in the company's zone.

    `unanswered` are the arrivals of the customer's mails since the last answer, `moods` their moods, oldest first.
    `respond_by` is None where no answer is owed.
    """

    now: datetime
    unanswered: Sequence[datetime] = ()
    moods: Sequence[Sentiment] = ()
    respond_by: datetime | None = None
    incident: OpenIncident | None = None


def soon_from(promised_at: datetime, respond_by: datetime, rules: Rules) -> datetime:
    """The instant from which the answer is due soon: the last part of the time from promise to answer."""
    return respond_by - (respond_by - promised_at) * rules.soon_share


def live_factors(happened: Happened, rules: Rules) -> tuple[Factor, ...]:
    """The points for what happened, each with a sentence that says why; none for what carries no points."""
    points, factors = rules.live_points, []
    if (incident := happened.incident) is not None:
        words = (
            f"{incident.customers} customers report the same since "
            f"{_moment(incident.since, happened.now)}: {incident.cause}"
        )
        factors.append(Factor(FactorName.INCIDENT, points["incident"], words))
    if len(happened.unanswered) > 1:
        since = _moment(happened.unanswered[0], happened.now)
        words = f"{len(happened.unanswered)} mails since {since}, none answered"
        factors.append(Factor(FactorName.WROTE_AGAIN, points["wrote_again"], words))
    if happened.respond_by is not None and happened.unanswered:
        factors.append(_waiting(happened, happened.respond_by, rules))
    if len(happened.moods) > 1 and _MOODS.index(happened.moods[-1]) > _MOODS.index(happened.moods[-2]):
        before, now = (mood.value.replace("_", " ") for mood in happened.moods[-2:])
        factors.append(Factor(FactorName.MOOD_DROP, points["mood_drop"], f"{before} before, {now} now"))
    return tuple(factor for factor in factors if factor.points)


def _waiting(happened: Happened, respond_by: datetime, rules: Rules) -> Factor:
    moment = _moment(respond_by, happened.now)
    if happened.now >= respond_by:
        return Factor(FactorName.WAITING, rules.live_points["overdue"], f"an answer was due {moment}")
    if happened.now >= soon_from(happened.unanswered[0], respond_by, rules):
        return Factor(FactorName.WAITING, rules.live_points["due_soon"], f"an answer is due {moment}")
    return Factor(FactorName.WAITING, 0, "")


def lifted(
    base: Priority,
    words: Sequence[Factor],
    live: Sequence[Factor],
    *,
    category: str,
    subcategory: str,
    rules: Rules,
) -> Priority:
    """The level with live points: that of all points together, and never below `base`, the level of the words.

    What is always low stays so, unless its words show more.
    """
    if stays_low(category, subcategory, {factor.name for factor in words}, rules):
        return base
    level = level_of(sum(factor.points for factor in (*words, *live)), rules)
    return min(level, base, key=lambda one: one.rank)


def stays_low(category: str, subcategory: str, names: Collection[FactorName], rules: Rules) -> bool:
    """Whether the company's rules keep this kind of mail at low (table `always_low`)."""
    if subcategory in rules.low_subcategories:
        return True
    return category in rules.low_categories and not rules.low_unless & set(names)


def _moment(instant: datetime, now: datetime) -> str:
    """`09:12` for today, `23 Nov 09:12` for any other day, in the zone of `now`."""
    local = instant.astimezone(now.tzinfo)
    return f"{local:%H:%M}" if local.date() == now.date() else f"{local.day} {local:%b %H:%M}"
