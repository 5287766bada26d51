"""Customers, cases and events in a real store, for the tests of asking; time moves only when a test says so."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.desk.casework.correcting import correct
from agent.desk.feedback.asking.events import note_event
from agent.desk.feedback.asking.planning import Looked, _plan
from agent.desk.feedback.asking.taking_in import take_line
from agent.desk.feedback.asking.wishes import reason_of
from agent.feedback.reasons import Code, Reason
from agent.store.tables import (
    CaseRow,
    CustomerRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    MessageRow,
    OutboxRow,
)
from tests.house import TestHouse

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
EMAIL = "anne@customer.example"


def local(text: str) -> datetime:
    """An instant from Danish time; 2026-11-24 is a Tuesday."""
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN).astimezone(UTC)


def at(home: TestHouse, text: str) -> datetime:
    """Let it be that time."""
    home.clock.now = local(text)
    return home.clock.now


def customer(home: TestHouse, email: str = EMAIL, **more: Any) -> int:
    with home.store.writing() as unit:
        values = {
            "name": "Anne Berg", "company": "Berg ApS", "language": "da", "country": "DK",
            "created_at": local("2024-01-01T09:00"),
        }  # fmt: skip
        row = CustomerRow(email=email, **(values | more))
        unit.session.add(row)
        unit.session.flush()
        return row.id


def case(home: TestHouse, email: str = EMAIL, **more: Any) -> int:
    """An open case of the customer's, with one mail and one reply in it."""
    now = home.clock()
    with home.store.writing() as unit:
        values = {
            "customer_name": "Anne Berg", "subject": "Faktura 4711", "state": "open", "category": "billing",
            "sentiment": "neutral", "priority": "medium", "language": "da", "created_at": now, "updated_at": now,
        }  # fmt: skip
        row = CaseRow(mailbox_id=home.mailbox_id, customer_email=email, **(values | more))
        unit.session.add(row)
        unit.session.flush()
        for direction, kind in (("in", "customer"), ("out", "reply")):
            unit.session.add(
                MessageRow(
                    mailbox_id=home.mailbox_id, case_id=row.id, direction=direction, kind=kind,
                    from_email=email if direction == "in" else "support@nordlys.example", received_at=now,
                )
            )  # fmt: skip
        return row.id


def close(home: TestHouse, case_id: int, state: str = "done") -> None:
    with home.store.writing() as unit:
        correct(unit, home.house, case_id=case_id, person=home.person, state=state)


def happened(home: TestHouse, customer_id: int, kind: str, when: str = "", **data: Any) -> None:
    """An event, at a time or now."""
    with home.store.writing() as unit:
        note_event(
            unit, customer_id=customer_id, kind=kind, at=local(when) if when else home.clock(), data=data,
            source="api", now=home.clock(),
        )  # fmt: skip


def plan(home: TestHouse) -> list[Looked]:
    """What the scheduler does, until nothing is due."""
    looked: list[Looked] = []
    for _ in range(20):
        some = _plan(home.house)
        if not some:
            return looked
        looked += some
    raise AssertionError("planning never comes to rest")


def requests(home: TestHouse) -> list[FeedbackRequestRow]:
    with home.store.reading() as session:
        return session.query(FeedbackRequestRow).order_by(FeedbackRequestRow.id).all()


def request(home: TestHouse) -> FeedbackRequestRow:
    (only,) = requests(home)
    return only


def reason(row: FeedbackRequestRow) -> Reason:
    return reason_of(row.reason)


def why(row: FeedbackRequestRow) -> Code:
    return reason(row).code


def messages(home: TestHouse) -> list[FeedbackMessageRow]:
    with home.store.reading() as session:
        return session.query(FeedbackMessageRow).order_by(FeedbackMessageRow.id).all()


def letters(home: TestHouse) -> list[OutboxRow]:
    with home.store.reading() as session:
        return session.query(OutboxRow).filter_by(kind="survey").order_by(OutboxRow.id).all()


def events(home: TestHouse) -> list[FeedbackEventRow]:
    with home.store.reading() as session:
        return session.query(FeedbackEventRow).order_by(FeedbackEventRow.id).all()


def let_it_leave(home: TestHouse) -> None:
    """The seconds before a mail leaves go by, and the workers do their work."""
    home.clock.advance(seconds=90)
    for row in letters(home):
        if row.state == "waiting" and row.send_after <= home.clock():
            home.doorbell.ring("deliver", row.id)
    home.work()


def remember(home: TestHouse, customers: int, each: int, over: str = "email") -> None:
    """Everybody answers what is sent `over` a channel three days after its occasion at ten, and no mail sent at once."""
    with home.store.writing() as unit:
        for person in range(customers):
            for number in range(each):
                occasion = local("2024-01-09T09:00") + timedelta(days=42 * number + person % 3)
                late = number % 2 == 0
                asked = occasion + (timedelta(days=3, hours=1) if late else timedelta(hours=1))
                line = {
                    "id": f"{person}-{number}",
                    "email": f"c{person}@customer.example",
                    "at": occasion.isoformat(),
                    "asked_at": asked.isoformat(),
                    "survey": "csat",
                    "channel": over if late else "email",
                }
                if late:
                    line["answered_at"] = (asked + timedelta(hours=2)).isoformat()
                take_line(unit, home.house, line, create=True)
