"""What recent mails are compared by, kept in this process in step with the database."""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.cases.incidents import IncidentRules, Sign
from agent.store.tables import CaseRow, MessageRow, SignRow

_AT_ONCE = 500  # rows read in one query: SQLite bounds the variables of a statement


class RecentSigns:
    """The newest signs. What was erased from the database is gone from here at the next look. Thread-safe."""

    def __init__(self) -> None:
        self._kept: dict[int, SignRow] = {}
        self._lock = Lock()

    def known(self, session: Session, at: datetime, rules: IncidentRules) -> list[Sign]:
        """The mails that one of the instant `at` is compared with, newest first.

        Senders, categories and whether a case is open are read anew: people correct and close meanwhile.
        """
        rows = session.execute(
            select(
                SignRow.message_id, SignRow.case_id, MessageRow.from_email,
                CaseRow.state, CaseRow.category, CaseRow.subcategory,
            )
            .join(MessageRow, MessageRow.id == SignRow.message_id)
            .join(CaseRow, CaseRow.id == SignRow.case_id)
            .where(SignRow.at >= at - rules.look_back, SignRow.at <= at + rules.window)
            .order_by(SignRow.at.desc(), SignRow.message_id)
            .limit(rules.kept_at_most)
        ).all()  # fmt: skip
        kept = self._in_step(session, [row.message_id for row in rows])
        return [
            Sign(
                message_id=row.message_id,
                case_id=row.case_id,
                sender=row.from_email,
                at=sign.at,
                vector=np.frombuffer(sign.vector, dtype="<f2").astype(np.float32),
                notions=sign.notions,
                codes=frozenset(sign.codes),
                category=row.category,
                subcategory=row.subcategory,
                is_open=row.state == "open",
            )
            for row in rows
            if (sign := kept.get(row.message_id)) is not None
        ]

    def _in_step(self, session: Session, wanted: Sequence[int]) -> dict[int, SignRow]:
        with self._lock:
            missing = [message_id for message_id in wanted if message_id not in self._kept]
            for start in range(0, len(missing), _AT_ONCE):
                part = missing[start : start + _AT_ONCE]
                for row in session.scalars(select(SignRow).where(SignRow.message_id.in_(part))):
                    session.expunge(row)
                    self._kept[row.message_id] = row
            self._kept = {
                message_id: self._kept[message_id] for message_id in wanted if message_id in self._kept
            }
            return self._kept
