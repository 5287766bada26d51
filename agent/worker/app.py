"""Celery, made from the settings.

The broker is a doorbell and the database is the queue (docs/decisions/worker-rings-and-rows.md). Hence: tasks carry
one id, are acknowledged when taken, keep no result, and nothing waits long for a broker that is silent.
"""

from typing import Any
from urllib.parse import urlsplit

from celery import Celery  # type: ignore[import-untyped]
from kombu.entity import Exchange, Queue

from agent.settings import Settings

STEPS_QUEUE = "genklang"
JUDGING_QUEUE = "genklang-judging"
ANSWERS_QUEUE = "genklang-answers"
SENDING_QUEUE = "genklang-sending"
"""Queues take turns. What a person approved does not wait behind a backlog of mail that came in; and the first drafts of
a morning do not wait until its last mail was read."""

ALIVE = "worker.alive"
"""The task by which a worker shows that rings reach it."""

JUDGING = ("prioritise", "cluster", "assign", "acknowledge")
"""The steps of a mail once it has been understood …"""

ANSWERING = ("research", "draft")
"""… and those that urgent mails have before others: with a language model, each draft takes a while."""

_ROUTES = {
    SENDING_QUEUE: ("deliver", ALIVE),
    JUDGING_QUEUE: tuple(f"step.{step}" for step in JUDGING),
    ANSWERS_QUEUE: tuple(f"step.{step}" for step in ANSWERING),
}

SILENCE_S = 3.0
"""How long a broker may be silent before an attempt to ring is given up."""

_TRANSPORT_OPTIONS: dict[str, dict[str, Any]] = {
    "redis": {"socket_timeout": SILENCE_S, "socket_connect_timeout": SILENCE_S},
    "amqp": {"confirm_publish": True, "read_timeout": SILENCE_S, "write_timeout": SILENCE_S},
}


def make_app(settings: Settings) -> Celery:
    """The Celery application that web, worker and scheduler share. Connects to nothing yet."""
    app = Celery("genklang", set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_queues=[_queue(name) for name in (STEPS_QUEUE, JUDGING_QUEUE, ANSWERS_QUEUE, SENDING_QUEUE)],
        task_default_queue=STEPS_QUEUE,
        task_routes={name: {"queue": queue} for queue, names in _ROUTES.items() for name in names},
        # Taken means acknowledged: what a crash loses is rung again from the database, which counts the tries.
        # Late acknowledgement would have the broker repeat a task that kills its worker, for ever.
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        worker_concurrency=settings.worker_threads,
        worker_pool="threads",
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,  # a worker waits for its broker as long as it takes
        broker_connection_timeout=SILENCE_S,
        broker_heartbeat=30,
        task_publish_retry=False,  # whoever rings is not kept waiting; the sweeper rings again
        **_broker(settings),
    )
    return app


def _queue(name: str) -> Queue:
    return Queue(name, Exchange(name), routing_key=name)  # type: ignore[no-untyped-call]


def _broker(settings: Settings) -> dict[str, Any]:
    if settings.runs_embedded_broker:
        folder = urlsplit(settings.broker_url).path or str(settings.home.resolve() / "broker")
        return {
            "broker_url": "filesystem://localhost",
            "broker_transport": "agent.worker.folder_transport:Transport",
            "broker_transport_options": {
                "data_folder_in": folder,
                "data_folder_out": folder,
                "polling_interval": 0.05,
            },
        }
    known = (options for kind, options in _TRANSPORT_OPTIONS.items() if settings.broker_url.startswith(kind))
    return {"broker_url": settings.broker_url, "broker_transport_options": next(known, {})}


def quiet_worker(app: Celery) -> Any:
    """Celery's worker, ready to `start()`. Workers of one broker need not hear of each other."""
    return app.Worker(
        without_gossip=True, without_mingle=True, without_heartbeat=True, quiet=True, loglevel="WARNING"
    )
