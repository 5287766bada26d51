"""The doorbell: rings for the workers over the broker, without ever keeping the ringer waiting.

Rings are handed to a thread of this process. A broker that is silent or gone costs rings, which the sweeper makes
good from the database, and never time: neither a page nor a step of the pipeline waits for it.
"""

import atexit
import queue
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from celery import Celery  # type: ignore[import-untyped]

log = structlog.get_logger()

MAX_WAITING = 1_000
"""Rings kept while the broker is slow. More are dropped: each is one row that the sweeper sees anyway."""

LONGEST_DELAY_S = 60.0
"""A ring further ahead is left to the sweeper: brokers hold delayed messages in the workers' memory."""

FAREWELL_S = 4.0
"""How long a process that ends waits for its last rings to be out."""


@dataclass(frozen=True, slots=True)
class _Ring:
    task: str
    row_id: int
    delay_s: float


class CeleryDoorbell:
    """Rings through Celery. Safe to share between threads; connects on the first ring."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._rings: queue.Queue[_Ring | None] = queue.Queue(MAX_WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._out_of_order = False

    def ring(self, task: str, row_id: int, *, delay_s: float = 0.0) -> None:
        if delay_s > LONGEST_DELAY_S:
            return
        self._start()
        with suppress(queue.Full):
            self._rings.put_nowait(_Ring(task, row_id, delay_s))

    def close(self) -> None:
        """Send what is waiting, for at most `FAREWELL_S`. Further rings are lost."""
        thread = self._thread
        if thread is not None and thread.is_alive():
            with suppress(queue.Full):
                self._rings.put_nowait(None)
            thread.join(FAREWELL_S)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._send_all, name="doorbell", daemon=True)
                self._thread.start()
                atexit.register(self.close)

    def _send_all(self) -> None:
        wire = _Wire(self._app)
        while (ring := self._rings.get()) is not None:
            try:
                wire.send(ring)
            except Exception as error:  # whatever ails the broker, the desk goes on
                self._say_once(error)
                self._forget_waiting()
            else:
                self._out_of_order = False
        wire.drop()

    def _say_once(self, error: Exception) -> None:
        if not self._out_of_order:
            log.warning("broker.unreachable", error=type(error).__name__)
        self._out_of_order = True

    def _forget_waiting(self) -> None:
        """Old rings are of no use once the broker is back, and each would wait its time-out before."""
        with suppress(queue.Empty):
            while True:
                if self._rings.get_nowait() is None:
                    self._rings.put_nowait(None)
                    return


class _Wire:
    """One connection to the broker, made anew after any failure."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._producer: Any = None

    def send(self, ring: _Ring) -> None:
        """Publish, a second time over a fresh connection if the old one turned out dead."""
        if self._producer is not None:
            with suppress(Exception):
                return self._publish(ring)
            self.drop()
        try:
            self._publish(ring)
        except Exception:
            self.drop()
            raise

    def _publish(self, ring: _Ring) -> None:
        if self._producer is None:
            # No heartbeat: a quiet hour must not end a connection on which nobody listens.
            self._producer = self._app.amqp.Producer(self._app.connection_for_write(heartbeat=0))
        self._app.send_task(
            ring.task,
            args=(ring.row_id,),
            countdown=ring.delay_s or None,
            producer=self._producer,
            retry=False,
            ignore_result=True,
        )

    def drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(Exception):
                producer.connection.release()
