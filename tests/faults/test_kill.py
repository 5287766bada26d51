"""Row 19: processes of a running installation are killed at random moments while mail comes and answers leave.

`genklang up` on SQLite, Dovecot and an SMTP server that counts what it was handed. A person approves whatever is
ready, through the API, and does not mind that the desk is away now and then. KILL_MAILS and KILLS set the size:
80 and 12 in `make test`; the promise is for 500 and 50 (docs/faults.md has the figures of such a run).
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import func, select

from agent.clock import system_clock
from agent.desk.audit import first_break
from agent.store.session import Store, open_store
from agent.store.tables import MessageRow, OutboxRow
from tests.faults.houses import DRAFTED
from tests.faults.installed import Running, running_installation, time_passes
from tests.faults.letters import tokens_of
from tests.faults.oracle import everything_finished, nothing_left_lying, nothing_lost, nothing_sent_twice
from tests.installation import Installation, knowledge_files
from tests.servers.dovecot import DovecotServer
from tests.servers.smtp_sink import SmtpSink

pytestmark = [pytest.mark.server, pytest.mark.timeout(3600), pytest.mark.xdist_group("installed")]

MAILS = int(os.environ.get("KILL_MAILS", "80"))
KILLS = int(os.environ.get("KILLS", "12"))
SEED = int(os.environ.get("KILL_SEED", "19"))
PAUSE_S = (0.5, 4.0)  # between two kills
FULL_SIZE = MAILS >= 500
"""Then leases of the dead are waited for; in the small run their time is moved instead, while nothing runs."""


@pytest.fixture
def desk(tmp_path: Path, dovecot: DovecotServer, smtp_sink: SmtpSink) -> Iterator[Running]:
    with running_installation(tmp_path, {}, dovecot, smtp_sink, knowledge_files(tmp_path)[:1]) as running:
        yield running


@dataclass
class Approver(threading.Thread):
    """A person who approves each draft as soon as it is there, and tries again when the desk does not answer."""

    made: Installation
    stop: threading.Event = field(default_factory=threading.Event)
    approved: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        while not self.stop.wait(0.5):
            with suppress(httpx.HTTPError, AssertionError):
                for case in self.made.cases():
                    if case["draft_state"] in DRAFTED and case["id"] not in self.approved:
                        self.made.approve(case["id"])
                        self.approved.add(case["id"])


def write_all(desk: Running, seconds: float, stop: threading.Event) -> None:
    """All letters, spread over `seconds`."""
    for number in range(MAILS):
        desk.write(number)
        stop.wait(seconds / MAILS)


def kill_at_random(made: Installation, dice: random.Random) -> str:
    """Kill one process of the tree, or all of them; what was killed."""
    up_again(made)
    if dice.random() < 0.2:
        made.kill()
        return "everything"
    victim = dice.choice(made.processes())
    try:
        name = name_of(victim)
        victim.kill()
    except psutil.NoSuchProcess:
        return "nothing"
    return name


def up_again(made: Installation) -> None:
    """Start it again where all has ended: with everything, with the topmost process, or with the supervisor."""
    time.sleep(0.5)
    if not made.processes():
        made.start(ready_within=120)


def name_of(process: psutil.Process) -> str:
    words = process.cmdline()
    return next(
        (word for word in ("reader_child", "supervisord", "chroma") if any(word in w for w in words)),
        words[-1],
    )


def test_killed_at_random_it_loses_nothing_and_sends_nothing_twice(desk: Running) -> None:
    made = desk.made
    dice = random.Random(SEED)
    approver, stop = Approver(made), threading.Event()
    store = open_store(f"sqlite:///{made.home / 'genklang.db'}")
    begun = time.monotonic()
    mails = threading.Thread(target=write_all, args=(desk, KILLS * sum(PAUSE_S) / 2, stop), daemon=True)
    mails.start()
    approver.start()
    killed = Counter[str]()
    try:
        for _ in range(KILLS):
            time.sleep(dice.uniform(*PAUSE_S))
            killed[kill_at_random(made, dice)] += 1
        mails.join(120)
        if FULL_SIZE:
            up_again(made)
        else:
            made.kill()
            time_passes(store, minutes=6)
            made.start(ready_within=120)
        made.wait_until(lambda: settled(store), 120 + MAILS * 3, f"all settled; killed so far: {killed}")
    finally:
        stop.set()
        approver.stop.set()
        approver.join(30)
    made.stop()
    report(store, killed, time.monotonic() - begun)
    nothing_lost(store, tokens_of(range(MAILS)))
    nothing_sent_twice(store, [mail.raw for mail in desk.sink.mails])
    nothing_left_lying(store, system_clock())
    assert everything_finished(store)
    with store.reading() as session:
        assert first_break(session) is None, "the audit trail is whole"
        assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        replies = session.scalar(
            select(func.count()).where(OutboxRow.kind == "reply", OutboxRow.state == "sent")
        )
        assert replies >= 0.9 * MAILS - KILLS, "the work was done in spite of it all"


def settled(store: Store) -> bool:
    """Whether every mail has arrived and is answered, or is in people's hands."""
    with store.reading() as session:
        arrived = session.scalar(select(func.count()).where(MessageRow.raw_id.is_not(None))) or 0
        answers = session.scalar(select(func.count()).where(OutboxRow.kind == "reply")) or 0
        parked = session.scalar(select(func.count()).where(MessageRow.parked != "")) or 0
    return arrived == MAILS and answers + parked >= MAILS and everything_finished(store)


def report(store: Store, killed: Counter[str], seconds: float) -> None:
    with store.reading() as session:
        states = session.execute(
            select(OutboxRow.kind, OutboxRow.state, func.count()).group_by(OutboxRow.kind, OutboxRow.state)
        ).all()
        parked = session.scalar(select(func.count()).where(MessageRow.parked != ""))
    print(
        f"\n{MAILS} mails, {killed.total()} kills {dict(killed)} in {seconds:.0f} s; letters {states}; parked {parked}"
    )
