"""A desk of any size to measure on: made-up cases of some years, most of them done, as a busy inbox leaves them.

The words follow Zipf's law, so that a search meets common words that are in half of all cases and rare ones that
are in a handful. The same seed makes the same desk.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from agent.store.session import Store
from agent.store.tables import (
    CaseRow,
    CaseTagRow,
    CaseWordsRow,
    CustomerRow,
    MailboxRow,
    MessageRow,
    PersonRow,
    TagRow,
)
from evals.bulk import numbers_go_on, write
from evals.desk_history import ORDER, histories

YEARS = 3
MADE_UP = "support@example"
"""The mailbox of a made-up desk: no real one can have this address."""
BATCH = 2_000
MOST_MAILS = 3
VOCABULARY = 30_000
_SYLLABLES = "ka le mi no ru sta ver ten log fak tu ra op da ter ing bruger mel del fejl kon to"
_STATES = (("open", 0.006), ("waiting", 0.02), ("spam", 0.03), ("done", 0.944))
_LEVELS = (("critical", 0.03), ("high", 0.17), ("medium", 0.5), ("low", 0.3))
_LANGUAGES = (("da", 0.5), ("sv", 0.15), ("nb", 0.15), ("de", 0.1), ("en", 0.1))
_CATEGORIES = ("technical", "billing", "account", "feature_request", "general")
_MOODS = ("very_negative", "negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Size:
    """How large the desk is. `words` are those of one mail."""

    cases: int
    people: int = 20
    tags: int = 40
    words: int = 50


def fill(store: Store, size: Size, *, now: datetime, seed: int, said: Callable[[int], None]) -> None:
    """Fill an empty database. `said` hears how many cases there are so far."""
    rng = np.random.default_rng(seed)
    vocabulary = _vocabulary(rng)
    customers = max(1, size.cases // 6)
    with store.writing() as unit:
        session = unit.session
        write(session, MailboxRow, [_mailbox(now)])
        write(session, PersonRow, [_person(n, now) for n in range(1, size.people + 1)])
        write(session, TagRow, [_tag(n, now) for n in range(size.tags)])
        for start in range(0, customers, BATCH):
            write(
                session, CustomerRow, [_customer(n, now) for n in range(start, min(start + BATCH, customers))]
            )
    for start in range(0, size.cases, BATCH):
        numbers = range(start + 1, min(start + BATCH, size.cases) + 1)
        batch = list(_cases(rng, numbers, size, customers, vocabulary, now))
        cases, mails = [one.case for one in batch], [mail for one in batch for mail in one.mails]
        with store.writing() as unit:
            session = unit.session
            write(session, CaseRow, cases)
            write(session, MessageRow, mails)
            write(session, CaseWordsRow, [one.words for one in batch])
            write(session, CaseTagRow, [one.tag for one in batch if one.tag])
            rows = histories(rng, cases, mails, now)
            for table in ORDER:
                write(session, table, rows[table])
        said(numbers[-1])
    with store.writing() as unit:
        numbers_go_on(unit.session, [CaseRow, MessageRow, *ORDER])


@dataclass(frozen=True, slots=True)
class _Made:
    case: dict[str, Any]
    mails: list[dict[str, Any]]
    words: dict[str, Any]
    tag: dict[str, Any]


def _vocabulary(rng: np.random.Generator) -> list[str]:
    made: dict[str, None] = {}
    while len(made) < VOCABULARY:
        parts = rng.choice(_SYLLABLES.split(), size=int(rng.integers(2, 5)))
        made["".join(parts)] = None
    return list(made)


def _texts(rng: np.random.Generator, vocabulary: list[str], count: int, words: int) -> Iterator[str]:
    """Texts of so many words; the word of rank n is met about 1/n as often as the first."""
    ranks = np.exp(rng.random((count, words)) * np.log(VOCABULARY)).astype(np.int64) - 1
    for row in ranks:
        yield " ".join(vocabulary[n] for n in row)


def _cases(
    rng: np.random.Generator,
    numbers: range,
    size: Size,
    customers: int,
    vocabulary: list[str],
    now: datetime,
) -> Iterator[_Made]:
    count = len(numbers)
    state, level, language = (_drawn(rng, shares, count) for shares in (_STATES, _LEVELS, _LANGUAGES))
    mails = rng.integers(1, MOST_MAILS + 1, count)
    texts = _texts(rng, vocabulary, int(mails.sum()) + count, size.words)
    mood, category = rng.choice(_MOODS, count).tolist(), rng.choice(_CATEGORIES, count).tolist()
    whole = timedelta(days=365 * YEARS)
    for at, number in enumerate(numbers):
        came = now - whole * (1 - number / (size.cases + 1))
        customer = int(rng.integers(0, customers))
        head = next(texts).split()
        said = [next(texts) for _ in range(mails[at])]
        name, email = f"kunde {customer}", f"kunde{customer}@example"
        subject, summary = " ".join(head[:5]), " ".join(head[5:14])
        case = {
            "id": number, "mailbox_id": 1, "customer_id": customer + 1, "customer_email": email,
            "customer_name": name, "subject": subject, "summary": summary,
            "state": state[at], "assignee_id": int(rng.integers(1, size.people + 1)) if rng.random() < 0.8 else None,
            "language": language[at], "category": category[at], "sentiment": mood[at], "priority": level[at],
            "respond_by": now + timedelta(minutes=int(rng.integers(-300, 3000))), "draft_state": "ready",
            "latest_in_id": number * MOST_MAILS + (2 if mails[at] == 3 else 0),
            "first_answer_at": came + timedelta(hours=1) if mails[at] > 1 else None,
            "created_at": came, "updated_at": min(now, came + timedelta(hours=int(rng.integers(0, 90)))),
        }  # fmt: skip
        letters = [
            {
                "id": number * MOST_MAILS + n, "mailbox_id": 1, "case_id": number,
                "direction": "in" if n % 2 == 0 else "out", "kind": "customer" if n % 2 == 0 else "reply",
                "from_name": name, "from_email": email, "subject": subject, "new_text": text,
                "received_at": came + timedelta(hours=n),
            }
            for n, text in enumerate(said)
        ]  # fmt: skip
        words = {
            "case_id": number, "customer": f"{name} kunde{customer} example firma {customer}",
            "words": " ".join((subject, summary, *said)),
        }  # fmt: skip
        tag = {"case_id": number, "tag_id": int(rng.integers(1, size.tags + 1))} if rng.random() < 0.1 else {}
        yield _Made(case, letters, words, tag)


def _drawn(rng: np.random.Generator, shares: tuple[tuple[str, float], ...], count: int) -> list[str]:
    names = [name for name, _ in shares]
    weights = np.array([weight for _, weight in shares])
    return [str(name) for name in rng.choice(names, size=count, p=weights)]


def _mailbox(now: datetime) -> dict[str, Any]:
    return {
        "address": MADE_UP, "imap_url": "", "smtp_url": "", "password_encrypted": "", "created_at": now,
    }  # fmt: skip


def _person(number: int, now: datetime) -> dict[str, Any]:
    return {
        "email": f"agent{number}@example", "name": f"Agent {number}", "role": "admin" if number == 1 else "agent", "password_hash": "",
        "created_at": now,
    }  # fmt: skip


def _tag(number: int, now: datetime) -> dict[str, Any]:
    return {"name": f"tag {number}", "folded": f"tag {number}", "colour": "accent", "created_at": now}


def _customer(number: int, now: datetime) -> dict[str, Any]:
    return {
        "email": f"kunde{number}@example", "name": f"kunde {number}", "company": f"firma {number}", "created_at": now,
    }  # fmt: skip
