"""What people get done, and what an answered case costs: figures over persons, days and money."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from agent.insight.facts import Facts, MailFact
from agent.insight.figures import LEAST


@dataclass(frozen=True, slots=True)
class Output:
    """`replies` that left, on so many `days` of work: a day on which two people wrote is two days."""

    replies: int
    days: int

    @property
    def a_day(self) -> float | None:
        """Replies a person and day; None where nobody wrote any."""
        return self.replies / self.days if self.days else None


@dataclass(frozen=True, slots=True)
class ContactCost:
    """What `cases` that were answered have cost in EUR: `work` of people, and `running` of Genklang itself."""

    cases: int
    work: float
    running: float

    @property
    def each(self) -> float | None:
        """EUR a case; None where too few were answered to say anything."""
        return (self.work + self.running) / self.cases if self.cases >= LEAST else None


def output(mails: Iterable[MailFact], zone: ZoneInfo) -> Output:
    """The replies of people who are known, and the days (in `zone`) on which they wrote them."""
    sent = [one for one in mails if not one.incoming and one.whose.agent]
    return Output(len(sent), len({(one.whose.agent, one.at.astimezone(zone).date()) for one in sent}))


def contact_cost(facts: Facts, *, hour: float, running: float) -> ContactCost:
    """Of the answered cases: the hours that people worked on them at `hour` EUR, and what Genklang cost meanwhile.

    The hours are a lower bound (`agent.insight.facts.time_spent`), and so is the cost.
    """
    answered = [one for one in facts.cases if one.answered is not None]
    worked = sum((one.handled for one in answered if one.handled is not None), timedelta())
    return ContactCost(len(answered), worked.total_seconds() / 3600 * hour, running)
