"""The tasks that a ring asks for. Each carries one id; what is to be done stands in the database.

A ring for a row that is gone, held by another worker, or past that step does nothing: rings may come late, twice
or fifty times. Nothing that a task raises reaches Celery: the row still says that it is unfinished.
"""

import threading
from collections.abc import Callable

import structlog
from celery import Celery  # type: ignore[import-untyped]

from agent.desk.escalations.telling import TELL, tell
from agent.desk.feedback.answers.answering import HIDE
from agent.desk.feedback.answers.hiding_comments import hide_comment
from agent.desk.feedback.answers.reading_answers import READ, read_answer
from agent.desk.feedback.sending.requests import SEND_SHORT
from agent.desk.feedback.sending.short_messages import send_short
from agent.desk.feedback.webhooks.queue import CALL, call_webhook
from agent.desk.full_disk import disk_is_full
from agent.desk.heartbeat import beat
from agent.desk.house import House
from agent.desk.learning.memorising import LEARN, learn
from agent.desk.replies.delivery import COPY_TO_SENT, LOOK_UP, copy_to_sent, deliver, look_up
from agent.desk.replies.fixing import DELIVER, DELIVER_AUTOMATIC
from agent.desk.replies.translating import TRANSLATE, translate
from agent.desk.settings.trying_prompts import TRY_PROMPT, try_prompt
from agent.desk.steps.indexing import INDEX, index_pending
from agent.desk.steps.pipeline import STEPS, run_most_urgent, run_step, task_of
from agent.store.session import is_full
from agent.worker.app import ALIVE, ANSWERING
from agent.worker.errands import Errands, Lane

log = structlog.get_logger()

Job = Callable[[House, int], object]


LANES = {
    DELIVER: Lane.REPLIES,
    DELIVER_AUTOMATIC: Lane.LETTERS,
    LOOK_UP: Lane.LETTERS,
    COPY_TO_SENT: Lane.COPIES,
    TELL: Lane.CALLS,
    CALL: Lane.CALLS,
    SEND_SHORT: Lane.CALLS,
}
"""The tasks that wait for other servers."""


def register_tasks(app: Celery, house: House, errands: Errands | None = None) -> None:
    """Make every task of the product known to `app`, bound to `house`. What waits for others is left to `errands`."""
    for name, job in {**_steps(), **_others()}.items():
        run = _guarded(name, job, house)
        if errands is not None and name in LANES:
            run = _left_to(errands, name, run)
        app.task(run, name=name, ignore_result=True, shared=False)


def _steps() -> dict[str, Job]:
    def of(step: str) -> Job:
        if step in ANSWERING:
            return lambda house, _: run_most_urgent(house, step)
        return lambda house, message_id: run_step(house, step, message_id)

    return {task_of(step.name): of(step.name) for step in STEPS}


def _others() -> dict[str, Job]:
    indexing = threading.Lock()

    def index(house: House, _: int) -> None:
        if indexing.acquire(blocking=False):  # one at a time takes all that is pending
            try:
                index_pending(house)
            finally:
                indexing.release()

    return {
        DELIVER: deliver,
        DELIVER_AUTOMATIC: deliver,
        COPY_TO_SENT: copy_to_sent,
        LOOK_UP: look_up,
        INDEX: index,
        LEARN: learn,
        TELL: tell,
        HIDE: hide_comment,
        TRY_PROMPT: try_prompt,
        TRANSLATE: translate,
        READ: read_answer,
        CALL: call_webhook,
        SEND_SHORT: send_short,
        # Rung by the scheduler: that it is done proves the whole way, broker included.
        ALIVE: lambda house, _: beat(house, "worker"),
    }


def _left_to(errands: Errands, name: str, job: Callable[[int], None]) -> Callable[[int], None]:
    def leave(row_id: int) -> None:
        errands.run(LANES[name], name, row_id, job)

    return leave


def _guarded(name: str, job: Job, house: House) -> Callable[[int], None]:
    def run(row_id: int) -> None:
        try:
            job(house.today(), row_id)
        except Exception as error:  # the worker outlives any task
            log.exception("task.failed", task=name, row=row_id, error=type(error).__name__)
            if is_full(error):
                disk_is_full(house)

    return run
