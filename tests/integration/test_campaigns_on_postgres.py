"""A campaign to a few thousand on a real PostgreSQL: the right people, and a number of statements that does not run away."""

import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, func, select

from agent.desk.feedback.campaigns.planning import plan_campaigns
from agent.settings import Settings
from agent.store.tables import (
    CustomerRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    HeldBackRow,
    PersonRow,
)
from agent.wiring import build_house
from evals.campaign_customers import fill
from evals.scorers.campaign_speed import measure

pytestmark = pytest.mark.server

CUSTOMERS = 3000


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    """Statements by their first word, on every database of this process."""
    found: Counter[str] = Counter()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found[statement.split(None, 1)[0]] += 1

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_thousands_are_planned_once_each_in_few_statements(tmp_path: Path, postgres_url: str) -> None:
    settings = Settings(home=tmp_path, database_url=postgres_url, secret_key=secrets.token_hex(32))
    house = build_house(settings, index="")
    with house.store.writing() as unit:
        person = PersonRow(email="lead@example", role="lead", password_hash="", created_at=house.clock())
        unit.session.add(person)
    fill(house.store, CUSTOMERS, now=house.clock(), seed=3)
    with _counted() as statements:
        found = measure(house, person)
    assert found.customers == CUSTOMERS
    assert found.asked + sum(found.held_back.values()) == CUSTOMERS
    assert statements.total() < CUSTOMERS / 20
    with house.store.reading() as session:
        asked = select(FeedbackRequestRow.customer_id).where(FeedbackRequestRow.campaign_id.is_not(None))
        held = select(HeldBackRow.customer_id)
        assert (
            session.scalar(select(func.count(func.distinct(asked.subquery().c.customer_id)))) == found.asked
        )
        assert session.scalars(asked.intersect(held)).all() == []
        everybody = session.scalars(asked.union(held)).all()
        assert len(everybody) == session.scalar(select(func.count()).select_from(CustomerRow))
        refused = session.scalars(select(FeedbackOptOutRow.customer_id)).all()
        assert found.held_back["opted_out"] == len(refused) > 0
        assert not set(refused) & set(session.scalars(asked))
    assert plan_campaigns(house) == 0
    house.store.close()
