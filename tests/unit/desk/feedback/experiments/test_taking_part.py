"""What takes part in an experiment, and what its arms change of the messages that really leave."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.chat.customer_channels import MemoryCustomerChannels
from agent.desk.feedback.asking.calendar import wish_by_calendar
from agent.desk.feedback.asking.events import note_event
from agent.desk.feedback.asking.wishes import reason_of
from agent.errors import Conflict
from agent.feedback.experiments.experiment import Arm
from agent.feedback.history import Channel
from agent.feedback.reasons import Code
from agent.feedback.surveys.questions import LANGUAGES
from agent.store.tables import (
    ContactWayRow,
    CustomerRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    OutboxRow,
    VariantRow,
)
from tests.house import TestHouse
from tests.unit.desk.feedback.asking_scenes import at, let_it_leave, remember
from tests.unit.desk.feedback.experiments.scenes import by_arm, declare, plan_all
from tests.unit.desk.feedback.given_answers import customer

MIDDAY = Arm("midday", 1, {"window": "planned"})
WORDS = {part: {language: f"{part} in {language}" for language in LANGUAGES} for part in ("subject", "lead")}


def _happens(home: TestHouse, kind: str, people: int = 16, *, days_ago: float = 0, **way: str) -> list[int]:
    """It happens to so many customers; their ids."""
    then, ids = home.clock() - timedelta(days=days_ago), []
    with home.store.writing() as unit:
        for _ in range(people):
            anne = customer(unit.session, home, country="DK", language="da", company="Berg ApS")
            anne.created_at = home.clock() - timedelta(days=400)
            ids.append(anne.id)
            for channel, address in way.items():
                unit.session.add(
                    ContactWayRow(
                        customer_id=anne.id, channel=channel, address=address, preferred=False,
                        created_at=home.clock(),
                    )
                )  # fmt: skip
            note_event(
                unit, customer_id=anne.id, kind=kind, at=then, source="api", key=f"{kind}:{anne.id}",
                now=home.clock(),
            )  # fmt: skip
    return ids


def _windows(rows: Sequence[FeedbackRequestRow]) -> set[tuple[str, str]]:
    return {(row.name, row.window) for row in rows}


def test_the_regular_survey_by_calendar_takes_part(home: TestHouse) -> None:
    at(home, "2026-11-19T11:00")
    declare(home, Arm("any day", 1, {"window": "prompt"}), trigger="nps")
    with home.store.writing() as unit:  # the good contact is old news by the time of the calendar
        for _ in range(16):
            anne = customer(unit.session, home, language="da")
            anne.created_at = home.clock() - timedelta(days=400)
            note_event(
                unit, customer_id=anne.id, kind="praise", at=home.clock() - timedelta(days=5), source="api",
                key=f"{anne.id}", now=home.clock(), decided=True,
            )  # fmt: skip
    assert wish_by_calendar(home.house) == 16

    found = by_arm(home)
    assert set(found) == {"holdout", "any day"}
    assert _windows(found["holdout"]) == {("nps", "planned")}
    assert _windows(found["any day"]) == {("nps", "prompt")}
    assert {row.event_id for rows in found.values() for row in rows} == {None}


def test_those_whom_an_event_wakes_take_part_too(home: TestHouse) -> None:
    at(home, "2026-11-19T11:00")
    declare(home, Arm("any day", 1, {"window": "prompt"}), trigger="nps")
    _happens(home, "praise")
    plan_all(home)

    found = by_arm(home)
    assert set(found) == {"holdout", "any day"}
    assert {row.name for rows in found.values() for row in rows} == {"nps"}
    assert all(row.event_id is not None for rows in found.values() for row in rows)
    assert _windows(found["any day"]) == {("nps", "prompt")}


def test_a_campaign_or_a_personal_mail_never_takes_part(home: TestHouse) -> None:
    at(home, "2026-11-17T11:00")
    declare(home, Arm("brief", 1, {"style": "brief"}), about="personalisation", holdout=0.05)
    with home.store.writing() as unit:
        anne = customer(unit.session, home, language="da", country="DK")
        note_event(
            unit, customer_id=anne.id, kind="report_read", at=home.clock(), data={"minutes": 12}, source="api",
            now=home.clock(),
        )  # fmt: skip
    plan_all(home)
    assert {(row.name, row.form) for row in by_arm(home)[""]} == {("report_read", "personal")}


def test_the_letter_that_leaves_has_the_words_of_its_arm(home: TestHouse) -> None:
    at(home, "2026-11-17T11:00")
    declare(home, Arm("ours", 1, WORDS), trigger="meeting", about="wording")
    _happens(home, "meeting", days_ago=2)
    plan_all(home)
    let_it_leave(home)

    assert set(by_arm(home)) == {"holdout", "ours"}
    left: dict[str, set[tuple[bool, bool]]] = {"holdout": set(), "ours": set()}
    with home.store.reading() as session:
        letters = (
            session.query(VariantRow.name, OutboxRow)
            .join(FeedbackRequestRow, FeedbackRequestRow.variant_id == VariantRow.id)
            .join(FeedbackMessageRow, FeedbackMessageRow.request_id == FeedbackRequestRow.id)
            .join(OutboxRow, OutboxRow.id == FeedbackMessageRow.outbox_id)
        )
        for arm, letter in letters:
            assert letter.state == "sent"
            left[arm].add((letter.subject == "subject in da", "lead in da" in letter.text))
    assert left == {"holdout": {(False, False)}, "ours": {(True, True)}}
    mails = [mail for mail in home.outgoing.sent if b"Subject: subject in da" in mail.raw]
    assert len(mails) == len(by_arm(home)["ours"]), "and the mails on the wire say the same"


def test_an_arm_of_another_channel_is_asked_over_it(home: TestHouse) -> None:
    at(home, "2026-11-17T11:00")
    services = MemoryCustomerChannels(["sms"])
    over = replace(home.house.company, writes_over=frozenset({Channel.EMAIL, Channel.SMS}))
    home.house = replace(home.house, company=over, customer_channels=services)
    declare(home, Arm("text message", 1, {"channels": ["sms"]}), about="personalisation")
    _happens(home, "meeting", days_ago=2, sms="+4520123456")
    plan_all(home)
    let_it_leave(home)

    found = by_arm(home)
    with home.store.reading() as session:
        messages = {row.request_id: (row.channel, row.state) for row in session.query(FeedbackMessageRow)}
    assert {messages[row.id] for row in found["text message"]} == {("sms", "sent")}
    assert {messages[row.id] for row in found["holdout"]} == {("email", "sent")}
    assert len(services.sent) == len(found["text message"])
    assert len(home.outgoing.sent) == len(found["holdout"])


@pytest.mark.parametrize(("trying", "channel"), [(False, "sms"), (True, "email")])
def test_what_was_learnt_does_not_choose_the_channel_of_an_arm(
    home: TestHouse, trying: bool, channel: str
) -> None:
    """Everybody here answers text messages alone; an arm that tries mail asks by mail all the same."""
    at(home, "2026-11-24T09:00")
    over = replace(home.house.company, writes_over=frozenset({Channel.EMAIL, Channel.SMS}))
    home.house = replace(home.house, company=over)
    remember(home, customers=20, each=14, over="sms")
    if trying:
        declare(
            home, Arm("by mail", 1, {"channels": ["email", "sms"]}), about="personalisation", holdout=0.05
        )
    with home.store.writing() as unit:
        unit.session.get_one(CustomerRow, 1).country = "DK"
        unit.session.add(
            ContactWayRow(customer_id=1, channel="sms", address="+4520123456", created_at=home.clock())
        )
        note_event(
            unit, customer_id=1, kind="goal_reached", at=home.clock(), source="api", key="g", now=home.clock()
        )
    plan_all(home)
    with home.store.reading() as session:
        row = session.query(FeedbackRequestRow).filter_by(name="goal_reached").one()
    assert row.chance is not None, "learnt from their habits"
    assert row.planned_channel == channel
    assert (row.variant_id is not None) is trying


def test_an_arm_asks_the_same_after_another_rule_and_no_more_after_the_compared_one(home: TestHouse) -> None:
    at(home, "2026-11-17T11:00")
    declare(home, Arm("after the meeting", 1, {"after": "meeting"}), trigger="goal_reached", about="trigger")
    people = _happens(home, "goal_reached")
    plan_all(home)
    goals = by_arm(home)
    assert {(row.state, reason_of(row.reason).code) for row in goals["after the meeting"]} == {
        ("not_asked", Code.COMPARED)
    }
    assert {row.state for row in goals["holdout"]} == {"open"}

    with home.store.writing() as unit:
        for number in people:
            note_event(
                unit, customer_id=number, kind="meeting", at=home.clock(), source="api", key=f"m{number}",
                now=home.clock(),
            )  # fmt: skip
    plan_all(home)
    found = by_arm(home)
    arm = {row.customer_id for row in goals["after the meeting"]}
    assert {row.customer_id for row in found["after the meeting"] if row.name == "meeting"} == arm
    assert {row.survey for row in found["after the meeting"] if row.name == "meeting"} == {"csat"}
    assert {row.name for row in found["holdout"]} == {"goal_reached"}
    assert {row.name for row in found[""]} == {"meeting"}, "others meet us as always, and take no part"


def test_the_question_of_the_compared_rule_is_asked(home: TestHouse) -> None:
    at(home, "2026-11-17T11:00")
    declare(home, Arm("onboarded", 1, {"after": "onboarding_done"}), trigger="goal_reached", holdout=0.05)
    _happens(home, "onboarding_done")
    plan_all(home)
    assert {row.survey for row in by_arm(home)["onboarded"]} == {"csat"}, "its own would ask for the effort"


def test_no_other_experiment_runs_on_a_rule_that_an_arm_asks_after(home: TestHouse) -> None:
    declare(home, Arm("after the meeting", 1, {"after": "meeting"}), trigger="goal_reached")
    with pytest.raises(Conflict):
        declare(home, MIDDAY, trigger="meeting")
    declare(home, MIDDAY, trigger="onboarding_done")
