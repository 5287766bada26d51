"""Other programs hear of answers and follow-ups: signed, tried again with growing waits, given up with a notice.

The row is the queue. A delivery may arrive twice where our own process died between the call and the commit: its key in
the header `Genklang-Delivery` is the same, and receivers drop the second. Payloads hold numbers and figures, and comments
with personal data hidden.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select

from agent.desk.audit import by, record
from agent.desk.feedback.webhooks.calls import GONE, Called, call, check_url
from agent.desk.house import House
from agent.desk.notices import raise_notice, resolve_notice
from agent.errors import NotAllowed, NotFound, WrongUse
from agent.store.sealed import seal, unseal
from agent.store.session import Unit, retry_passing
from agent.store.tables import (
    FollowUpRow,
    PersonRow,
    SurveyAnswerRow,
    WebhookDeliveryRow,
    WebhookRow,
)

log = structlog.get_logger()

CALL = "call_webhook"
"""The task that makes one call; its id is the delivery's."""

ANSWERED, OPENED, DONE, TRIED = "answer.completed", "follow_up.opened", "follow_up.done", "test"
EVENTS = (ANSWERED, OPENED, DONE)

LEASE = timedelta(minutes=1)  # longer than a call may take
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 1440))
AT_MOST, MOST_HOOKS = 50, 20
GIVEN_UP = "A program that hears of answers has not taken one for more than a day."


def may_call_private(house: House) -> bool:
    """Whether addresses of the own network may be called: `allow_private` in the table [webhooks] of company.toml."""
    return bool(house.company.overrides.get("webhooks", {}).get("allow_private", False))


def add_webhook(
    unit: Unit, house: House, *, url: str, events: Sequence[str], person: PersonRow
) -> tuple[WebhookRow, str]:
    """A new address, and its secret, which is shown this once. Raises `WrongUse` for what cannot be meant."""
    _lead(person)
    address, wanted = (
        check_url(url, private=may_call_private(house)),
        [one for one in EVENTS if one in events],
    )
    if not wanted:
        raise WrongUse("No event was chosen.", code="webhook.events", remedy="Choose at least one.")
    if len(unit.session.scalars(select(WebhookRow.id)).all()) >= MOST_HOOKS:
        raise WrongUse("There are too many webhooks.", code="webhook.many", remedy="Remove one first.")
    secret, now = secrets.token_urlsafe(32), house.clock()
    row = WebhookRow(
        url=address,
        secret_encrypted=seal(house.secret_key, secret),
        events=wanted,
        person_id=person.id,
        created_at=now,
    )
    unit.session.add(row)
    unit.session.flush()
    record(unit, "webhook.added", actor=by(person), now=now, subject=f"webhook:{row.id}", events=wanted)
    return row, secret


def pause_webhook(
    unit: Unit, house: House, *, webhook_id: int, paused: bool, person: PersonRow
) -> WebhookRow:
    """Stop calling an address, or begin again with what happens from now on."""
    row, now = _row(unit, webhook_id, person), house.clock()
    row.paused_at = now if paused else None
    resolve_notice(unit, f"webhook:{row.id}", now)
    action = "webhook.paused" if paused else "webhook.resumed"
    record(unit, action, actor=by(person), now=now, subject=f"webhook:{row.id}")
    return row


def remove_webhook(unit: Unit, house: House, *, webhook_id: int, person: PersonRow) -> None:
    """Forget an address with all its deliveries."""
    row = _row(unit, webhook_id, person)
    unit.session.execute(delete(WebhookDeliveryRow).where(WebhookDeliveryRow.webhook_id == row.id))
    unit.session.delete(row)
    resolve_notice(unit, f"webhook:{webhook_id}", house.clock())
    record(unit, "webhook.removed", actor=by(person), now=house.clock(), subject=f"webhook:{webhook_id}")


def try_webhook(unit: Unit, house: House, *, webhook_id: int, person: PersonRow) -> WebhookDeliveryRow:
    """Send a trial at once."""
    row, now = _row(unit, webhook_id, person), house.clock()
    return _wait(unit, house, row, TRIED, f"test:{secrets.token_hex(8)}", {"at": now.isoformat()})


def emit(unit: Unit, house: House, event: str, key: str, payload: Mapping[str, Any]) -> None:
    """Tell every address that wants to hear of `event`, once a `key`."""
    for row in unit.session.scalars(select(WebhookRow).where(WebhookRow.paused_at.is_(None))):
        if event in row.events:
            known = select(WebhookDeliveryRow.id).where(
                WebhookDeliveryRow.webhook_id == row.id, WebhookDeliveryRow.event_key == key
            )
            if unit.session.scalar(known) is None:
                _wait(unit, house, row, event, key, payload)


