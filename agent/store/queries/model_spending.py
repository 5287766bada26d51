"""What the language model has cost: one row a day (UTC), counted by all processes together."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from agent.llm.budget import Spent
from agent.store.session import Store, retry_passing
from agent.store.tables import ModelSpendingRow


class TableLedger:
    """The `Ledger` of `agent.llm.budget` in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def spent(self, day: date) -> Spent:
        with self._store.reading() as session:
            return spent_between(session, day, day)

    def spent_in_month(self, day: date) -> Spent:
        with self._store.reading() as session:
            return spent_between(session, day.replace(day=1), day)

    def book(self, day: date, tokens_in: int, tokens_out: int) -> None:
        _book(self._store, day, tokens_in, tokens_out)


def spent_between(session: Session, first: date, last: date) -> Spent:
    """Calls and tokens of these days, both included."""
    columns = (ModelSpendingRow.calls, ModelSpendingRow.tokens_in, ModelSpendingRow.tokens_out)
    sums = session.execute(
        select(*(func.sum(column) for column in columns)).where(ModelSpendingRow.day.between(first, last))
    ).one()
    return Spent(*(int(one or 0) for one in sums))


def spent_by_day(session: Session, last: date, days: int) -> Sequence[tuple[date, Spent]]:
    """The `days` up to `last`, oldest first; days without a call are there, too."""
    first = last - timedelta(days=days - 1)
    rows = {
        row.day: Spent(row.calls, row.tokens_in, row.tokens_out)
        for row in session.scalars(select(ModelSpendingRow).where(ModelSpendingRow.day.between(first, last)))
    }
    return [(day, rows.get(day, Spent())) for day in (first + timedelta(days=count) for count in range(days))]


@retry_passing
def _book(store: Store, day: date, tokens_in: int, tokens_out: int) -> None:
    with store.writing() as unit:
        dialect = postgresql if unit.session.get_bind().dialect.name == "postgresql" else sqlite
        unit.session.execute(
            dialect.insert(ModelSpendingRow)
            .values(day=day, calls=0, tokens_in=0, tokens_out=0)
            .on_conflict_do_nothing()
        )
        unit.session.execute(
            update(ModelSpendingRow)
            .where(ModelSpendingRow.day == day)
            .values(
                calls=ModelSpendingRow.calls + 1,
                tokens_in=ModelSpendingRow.tokens_in + tokens_in,
                tokens_out=ModelSpendingRow.tokens_out + tokens_out,
            )
        )
