"""The way of one e-mail: the steps in their order, and how one of them is run.

A new step is one new module and one line in `STEPS`. Each step reads and computes outside any transaction, and
gives back a function that writes the outcome; that function and the hand-over to the next step are one commit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.exc import OperationalError

from agent.desk.full_disk import disk_is_full, there_is_room
from agent.desk.house import House
from agent.desk.steps import (
    acknowledging,
    assigning,
    clustering,
    drafting,
    joining,
    prioritising,
    reading,
    redacting,
    researching,
    triaging,
)
from agent.desk.steps.parking import park
from agent.desk.steps.work import (
    MAX_ATTEMPTS,
    RETRY_AFTER,
    Apply,
    Claim,
    GiveUp,
    Later,
    claim,
    hand_on,
    held,
    put_back,
)
from agent.errors import OutsideUnavailable
from agent.store.queries.waiting_mails import most_urgent
from agent.store.session import is_full, is_passing, retry_passing
from agent.store.tables import MessageRow

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done to a message. `people_only` steps are left out for robots' mail."""

    name: str
    run: Callable[[House, int], Apply]
    lease: timedelta = timedelta(seconds=60)
    people_only: bool = True


STEPS = (
    Step("read", reading.run, people_only=False),
    Step("join", joining.run, people_only=False),
    Step("redact", redacting.run, people_only=False),
    Step("triage", triaging.run, lease=timedelta(minutes=3)),
    Step("prioritise", prioritising.run),
    Step("cluster", clustering.run),
    Step("assign", assigning.run),
    Step("acknowledge", acknowledging.run),
    Step("research", researching.run),
    Step("draft", drafting.run, lease=timedelta(minutes=5)),
)
FIRST_STEP = STEPS[0].name

MOST_LOOKS = 20
"""As often may others be faster; what then still waits is rung for again by the sweeper."""

_BY_NAME = {step.name: step for step in STEPS}


def task_of(step: str) -> str:
    """The name of the task that runs a step."""
    return f"step.{step}"


def next_step(name: str, *, robot: bool) -> str:
    """The step after `name`, or the empty string when all is done."""
    at = STEPS.index(_BY_NAME[name])
    following = (step for step in STEPS[at + 1 :] if not (robot and step.people_only))
    return next((step.name for step in following), "")


def run_step(house: House, step_name: str, message_id: int) -> bool:
    """Run one step for one message, if it waits for that step; whether it did. Safe to call any number of times.

    While the disk is full nothing is run: the sweeper asks again.
    """
    if house.room.is_pausing(house.clock()):
        return False
    try:
        return _run(house, _BY_NAME[step_name], message_id)
    except (OperationalError, OSError) as error:
        if not is_full(error):
            raise
        disk_is_full(house)
        return False


def run_most_urgent(house: House, step_name: str) -> None:
    """Run the step for the most urgent message that waits for it.

    As many rings come as messages wait, so that each has its turn: the urgent ones before the others. Hence no ring
    may end without a message while one waits: where another worker was faster, it is looked anew.
    """
    for _ in range(MOST_LOOKS):
        with house.store.reading() as session:
            urgent = most_urgent(session, step_name, house.clock())
        if urgent is None or run_step(house, step_name, urgent):
            return


def _run(house: House, step: Step, message_id: int) -> bool:
    taken = _claim(house, step, message_id)
    if taken is None:
        return False
    if isinstance(taken, str):
        _give_up(house, message_id, taken)
        return True
    house.fail_point(f"{step.name}.claimed")
    try:
        apply = step.run(house, message_id)
        following = _finish(house, step, taken, apply)
    except Later as later:
        _put_back(house, taken, timedelta(seconds=later.seconds), counts=False)
    except GiveUp as given_up:
        _give_up(house, message_id, given_up.reason)
    except Exception as error:
        log.warning(
            "step.failed", step=step.name, message=message_id, error=type(error).__name__, exc_info=True
        )
        _after_failure(house, taken, error)
    else:
        if following:
            house.doorbell.ring(task_of(following), message_id)
    return True


@retry_passing
def _claim(house: House, step: Step, message_id: int) -> Claim | str | None:
    """The claim; a sentence when the message has used up its tries; None when there is nothing to do."""
    with house.store.writing() as unit:
        # on a full disk a try may end before it can be taken back: it is not to count from the start
        counts = not house.room.is_lacking
        taken = claim(unit.session, message_id, step.name, house.clock(), step.lease, counts=counts)
        if taken is None:
            return None
        message = unit.session.get_one(MessageRow, message_id)
        if message.attempts > MAX_ATTEMPTS:
            return f"The step “{step.name}” was tried {MAX_ATTEMPTS} times and never finished."
        return taken


@retry_passing
def _finish(house: House, step: Step, taken: Claim, apply: Apply) -> str:
    with house.store.writing() as unit:
        message = held(unit.session, taken)
        if message is None:
            return ""
        apply(unit, message)
        following = next_step(step.name, robot=message.kind != "customer")
        hand_on(message, following, house.clock())
        there_is_room(unit, house)
        return following


@retry_passing
def _put_back(house: House, taken: Claim, wait: timedelta, *, counts: bool) -> None:
    with house.store.writing() as unit:
        message = held(unit.session, taken)
        if message is not None:
            put_back(message, house.clock(), wait, counts=counts or not taken.counted)


def _after_failure(house: House, taken: Claim, error: Exception) -> None:
    if is_full(error):
        disk_is_full(house)
    if is_passing(error) or isinstance(error, OutsideUnavailable):  # through no fault of the mail
        _put_back(house, taken, RETRY_AFTER[0], counts=False)
        return
    with house.store.reading() as session:
        message = session.get(MessageRow, taken.message_id)
        attempts = message.attempts if message else MAX_ATTEMPTS
    if attempts >= MAX_ATTEMPTS:
        _give_up(house, taken.message_id, f"It failed {MAX_ATTEMPTS} times ({type(error).__name__}).")
    else:
        _put_back(house, taken, RETRY_AFTER[attempts - 1], counts=True)


@retry_passing
def _give_up(house: House, message_id: int, reason: str) -> None:
    with house.store.writing() as unit:
        message = unit.session.get(MessageRow, message_id, with_for_update=True)
        if message is not None:
            park(unit, message, reason, house.clock())
