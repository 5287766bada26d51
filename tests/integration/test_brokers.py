"""Rings over the real thing: a folder, Redis, RabbitMQ. What they lose is made good elsewhere; what they must not
do is keep anybody waiting, or stop for good."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import Celery
from celery.worker import state

from agent.settings import Settings
from agent.worker.app import ALIVE, make_app, quiet_worker
from agent.worker.doorbell import CeleryDoorbell
from tests.servers.process import ServerProcess
from tests.servers.rabbitmq import RabbitMQServer
from tests.servers.redis import RedisServer

pytestmark = pytest.mark.server

TASK = "step.read"
OF_EACH_QUEUE = (TASK, "step.prioritise", "step.draft", ALIVE)
PATIENCE_S = 30.0
AT_ONCE_S = 5.0  # a thread that rings gives up on a silent broker by then


@pytest.fixture(params=["filesystem", "redis", "rabbitmq"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings for each of the brokers in turn."""
    url = "" if request.param == "filesystem" else request.getfixturevalue(f"{request.param}_url")
    return Settings(home=tmp_path, broker_url=url)


class Work:
    """A worker that only writes down what it was asked for."""

    def __init__(self, settings: Settings) -> None:
        self.done: list[int] = []
        self.app: Celery = make_app(settings)
        for name in OF_EACH_QUEUE:
            self.app.task(self._note, name=name, shared=False)
        self.doorbell = CeleryDoorbell(self.app)

    def _note(self, row_id: int) -> None:
        self.done.append(row_id)

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=quiet_worker(self.app).start, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.doorbell.close()
            state.should_stop = 0
            thread.join(20)
            state.should_stop = None
            assert not thread.is_alive(), "the worker did not stop"


@pytest.fixture
def work(settings: Settings) -> Iterator[Work]:
    work = Work(settings)
    with work.running():
        yield work


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.05)


def rings_get_through(work: Work, row_id: int) -> None:
    """Ring until one arrives, as the sweeper does."""

    def arrived() -> bool:
        work.doorbell.ring(TASK, row_id)
        time.sleep(0.5)
        return row_id in work.done

    until(arrived)


def test_a_ring_is_carried_out(work: Work) -> None:
    work.doorbell.ring(TASK, 7)
    until(lambda: work.done == [7])


def test_all_queues_are_served(work: Work) -> None:
    queues = {work.app.amqp.router.route({}, name)["queue"].name for name in OF_EACH_QUEUE}
    assert queues == {queue.name for queue in work.app.conf.task_queues}
    for row_id, name in enumerate(OF_EACH_QUEUE):
        work.doorbell.ring(name, row_id)
    until(lambda: sorted(work.done) == list(range(len(OF_EACH_QUEUE))))


def test_a_delayed_ring_waits_and_one_far_ahead_is_left_to_the_sweeper(work: Work) -> None:
    work.doorbell.ring(TASK, 1, delay_s=2.0)
    work.doorbell.ring(TASK, 2, delay_s=600.0)
    work.doorbell.ring(TASK, 3)
    until(lambda: 1 in work.done)
    assert work.done == [3, 1]


def test_three_hundred_rings_all_arrive(work: Work) -> None:
    for row_id in range(300):
        work.doorbell.ring(TASK, row_id)
    until(lambda: len(work.done) == 300)
    assert sorted(work.done) == list(range(300))


def test_rings_wait_for_a_worker_that_starts_later(settings: Settings) -> None:
    work = Work(settings)
    work.doorbell.ring(TASK, 5)
    work.doorbell.close()
    late = Work(settings)
    with late.running():
        until(lambda: late.done == [5])


def test_a_ring_for_an_unknown_task_does_no_harm(work: Work) -> None:
    work.doorbell.ring("step.of_another_version", 1)
    work.doorbell.ring(TASK, 2)
    until(lambda: work.done == [2])


@pytest.fixture
def redis_alone(redis_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, broker_url=redis_url)


@pytest.fixture
def rabbitmq_alone(rabbitmq_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, broker_url=rabbitmq_url)


def test_an_emptied_redis_loses_rings_and_nothing_else(redis: RedisServer, redis_alone: Settings) -> None:
    work = Work(redis_alone)
    with work.running():
        rings_get_through(work, 1)
        redis.empty()
        rings_get_through(work, 2)


def silent_broker_is_survived(work: Work, process: ServerProcess) -> None:
    with work.running():
        rings_get_through(work, 1)
        process.pause()
        try:
            begun = time.monotonic()
            for row_id in range(2_000):
                work.doorbell.ring(TASK, row_id)
            assert time.monotonic() - begun < AT_ONCE_S, "ringing waited for the broker"
            time.sleep(8)  # longer than every time-out, so that connections are given up
        finally:
            process.resume()
        rings_get_through(work, 99_999)


def test_a_silent_redis_keeps_nobody_waiting(redis: RedisServer, redis_alone: Settings) -> None:
    silent_broker_is_survived(Work(redis_alone), redis.process)


def test_a_silent_rabbitmq_keeps_nobody_waiting(rabbitmq: RabbitMQServer, rabbitmq_alone: Settings) -> None:
    silent_broker_is_survived(Work(rabbitmq_alone), rabbitmq.process)


def restart_is_survived(work: Work, process: ServerProcess) -> None:
    with work.running():
        rings_get_through(work, 1)
        process.kill()
        work.doorbell.ring(TASK, 2)
        process.start()
        rings_get_through(work, 3)


def test_a_redis_that_was_killed_is_found_again(redis: RedisServer, redis_alone: Settings) -> None:
    restart_is_survived(Work(redis_alone), redis.process)


def test_a_rabbitmq_that_was_killed_is_found_again(
    rabbitmq: RabbitMQServer, rabbitmq_alone: Settings
) -> None:
    restart_is_survived(Work(rabbitmq_alone), rabbitmq.process)


def test_a_process_that_ends_does_not_wait_for_a_broker_that_is_gone(tmp_path: Path) -> None:
    doorbell = CeleryDoorbell(make_app(Settings(home=tmp_path, broker_url="redis://127.0.0.1:1/0")))
    doorbell.ring(TASK, 1)
    begun = time.monotonic()
    doorbell.close()
    assert time.monotonic() - begun < 5


class TestFolder:
    """What can happen to files."""

    @pytest.fixture
    def work(self, tmp_path: Path) -> Iterator[Work]:
        work = Work(Settings(home=tmp_path))
        with work.running():
            yield work

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b'{"body": "W10=", "hea',
            b"[1, 2]",
            b'{"body": "", "headers": {}, "properties": {}}',
            b"\xff\x00",
        ],
    )
    def test_a_broken_file_is_dropped_and_the_worker_lives_on(
        self, work: Work, tmp_path: Path, content: bytes
    ) -> None:
        work.doorbell.ring(TASK, 1)
        until(lambda: work.done == [1])
        broken = tmp_path / "broker" / "0-broken.genklang.msg"
        broken.write_bytes(content)
        work.doorbell.ring(TASK, 2)
        until(lambda: work.done == [1, 2])
        assert not broken.exists()

    def test_a_deleted_folder_is_made_again(self, work: Work, tmp_path: Path) -> None:
        work.doorbell.ring(TASK, 1)
        until(lambda: work.done == [1])
        shutil.rmtree(tmp_path / "broker")
        work.doorbell.ring(TASK, 2)
        until(lambda: work.done == [1, 2])
