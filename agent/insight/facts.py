"""What the figures are counted from: cases, decisions about drafts, and mails, as plain values."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

_Fact = TypeVar("_Fact")

SITTING = timedelta(minutes=30)
"""Acts of one person on one case that are no further apart belong to one sitting."""

LEAST_SITTING = timedelta(minutes=1)


class By(StrEnum):
    """What figures are broken down by."""

    CATEGORY = "category"
    LANGUAGE = "language"
    AGENT = "agent"
    MAILBOX = "mailbox"
    PRIORITY = "priority"


class Outcome(StrEnum):
    """What a person did with a draft."""

    UNCHANGED = "unchanged"
    EDITED = "edited"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Whose:
    """Where a fact belongs. `agent` is a person's id, empty where nobody has the case."""

    category: str = ""
    language: str = ""
    agent: str = ""
    mailbox: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True)
class CaseFact:
    """One case.

    `first_answer` is the time to the first answer as the clock of its priority counts it; `due` the instant by which
    that answer was promised. `answers` counts our replies; `wrote_after` says that the customer wrote after the
    first, `came_back` that they did so soon after an answer. `right` says whether the first category stood, None
    where none was given. `handled` is the time that people spent, None where that is not known.
    """

    id: int
    whose: Whose
    came: datetime
    open: bool = True
    answered: datetime | None = None
    first_answer: timedelta | None = None
    due: datetime | None = None
    answers: int = 0
    wrote_after: bool = False
    came_back: bool = False
    escalated: bool = False
    right: bool | None = None
    handled: timedelta | None = None


@dataclass(frozen=True, slots=True)
class DraftFact:
    """A draft about which a person decided."""

    case_id: int
    whose: Whose
    at: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class MailFact:
    """A customer's mail, or a reply that left."""

    case_id: int
    whose: Whose
    at: datetime
    incoming: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of a span of time, as they stood at `now`."""

    now: datetime
    cases: Sequence[CaseFact] = ()
    drafts: Sequence[DraftFact] = ()
    mails: Sequence[MailFact] = ()

    def of(self, by: By, value: str) -> "Facts":
        """Those that belong to one category, language, agent, mailbox or priority."""
        return replace(
            self,
            cases=[one for one in self.cases if getattr(one.whose, by) == value],
            drafts=[one for one in self.drafts if getattr(one.whose, by) == value],
            mails=[one for one in self.mails if getattr(one.whose, by) == value],
        )

    def between(self, start: datetime, end: datetime) -> "Facts":
        """Those from `start` up to, and not with, `end`."""
        return replace(
            self,
            cases=[one for one in self.cases if start <= one.came < end],
            drafts=[one for one in self.drafts if start <= one.at < end],
            mails=[one for one in self.mails if start <= one.at < end],
        )

    def parted(self, spans: Sequence[tuple[datetime, datetime]]) -> "list[Facts]":
        """`between` for many spans that follow one another, in one go through the facts."""
        starts = [start for start, _ in spans]

        def parts(facts: Sequence[_Fact], instant: Callable[[_Fact], datetime]) -> list[list[_Fact]]:
            found: list[list[_Fact]] = [[] for _ in spans]
            for one in facts:
                at = instant(one)
                place = bisect_right(starts, at) - 1
                if place >= 0 and at < spans[place][1]:
                    found[place].append(one)
            return found

        return [
            replace(self, cases=cases, drafts=drafts, mails=mails)
            for cases, drafts, mails in zip(
                parts(self.cases, lambda one: one.came),
                parts(self.drafts, lambda one: one.at),
                parts(self.mails, lambda one: one.at),
                strict=True,
            )
        ]

    def values(self, by: By) -> tuple[str, ...]:
        """What occurs of a dimension, the most frequent among the cases first."""
        counts: dict[str, int] = {}
        for one in self.cases:
            counts[getattr(one.whose, by)] = counts.get(getattr(one.whose, by), 0) + 1
        for whose in (*(one.whose for one in self.drafts), *(one.whose for one in self.mails)):
            counts.setdefault(getattr(whose, by), 0)
        return tuple(sorted(counts, key=lambda value: (-counts[value], value)))


def time_spent(acts: Sequence[tuple[str, datetime]]) -> timedelta | None:
    """The time people spent on a case, from who did what when: the sittings of each person, added up.

    A lower bound: reading before the first act of a sitting leaves no trace. None where nobody did anything.
    """
    if not acts:
        return None
    total = timedelta()
    for person in {who for who, _ in acts}:
        times = sorted(at for who, at in acts if who == person)
        began = last = times[0]
        for at in times[1:]:
            if at - last > SITTING:
                total += max(last - began, LEAST_SITTING)
                began = at
            last = at
        total += max(last - began, LEAST_SITTING)
    return total
