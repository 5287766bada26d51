"""Who was told of an escalation, by which way, when, and what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class EscalationNoticeRow(Table):
    """One notice of one step of an escalation, to one person or chat channel; never the same twice.

    `state`: waiting (until `send_after`) → sending → sent | failed | uncertain, or dropped because somebody
    took the case meanwhile. `rung_at` is when a worker was last asked. What is `sending` beyond its lease and was not
    yet handed over waits again; what was handed over is uncertain and is not repeated: the next step follows anyway.
    """

    __tablename__ = "escalation_notices"
    __table_args__ = (
        UniqueConstraint("escalation_id", "step", "way", "target"),
        Index(
            "ix_escalation_notices_work",
            "send_after",
            "id",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalations.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    step: Mapped[int]  # 0 is the first
    role: Mapped[str]  # lead | owner | management, or an address
    way: Mapped[str]  # mail | chat
    target: Mapped[str]  # an address of the company's own people, or a channel's name
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str] = mapped_column(default="waiting")
    send_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    rung_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="")  # in words for people, without any address or key
    created_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
