"""What is done about answers: follow-ups, what was changed and who was told, hooks for others, and what it is worth."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class FollowUpRow(Table):
    """A bad answer that a person looks after: owner, deadline in business time, outcome, and asking again.

    `state`: open → done (with an outcome) or dropped with a reason. `ask_again_at` is set when it is done;
    `escalated_at` when nobody acted by `due_at`. `reopened_case`: the case was done, and was opened again for that.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        Index(
            "ix_follow_ups_due_at",
            "due_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_follow_ups_ask_again_at",
            "ask_again_at",
            sqlite_where=text("ask_again_at IS NOT NULL AND asked_again_id IS NULL"),
            postgresql_where=text("ask_again_at IS NOT NULL AND asked_again_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("survey_answers.id"), unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="open")
    outcome: Mapped[str] = mapped_column(
        default=""
    )  # solved | explained | compensated | not_reached | lost | …
    note: Mapped[str] = mapped_column(Text, default="")
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    done_at: Mapped[datetime | None]
    ask_again_at: Mapped[datetime | None]
    asked_again_id: Mapped[int | None] = mapped_column(ForeignKey("feedback_requests.id"))
    escalated_at: Mapped[datetime | None]
    reopened_case: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class ImprovementRow(Table):
    """Something that was changed because customers asked for it: "you said, we did".

    `texts` holds the message by language. `state`: draft → approved (by a person) → sent.
    """

    __tablename__ = "improvements"

    id: Mapped[int] = mapped_column(primary_key=True)
    theme: Mapped[str]
    title: Mapped[str] = mapped_column(Text)
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="draft")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class ImprovementAnswerRow(Table):
    """An answer that asked for an improvement. `told_at`: its writer has heard of it."""

    __tablename__ = "improvement_answers"

    improvement_id: Mapped[int] = mapped_column(
        ForeignKey("improvements.id"), primary_key=True, autoincrement=False
    )
    answer_id: Mapped[int] = mapped_column(
        ForeignKey("survey_answers.id"), primary_key=True, autoincrement=False
    )
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    told_at: Mapped[datetime | None]


class WebhookRow(Table):
    """An address of another program that hears of events. Its secret signs what is sent."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    secret_encrypted: Mapped[str] = mapped_column(Text)
    events: Mapped[list[str]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    paused_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class WebhookDeliveryRow(Table):
    """One event on its way to one webhook: tried again with growing waits, given up after the last."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_key"),
        Index(
            "ix_webhook_deliveries_work",
            "not_before",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    event: Mapped[str]
    event_key: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="waiting")  # waiting | delivered | given_up
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]


class ValueBaselineRow(Table):
    """How things stood at a point in time, with which value is compared: figures by name, and who wrote them down."""

    __tablename__ = "value_baselines"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    figures: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
