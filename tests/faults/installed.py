"""What whole installations have in common when they are broken."""

from datetime import timedelta

from sqlalchemy import select

from agent.store.session import Store
from agent.store.tables import MailboxRow, MessageRow, OutboxRow


def time_passes(store: Store, *, minutes: float) -> None:
    """Make every lease, wait and ring that much older. While no process runs, this is what waiting would do."""
    by = timedelta(minutes=minutes)
    with store.writing() as unit:
        for row in unit.session.scalars(select(MessageRow).where(MessageRow.step != "")):
            _age(row, by, "lease_until", "not_before", "rung_at")
        for letter in unit.session.scalars(select(OutboxRow).where(OutboxRow.state != "sent")):
            _age(letter, by, "lease_until", "send_after", "rung_at", "handed_over_at")
        for mailbox in unit.session.scalars(select(MailboxRow)):
            _age(mailbox, by, "lease_until")


def _age(row: object, by: timedelta, *names: str) -> None:
    for name in names:
        instant = getattr(row, name)
        if instant is not None:
            setattr(row, name, instant - by)
