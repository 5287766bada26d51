"""Incidents: what several customers report at the same time, the cases in them, and what mails are compared by."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class SignRow(Table):
    """What one mail is compared by: redacted matter only, kept for the days that tell what is usual.

    `vector` holds 16-bit floats, little-endian; `notions` counts the glossary's notions.
    """

    __tablename__ = "signs"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    notions: Mapped[dict[str, Any]]
    codes: Mapped[list[str]]


class IncidentRow(Table):
    """Several customers report the same: since when, what (words of the glossary, no customer's), until when.

    `told_customers` is the number that the cases' reasons name. `name` and `known` (a way around, when it will be mended)
    are a lead's words for colleagues. `closed_by_id` is who said that it is over; nobody where it went quiet.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        Index(
            "ix_incidents_open",
            "last_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cause: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    last_at: Mapped[datetime]
    told_customers: Mapped[int]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(Text, default="")
    known: Mapped[str] = mapped_column(Text, default="")
    described_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    described_at: Mapped[datetime | None]

    @property
    def title(self) -> str:
        """The name that somebody gave it, until then the words of the glossary."""
        return self.name or self.cause


class IncidentCaseRow(Table):
    """A case that belongs to an incident, by the mail that says so, and how like the others that mail is.

    One that a person took out stays out, whatever its later mails say.
    """

    __tablename__ = "incident_cases"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    likeness: Mapped[float]
    joined_at: Mapped[datetime]
    taken_out_at: Mapped[datetime | None]
    taken_out_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
