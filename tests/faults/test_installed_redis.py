"""A running installation on Redis, which forgets everything and falls silent (rows 25 to 27)."""

import signal
import time
from collections.abc import Iterator

import httpx
import psutil
import pytest

from agent.clock import system_clock
from agent.store.session import open_store
from tests.faults.installed import Running, running_installation
from tests.faults.letters import tokens_of
from tests.faults.oracle import everything_finished, nothing_left_lying, nothing_lost, nothing_sent_twice
from tests.servers.dovecot import DovecotServer
from tests.servers.redis import RedisServer
from tests.servers.smtp_sink import SmtpSink

pytestmark = [pytest.mark.server, pytest.mark.timeout(240), pytest.mark.xdist_group("installed")]

AT_ONCE_S = 5.0


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, redis: RedisServer, dovecot: DovecotServer, _smtp_sink: SmtpSink
) -> Iterator[Running]:
    redis.empty()
    settings = {"GENKLANG_BROKER_URL": redis.url}
    with running_installation(tmp_path_factory.mktemp("redis"), settings, dovecot, _smtp_sink) as running:
        running.write("warm-up")
        running.drafted("warm-up", 120)
        yield running


def test_what_an_emptied_redis_forgets_is_rung_again(desk: Running, redis: RedisServer) -> None:
    """Row 25."""
    for number in range(3):
        desk.write(number)
        redis.empty()
    for number in range(3):
        desk.drafted(number, 90)


def test_while_redis_is_silent_people_read_and_approve_and_nothing_is_lost(
    desk: Running, redis: RedisServer
) -> None:
    """Row 27: no page waits for the broker, and mail is still fetched; the letter leaves when it is back."""
    case = desk.drafted("warm-up", 1)
    redis.process.pause()
    try:
        begun = time.monotonic()
        desk.made.cases()
        desk.made.api("GET", f"/cases/{case['id']}")
        assert httpx.get(desk.made.url, timeout=20, follow_redirects=True).status_code == 200
        desk.made.approve(case["id"])
        assert time.monotonic() - begun < AT_ONCE_S
        desk.write("while silent")
        desk.made.wait_until(lambda: desk.stored("while silent"), 60, "the mail fetched without a broker")
    finally:
        redis.process.resume()
    desk.drafted("while silent", 90)
    desk.made.wait_until(
        lambda: [row for row in desk.made.api("GET", f"/cases/{case['id']}")["outbox"]
                 if row["kind"] == "reply" and row["state"] == "sent"],
        60, "the approved reply sent",
    )  # fmt: skip


def test_told_twice_to_stop_while_redis_is_silent_it_ends_in_time(desk: Running, redis: RedisServer) -> None:
    """Row 26."""
    desk.write("last")
    redis.process.pause()
    try:
        family, top = desk.made.processes(), desk.made.process
        assert top is not None
        begun = time.monotonic()
        for _ in range(2):
            top.send_signal(signal.SIGTERM)
            time.sleep(0.3)
        assert top.wait(35) == 0
        assert time.monotonic() - begun < 30
        _, alive = psutil.wait_procs(family, timeout=3)
        assert alive == []
    finally:
        redis.process.resume()


def test_after_all_that_nothing_is_lost_or_sent_twice(desk: Running) -> None:
    store = open_store(f"sqlite:///{desk.made.home / 'genklang.db'}")
    desk.made.stop()
    desk.let_time_pass(minutes=6)
    desk.made.start(ready_within=120)
    desk.made.wait_until(lambda: desk.stored("last") and everything_finished(store), 120, "all finished")
    nothing_lost(store, tokens_of(desk.written))
    nothing_sent_twice(store, [mail.raw for mail in desk.sink.mails])
    nothing_left_lying(store, system_clock())