def emit_answer(unit: Unit, house: House, row: SurveyAnswerRow) -> None:
    """An answer was completed and read. One that was changed is told again."""
    changed = row.changed_at.isoformat() if row.changed_at else ""
    emit(
        unit,
        house,
        ANSWERED,
        f"answer:{row.id}:{changed}",
        {
            "answer_id": row.id,
            "survey": row.survey,
            "score": row.score,
            "customer_id": row.customer_id,
            "case_id": row.case_id,
            "channel": row.channel,
            "language": row.language,
            "touchpoint": row.touchpoint,
            "comment": row.redacted_comment,
            "sentiment": row.sentiment,
            "themes": list(row.themes or ()),
            "completed_at": row.completed_at.isoformat() if row.completed_at else None,
        },
    )


def emit_follow_up(unit: Unit, house: House, event: str, row: FollowUpRow) -> None:
    """A follow-up was opened or done."""
    at = row.done_at or row.created_at
    emit(
        unit,
        house,
        event,
        f"{event}:{row.id}:{at.isoformat()}",
        {
            "follow_up_id": row.id,
            "answer_id": row.answer_id,
            "customer_id": row.customer_id,
            "case_id": row.case_id,
            "due_at": row.due_at.isoformat(),
            "outcome": row.outcome,
        },
    )


def ring_for_webhooks(house: House) -> None:
    """Ask for every call that is due."""
    with house.store.reading() as session:
        due = session.scalars(
            select(WebhookDeliveryRow.id)
            .where(WebhookDeliveryRow.state == "waiting", WebhookDeliveryRow.not_before <= house.clock())
            .order_by(WebhookDeliveryRow.not_before, WebhookDeliveryRow.id)
            .limit(AT_MOST)
        ).all()
    for delivery_id in due:
        house.doorbell.ring(CALL, delivery_id)


def call_webhook(house: House, delivery_id: int) -> None:
    """Make one call if it is due and still wanted. Safe to call any number of times."""
    taken = _take(house, delivery_id)
    if taken is None:
        return
    row, hook = taken
    called = call(
        hook.url,
        unseal(house.secret_key, hook.secret_encrypted),
        row.event,
        row.event_key,
        {"event": row.event, "delivery": row.event_key, "data": row.payload},
        house.clock(),
        private=may_call_private(house),
    )
    _settle(house, delivery_id, called)


@retry_passing
def _take(house: House, delivery_id: int) -> tuple[WebhookDeliveryRow, WebhookRow] | None:
    with house.store.writing() as unit:
        now = house.clock()
        row = unit.session.get(WebhookDeliveryRow, delivery_id, with_for_update=True)
        if row is None or row.state != "waiting" or row.not_before > now:
            return None
        hook = unit.session.get_one(WebhookRow, row.webhook_id)
        if hook.paused_at is not None and row.event != TRIED:
            row.state, row.outcome = "given_up", "It was paused."
            return None
        row.attempts += 1
        row.not_before = now + LEASE
        return row, hook


@retry_passing
def _settle(house: House, delivery_id: int, called: Called) -> None:
    with house.store.writing() as unit:
        now = house.clock()
        row = unit.session.get(WebhookDeliveryRow, delivery_id, with_for_update=True)
        if row is None or row.state != "waiting":
            return
        row.outcome = called.outcome
        if called.taken:
            row.state, row.delivered_at = "delivered", now
            resolve_notice(unit, f"webhook:{row.webhook_id}", now)
        elif called.status == GONE:  # the other program asks not to be called any more
            row.state = "given_up"
            unit.session.get_one(WebhookRow, row.webhook_id).paused_at = now
        elif row.event == TRIED or row.attempts > len(WAITS):
            row.state = "given_up"
            if row.event != TRIED:
                raise_notice(unit, f"webhook:{row.webhook_id}", GIVEN_UP, now)
            log.warning("webhook.given_up", webhook=row.webhook_id, delivery=row.id, status=called.status)
        else:
            row.not_before = now + WAITS[row.attempts - 1]


def _wait(
    unit: Unit, house: House, hook: WebhookRow, event: str, key: str, payload: Mapping[str, Any]
) -> WebhookDeliveryRow:
    now = house.clock()
    row = WebhookDeliveryRow(
        webhook_id=hook.id,
        event=event,
        event_key=key,
        payload=dict(payload),
        not_before=now,
        created_at=now,
    )
    unit.session.add(row)
    unit.session.flush()
    delivery_id = row.id
    unit.after_commit(lambda: house.doorbell.ring(CALL, delivery_id))
    return row


def _row(unit: Unit, webhook_id: int, person: PersonRow) -> WebhookRow:
    _lead(person)
    row = unit.session.get(WebhookRow, webhook_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such webhook.", code="webhook.none", remedy="Look at the list again.")
    return row


def _lead(person: PersonRow) -> None:
    if person.role == "agent":
        raise NotAllowed(
            "Webhooks are set up by leads and administrators.", code="webhook.role", remedy="Ask one of them."
        )
