"""Alembic's entry: migrations run over the connection that `agent.store.migrate` hands in."""

from alembic import context

from agent.store import tables
from agent.store.base import Table

assert tables  # imported so that every table is registered
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
