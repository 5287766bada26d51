"""Customers with rows of every kind, and conditions about them, for comparing memory with SQL."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import delete

from agent.company import Company
from agent.desk.feedback.asking.histories import histories
from agent.feedback.conditions import COMPARISONS, COUNTED, About, All, Condition, Count, Not, Test
from agent.feedback.conditions import Any as OneOf
from agent.feedback.evaluation import holds
from agent.feedback.rules import load_rules
from agent.store.queries.feedback_conditions import find_customers
from agent.store.session import Store
from agent.store.tables import (
    CaseRow,
    CustomerRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    MailboxRow,
    SurveyAnswerRow,
)

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
RULES = load_rules(Company())
KINDS = ("login", "answered", "feature_used")
COLUMNS = ("minutes", "survey", "ok", "score", "kind", "at", "nothing")
OF_CASES = ("category", "sentiment", "priority", "complaint", "closed_at", "id", "nothing")
OF_ASKED = ("survey", "channel", "answered_at", "bounced", "request")
OF_CUSTOMERS = (
    "customer_days", "business", "country", "language", "tier", "employees", "role", "annual_revenue_eur", "nothing",
)  # fmt: skip

words = st.sampled_from(["", "csat", "nps", "12", "012", "technical", "positive", "DK", "A"])
numbers = st.one_of(st.integers(-3, 15), st.integers(-6, 30).map(lambda n: n / 2))
values = st.one_of(words, st.booleans(), numbers)
ago = st.integers(-30, 240).map(lambda hours: timedelta(hours=hours * 3))


@dataclass(frozen=True)
class World:
    """Rows by customer, as keyword values without their keys."""

    customers: list[dict[str, Any]] = field(default_factory=list)
    events: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    cases: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    asked: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


flat = st.dictionaries(st.sampled_from(["minutes", "survey", "ok", "score"]), st.one_of(values, st.none()))
attributes = st.dictionaries(st.sampled_from(["employees", "role"]), values)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    count = draw(st.integers(1, 3))
    who = st.integers(0, count - 1)
    return World(
        draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "company": st.sampled_from(["", "Berg ApS"]),
                        "country": st.sampled_from(["", "dk", "DK"]),
                        "language": words,
                        "tier": st.sampled_from(["", "A"]),
                        "annual_revenue_eur": st.one_of(st.none(), numbers.map(float)),
                        "attributes": attributes,
                        "since": st.one_of(st.none(), ago.map(lambda gone: NOW - gone)),
                    }
                ),
                min_size=count,
                max_size=count,
            )
        ),
        draw(
            st.lists(
                st.tuples(
                    who,
                    st.fixed_dictionaries({"kind": st.sampled_from(KINDS), "ago": ago, "data": flat}),
                ),
                max_size=8,
            )
        ),
        draw(
            st.lists(
                st.tuples(
                    who,
                    st.fixed_dictionaries(
                        {
                            "ago": ago,
                            "closed": st.one_of(st.none(), ago),
                            "state": st.sampled_from(["open", "done", "spam"]),
                            "category": words,
                            "sentiment": st.sampled_from(["", "neutral", "positive", "very_negative"]),
                            "worst_sentiment": st.sampled_from(["", "negative", "positive"]),
                            "priority": st.sampled_from(["", "low", "critical"]),
                        }
                    ),
                ),
                max_size=4,
            )
        ),
        draw(
            st.lists(
                st.tuples(
                    who,
                    st.fixed_dictionaries(
                        {
                            "ago": ago,
                            "survey": st.sampled_from(["csat", "nps", ""]),
                            "state": st.sampled_from(["waiting", "sent", "uncertain", "dropped", "failed"]),
                            "sent": st.booleans(),
                            "bounced": st.booleans(),
                            "answered": st.one_of(st.none(), ago),
                        }
                    ),
                ),
                max_size=4,
            )
        ),
    )


@st.composite
def tests(draw: st.DrawFn, columns: tuple[str, ...]) -> Test:
    name = draw(st.sampled_from(sorted(COMPARISONS)))
    wanted = st.booleans() if name == "known" else numbers if COMPARISONS[name].numbers else values
    return Test(draw(st.sampled_from(columns)), name, tuple(draw(st.lists(wanted, min_size=1, max_size=2))))


@st.composite
def counts(draw: st.DrawFn) -> Count:
    kind = draw(st.sampled_from(sorted(COUNTED)))
    columns = COLUMNS if kind == "event" else OF_ASKED if kind == "asked" else OF_CASES
    names = KINDS if kind == "event" else ("csat", "nps", "technical")
    at_least, at_most = draw(
        st.sampled_from([(1, None), (2, None), (0, None), (None, 0), (None, 1.5), (1, 2), (0.5, None)])
    )
    return Count(
        kind,
        names=tuple(draw(st.lists(st.sampled_from(names), max_size=2, unique=True))),
        where=tuple(draw(st.lists(tests(columns), max_size=2))),
        same=draw(st.sampled_from([(), (), (), ("survey",)])),
        within=draw(st.sampled_from([None, timedelta(days=7), timedelta(days=14)])),
        since_trigger=draw(st.sampled_from([False, False, False, True])),
        sum_of=draw(st.sampled_from(["", "", "minutes", columns[0]])),
        at_least=at_least,
        at_most=at_most,
    )


def conditions() -> st.SearchStrategy[Condition]:
    leaves = st.one_of(
        counts(),
        tests(OF_CUSTOMERS).map(About),
        tests(("minutes",)).map(lambda test: About(test, "trigger")),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
            st.lists(inner, max_size=3).map(lambda parts: OneOf(tuple(parts))),
            inner.map(Not),
        ),
        max_leaves=4,
    )


def disagreement(store: Store, world: World, condition: Condition) -> tuple[set[int], set[int]] | None:
    """Whom SQL finds and whom memory finds, where they differ. Leaves the database empty."""
    with store.writing() as unit:
        session = unit.session
        for table in (
            SurveyAnswerRow, FeedbackMessageRow, FeedbackRequestRow, FeedbackEventRow, CaseRow, CustomerRow, MailboxRow,
        ):  # fmt: skip
            session.execute(delete(table))
        ids = _add(session, world)
        known = histories(session, ids, RULES, NOW)
        in_memory = {number for number in ids if holds(condition, known[number], NOW)}
        in_sql = set(find_customers(session, condition, NOW, RULES.limits))
        session.rollback()
    return None if in_memory == in_sql else (in_sql, in_memory)


def _add(session: Any, world: World) -> list[int]:
    mailbox = MailboxRow(
        address="support@nordlys.example", imap_url="", smtp_url="", password_encrypted="", created_at=NOW
    )
    customers = [
        CustomerRow(email=f"c{n}@customer.example", created_at=NOW - timedelta(days=9), **values)
        for n, values in enumerate(world.customers)
    ]
    session.add_all([mailbox, *customers])
    session.flush()
    for who, event in world.events:
        session.add(
            FeedbackEventRow(
                customer_id=customers[who].id, kind=event["kind"], at=NOW - event["ago"], data=event["data"],
                source="api", created_at=NOW,
            )
        )  # fmt: skip
    for who, case in world.cases:
        facts = {
            name: case[name] for name in ("state", "category", "sentiment", "worst_sentiment", "priority")
        }
        session.add(
            CaseRow(
                mailbox_id=mailbox.id, customer_email=customers[who].email, subject="x",
                created_at=NOW - case["ago"], updated_at=NOW,
                closed_at=None if case["closed"] is None else NOW - case["closed"], **facts,
            )
        )  # fmt: skip
    for who, asked in world.asked:
        _add_asked(session, customers[who].id, asked)
    session.flush()
    return [row.id for row in customers]


def _add_asked(session: Any, customer_id: int, asked: dict[str, Any]) -> None:
    at = NOW - asked["ago"]
    request = FeedbackRequestRow(
        customer_id=customer_id, name="x", cause={}, survey=asked["survey"], window="prompt", importance=0,
        wanted_from=at, wanted_until=at, state="asked", created_at=at,
    )  # fmt: skip
    session.add(request)
    session.flush()
    session.add(
        FeedbackMessageRow(
            request_id=request.id, customer_id=customer_id, channel="email", state=asked["state"], send_after=at,
            sent_at=at if asked["sent"] else None, bounced_at=at if asked["bounced"] else None,
            created_at=at - timedelta(hours=1),
        )
    )  # fmt: skip
    if asked["answered"] is not None:
        session.add(
            SurveyAnswerRow(
                request_id=request.id, customer_id=customer_id, survey=asked["survey"], started_at=at,
                completed_at=NOW - asked["answered"], created_at=at,
            )
        )  # fmt: skip
