"""A made-up desk on a real PostgreSQL: streamed into bare tables, it holds what SQLite got row by row."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from agent.store.base import Table
from agent.store.migrate import upgrade
from agent.store.session import Store, open_store
from agent.store.tables import (
    CaseRow,
    CaseTagRow,
    CaseWordsRow,
    CustomerRow,
    MailboxRow,
    MessageRow,
    PersonRow,
)
from evals.bulk import write
from evals.desk_cases import Size, fill
from evals.desk_history import ORDER

pytestmark = pytest.mark.server

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FILLED: list[type[Table]] = [CustomerRow, CaseRow, MessageRow, CaseWordsRow, CaseTagRow, *ORDER]
_PARTS = text(
    "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()"
    " UNION SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1"
)
HOSTILE = 'a\\b\tc\nd\re \\. \\N %s {"x": 1} \u00e6\U0001f600'


def rows(store: Store, table: type[Table]) -> list[tuple[object, ...]]:
    with store.reading() as session:
        order = [column for column in table.__table__.columns if column.primary_key]
        return [tuple(row) for row in session.execute(select(*table.__table__.columns).order_by(*order))]


def test_both_databases_hold_the_same_and_are_whole(tmp_path: Path, postgres_url: str) -> None:
    stores = [open_store(f"sqlite:///{tmp_path}/made.db"), open_store(postgres_url)]
    upgrade(stores[0])
    upgrade(stores[1])
    with stores[1].reading() as session:
        before = session.execute(_PARTS).all()
    for store in stores:
        fill(store, Size(120, words=8), now=NOW, seed=5, said=lambda _: None)
    with stores[1].reading() as session:
        assert session.execute(_PARTS).all() == before
        found = session.scalar(
            text("SELECT count(*) FROM case_words WHERE found_by @@ to_tsquery('simple', 'kunde')")
        )
        assert found == 120
    for table in FILLED:
        assert rows(stores[0], table) == rows(stores[1], table), table.__tablename__
    for store in stores:
        store.close()


def test_no_sign_in_a_text_breaks_the_stream(postgres_url: str) -> None:
    store = open_store(postgres_url)
    upgrade(store)
    box = {
        "address": HOSTILE, "imap_url": "", "smtp_url": "", "password_encrypted": "", "created_at": NOW,
        "signatures": {"da": HOSTILE}, "unfetched": [1, 2], "paused": True,
    }  # fmt: skip
    with store.writing() as unit:
        write(unit.session, MailboxRow, [box])
        write(unit.session, PersonRow, [])
    with store.reading() as session:
        row = session.scalars(select(MailboxRow)).one()
        assert (row.address, row.signatures, row.unfetched, row.paused) == (
            HOSTILE,
            {"da": HOSTILE},
            [1, 2],
            True,
        )
        assert row.created_at == NOW
    store.close()
