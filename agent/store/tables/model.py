"""What the language model is told in the company's own words, how that was tried, and what the model has cost."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class ModelSpendingRow(Table):
    """Calls of one day (UTC) and the tokens that went in and came out, by all processes together."""

    __tablename__ = "model_spending"

    day: Mapped[date] = mapped_column(primary_key=True)
    calls: Mapped[int] = mapped_column(default=0)
    tokens_in: Mapped[int] = mapped_column(default=0)
    tokens_out: Mapped[int] = mapped_column(default=0)


class PromptCopyRow(Table):
    """A company's own wording of a prompt. Its version is never given twice; once published, it is never changed.

    Which one counts is a setting (`prompts.draft.da = 3`), so that publishing keeps who, when and why, and has a way
    back.
    """

    __tablename__ = "prompt_copies"
    __table_args__ = (UniqueConstraint("task", "language", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str]
    language: Mapped[str]
    version: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class PromptTrialRow(Table):
    """A copy tried on past mails, beside what was published then. `body` is the wording that was tried."""

    __tablename__ = "prompt_trials"

    id: Mapped[int] = mapped_column(primary_key=True)
    copy_id: Mapped[int] = mapped_column(ForeignKey("prompt_copies.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="waiting")  # waiting | running | done | failed
    problem: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class PromptTrialMailRow(Table):
    """One past mail of a trial: what the published and the tried wording made of it. Redacted words only."""

    __tablename__ = "prompt_trial_mails"

    trial_id: Mapped[int] = mapped_column(ForeignKey("prompt_trials.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, index=True)
    published: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tried: Mapped[dict[str, Any]] = mapped_column(default=dict)
