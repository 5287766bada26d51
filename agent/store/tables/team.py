"""What each person can take on, and which suggested hand-overs were refused."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class WorkProfileRow(Table):
    """What a person answers in and about, and how much at once. A person without a row has said nothing.

    Empty `languages` mean the company's own, empty `skills` any category; no `capacity` means the company's usual one.
    """

    __tablename__ = "work_profiles"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    languages: Mapped[list[str]] = mapped_column(default=list)
    skills: Mapped[list[str]] = mapped_column(default=list)  # categories
    capacity: Mapped[int | None]  # open cases at once


class RefusedHandOverRow(Table):
    """A lead does not want this case to go to this person; it is not suggested again."""

    __tablename__ = "refused_hand_overs"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    refused_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    refused_at: Mapped[datetime]
