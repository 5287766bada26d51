"""What is learnt of customers beyond their record, and what they have asked us to erase."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class CustomerStyleRow(Table):
    """A customer's style profile (`agent.customers.profile.StyleProfile`). Deleting the row starts it anew."""

    __tablename__ = "customer_styles"

    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customers.id"), primary_key=True, autoincrement=False
    )
    profile: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class CustomerStyleMailRow(Table):
    """A mail that a profile rests on, and what it showed. One row a mail: none is counted twice."""

    __tablename__ = "customer_style_mails"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    shown: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class ErasureRequestRow(Table):
    """Somebody asked to erase a customer; a second person has to agree."""

    __tablename__ = "erasure_requests"

    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customers.id"), primary_key=True, autoincrement=False
    )
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]


class UnfinishedErasureRow(Table):
    """Customers' rows were deleted, but the database's files may still hold their words."""

    __tablename__ = "unfinished_erasures"

    id: Mapped[int] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]
