"""Events sent by other programs, and old feedback from elsewhere, taken in so that each counts once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from agent.desk.feedback.asking.events import note_event
from agent.desk.house import House
from agent.desk.learning.profiling import customer_for
from agent.errors import NotFound, WrongUse
from agent.feedback.history import Channel, Value
from agent.mail.typed_address import typed_address
from agent.store.session import Unit
from agent.store.tables import (
    CustomerRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    SurveyAnswerRow,
)

IMPORTED = "imported"
"""The name of requests that were sent by other software before."""

AHEAD = timedelta(minutes=5)  # by which another computer's clock may differ
LONGEST_TEXT, MOST_FIELDS = 500, 50
_RESERVED = frozenset({"answered"})


class Taken(StrEnum):
    """What became of one event."""

    NOTED = "noted"
    KNOWN = "known"  # sent before: it counts once


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event as another program tells it. `id` is the sender's own."""

    id: str
    email: str
    kind: str
    at: datetime | None = None
    data: Mapping[str, Value] | None = None


def take_event(
    unit: Unit, house: House, event: Incoming, *, create: bool = False, source: str = "api"
) -> Taken:
    """Note an event. An unknown customer is opened a bare record for with `create`, else refused.

    Raises `NotFound` for an unknown customer and `WrongUse` for an event that cannot be meant.
    """
    now = house.clock()
    at = event.at or now
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    _check(event, at, now)
    customer = _customer(unit, event.email, now, create=create)
    row = note_event(
        unit,
        customer_id=customer.id,
        kind=event.kind,
        at=at,
        data=event.data,
        source=source,
        key=event.id,
        now=now,
        decided=source == "import",
    )
    return Taken.KNOWN if row is None else Taken.NOTED


def take_line(unit: Unit, house: House, line: Mapping[str, Any], *, create: bool) -> Taken:
    """One line of an import: an event (`kind`), or an old request (`asked_at`, and `answered_at` if it was answered)."""
    if "asked_at" in line:
        return _take_old_request(unit, house, line, create=create)
    data = line.get("data") or {}
    if not isinstance(data, Mapping):
        raise WrongUse("data is no object.", remedy="Write names and plain values.")
    incoming = Incoming(
        id=str(line.get("id", "")),
        email=str(line.get("email", "")),
        kind=str(line.get("kind", "")),
        at=_instant(line, "at"),
        data=data,
    )
    return take_event(unit, house, incoming, create=create, source="import")


def _take_old_request(unit: Unit, house: House, line: Mapping[str, Any], *, create: bool) -> Taken:
    session, now = unit.session, house.clock()
    asked_at, answered_at = _instant(line, "asked_at"), _instant(line, "answered_at")
    occasion = _instant(line, "at")
    if asked_at is None or asked_at > now or (answered_at is not None and answered_at < asked_at):
        raise WrongUse(
            "asked_at lies in the future or after answered_at.", remedy="Write instants such as 2026-05-31T10:00:00Z."
        )  # fmt: skip
    channel = str(line.get("channel", Channel.EMAIL))
    if channel not in set(Channel):
        raise WrongUse(f"{channel[:20]!r} is no channel.", remedy=f"Use one of {', '.join(Channel)}.")
    customer = _customer(unit, str(line.get("email", "")), now, create=create)
    survey, score = str(line.get("survey", "")), line.get("score")
    noted = note_event(
        unit,
        customer_id=customer.id,
        kind="asked_before",
        at=asked_at,
        data={"survey": survey},
        source="import",
        key=str(line.get("id") or f"{customer.email} {asked_at.isoformat()} {channel}"),
        now=now,
        decided=True,
    )
    if noted is None:
        return Taken.KNOWN
    request = FeedbackRequestRow(
        customer_id=customer.id, name=IMPORTED, cause={"code": "campaign", "facts": {}}, survey=survey, window="prompt",
        importance=0, occasion_at=occasion, wanted_from=asked_at, wanted_until=asked_at,
        state="answered" if answered_at else "over", planned_for=asked_at, planned_channel=channel,
        created_at=asked_at, closed_at=answered_at or asked_at,
    )  # fmt: skip
    session.add(request)
    session.flush()
    session.add(
        FeedbackMessageRow(
            request_id=request.id, customer_id=customer.id, channel=channel, state="sent", send_after=asked_at,
            sent_at=asked_at, created_at=asked_at,
        )
    )  # fmt: skip
    if answered_at is not None:
        number = float(score) if isinstance(score, int | float) and not isinstance(score, bool) else None
        session.add(
            SurveyAnswerRow(
                request_id=request.id, customer_id=customer.id, survey=survey, channel=channel, score=number,
                language=customer.language, touchpoint=IMPORTED, started_at=answered_at, completed_at=answered_at,
                created_at=answered_at,
            )
        )  # fmt: skip
    session.flush()
    return Taken.NOTED


def _customer(unit: Unit, email: str, now: datetime, *, create: bool) -> CustomerRow:
    address = typed_address(email)
    if create:
        return customer_for(unit, address, now)
    customer = unit.session.scalar(select(CustomerRow).where(CustomerRow.email == address))
    if customer is None:
        raise NotFound(
            "There is no customer with this address.",
            code="customer.unknown",
            remedy="Import the customer first, or send “create”: true for a bare record.",
        )
    return customer


def _check(event: Incoming, at: datetime, now: datetime) -> None:
    if not event.id or len(event.id) > LONGEST_TEXT:
        raise WrongUse("An event has no id.", remedy="Send your own id, so that it counts once.")
    if not event.kind or len(event.kind) > LONGEST_TEXT or event.kind in _RESERVED:
        raise WrongUse(
            "An event has no kind that others may send.", remedy="Name what happened, such as login or purchase."
        )  # fmt: skip
    if at > now + AHEAD:
        raise WrongUse("An event lies in the future.", remedy="Send it when it has happened.")
    data = event.data or {}
    flat = all(
        isinstance(name, str)
        and isinstance(value, str | bool | int | float | None)
        and len(str(value)) <= LONGEST_TEXT
        for name, value in data.items()
    )
    if len(data) > MOST_FIELDS or not flat:
        raise WrongUse(
            "The data of an event is not flat.",
            remedy=f"Send up to {MOST_FIELDS} names with a text, number or truth value each.",
        )


def _instant(line: Mapping[str, Any], name: str) -> datetime | None:
    written = line.get(name)
    if written in (None, ""):
        return None
    try:
        instant = datetime.fromisoformat(str(written))
    except ValueError:
        raise WrongUse(f"{name} is no instant.", remedy="Write it as 2026-05-31T10:00:00+02:00.") from None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
