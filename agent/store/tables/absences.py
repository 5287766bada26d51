"""The days on which people are away, planned ahead: several for each person, none of them over another."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class AbsenceRow(Table):
    """From `away_from` until `away_until` new cases pass this person by, and their urgent ones go to the deputy.

    `moved_at` is when those were handed on, once for each absence; `set_by_id` is who entered it. What is over is
    deleted when the next one is entered: the audit trail keeps what was.
    """

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    away_from: Mapped[datetime]
    away_until: Mapped[datetime] = mapped_column(index=True)
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    set_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    moved_at: Mapped[datetime | None]
