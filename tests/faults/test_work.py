"""Steps whose process dies, rings that come fifty times, tasks that always crash (rows 23, 28, 30, 31)."""

import signal
from datetime import timedelta

import pytest

from agent.desk.steps.intake import check_once
from agent.desk.steps.pipeline import STEPS, run_step, task_of
from agent.desk.steps.sweeping import sweep
from agent.drafting.draft import Draft, DraftRequest
from agent.store.tables import DraftRow, MessageRow, TriageRow
from tests.faults.houses import DRAFTED, at_once, cases, in_own_process, letters_out, of_this_process, rounds
from tests.faults.letters import letter, tokens_of
from tests.faults.oracle import nothing_left_lying, nothing_lost, nothing_sent_twice, people_were_told
from tests.house import ScriptedUnderstanding, TestHouse

STEP_NAMES = [step.name for step in STEPS]


def incoming(home: TestHouse) -> MessageRow:
    with home.store.reading() as session:
        return session.query(MessageRow).filter_by(direction="in").order_by(MessageRow.id).one()


def work_until(home: TestHouse, step: str) -> None:
    """Let a mail go its way until it waits for `step`."""
    while incoming(home).step != step:
        task, row_id = home.doorbell.rung.pop(0)
        if task.startswith("step."):
            run_step(home.house, task.removeprefix("step."), row_id)


@pytest.mark.parametrize("step", STEP_NAMES)
def test_a_worker_killed_inside_any_step_delays_its_mail_by_the_lease(home: TestHouse, step: str) -> None:
    """Row 23."""
    home.inbox.deliver(letter(1))
    check_once(home.house, home.mailbox_id)
    work_until(home, step)
    home.doorbell.rung.clear()
    ended = in_own_process(
        lambda: run_step(of_this_process(home.house, f"{step}.claimed"), step, incoming(home).id)
    )
    assert ended == -signal.SIGKILL
    rounds(home, 6, minutes=1)
    nothing_lost(home.store, tokens_of([1]))
    nothing_left_lying(home.store, home.clock(), longest=timedelta(minutes=6))
    nothing_sent_twice(home.store, (mail.raw for mail in home.outgoing.sent))
    assert cases(home)[0].draft_state in DRAFTED
    assert len(home.understanding.requests) == 1
    assert len(letters_out(home, "acknowledgement")) == 1


def test_a_mail_that_always_kills_its_worker_is_set_aside_after_three_tries(home: TestHouse) -> None:
    """Row 31: real processes, really killed; another mail goes its way meanwhile."""
    home.inbox.deliver(letter(1))
    check_once(home.house, home.mailbox_id)
    deaths = 0
    for _ in range(6):
        ended = in_own_process(
            lambda: run_step(of_this_process(home.house, "read.claimed"), "read", incoming(home).id)
        )
        deaths += ended == -signal.SIGKILL
        home.clock.advance(minutes=2)
    assert deaths == 3
    home.inbox.deliver(letter(2))
    check_once(home.house, home.mailbox_id)
    rounds(home, 3)
    nothing_lost(home.store, tokens_of([1, 2]))
    nothing_left_lying(home.store, home.clock(), longest=timedelta(minutes=2))
    people_were_told(home.store, "could not be worked on")
    assert [case.draft_state in DRAFTED for case in cases(home)] == [True]


@pytest.mark.parametrize("step", ["triage", "acknowledge", "draft"])
def test_fifty_rings_at_once_have_one_effect(home: TestHouse, step: str) -> None:
    """Rows 28 and 30: eight threads carry out the same ring, again and again."""
    home.inbox.deliver(letter(1))
    check_once(home.house, home.mailbox_id)
    work_until(home, step)
    home.doorbell.rung.clear()
    message_id = incoming(home).id

    def ring_seven_times() -> None:
        for _ in range(7):
            run_step(home.house, step, message_id)

    at_once(*[ring_seven_times] * 8)
    home.work()
    rounds(home)
    assert len(home.understanding.requests) == 1
    assert len(letters_out(home, "acknowledgement")) == 1
    with home.store.reading() as session:
        assert session.query(TriageRow).count() == 1
        assert session.query(DraftRow).count() == 1
    nothing_sent_twice(home.store, (mail.raw for mail in home.outgoing.sent))


def test_a_step_that_outlives_its_lease_writes_nothing_once_another_took_over(
    home: TestHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 28: a stopped process (SIGSTOP, a laptop's lid) wakes up after its work was given to another."""
    home.inbox.deliver(letter(1))
    check_once(home.house, home.mailbox_id)
    work_until(home, "draft")
    home.doorbell.rung.clear()
    once = iter([True])
    write = type(home.understanding).write

    def asleep_the_first_time(self: ScriptedUnderstanding, request: DraftRequest) -> Draft:
        draft = write(self, request)
        if next(once, False):
            home.clock.advance(minutes=6)
            sweep(home.house)
            home.work()
        return draft

    monkeypatch.setattr(type(home.understanding), "write", asleep_the_first_time)
    run_step(home.house, "draft", incoming(home).id)
    assert len(home.understanding.requests) == 2
    with home.store.reading() as session:
        assert session.query(DraftRow).count() == 1


def test_a_reply_waits_for_the_mail_it_answers_however_long_that_is_being_read(home: TestHouse) -> None:
    """Row 23: the worker that read the first mail was killed, and the second must not open a case of its own."""
    home.inbox.deliver(letter(1))
    home.inbox.deliver(
        letter(2, sender="c <customer-1@customer.example>", extra="In-Reply-To: <1@customer.example>\r\n")
    )
    check_once(home.house, home.mailbox_id)
    first, second = (row_id for _, row_id in home.doorbell.rung)
    home.doorbell.rung.clear()
    in_own_process(lambda: run_step(of_this_process(home.house, "read.claimed"), "read", first))
    home.doorbell.ring(task_of("read"), second)
    home.work()
    rounds(home, 6)
    nothing_lost(home.store, tokens_of([1, 2]))
    assert len(cases(home)) == 1
