"""Celery as the settings make it."""

from pathlib import Path

import pytest

from agent.desk.steps.pipeline import STEPS, task_of
from agent.settings import Settings
from agent.worker.app import (
    ALIVE,
    ANSWERING,
    ANSWERS_QUEUE,
    JUDGING,
    JUDGING_QUEUE,
    SENDING_QUEUE,
    STEPS_QUEUE,
    make_app,
)


def test_without_a_broker_the_rings_lie_in_the_data_folder(tmp_path: Path) -> None:
    options = make_app(Settings(home=tmp_path)).conf.broker_transport_options
    assert options["data_folder_in"] == options["data_folder_out"] == str(tmp_path / "broker")


def test_a_folder_can_be_named(tmp_path: Path) -> None:
    app = make_app(Settings(home=tmp_path, broker_url="filesystem:///srv/rings"))
    assert app.conf.broker_transport_options["data_folder_in"] == "/srv/rings"


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "rediss://127.0.0.1:1/0"])
def test_redis_may_not_be_silent_for_long(tmp_path: Path, url: str) -> None:
    conf = make_app(Settings(home=tmp_path, broker_url=url)).conf
    assert conf.broker_url == url
    assert conf.broker_transport_options["socket_timeout"] <= 5


def test_rabbitmq_confirms_what_it_took(tmp_path: Path) -> None:
    conf = make_app(Settings(home=tmp_path, broker_url="amqp://guest@127.0.0.1:1//")).conf
    assert conf.broker_transport_options["confirm_publish"] is True


def test_only_json_is_accepted(tmp_path: Path) -> None:
    assert make_app(Settings(home=tmp_path)).conf.accept_content == ["json"]


def test_what_people_approved_does_not_queue_behind_incoming_mail(tmp_path: Path) -> None:
    routes = make_app(Settings(home=tmp_path)).amqp.router
    assert routes.route({}, "deliver")["queue"].name == SENDING_QUEUE
    assert routes.route({}, ALIVE)["queue"].name == SENDING_QUEUE
    assert routes.route({}, "step.read")["queue"].name == STEPS_QUEUE


def test_the_first_drafts_do_not_wait_until_the_last_mail_was_read(tmp_path: Path) -> None:
    routes = make_app(Settings(home=tmp_path)).amqp.router
    names = [step.name for step in STEPS]
    assert tuple(names[names.index("triage") + 1 :]) == (*JUDGING, *ANSWERING)
    queues = dict.fromkeys(JUDGING, JUDGING_QUEUE) | dict.fromkeys(ANSWERING, ANSWERS_QUEUE)
    for name in names:
        assert routes.route({}, task_of(name))["queue"].name == queues.get(name, STEPS_QUEUE)
