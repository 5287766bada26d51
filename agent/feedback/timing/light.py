"""The feedback light of a customer: may this person be asked now, and if not, why and from when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent.feedback.history import History
from agent.feedback.reasons import Code, Reason
from agent.feedback.timing.limits import Limits
from agent.feedback.timing.suppression import holds_on


class Colour(StrEnum):
    """Green: ask. Yellow: wait until a day. Red: do not ask before something changes."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Light:
    """`from_when` (UTC) is the first instant at which one may ask: now, a later one, or None under red.

    `others` are further reasons behind the one shown.
    """

    colour: Colour
    reason: Reason
    from_when: datetime | None
    others: tuple[Reason, ...] = ()


def light_of(history: History, now: datetime, limits: Limits) -> Light:
    """The light by what holds any request back at `now`; hours of the day play no part."""
    holds = holds_on(history, now, limits)
    if not holds:
        return Light(Colour.GREEN, Reason(Code.FREE), now)
    shown, others = holds[0], tuple(hold.reason for hold in holds[1:])
    colour = Colour.RED if shown.until is None else Colour.YELLOW
    return Light(colour, shown.reason, shown.until, others)
