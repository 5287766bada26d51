"""Errands wait for other servers beside the worker's threads: each once, in its lane, and none after the end."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.desk.replies.fixing import DELIVER, DELIVER_AUTOMATIC
from agent.settings import Settings
from agent.worker.app import make_app
from agent.worker.errands import AT_ONCE, Errands, Lane
from agent.worker.tasks import LANES, register_tasks
from tests.house import build_test_house

SOON_S = 20


class Silent:
    """A job that begins, and ends only when it is let go."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.begins = threading.Semaphore(0)
        self.let_go = threading.Event()

    def __call__(self, row_id: int) -> None:
        self.begun.append(row_id)
        self.begins.release()
        self.let_go.wait(SOON_S)

    def has_begun(self, times: int = 1) -> None:
        for _ in range(times):
            assert self.begins.acquire(timeout=SOON_S)


@pytest.fixture
def errands() -> Iterator[Errands]:
    made = Errands()
    yield made
    made.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    job = Silent()
    yield job
    job.let_go.set()


def test_a_silent_server_holds_up_its_own_lane_alone(errands: Errands, silent: Silent) -> None:
    for row_id in range(AT_ONCE[Lane.LETTERS]):
        errands.run(Lane.LETTERS, "deliver", row_id, silent)
    silent.has_begun(AT_ONCE[Lane.LETTERS])
    done = threading.Event()
    errands.run(Lane.CALLS, "tell", 1, lambda _: done.set())
    assert done.wait(SOON_S)
    assert len(silent.begun) == AT_ONCE[Lane.LETTERS]


def test_what_waits_is_not_put_there_twice(errands: Errands, silent: Silent) -> None:
    errands.run(Lane.COPIES, "copy", 1, silent)
    silent.has_begun()
    for _ in range(50):
        errands.run(Lane.COPIES, "copy", 2, silent)
    silent.let_go.set()
    silent.has_begun()
    errands.close()
    assert silent.begun == [1, 2]


def test_a_ring_that_comes_while_it_is_done_is_not_forgotten(errands: Errands, silent: Silent) -> None:
    errands.run(Lane.COPIES, "copy", 1, silent)
    silent.has_begun()
    errands.run(Lane.COPIES, "copy", 1, silent)
    silent.let_go.set()
    silent.has_begun()
    assert silent.begun == [1, 1]


def test_at_the_end_what_is_done_is_finished_and_what_waits_is_left_to_the_next_start(
    errands: Errands, silent: Silent
) -> None:
    errands.run(Lane.COPIES, "copy", 1, silent)
    silent.has_begun()
    errands.run(Lane.COPIES, "copy", 2, silent)
    closing = threading.Thread(target=errands.close)
    closing.start()
    assert closing.is_alive()
    silent.let_go.set()
    closing.join(SOON_S)
    assert not closing.is_alive()
    errands.run(Lane.COPIES, "copy", 3, silent)
    assert silent.begun == [1]


def test_a_letter_is_left_to_them_and_a_sign_of_life_is_not(
    tmp_path: Path, errands: Errands, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, app = build_test_house(tmp_path), make_app(Settings(home=tmp_path))
    left: list[tuple[Lane, str, int]] = []
    monkeypatch.setattr(Errands, "run", lambda _, lane, name, row_id, job: left.append((lane, name, row_id)))
    register_tasks(app, home.house, errands)
    for name in LANES:
        app.tasks[name](7)
    app.tasks["worker.alive"](0)
    assert left == [(lane, name, 7) for name, lane in LANES.items()]
    assert (Lane.REPLIES, DELIVER, 7) in left


def test_what_a_person_approved_does_not_queue_up_behind_acknowledgements(
    errands: Errands, silent: Silent
) -> None:
    for row_id in range(100):
        errands.run(LANES[DELIVER_AUTOMATIC], DELIVER_AUTOMATIC, row_id, silent)
    silent.has_begun(AT_ONCE[Lane.LETTERS])
    sent = threading.Event()
    errands.run(LANES[DELIVER], DELIVER, 1_000, lambda _: sent.set())
    assert sent.wait(SOON_S)
    assert len(silent.begun) == AT_ONCE[Lane.LETTERS]
