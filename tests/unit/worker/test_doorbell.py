"""The doorbell never raises and never keeps the ringer waiting."""

import threading
import time
from typing import Any

from agent.worker.doorbell import LONGEST_DELAY_S, CeleryDoorbell


class FakeCelery:
    """Stands for Celery and its producer; `failures` publishes fail before one succeeds, `gate` holds them up."""

    def __init__(self, failures: int = 0) -> None:
        self.sent: list[tuple[str, Any, Any]] = []
        self.connections = 0
        self.failures = failures
        self.gate = threading.Event()
        self.gate.set()
        self.amqp = self

    def connection_for_write(self, **_: Any) -> "FakeCelery":
        self.connections += 1
        return self

    def Producer(self, _connection: Any) -> "FakeCelery":  # noqa: N802 - Celery's name
        return self

    @property
    def connection(self) -> "FakeCelery":
        return self

    def release(self) -> None:
        pass

    def send_task(self, task: str, args: Any, countdown: Any, **_: Any) -> None:
        self.gate.wait(10)
        if self.failures:
            self.failures -= 1
            raise OSError("the broker is gone")
        self.sent.append((task, args, countdown))


def bell(app: FakeCelery) -> CeleryDoorbell:
    return CeleryDoorbell(app)  # type: ignore[arg-type]


def test_a_ring_becomes_a_task_with_the_id_alone() -> None:
    app = FakeCelery()
    doorbell = bell(app)
    doorbell.ring("step.read", 7)
    doorbell.ring("deliver", 8, delay_s=10)
    doorbell.close()
    assert app.sent == [("step.read", (7,), None), ("deliver", (8,), 10)]
    assert app.connections == 1


def test_a_ring_far_ahead_is_left_to_the_sweeper() -> None:
    app = FakeCelery()
    doorbell = bell(app)
    doorbell.ring("deliver", 1, delay_s=LONGEST_DELAY_S + 1)
    doorbell.ring("deliver", 2)
    doorbell.close()
    assert [args for _, args, _ in app.sent] == [(2,)]


def test_a_dead_connection_costs_no_ring() -> None:
    app = FakeCelery()
    doorbell = bell(app)
    doorbell.ring("step.read", 1)
    while not app.sent:
        time.sleep(0.01)
    app.failures = 1
    doorbell.ring("step.read", 2)
    doorbell.close()
    assert [args for _, args, _ in app.sent] == [(1,), (2,)]
    assert app.connections == 2


def test_a_broker_that_fails_is_tried_again_with_the_next_ring() -> None:
    app = FakeCelery(failures=1)
    doorbell = bell(app)
    doorbell.ring("step.read", 1)
    while app.failures:
        time.sleep(0.01)
    time.sleep(0.05)
    doorbell.ring("step.read", 2)
    doorbell.close()
    assert [args for _, args, _ in app.sent] == [(2,)]


def test_a_silent_broker_keeps_nobody_waiting() -> None:
    app = FakeCelery()
    app.gate.clear()
    doorbell = bell(app)
    begun = time.monotonic()
    for row_id in range(5_000):
        doorbell.ring("step.read", row_id)
    assert time.monotonic() - begun < 10
    app.gate.set()


def test_closing_one_that_never_rang_does_nothing() -> None:
    bell(FakeCelery()).close()
