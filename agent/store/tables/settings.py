"""What people changed at the desk about the company's rules, and links by which they choose a new password."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class CompanySettingRow(Table):
    """One change of the company's settings: values by key path (`priority.levels.high`), laid over company.toml.

    Changes that stand count in the order in which they were made. `before` holds what each path was when it was
    made, for people to read; None where it was not set. `person_id` is empty for the command line.
    """

    __tablename__ = "company_settings"
    __table_args__ = (Index("ix_company_settings_area", "area", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area: Mapped[str]  # company | priority | taxonomy
    values: Mapped[dict[str, Any]]
    before: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text)
    effect: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what was shown beforehand, in figures
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class PasswordLinkRow(Table):
    """A link by which a person chooses a password, once. Only the hash of its token is kept."""

    __tablename__ = "password_links"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
