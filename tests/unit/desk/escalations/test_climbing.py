"""An escalation climbs, each step told once, until somebody takes it; notices hold nothing of a customer's."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from agent.chat.memory import MemoryChannels
from agent.desk.customers.rights import erase_customer
from agent.desk.escalations.climbing import climb
from agent.desk.escalations.escalating import acknowledge, escalate, hand_back
from agent.desk.escalations.telling import LEASE, UNCERTAIN, tell
from agent.desk.steps.sweeping import sweep
from agent.errors import Conflict
from agent.mail.mailbox import SendOutcome, SendState
from agent.store.tables import CaseRow, CustomerRow, EscalationNoticeRow, EscalationRow
from agent.triage.reading import FactorName, Sentiment, SentimentDecision, Signal
from tests.house import CALM, TestHouse
from tests.unit.desk.conftest import letter, only_case

CRITICAL = replace(
    CALM,
    signals=(
        Signal(FactorName.BUSINESS_IMPACT, "Kontonummer DE89 3704 0044 0532 0130 00 is down", "stopped"),
        Signal(FactorName.TIME_CRITICALITY, "tomorrow"),
        Signal(FactorName.ESCALATION_RISK, "alternatives"),
        Signal(FactorName.COMPLEXITY, "x"),
    ),
    sentiment=SentimentDecision(Sentiment.VERY_NEGATIVE, 0.9),
)
STEPS = [
    {"after_minutes": 0, "to": "lead", "by": ["mail", "chat"]},
    {"after_minutes": 30, "to": "boss@nordlys.example", "by": ["mail"]},
]


def with_steps(
    home: TestHouse, steps: Sequence[dict[str, object]] = STEPS, **tables: object
) -> MemoryChannels:
    chats = MemoryChannels(["ops"])
    company = replace(home.house.company, overrides={"escalation": {"steps": list(steps), **tables}})
    home.house = replace(home.house, company=company, channels=chats, desk_url="https://desk.nordlys.example")
    return chats


def ask(home: TestHouse) -> int:
    with home.store.writing() as unit:
        return escalate(
            unit, home.house, case_id=only_case(home).id, reason="Please look", person=home.person
        ).id


def rise(home: TestHouse) -> None:
    climb(home.house)
    home.work()


def notices(home: TestHouse) -> list[tuple[int, str, str, str]]:
    with home.store.reading() as session:
        rows = session.query(EscalationNoticeRow).order_by(EscalationNoticeRow.id).all()
        return [(row.step, row.way, row.target, row.state) for row in rows]


def mails_to(home: TestHouse, address: str) -> list[bytes]:
    return [sent.raw for sent in home.outgoing.sent if address in sent.recipients]


def test_each_step_is_told_once_and_the_next_after_its_time(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    chats = with_steps(home)
    ask(home)
    for _ in range(3):
        rise(home)
    assert notices(home) == [(0, "mail", "emil@nordlys.example", "sent"), (0, "chat", "ops", "sent")]
    assert len(chats.told) == 1
    assert len(mails_to(home, "emil@nordlys.example")) == 1
    home.clock.advance(minutes=29)
    rise(home)
    assert len(notices(home)) == 2
    home.clock.advance(minutes=1)
    for _ in range(2):
        rise(home)
    assert notices(home)[2:] == [(1, "mail", "boss@nordlys.example", "sent")]
    home.clock.advance(days=3)
    rise(home)
    assert len(notices(home)) == 3


def test_who_takes_it_stops_the_climb_and_handing_back_lets_it_go_on(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    with_steps(home)
    number = ask(home)
    rise(home)
    with home.store.writing() as unit:
        acknowledge(unit, home.house, escalation_id=number, person=home.other)
    home.clock.advance(hours=1)
    rise(home)
    assert len(notices(home)) == 2
    assert only_case(home).assignee_id == home.other.id
    with home.store.writing() as unit, pytest.raises(Conflict):
        hand_back(unit, home.house, escalation_id=number, person=home.person)
    with home.store.writing() as unit:
        hand_back(unit, home.house, escalation_id=number, person=home.other)
    assert only_case(home).assignee_id is None
    rise(home)
    assert len(notices(home)) == 2, "the next step waits its time again"
    home.clock.advance(minutes=30)
    rise(home)
    assert notices(home)[-1][2] == "boss@nordlys.example"


def test_a_notice_that_was_not_sent_when_somebody_took_the_case_is_dropped(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    with_steps(home)
    number = ask(home)
    climb(home.house)
    with home.store.writing() as unit:
        acknowledge(unit, home.house, escalation_id=number, person=home.other)
    home.work()
    assert {state for *_, state in notices(home)} == {"dropped"}
    assert mails_to(home, "emil@nordlys.example") == []


def test_at_night_the_second_step_waits_for_the_morning_unless_the_case_is_critical(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    with_steps(home)
    home.clock.advance(hours=10)  # 19:00
    ask(home)
    rise(home)
    assert notices(home) == []
    home.understanding.reading = CRITICAL
    receive(letter("Down!", message_id="<2@customer.example>", extra="In-Reply-To: <1@customer.example>\r\n"))
    rise(home)
    told = {target for _, _, target, _ in notices(home)}
    assert told == {"emil@nordlys.example", "ops"}
    home.clock.advance(minutes=30)
    rise(home)
    assert "boss@nordlys.example" in {target for _, _, target, _ in notices(home)}


def test_no_notice_names_the_customer_their_words_or_the_reason(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    canaries = ["Anne", "Berg", "customer.example", "Kontonummer", "DE89", "Geheimwort", "Zaunkoenig"]
    home.understanding.reading = CRITICAL
    chats = with_steps(home, [{"after_minutes": 0, "to": "lead", "by": ["mail", "chat"]}])
    receive(letter("Kontonummer DE89 3704 is Geheimwort", subject="Zaunkoenig"))
    with home.store.writing() as unit:
        escalate(
            unit, home.house, case_id=only_case(home).id, reason="Anne Berg Geheimwort", person=home.person
        )
    rise(home)
    case = only_case(home)
    said = [f"{notice.title}\n{notice.text}" for _, notice in chats.told]
    said += [raw.decode() for raw in mails_to(home, "emil@nordlys.example")]
    assert len(said) == 2, "two causes, one notice each way"
    for text in said:
        assert not [canary for canary in canaries if canary.lower() in text.lower()]
        assert f"https://desk.nordlys.example/cases/{case.id}" in text
        assert f"Case {case.id}: critical" in text


def test_a_refused_notice_is_tried_again_later_and_then_given_up(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    chats = with_steps(home, [{"after_minutes": 0, "to": "lead", "by": ["chat"]}])
    chats.failing.add("ops")
    ask(home)
    rise(home)
    assert notices(home) == [(0, "chat", "ops", "waiting")]
    for _ in range(4):
        home.clock.advance(minutes=20)
        rise(home)
    assert notices(home) == [(0, "chat", "ops", "failed")]
    assert chats.told == []


def test_a_worker_that_died_after_handing_over_is_not_repeated_and_before_it_is(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    class Died(Exception):
        pass

    def die_at(point: str) -> None:
        def fail(name: str) -> None:
            if name == point:
                raise Died

        home.house = replace(home.house, fail_point=fail)

    receive()
    with_steps(home, [{"after_minutes": 0, "to": "lead", "by": ["mail"]}])
    ask(home)
    climb(home.house)
    ((_, notice_id),) = home.doorbell.rung
    home.doorbell.rung.clear()
    die_at("tell.claimed")
    with pytest.raises(Died):
        tell(home.house, notice_id)
    home.clock.advance(seconds=LEASE.total_seconds() + 1)
    die_at("tell.answered")
    climb(home.house)
    with pytest.raises(Died):
        home.work()
    assert len(mails_to(home, "emil@nordlys.example")) == 1
    home.clock.advance(seconds=LEASE.total_seconds() + 1)
    die_at("")
    rise(home)
    assert notices(home) == [(0, "mail", "emil@nordlys.example", "uncertain")]
    assert len(mails_to(home, "emil@nordlys.example")) == 1
    with home.store.reading() as session:
        assert session.query(EscalationNoticeRow).one().outcome == UNCERTAIN


def test_an_uncertain_mail_is_not_repeated(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    with_steps(home, [{"after_minutes": 0, "to": "lead", "by": ["mail"]}])

    class Silent:
        calls = 0

        def send(self, *_: object, before_handover: Callable[[], None], **__: object) -> SendOutcome:
            before_handover()
            self.calls += 1
            return SendOutcome(SendState.UNCERTAIN)

    silent = Silent()
    home.house = replace(home.house, sender_of=lambda _mailbox: silent)  # type: ignore[arg-type,return-value]
    ask(home)
    rise(home)
    home.clock.advance(hours=1)
    rise(home)
    assert (silent.calls, notices(home)[0][3]) == (1, "uncertain")


def causes(home: TestHouse) -> list[str]:
    with home.store.reading() as session:
        return [row.cause for row in session.query(EscalationRow).order_by(EscalationRow.id)]


def test_a_very_unhappy_customer_comes_before_a_lead_once_until_answered(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    home.understanding.reading = replace(CALM, sentiment=SentimentDecision(Sentiment.VERY_NEGATIVE, 0.9))
    receive()
    receive(
        letter("Still!", message_id="<2@customer.example>", extra="In-Reply-To: <1@customer.example>\r\n")
    )
    assert causes(home) == ["sentiment"]


def test_the_owner_hears_of_a_large_customers_urgent_case(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    with home.store.writing() as unit:
        unit.session.add(
            CustomerRow(email="anne@customer.example", tier="A", owner="Ida", created_at=home.clock())
        )
    with_steps(home, [{"after_minutes": 0, "to": "owner", "by": ["mail"], "causes": ["value"]}])
    urgent = Signal(FactorName.BUSINESS_IMPACT, "down", "stopped")
    home.understanding.reading = replace(CALM, signals=(urgent,))
    receive()
    rise(home)
    assert causes(home) == ["value"]
    assert notices(home) == [(0, "mail", "ida@nordlys.example", "sent")]


def test_a_case_that_nobody_handled_in_time_is_escalated_once(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    case = only_case(home)
    assert case.respond_by is not None
    home.clock.now = case.respond_by
    for _ in range(3):
        sweep(home.house)
        home.clock.advance(minutes=30)
    assert causes(home) == ["overdue"]
    with home.store.writing() as unit:
        number = unit.session.query(EscalationRow).one().id
        acknowledge(unit, home.house, escalation_id=number, person=home.other)
    receive(letter("And?", message_id="<2@customer.example>", extra="In-Reply-To: <1@customer.example>\r\n"))
    assert causes(home) == ["overdue"]


def test_nobody_is_told_of_a_case_that_is_done(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    with_steps(home)
    ask(home)
    with home.store.writing() as unit:
        unit.session.query(CaseRow).one().state = "done"
    rise(home)
    assert notices(home) == []


def test_notices_go_with_the_customer_who_is_erased(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    with_steps(home)
    ask(home)
    rise(home)
    with home.store.writing() as unit:
        receipt = erase_customer(unit, home.house, "anne@customer.example", actor="system")
    assert receipt.done["escalation_notices"] == 2
    assert notices(home) == []
    rise(home)


def test_who_takes_a_case_takes_it_for_all_its_causes(home: TestHouse, receive: Callable[..., None]) -> None:
    home.understanding.reading = CRITICAL
    with_steps(home)
    receive()
    number = ask(home)
    assert sorted(causes(home)) == ["asked", "critical", "sentiment"]
    rise(home)
    assert len(notices(home)) == 2
    with home.store.writing() as unit:
        acknowledge(unit, home.house, escalation_id=number, person=home.other)
    home.clock.advance(hours=2)
    rise(home)
    assert len(notices(home)) == 2
    with home.store.writing() as unit:
        hand_back(unit, home.house, escalation_id=number, person=home.other)
    home.clock.advance(hours=2)
    rise(home)
    assert [target for _, _, target, _ in notices(home)[2:]] == ["boss@nordlys.example"]
