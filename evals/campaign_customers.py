"""Customers to plan a campaign for: made up, with the cases, events, opt-outs and earlier requests of some years.

Shares are those of a busy support team: half of the customers have a case, a tenth was asked lately, a few have
said no. The same seed makes the same customers.
"""

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from agent.store.session import Store
from agent.store.tables import (
    CaseRow,
    CustomerRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    MailboxRow,
)
from evals.bulk import numbers_go_on, write

BATCH = 5_000
ASKED_LATELY, OPTED_OUT, WITH_CASE = 0.10, 0.02, 0.5
EVENTS_EACH = 3
_COUNTRIES = (("DK", "da"), ("NO", "nb"), ("SE", "sv"), ("DE", "de"), ("GB", "en"))
_MOODS = ("negative", "neutral", "neutral", "positive")


def fill(store: Store, customers: int, *, now: datetime, seed: int) -> None:
    """Fill an empty database with so many customers and their history."""
    rng = np.random.default_rng(seed)
    with store.writing() as unit:
        write(unit.session, MailboxRow, [_mailbox(now)])
    for start in range(1, customers + 1, BATCH):
        ids = range(start, min(start + BATCH, customers + 1))
        asked = [n for n in ids if rng.random() < ASKED_LATELY]
        with store.writing() as unit:
            session = unit.session
            write(session, CustomerRow, [_customer(n, now, rng) for n in ids])
            write(session, CaseRow, [_case(n, now, rng) for n in ids if rng.random() < WITH_CASE])
            write(session, FeedbackEventRow, [_event(n, now, rng) for n in ids for _ in range(EVENTS_EACH)])
            write(session, FeedbackOptOutRow, [_opt_out(n, now) for n in ids if rng.random() < OPTED_OUT])
            write(session, FeedbackRequestRow, [_request(n, now, rng) for n in asked])
            write(session, FeedbackMessageRow, [_message(n, now, rng) for n in asked])
    with store.writing() as unit:
        numbers_go_on(unit.session, (CustomerRow, FeedbackRequestRow, MailboxRow))


def _mailbox(now: datetime) -> dict[str, Any]:
    nowhere = {"imap_url": "imap://127.0.0.1", "smtp_url": "smtp://127.0.0.1", "password_encrypted": ""}
    return {"id": 1, "address": "support@example", "brand": "", "paused": True, "created_at": now, **nowhere}


def _ago(now: datetime, rng: np.random.Generator, days: float) -> datetime:
    return now - timedelta(days=float(rng.uniform(0, days)))


def _customer(number: int, now: datetime, rng: np.random.Generator) -> dict[str, Any]:
    country, language = _COUNTRIES[int(rng.integers(len(_COUNTRIES)))]
    return {
        "id": number,
        "email": f"customer{number}@example",
        "name": f"Customer {number}",
        "company": f"Company {number // 3}" if number % 4 else "",
        "country": country,
        "language": language,
        "attributes": {"employees": int(rng.integers(1, 2000)), "role": "manager" if number % 5 else "it"},
        "objections": [],
        "created_at": _ago(now, rng, 1500),
    }


def _case(number: int, now: datetime, rng: np.random.Generator) -> dict[str, Any]:
    opened = _ago(now, rng, 700)
    mood = _MOODS[int(rng.integers(len(_MOODS)))]
    return {
        "mailbox_id": 1,
        "customer_id": number,
        "customer_email": f"customer{number}@example",
        "customer_name": f"Customer {number}",
        "subject": "Help",
        "state": "done",
        "category": "technical",
        "sentiment": mood,
        "worst_sentiment": mood,
        "priority": "medium",
        "created_at": opened,
        "closed_at": min(now, opened + timedelta(days=2)),
        "updated_at": opened,
    }


def _event(number: int, now: datetime, rng: np.random.Generator) -> dict[str, Any]:
    kind = ("login", "purchase", "portal_visited")[int(rng.integers(3))]
    at = _ago(now, rng, 200)
    return {
        "customer_id": number, "kind": kind, "at": at, "data": {}, "source": "import", "decided_at": at,
        "created_at": at,
    }  # fmt: skip


def _opt_out(number: int, now: datetime) -> dict[str, Any]:
    return {"customer_id": number, "what": "all", "origin": "link", "created_at": now}


def _request(number: int, now: datetime, rng: np.random.Generator) -> dict[str, Any]:
    at = _ago(now, rng, 60)
    return {
        "id": number, "customer_id": number, "name": "support_standard", "cause": {}, "survey": "csat",
        "window": "prompt", "importance": 10, "wanted_from": at, "wanted_until": at, "state": "over",
        "created_at": at,
    }  # fmt: skip


def _message(number: int, now: datetime, rng: np.random.Generator) -> dict[str, Any]:
    at = _ago(now, rng, 60)
    return {
        "request_id": number, "customer_id": number, "channel": "email", "state": "sent", "send_after": at,
        "sent_at": at, "created_at": at,
    }  # fmt: skip
