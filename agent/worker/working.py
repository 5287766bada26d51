"""The worker process: Celery's worker on threads, with the models loaded in the background."""

import os
import threading
import time
import warnings

import structlog
from celery.exceptions import SecurityWarning  # type: ignore[import-untyped]
from celery.signals import worker_shutting_down  # type: ignore[import-untyped]
from sqlalchemy import func, select

from agent.desk.house import House
from agent.desk.steps.indexing import pending_documents, rebuild
from agent.settings import Settings
from agent.store.tables import DocumentRow
from agent.understanding import LazyUnderstanding
from agent.wiring import build_house
from agent.worker.app import make_app, quiet_worker
from agent.worker.doorbell import CeleryDoorbell
from agent.worker.errands import Errands
from agent.worker.tasks import register_tasks
from knowledge.search import IndexUnavailable

log = structlog.get_logger()

STOP_WITHIN_S = 20.0
"""A step that is still running then is cut off; its lease ends, and it is run again."""


def run_worker(settings: Settings) -> None:
    """Work until a signal ends it."""
    app = make_app(settings)
    house = build_house(settings, doorbell=CeleryDoorbell(app))
    errands = Errands()
    register_tasks(app, house, errands)
    threading.Thread(target=_prepare, args=(house,), name="warm-up", daemon=True).start()
    worker_shutting_down.connect(_end_in_time)
    # Celery warns of root because of pickle; we accept JSON alone.
    warnings.simplefilter("ignore", SecurityWarning)
    try:
        quiet_worker(app).start()
    finally:
        errands.close()


def _prepare(house: House) -> None:
    """Load the models, and look whether the index still holds what the database says."""
    try:
        if isinstance(house.understanding, LazyUnderstanding):
            house.understanding.warm_up()
        agree_index(house)
    except Exception as error:
        # The step that needs the part says so again, where people see it.
        log.warning("warm_up.failed", error=type(error).__name__)


def agree_index(house: House, *, patience_s: float = 60.0) -> bool:
    """Have the index built anew if it was lost, or kept what was removed while it did not run; whether it was.

    Waits up to `patience_s` for an index that is still starting. Raises `IndexUnavailable` after that.
    """
    ends = time.monotonic() + patience_s
    while True:
        with house.store.reading() as session:
            pending = pending_documents(session)
            total = session.scalar(select(func.count()).select_from(DocumentRow))
        try:
            if pending or house.understanding.index.count() == total:
                return False
            rebuild(house)
        except IndexUnavailable:
            if time.monotonic() > ends:
                raise
            time.sleep(1)
        else:
            log.warning("index.rebuilt", documents=total)
            return True


def _end_in_time(**_: object) -> None:
    timer = threading.Timer(STOP_WITHIN_S, os._exit, args=(0,))
    timer.daemon = True
    timer.start()
