"""What leads decide on their board for several cases at once: the reply to an incident."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class IncidentReplyRow(Table):
    """One set of letters to the customers of an incident, approved by one person with one press.

    `press` is the mark of the page that was pressed: the same page pressed again is the same reply. `letters` hold
    `case`, `draft` and `outbox` as plain numbers, so that an erased case leaves nothing here; `left_out` hold `case`
    and the `reason` why that customer got no letter.
    """

    __tablename__ = "incident_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    press: Mapped[str] = mapped_column(unique=True)
    letters: Mapped[list[dict[str, Any]]]
    left_out: Mapped[list[dict[str, Any]]]
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
