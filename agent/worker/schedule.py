"""The scheduler: what has to happen again and again, in this process alone.

It does not go through the broker: finding unfinished work must not depend on what may have lost it, nor wait
for a free worker (docs/decisions/worker-scheduler.md).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from agent.desk.casework.assigning_waiting import assign_waiting
from agent.desk.casework.recomputing import recompute_some
from agent.desk.customers.forgetting_traces import forget_traces
from agent.desk.escalations.climbing import climb
from agent.desk.feedback.answers.hiding_comments import ring_for_comments
from agent.desk.feedback.answers.reading_answers import ring_for_reading
from agent.desk.feedback.answers.unfinished import take_in_unfinished
from agent.desk.feedback.asking.calendar import wish_by_calendar
from agent.desk.feedback.asking.planning import plan
from agent.desk.feedback.campaigns.planning import plan_campaigns
from agent.desk.feedback.experiments.running import watch
from agent.desk.feedback.loop.follow_up_duties import ask_again, escalate_overdue
from agent.desk.feedback.sending.short_messages import ring_for_messages
from agent.desk.feedback.webhooks.queue import ring_for_webhooks
from agent.desk.heartbeat import beat
from agent.desk.house import House
from agent.desk.people.standing_in import hand_on_for_absent
from agent.desk.replies.delaying import tell_delays
from agent.desk.reporting import send_reports
from agent.desk.steps.sweeping import sweep
from agent.worker.app import ALIVE

log = structlog.get_logger()


@dataclass(slots=True)
class Duty:
    """Something to do every `every_s` seconds; `due` is on the monotonic clock, which no clock change moves."""

    name: str
    every_s: float
    do: Callable[[House], object]
    due: float = 0.0


def duties() -> list[Duty]:
    """What the scheduler does, in its order."""
    return [
        Duty("sweep", 2.0, sweep),
        Duty("climb", 3.0, climb),
        Duty("tell of delays", 20.0, tell_delays),
        Duty("ask for feedback", 15.0, plan),
        Duty("ring for messages", 20.0, ring_for_messages),
        Duty("wish by calendar", 900.0, wish_by_calendar),
        Duty("recompute answer times", 30.0, recompute_some),
        Duty("hand on for those away", 30.0, hand_on_for_absent),
        Duty("give out what waits", 30.0, assign_waiting),
        Duty("read answers", 30.0, ring_for_reading),
        Duty("call webhooks", 10.0, ring_for_webhooks),
        Duty("escalate follow-ups", 30.0, escalate_overdue),
        Duty("ask again after follow-ups", 60.0, ask_again),
        Duty("ring for comments", 60.0, ring_for_comments),
        Duty("take in unfinished answers", 300.0, take_in_unfinished),
        Duty("plan campaigns", 15.0, plan_campaigns),
        Duty("watch experiments", 600.0, watch),
        Duty("send reports", 300.0, send_reports),
        Duty("forget traces of the erased", 60.0, forget_traces),
        Duty("heartbeat", 20.0, lambda house: beat(house, "schedule")),
        Duty("ask for a sign of life", 20.0, lambda house: house.doorbell.ring(ALIVE, 0)),
    ]


def run_schedule(house: House, stop: threading.Event) -> None:
    """Do the duties until `stop` is set. One that fails is said, and done again at its next time."""
    waiting = duties()
    while not stop.is_set():
        now = time.monotonic()
        for duty in waiting:
            if duty.due <= now:
                _do(duty, house)
                duty.due = time.monotonic() + duty.every_s
        stop.wait(max(0.0, min(duty.due for duty in waiting) - time.monotonic()))


def _do(duty: Duty, house: House) -> None:
    try:
        duty.do(house.today())
    except Exception as error:  # a database that is away for a moment must not end the scheduler
        log.warning("duty.failed", duty=duty.name, error=type(error).__name__)
