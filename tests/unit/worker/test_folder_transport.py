"""The embedded broker's folder: what is put is got once, in order, whatever else lies there."""

from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from agent.settings import Settings
from agent.worker.app import SENDING_QUEUE, STEPS_QUEUE, make_app
from agent.worker.folder_transport import BUSY_FOR_S, POLLED_WHILE_BUSY_S, Channel


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    app = make_app(Settings(home=tmp_path))
    with app.connection_for_write() as connection:
        yield connection


@pytest.fixture
def channel(connection: Connection) -> Channel:
    return connection.channel()


def message(number: int) -> dict[str, Any]:
    properties = {"delivery_tag": str(number), "delivery_info": {"exchange": "", "routing_key": STEPS_QUEUE}}
    return {"body": str(number), "headers": {}, "properties": properties, "content-encoding": "utf-8"}


def got(channel: Channel, queue: str = STEPS_QUEUE) -> list[str]:
    bodies = []
    while True:
        try:
            bodies.append(channel._get(queue)["body"])
        except Empty:
            return bodies


def test_rings_come_out_once_and_in_order(channel: Channel) -> None:
    for number in range(5):
        channel._put(STEPS_QUEUE, message(number))
    assert got(channel) == ["0", "1", "2", "3", "4"]
    assert got(channel) == []


def test_queues_do_not_mix(channel: Channel) -> None:
    channel._put(STEPS_QUEUE, message(1))
    channel._put(SENDING_QUEUE, message(2))
    assert got(channel, SENDING_QUEUE) == ["2"]
    assert channel._size(STEPS_QUEUE) == 1


def test_two_workers_never_get_the_same_ring(connection: Connection, channel: Channel) -> None:
    other = connection.channel()
    for number in range(4):
        channel._put(STEPS_QUEUE, message(number))
    taken = [channel._get(STEPS_QUEUE)["body"], other._get(STEPS_QUEUE)["body"], *got(channel), *got(other)]
    assert sorted(taken) == ["0", "1", "2", "3"]


@pytest.mark.parametrize("content", [b"", b'{"body": "x', b"[]", b'{"body": "", "properties": {}}', b"\xff"])
def test_an_unreadable_file_is_passed_over_and_removed(
    channel: Channel, tmp_path: Path, content: bytes
) -> None:
    channel._put(STEPS_QUEUE, message(1))
    (tmp_path / "broker" / f"0.{STEPS_QUEUE}.msg").write_bytes(content)
    assert got(channel) == ["1"]
    assert list((tmp_path / "broker").iterdir()) == []


def test_nothing_is_there_before_the_first_ring(channel: Channel) -> None:
    assert got(channel) == []
    assert channel._size(STEPS_QUEUE) == 0


def test_a_ring_half_written_is_not_seen(channel: Channel, tmp_path: Path) -> None:
    channel._put(STEPS_QUEUE, message(1))
    (tmp_path / "broker" / f"0.{STEPS_QUEUE}.part").write_bytes(b'{"body"')
    assert channel._size(STEPS_QUEUE) == 1


def test_purging_leaves_other_queues_alone(channel: Channel) -> None:
    channel._put(STEPS_QUEUE, message(1))
    channel._put(SENDING_QUEUE, message(2))
    assert channel._purge(STEPS_QUEUE) == 1
    assert channel._size(SENDING_QUEUE) == 1


def test_the_folder_is_looked_into_more_often_while_rings_come(channel: Channel) -> None:
    transport = channel.connection
    assert transport.polling_interval == 0.05
    channel._put(STEPS_QUEUE, message(1))
    got(channel)
    assert transport.polling_interval == POLLED_WHILE_BUSY_S
    transport._busy_until -= BUSY_FOR_S
    assert transport.polling_interval == 0.05
