"""Cases with what was understood of them, the customers behind them, and what people said about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class CustomerRow(Table):
    """What the company knows of a customer, from its CRM or a CSV. Unknown columns are kept as attributes."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text, default="")
    company: Mapped[str] = mapped_column(Text, default="")
    tier: Mapped[str] = mapped_column(default="")
    annual_revenue_eur: Mapped[float | None]
    language: Mapped[str] = mapped_column(default="")
    owner: Mapped[str] = mapped_column(Text, default="")
    segment: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    objections: Mapped[list[str]] = mapped_column(
        default=list
    )  # purposes objected to (Art. 21): drafts, tone, feedback
    since: Mapped[datetime | None]  # when the relationship began, where the CRM says so
    created_at: Mapped[datetime]


class CaseRow(Table):
    """A conversation with one customer about one thing. The id is the case number that customers see.

    `latest_in_id` is the newest message from the customer: an approval given for an older one is void.
    `may_belong_to_id` names a case that a stranger's mail claims to belong to; a person decides.
    `corrected` lists fields that a person set, which no engine overwrites.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_state_respond_by", "state", "respond_by", "id"),
        Index("ix_cases_respond_by", "respond_by", "id"),
        Index("ix_cases_state_updated_at", "state", "updated_at", "id"),
        Index("ix_cases_customer_email", "customer_email", "updated_at"),
        Index("ix_cases_created_at", "created_at", "id"),
        Index("ix_cases_updated_at", "updated_at", "id"),
        Index("ix_cases_category", "category", "created_at", "id"),
        Index("ix_cases_assignee_id", "assignee_id", "created_at", "id"),
        Index(  # all that the numbers beside the views are counted by, so that no case is read for them
            "ix_cases_unfinished",
            "state",
            "snoozed_until",
            "assignee_id",
            "draft_state",
            "priority",
            "needs_review",
            "merged_into_id",
            sqlite_where=text("state IN ('open', 'waiting')"),
            postgresql_where=text(
                "state = 'open' OR state = 'waiting'"
            ),  # as PostgreSQL itself writes it back
        ),
        Index(
            "ix_cases_snoozed_until",
            "snoozed_until",
            sqlite_where=text("snoozed_until IS NOT NULL"),
            postgresql_where=text("snoozed_until IS NOT NULL"),
        ),
        Index(
            "ix_cases_tell_delay_at",
            "tell_delay_at",
            sqlite_where=text("tell_delay_at IS NOT NULL"),
            postgresql_where=text("tell_delay_at IS NOT NULL"),
        ),
        Index(
            "ix_cases_look_again_at",
            "look_again_at",
            sqlite_where=text("look_again_at IS NOT NULL"),
            postgresql_where=text("look_again_at IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},  # a case number that was erased is never given to another case
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    customer_email: Mapped[str]
    customer_name: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(default="open")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    language: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="")
    subcategory: Mapped[str] = mapped_column(default="")
    category_confidence: Mapped[float] = mapped_column(default=0.0)
    needs_review: Mapped[bool] = mapped_column(default=False)
    sentiment: Mapped[str] = mapped_column(default="")
    worst_sentiment: Mapped[str] = mapped_column(default="")  # of all the customer's mails in it
    priority: Mapped[str] = mapped_column(default="")
    score: Mapped[int] = mapped_column(default=0)
    factors: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    priority_note: Mapped[str] = mapped_column(Text, default="")
    words_priority: Mapped[str] = mapped_column(default="")  # the level before anything happened meanwhile
    look_again_at: Mapped[datetime | None]  # when time alone may change the priority
    corrected: Mapped[list[str]] = mapped_column(default=list)
    respond_by: Mapped[datetime | None]
    deadline_at: Mapped[datetime | None]  # the instant that the customer named
    clock_promises: Mapped[list[dict[str, Any]]] = mapped_column(default=list)  # level and since when
    clock_used_s: Mapped[int] = mapped_column(default=0)  # of the answer time, before the clock last stood
    clock_paused_at: Mapped[datetime | None]  # the clock stands: we wait for the customer
    clock_rules: Mapped[str] = mapped_column(default="")  # a mark of the rules that `respond_by` follows from
    promised_at: Mapped[datetime | None]  # the answer time that the acknowledgement named
    tell_delay_at: Mapped[datetime | None]  # when the customer hears that it will take longer
    draft_state: Mapped[str] = mapped_column(
        default="none"
    )  # none | writing | ready | unsettled | unanswerable
    latest_in_id: Mapped[int | None]
    may_belong_to_id: Mapped[int | None]
    merged_into_id: Mapped[int | None]  # its mails went on in that case
    snoozed_until: Mapped[datetime | None]  # out of sight until then, or until the customer writes
    escalated_at: Mapped[datetime | None]
    first_answer_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]  # since when it is done; empty while it is not
    version: Mapped[int] = mapped_column(default=1)  # grows with each change; screens compare it
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class PlaceholderRow(Table):
    """A placeholder given in a conversation, and the person, address or number that it stands for."""

    __tablename__ = "placeholders"
    __table_args__ = (UniqueConstraint("case_id", "token"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    token: Mapped[str]
    value: Mapped[str] = mapped_column(Text)


class TriageRow(Table):
    """What an engine understood of one message (redacted words only). The newest row of a message counts."""

    __tablename__ = "triage_results"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
    engine: Mapped[str]
    reading: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class MatchRow(Table):
    """A similar case or article found for a message, best first."""

    __tablename__ = "matches"
    __table_args__ = (UniqueConstraint("message_id", "rank"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    rank: Mapped[int]
    document_id: Mapped[str]
    kind: Mapped[str]  # article | case
    language: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(Text)
    passage: Mapped[str] = mapped_column(Text)
    score: Mapped[float]
    reason: Mapped[str] = mapped_column(Text, default="")


class NoteRow(Table):
    """A remark for the team. Customers never see it.

    A deleted note keeps its words in `removed_text`, where no search or page finds them, until it is brought back.
    """

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(Text)
    removed_text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class EscalationRow(Table):
    """A case that needs a lead, why, and who took it.

    `steps_taken` of the company's steps have been told to somebody; the next is due at `climb_at`, which is empty
    when there is none left. `assignee_before_id` had the case before it was taken, and has it again when handed back.
    """

    __tablename__ = "escalations"
    __table_args__ = (
        Index(
            "ix_escalations_climb_at",
            "climb_at",
            sqlite_where=text("climb_at IS NOT NULL AND acknowledged_at IS NULL"),
            postgresql_where=text("climb_at IS NOT NULL AND acknowledged_at IS NULL"),
        ),
        Index(
            "ix_escalations_waiting",
            "case_id",
            sqlite_where=text("acknowledged_at IS NULL"),
            postgresql_where=text("acknowledged_at IS NULL"),
        ),
        Index(
            "ix_escalations_acknowledged_at",
            "acknowledged_at",
            sqlite_where=text("acknowledged_at IS NOT NULL"),
            postgresql_where=text("acknowledged_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    cause: Mapped[str]  # critical | asked | overdue | sentiment | value
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    acknowledged_at: Mapped[datetime | None]
    assignee_before_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    steps_taken: Mapped[int] = mapped_column(default=0)
    climb_at: Mapped[datetime | None]


class CorrectionRow(Table):
    """A person's correction, or a label of imported history, from which the next message is judged.

    `weight` is how much it counts: 1, less while two people check it, 0 while they disagree. `changed_at` is when
    a check last changed the weight or the label.
    """

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    field: Mapped[str]  # category | priority | sentiment | …
    before: Mapped[str]
    after: Mapped[str]
    redacted_text: Mapped[str] = mapped_column(Text, default="")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("history_imports.id"), index=True)
    weight: Mapped[float] = mapped_column(default=1.0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class DocumentRow(Table):
    """An article or a solved case. The vector index is rebuilt from here."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    language: Mapped[str]
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    indexed_at: Mapped[datetime | None]
