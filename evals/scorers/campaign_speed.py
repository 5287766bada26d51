"""How long it takes to plan a campaign for many customers, from the start to the last request."""

import resource
import time
from dataclasses import dataclass

from sqlalchemy import func, select

from agent.desk.feedback.campaigns.planning import plan_campaigns
from agent.desk.feedback.campaigns.steering import begin_draft, start
from agent.desk.house import House
from agent.feedback.campaigns.campaign import Kind
from agent.store.tables import FeedbackRequestRow, HeldBackRow, PersonRow

PROMISED_S = 60.0
"""What 100,000 customers may take on one machine."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Seconds of the clock and of the processor, and what came of it. `peak_mb` is the most memory that was held."""

    seconds: float
    busy_seconds: float
    customers: int
    asked: int
    held_back: dict[str, int]
    peak_mb: float

    @property
    def a_hundred_thousand(self) -> float:
        """Seconds that 100,000 would take at this pace."""
        return self.seconds * 100_000 / max(1, self.customers)


def measure(house: House, person: PersonRow) -> Planned:
    """Plan a targeted campaign to everybody in the house's database, by production code."""
    with house.store.writing() as unit:
        draft = begin_draft(unit, house, name="Everybody", kind=Kind.TARGETED, person=person)
        draft.steps = {**draft.steps, "audience": {"segments": [], "match": "all", "rows": []}}
        unit.session.flush()
        start(unit, house, campaign_id=draft.id, version=draft.version, person=person)
    begun, busy, customers = time.perf_counter(), time.process_time(), 0
    while looked_at := plan_campaigns(house):
        customers += looked_at
    seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    with house.store.reading() as session:
        asked = session.scalar(select(func.count()).where(FeedbackRequestRow.campaign_id == draft.id))
        held = session.execute(
            select(HeldBackRow.code, func.count())
            .where(HeldBackRow.campaign_id == draft.id)
            .group_by(HeldBackRow.code)
        )
        reasons = {row[0]: row[1] for row in held}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Planned(seconds, busy, customers, asked or 0, reasons, peak)
