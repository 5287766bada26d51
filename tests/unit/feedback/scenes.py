"""Customers, cases and instants for the tests of asking."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.company import Company
from agent.feedback.history import Asked, CaseFacts, Channel, Customer, Event, History, Value
from agent.feedback.reasons import Code
from agent.feedback.rules import load_rules
from agent.feedback.timing.deciding import Ask, Decision, NotAsked

RULES = load_rules(Company())
LIMITS = RULES.limits
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def at(text: str, zone: ZoneInfo = COPENHAGEN) -> datetime:
    """An instant from local time; a Tuesday is 2026-11-17."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


TUESDAY = at("2026-11-17T11:00")


def days(number: float) -> timedelta:
    return timedelta(days=number)


def a_customer(**more: Any) -> Customer:
    return Customer(**{"country": "DK", "language": "da", **more})


def an_event(kind: str, when: datetime = TUESDAY, **data: Value) -> Event:
    return Event(kind, when, data)


def a_complaint(opened: datetime, closed: datetime | None = None, **more: Any) -> CaseFacts:
    return CaseFacts(opened, closed, complaint=True, **more)


def asked(when: datetime, request: str = "earlier", channel: Channel = Channel.EMAIL, **more: Any) -> Asked:
    return Asked(when, request, channel=channel, **more)


def history(*events: Event, cases: Any = (), asked: Any = (), **customer: Any) -> History:
    return History(a_customer(**customer), events, tuple(cases), tuple(asked))


def ask(decision: Decision | None) -> Ask:
    assert isinstance(decision, Ask), decision
    return decision


def why_not(decision: Decision | None) -> Code:
    assert isinstance(decision, NotAsked), decision
    return decision.reason.code
