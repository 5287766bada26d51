"""Sending once, whatever the server answers and whenever the process dies."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from agent.desk.replies.approval import settle_uncertain
from agent.desk.replies.delivery import LEASE, deliver
from agent.desk.steps.intake import check_once
from agent.desk.steps.pipeline import STEPS, run_step
from agent.desk.steps.sweeping import sweep
from agent.mail.mailbox import RecipientAnswer, SendOutcome, SendState
from agent.store.tables import NoticeRow, OutboxRow
from tests.house import TestHouse
from tests.unit.desk.conftest import approve_newest, letter, only_case, replies


class Died(BaseException):
    """Stands for `kill -9`: nothing of ours runs after it."""


@pytest.fixture
def approved(home: TestHouse, receive: Callable[..., None]) -> OutboxRow:
    receive()
    home.outgoing.sent.clear()
    row = approve_newest(home)
    home.doorbell.rung.clear()
    home.clock.advance(seconds=15)
    return row


def rounds(home: TestHouse, count: int = 3, **apart: float) -> None:
    for _ in range(count):
        home.clock.advance(**(apart or {"seconds": 30}))
        sweep(home.house)
        home.work()


def dies_at(home: TestHouse, point: str) -> TestHouse:
    def fail(name: str) -> None:
        if name == point:
            raise Died

    object.__setattr__(home.house, "fail_point", fail)
    return home


def test_what_a_person_approved_is_rung_for_apart_from_what_leaves_by_itself(home: TestHouse) -> None:
    home.inbox.deliver(letter())
    check_once(home.house, home.mailbox_id)
    for step in STEPS:
        run_step(home.house, step.name, 1)
    approve_newest(home)
    rung = {"deliver.automatic": {1}, "deliver": {2}}
    assert of_letters(home) == rung
    home.doorbell.rung.clear()
    home.clock.advance(minutes=1)
    sweep(home.house)
    assert of_letters(home) == rung, "rung for anew, each with its own kind"
    assert [row.kind for row in letters(home)] == ["acknowledgement", "reply"]


def of_letters(home: TestHouse) -> dict[str, set[int]]:
    """The letters that were rung for, by the task."""
    rung: dict[str, set[int]] = {}
    for task, row_id in home.doorbell.rung:
        if task.startswith("deliver"):
            rung.setdefault(task, set()).add(row_id)
    return rung


def letters(home: TestHouse) -> list[OutboxRow]:
    with home.store.reading() as session:
        return session.query(OutboxRow).order_by(OutboxRow.id).all()


@pytest.mark.parametrize("point", ["deliver.claimed"])
def test_a_crash_before_the_final_dot_is_repeated_and_sent_once(
    home: TestHouse, approved: OutboxRow, point: str
) -> None:
    with pytest.raises(Died):
        deliver(dies_at(home, point).house, approved.id)
    dies_at(home, "")
    rounds(home, seconds=LEASE.total_seconds() + 1)
    assert len(home.outgoing.sent) == 1
    assert replies(home)[0].state == "sent"


@pytest.mark.parametrize("point", ["deliver.handover", "deliver.answered"])
def test_a_crash_after_it_is_uncertain_and_never_repeated(
    home: TestHouse, approved: OutboxRow, point: str
) -> None:
    with pytest.raises(Died):
        deliver(dies_at(home, point).house, approved.id)
    dies_at(home, "")
    rounds(home, 5, seconds=LEASE.total_seconds() + 1)
    assert len(home.outgoing.sent) <= 1
    assert replies(home)[0].state == "uncertain"


def test_an_uncertain_letter_found_in_the_sent_folder_was_sent(home: TestHouse, approved: OutboxRow) -> None:
    with pytest.raises(Died):
        deliver(dies_at(home, "deliver.answered").house, approved.id)
    dies_at(home, "")
    home.inbox.sent.append(home.outgoing.sent[0].raw)
    rounds(home, seconds=LEASE.total_seconds() + 1)
    assert replies(home)[0].state == "sent"
    assert only_case(home).state == "waiting"


def told(home: TestHouse) -> list[str]:
    with home.store.reading() as session:
        return [row.key for row in session.query(NoticeRow).filter_by(resolved_at=None)]


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("about_a_case", [True, False])
def test_what_a_person_found_out_ends_the_notice(
    home: TestHouse, approved: OutboxRow, arrived: bool, about_a_case: bool
) -> None:
    home.outgoing.answer = lambda recipients: SendOutcome(SendState.UNCERTAIN, None, "")
    deliver(home.house, approved.id)
    assert told(home) == [f"outbox:{approved.id}"]
    with home.store.writing() as unit:
        if not about_a_case:
            row = unit.session.get_one(OutboxRow, approved.id)
            row.case_id = row.draft_id = row.approval_id = None
        settle_uncertain(unit, home.house, outbox_id=approved.id, arrived=arrived, person=home.person)
    with home.store.reading() as session:
        assert session.get_one(OutboxRow, approved.id).state == ("sent" if arrived else "cancelled")
    assert told(home) == []


def test_a_letter_that_leaves_after_all_ends_the_notice(home: TestHouse, approved: OutboxRow) -> None:
    home.outgoing.answer = lambda recipients: SendOutcome(SendState.REFUSED_FOR_GOOD, 550, "no such user")
    deliver(home.house, approved.id)
    assert told(home) == [f"outbox:{approved.id}"]
    with home.store.writing() as unit:
        settle_uncertain(unit, home.house, outbox_id=approved.id, arrived=True, person=home.person)
    assert told(home) == []


def test_a_refusal_for_now_is_tried_again_later_and_later(home: TestHouse, approved: OutboxRow) -> None:
    tries: list[object] = []

    def busy(recipients: tuple[str, ...]) -> SendOutcome:
        tries.append(home.clock())
        return SendOutcome(
            SendState.REFUSED_FOR_NOW, 451, "try later", (RecipientAnswer(recipients[0], 451, ""),)
        )

    home.outgoing.answer = busy
    rounds(home, 10, minutes=1)
    gaps = [later - earlier for earlier, later in pairwise(tries)]  # type: ignore[operator]
    assert 2 <= len(tries) <= 5
    assert gaps == sorted(gaps)
    assert replies(home)[0].state == "waiting"


def test_a_refusal_for_good_is_shown_and_not_repeated(home: TestHouse, approved: OutboxRow) -> None:
    home.outgoing.answer = lambda recipients: SendOutcome(SendState.REFUSED_FOR_GOOD, 550, "no such user")
    rounds(home, 5, minutes=30)
    row = replies(home)[0]
    assert (row.state, row.outcome, row.attempts) == ("failed", "no such user", 1)


def test_a_server_silent_after_the_final_dot_leaves_the_decision_to_a_person(
    home: TestHouse, approved: OutboxRow
) -> None:
    home.outgoing.answer = lambda recipients: SendOutcome(SendState.UNCERTAIN, 0, "no answer")
    rounds(home, 5, minutes=10)
    assert len(home.outgoing.sent) == 1
    assert replies(home)[0].state == "uncertain"


def test_a_letter_that_is_not_the_approved_one_is_not_sent(home: TestHouse, approved: OutboxRow) -> None:
    with home.store.writing() as unit:
        unit.session.get_one(OutboxRow, approved.id).content = b"something else"
    rounds(home)
    assert home.outgoing.sent == []
    assert replies(home)[0].state == "failed"


def test_a_failing_copy_to_sent_never_sends_again(
    home: TestHouse, approved: OutboxRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agent.errors import MailServerError
    from agent.mail.memory import MemoryInbox

    def refuse(self: object, raw: bytes) -> str:
        raise MailServerError("quota")

    monkeypatch.setattr(MemoryInbox, "append_to_sent", refuse)
    rounds(home, 5)
    assert len(home.outgoing.sent) == 1
