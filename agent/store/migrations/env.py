"""Alembic's entry: migrations run over the connection that `agent.store.migrate` hands in."""

from alembic import context

from agent.store import tables
from agent.store.base import Table


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """SQLite keeps its full-text index in tables of its own, which no model describes."""
    return not (kind == "table" and (name or "").startswith("case_words_fts"))


assert tables  # imported so that every table is registered
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    include_name=_is_ours,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
