"""Tasks: every ring has one, and rings that come late, twice or fifty times do no harm."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from celery import Celery
from sqlalchemy import func, select

from agent.desk.replies.delivery import COPY_TO_SENT, LOOK_UP
from agent.desk.replies.fixing import DELIVER
from agent.desk.steps.indexing import INDEX
from agent.desk.steps.intake import check_once
from agent.desk.steps.pipeline import STEPS, task_of
from agent.settings import Settings
from agent.store.tables import CaseRow, DraftRow, HeartbeatRow, MessageRow
from agent.worker.app import ALIVE, make_app
from agent.worker.tasks import register_tasks
from tests.house import TestHouse, build_test_house
from tests.unit.desk.conftest import letter


@pytest.fixture
def home(tmp_path: Path) -> TestHouse:
    return build_test_house(tmp_path)


@pytest.fixture
def app(home: TestHouse, tmp_path: Path) -> Celery:
    app = make_app(Settings(home=tmp_path))
    register_tasks(app, home.house)
    return app


def run(app: Celery, task: str, row_id: int) -> None:
    app.tasks[task](row_id)


def test_everything_that_is_rung_has_a_task(app: Celery) -> None:
    rung = {*(task_of(step.name) for step in STEPS), DELIVER, COPY_TO_SENT, LOOK_UP, INDEX, ALIVE}
    app.finalize()
    assert rung <= set(app.tasks)


@pytest.mark.parametrize("task", [task_of("read"), task_of("draft"), DELIVER, COPY_TO_SENT, LOOK_UP, INDEX])
def test_a_row_that_is_gone_is_passed_over(app: Celery, task: str) -> None:
    run(app, task, 4711)


def test_fifty_rings_for_one_mail_make_one_case_and_one_draft(app: Celery, home: TestHouse) -> None:
    home.inbox.deliver(letter())
    check_once(home.house, home.mailbox_id)
    with home.store.reading() as session:
        message_id = session.scalars(select(MessageRow.id)).one()
    with ThreadPoolExecutor(4) as pool:
        for step in STEPS:
            list(pool.map(lambda _, step=step: run(app, task_of(step.name), message_id), range(50)))  # type: ignore[misc]
    with home.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(CaseRow)) == 1
        assert session.scalar(select(func.count()).select_from(DraftRow)) == 1
    assert len(home.understanding.requests) == 1


def test_a_task_that_fails_never_reaches_celery(
    app: Celery, home: TestHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(type(home.store), "writing", breaks)
    run(app, ALIVE, 0)


def test_a_sign_of_life_is_written_down(app: Celery, home: TestHouse) -> None:
    run(app, ALIVE, 0)
    with home.store.reading() as session:
        assert session.get_one(HeartbeatRow, "worker").at == home.clock()
