"""One mail through all steps; failures, crashes and duplicates on the way."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from agent.desk.steps.pipeline import STEPS, next_step, run_step
from agent.desk.steps.sweeping import sweep
from agent.store.tables import MessageRow, NoticeRow, PlaceholderRow, QuarantineRow, TriageRow
from tests.house import TestHouse
from tests.unit.desk.conftest import letter, newest, only_case


def incoming(home: TestHouse) -> MessageRow:
    with home.store.reading() as session:
        return session.query(MessageRow).filter_by(direction="in").order_by(MessageRow.id).first()  # type: ignore[return-value]


def test_a_mail_becomes_a_case_with_a_draft_from_its_source(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    case = only_case(home)
    assert (case.category, case.priority, case.draft_state) == ("technical", "low", "ready")
    assert case.respond_by is not None
    assert newest(home).sentences[1]["sources"] == ["kb-1"]


def test_no_model_sees_the_senders_name_and_the_draft_has_it_back(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive(letter("It crashes. Regards Anne Berg"))
    assert home.understanding.seen
    assert all("Anne" not in seen for seen in home.understanding.seen)
    assert newest(home).text.startswith("Hi Anne,")
    assert "Anne" not in newest(home).redacted_text


def test_the_same_person_keeps_the_placeholder_through_the_conversation(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive(letter("It crashes. Anne Berg"))
    receive(letter("Again! Anne Berg", subject="Re: Help", message_id="<2@customer.example>",
                   extra="In-Reply-To: <1@customer.example>\r\n"))  # fmt: skip
    with home.store.reading() as session:
        names = session.query(PlaceholderRow).filter(PlaceholderRow.value == "Anne Berg").all()
    assert len(names) == 1


def test_a_step_rung_fifty_times_is_done_once(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    for _ in range(50):
        for step in STEPS:
            run_step(home.house, step.name, incoming(home).id)
    assert len(home.understanding.requests) == 1
    with home.store.reading() as session:
        assert session.query(TriageRow).count() == 1


def test_a_lost_ring_is_rung_again_by_the_sweeper(home: TestHouse, receive: Callable[..., None]) -> None:
    home.doorbell.lost = True
    receive()
    assert incoming(home).step == "read"
    home.doorbell.lost = False
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    assert only_case(home).draft_state == "ready"


def test_a_step_that_fails_three_times_is_parked_and_the_others_go_on(
    home: TestHouse, receive: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = type(home.understanding).read

    def fails_on_the_poisoned(self: object, mail: object) -> object:
        if "poison" in mail.whole.shareable():  # type: ignore[attr-defined]
            raise RuntimeError
        return read(self, mail)  # type: ignore[arg-type]

    monkeypatch.setattr(type(home.understanding), "read", fails_on_the_poisoned)
    receive(letter("poison"))
    for _ in range(4):
        home.clock.advance(minutes=3)
        sweep(home.house)
        home.work()
    receive(letter("fine", message_id="<2@customer.example>", sender="Bo <bo@customer.example>"))
    assert "3 times" in incoming(home).parked
    with home.store.reading() as session:
        assert session.query(NoticeRow).filter(NoticeRow.resolved_at.is_(None)).count() == 1
        assert session.query(MessageRow).filter_by(step="", parked="", direction="in").count() == 1


def test_a_worker_that_dies_in_a_step_loses_its_lease_and_the_step_is_run_again(
    home: TestHouse, receive: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        """Stands for `kill -9`: nothing of ours runs after it."""

    def die(self: object, mail: object) -> object:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(type(home.understanding), "read", die)
        with pytest.raises(Died):
            receive()
    sweep(home.house)
    home.work()
    assert incoming(home).step == "triage", "the lease still stands"
    home.clock.advance(minutes=4)
    sweep(home.house)
    home.work()
    assert only_case(home).draft_state == "ready"


def test_a_mail_that_kills_its_worker_each_time_is_given_up_after_three_tries(
    home: TestHouse, receive: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def die(self: object, mail: object) -> object:
        raise Died

    monkeypatch.setattr(type(home.understanding), "read", die)
    with pytest.raises(Died):
        receive()
    for _ in range(2):
        home.clock.advance(minutes=4)
        sweep(home.house)
        with pytest.raises(Died):
            home.work()
    home.clock.advance(minutes=4)
    sweep(home.house)
    home.work()
    assert incoming(home).parked


def test_an_unreadable_mail_is_in_quarantine_with_its_bytes(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    nested = b"From: a@b.example\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3000
    receive(nested)
    with home.store.reading() as session:
        assert session.query(QuarantineRow).count() == 1
    assert incoming(home).raw_id is not None


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: auto-replied\r\n", "Precedence: bulk\r\n", "List-Id: <news.example>\r\n"]
)
def test_robots_get_no_answer_of_any_kind(home: TestHouse, receive: Callable[..., None], header: str) -> None:
    receive(letter("I am away.", extra=header))
    home.clock.advance(minutes=5)
    sweep(home.house)
    home.work()
    assert home.outgoing.sent == []
    assert len(home.understanding.requests) == 0


def test_robots_skip_what_is_for_people() -> None:
    assert next_step("redact", robot=True) == ""
    assert next_step("redact", robot=False) == "triage"
    assert next_step("draft", robot=False) == ""


def test_the_acknowledgement_goes_out_once_within_two_minutes_with_the_case_number(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    arrived = home.clock()
    receive()
    receive(letter("More!", subject="Re: Help", message_id="<2@customer.example>",
                   extra="In-Reply-To: <1@customer.example>\r\n"))  # fmt: skip
    assert len(home.outgoing.sent) == 1
    sent = home.outgoing.sent[0]
    assert home.clock() - arrived < timedelta(minutes=2)
    assert sent.recipients == ("anne@customer.example",)
    assert f"case number {only_case(home).id}".encode() in sent.raw
    assert b"Auto-Submitted: auto-replied" in sent.raw
