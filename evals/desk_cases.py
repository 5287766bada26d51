"""A desk of any size to measure on: made-up cases of some years, most of them done, as a busy inbox leaves them.

The words follow Zipf's law, so that a search meets common words that are in half of all cases and rare ones that
are in a handful. The same seed makes the same desk.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.store.base import Table
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
from evals.bulk import loading, numbers_go_on, write
from evals.desk_history import ORDER, histories
from evals.desk_history import Rows as History

YEARS = 3
MADE_UP = "support@example"
"""The mailbox of a made-up desk: no real one can have this address."""
BATCH = 2_000
MOST_MAILS = 3
VOCABULARY = 30_000
Vocabulary = NDArray[np.object_]
_SUBJECT, _SUMMARY = 5, 9  # words
_ASSIGNED, _TAGGED = 0.8, 0.1
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
    numbered: list[type[Table]] = [CaseRow, MessageRow, *ORDER]
    with loading(store, (CustomerRow, CaseWordsRow, CaseTagRow, *numbered)):
        with store.writing() as unit:
            session = unit.session
            write(session, MailboxRow, [_mailbox(now)])
            write(session, PersonRow, [_person(n, now) for n in range(1, size.people + 1)])
            write(session, TagRow, [_tag(n, now) for n in range(size.tags)])
            write(session, CustomerRow, [_customer(n, now) for n in range(customers)])
        with ThreadPoolExecutor(1) as writer:  # the next cases are made up while the last are written
            under_way: Future[None] | None = None
            for start in range(0, size.cases, BATCH):
                numbers = range(start + 1, min(start + BATCH, size.cases) + 1)
                made = _batch(rng, numbers, size, customers, vocabulary, now)
                if under_way is not None:
                    under_way.result()
                    said(start)
                under_way = writer.submit(_write, store, made)
            if under_way is not None:
                under_way.result()
        said(size.cases)
    with store.writing() as unit:
        numbers_go_on(unit.session, numbered)


def _batch(
    rng: np.random.Generator,
    numbers: range,
    size: Size,
    customers: int,
    vocabulary: Vocabulary,
    now: datetime,
) -> History:
    """The rows of these cases, in an order in which none names a row that is not there yet."""
    made = list(_cases(rng, numbers, size, customers, vocabulary, now))
    cases, mails = [one.case for one in made], [mail for one in made for mail in one.mails]
    rows: History = {
        CaseRow: cases,
        MessageRow: mails,
        CaseWordsRow: [one.words for one in made],
        CaseTagRow: [one.tag for one in made if one.tag],
    }
    return rows | histories(rng, cases, mails, now)


def _write(store: Store, made: History) -> None:
    with store.writing() as unit:
        for table, rows in made.items():
            write(unit.session, table, rows)


@dataclass(frozen=True, slots=True)
class _Made:
    case: dict[str, Any]
    mails: list[dict[str, Any]]
    words: dict[str, Any]
    tag: dict[str, Any]


def _vocabulary(rng: np.random.Generator) -> Vocabulary:
    syllables, made = _SYLLABLES.split(), dict[str, None]()
    while len(made) < VOCABULARY:
        for length, drawn in zip(
            rng.integers(2, 5, VOCABULARY).tolist(),
            rng.integers(0, len(syllables), (VOCABULARY, 4)).tolist(),
            strict=True,
        ):
            made["".join([syllables[n] for n in drawn[:length]])] = None
    return np.array(list(made)[:VOCABULARY], dtype=object)


def _texts(rng: np.random.Generator, vocabulary: Vocabulary, count: int, words: int) -> Iterator[str]:
    """Texts of so many words; the word of rank n is met about 1/n as often as the first."""
    ranks = np.exp(rng.random((count, words)) * np.log(VOCABULARY)).astype(np.int64) - 1
    for row in vocabulary[ranks].tolist():
        yield " ".join(row)


def _cases(
    rng: np.random.Generator,
    numbers: range,
    size: Size,
    customers: int,
    vocabulary: Vocabulary,
    now: datetime,
) -> Iterator[_Made]:
    count = len(numbers)
    state, level, language = (_drawn(rng, shares, count) for shares in (_STATES, _LEVELS, _LANGUAGES))
    mails = rng.integers(1, MOST_MAILS + 1, count).tolist()
    heads = _texts(rng, vocabulary, count, _SUBJECT + _SUMMARY)
    texts = _texts(rng, vocabulary, sum(mails), size.words)
    mood, category = rng.choice(_MOODS, count).tolist(), rng.choice(_CATEGORIES, count).tolist()
    whose = rng.integers(0, customers, count).tolist()
    person = rng.integers(1, size.people + 1, count).tolist()
    tags = rng.integers(0, size.tags, count).tolist()
    minutes, hours = rng.integers(-300, 3000, count).tolist(), rng.integers(0, 90, count).tolist()
    chances = rng.random((count, 2)).tolist()
    whole = timedelta(days=365 * YEARS)
    for at, number in enumerate(numbers):
        came = now - whole * (1 - number / (size.cases + 1))
        name, email = f"kunde {whose[at]}", f"kunde{whose[at]}@example"
        head = next(heads).split()
        subject, summary = " ".join(head[:_SUBJECT]), " ".join(head[_SUBJECT:])
        case = {
            "id": number, "mailbox_id": 1, "customer_id": whose[at] + 1, "customer_email": email,
            "customer_name": name, "subject": subject, "summary": summary,
            "state": state[at], "assignee_id": person[at] if chances[at][0] < _ASSIGNED else None,
            "language": language[at], "category": category[at], "sentiment": mood[at], "priority": level[at],
            "respond_by": (now if state[at] == "open" else came) + timedelta(minutes=minutes[at]), "draft_state": "ready",
            "latest_in_id": number * MOST_MAILS + (2 if mails[at] == MOST_MAILS else 0),
            "first_answer_at": came + timedelta(hours=1) if mails[at] > 1 else None,
            "created_at": came, "updated_at": min(now, came + timedelta(hours=hours[at])),
        }  # fmt: skip
        said = [next(texts) for _ in range(mails[at])]
        letters = [
            {
                "id": number * MOST_MAILS + n, "mailbox_id": 1, "case_id": number,
                "direction": "in" if n % 2 == 0 else "out", "kind": "customer" if n % 2 == 0 else "reply",
                "from_name": name, "from_email": email, "subject": subject, "new_text": text,
                "received_at": came + timedelta(hours=n),
            }
            for n, text in enumerate(said)
        ]  # fmt: skip
        tag = {"case_id": number, "tag_id": tags[at] + 1} if chances[at][1] < _TAGGED else {}
        known = f"{name} kunde{whose[at]} example"
        words = {
            "case_id": number, "customer": f"{known} {name} firma {whose[at]} {known}",
            "words": " ".join((subject, summary, *(f"{subject} {text}" for text in said), *([f"tag {tags[at]}"] if tag else []))),
        }  # fmt: skip
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
