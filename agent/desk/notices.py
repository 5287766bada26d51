"""What people must know: a mailbox that does not answer, a mail that was given up. One open notice a key."""

from datetime import datetime

from sqlalchemy import select

from agent.store.session import Unit
from agent.store.tables import NoticeRow


def raise_notice(unit: Unit, key: str, text: str, now: datetime, *, level: str = "problem") -> None:
    """Open a notice, or renew the words of the one that is open under this key. No personal data in `text`."""
    row = unit.session.scalar(select(NoticeRow).where(NoticeRow.key == key, NoticeRow.resolved_at.is_(None)))
    if row is None:
        unit.session.add(NoticeRow(key=key, level=level, text=text, created_at=now))
    else:
        row.text, row.level = text, level


def resolve_notice(unit: Unit, key: str, now: datetime) -> None:
    """Close the open notice of this key, if there is one."""
    row = unit.session.scalar(select(NoticeRow).where(NoticeRow.key == key, NoticeRow.resolved_at.is_(None)))
    if row is not None:
        row.resolved_at = now
