"""The scheduler does its duties on time, and outlives their failures."""

import threading
from typing import Any

import pytest

from agent.worker import schedule
from agent.worker.schedule import Duty, duties, run_schedule


class _House:
    """All that the scheduler itself asks of a house."""

    def today(self) -> "_House":
        return self


def run_until(monkeypatch: pytest.MonkeyPatch, waiting: list[Duty], stop: threading.Event) -> None:
    monkeypatch.setattr(schedule, "duties", lambda: waiting)
    runner = threading.Thread(target=run_schedule, args=(_House(), stop))
    runner.start()
    runner.join(10)
    assert not runner.is_alive()


def test_a_failing_duty_stops_neither_itself_nor_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, done = threading.Event(), []

    def fails(_house: Any) -> None:
        done.append("fails")
        raise RuntimeError("the database is away")

    def works(_house: Any) -> None:
        done.append("works")
        if done.count("works") == 3:
            stop.set()

    run_until(monkeypatch, [Duty("fails", 0.01, fails), Duty("works", 0.01, works)], stop)
    assert done.count("fails") >= 2


def test_duties_keep_their_own_rhythm(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, done = threading.Event(), []

    def often(_house: Any) -> None:
        done.append("often")
        if len(done) > 5:
            stop.set()

    run_until(
        monkeypatch, [Duty("often", 0.01, often), Duty("seldom", 60, lambda _: done.append("seldom"))], stop
    )
    assert done.count("seldom") == 1


def test_unfinished_work_is_looked_for_every_few_seconds() -> None:
    assert next(duty.every_s for duty in duties() if duty.name == "sweep") <= 5
