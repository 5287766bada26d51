"""The worker process: Celery's worker on threads, with the models loaded in the background."""

import os
import threading
import warnings

import structlog
from celery.exceptions import SecurityWarning  # type: ignore[import-untyped]
from celery.signals import worker_shutting_down  # type: ignore[import-untyped]

from agent.settings import Settings
from agent.understanding import LazyUnderstanding
from agent.wiring import build_house
from agent.worker.app import make_app, quiet_worker
from agent.worker.doorbell import CeleryDoorbell
from agent.worker.tasks import register_tasks

log = structlog.get_logger()

STOP_WITHIN_S = 20.0
"""A step that is still running then is cut off; its lease ends, and it is run again."""


def run_worker(settings: Settings) -> None:
    """Work until a signal ends it."""
    app = make_app(settings)
    house = build_house(settings, doorbell=CeleryDoorbell(app))
    register_tasks(app, house)
    if isinstance(house.understanding, LazyUnderstanding):
        threading.Thread(target=_warm_up, args=(house.understanding,), name="warm-up", daemon=True).start()
    worker_shutting_down.connect(_end_in_time)
    # Celery warns of root because of pickle; we accept JSON alone.
    warnings.simplefilter("ignore", SecurityWarning)
    quiet_worker(app).start()


def _warm_up(understanding: LazyUnderstanding) -> None:
    try:
        understanding.warm_up()
    except Exception as error:  # the step that needs the part says so again, where people see it
        log.exception("warm_up.failed", error=type(error).__name__)


def _end_in_time(**_: object) -> None:
    timer = threading.Timer(STOP_WITHIN_S, os._exit, args=(0,))
    timer.daemon = True
    timer.start()
