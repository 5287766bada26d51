"""Feedback: what happened with a customer, who is to be asked when, what left, and what came back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class FeedbackEventRow(Table):
    """Something that happened with a customer: `agent.feedback.history.Event` as a row.

    `dedupe_key` is the sender's own id behind the name of the source: the same event sent twice counts once.
    `decided_at` is empty until somebody has looked whether it leads to a request.
    """

    __tablename__ = "feedback_events"
    __table_args__ = (
        Index("ix_feedback_events_customer_id_at", "customer_id", "at"),
        Index(
            "ix_feedback_events_work",
            "id",
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)  # flat
    source: Mapped[str]  # api | case | answer | person | import
    dedupe_key: Mapped[str | None] = mapped_column(unique=True)
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ContactWayRow(Table):
    """A way to reach a customer beside the e-mail address of their record, and what became of any of the ways.

    A row for `email` has no address of its own: it only says that mail bounced or is preferred.
    """

    __tablename__ = "contact_ways"
    __table_args__ = (UniqueConstraint("customer_id", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    channel: Mapped[str]  # agent.feedback.history.Channel
    address: Mapped[str] = mapped_column(Text, default="")
    preferred: Mapped[bool] = mapped_column(default=False)
    bounced_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class FeedbackOptOutRow(Table):
    """A customer does not want to be asked: at all, over a channel, or in a survey. Deleting it allows it again."""

    __tablename__ = "feedback_opt_outs"
    __table_args__ = (UniqueConstraint("customer_id", "what"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    what: Mapped[str]  # all | a channel | a survey
    origin: Mapped[str]  # link | header | person | api
    created_at: Mapped[datetime]


class FeedbackRequestRow(Table):
    """A wish to ask somebody (`agent.feedback.timing.deciding.Wish`), and what has become of it.

    `state`: open (looked at again at `look_at`) → asked (at least one message has left) → answered | over, or not_asked
    with a reason; paused together with its campaign, when nobody looks. `reason` holds the newest decision's code and facts, which people can read.
    `chance` is the predicted chance of an answer at the moment that was chosen, empty where nothing is learnt yet.
    """

    __tablename__ = "feedback_requests"
    __table_args__ = (
        Index(
            "ix_feedback_requests_work",
            "look_at",
            "id",
            sqlite_where=text("look_at IS NOT NULL"),
            postgresql_where=text("look_at IS NOT NULL"),
        ),
        Index("ix_feedback_requests_customer_id", "customer_id", "created_at"),
        Index("ix_feedback_requests_campaign_id", "campaign_id", "run", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("feedback_events.id"), unique=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    run: Mapped[int] = mapped_column(default=0)  # of a recurring campaign
    follow_up_id: Mapped[int | None]  # asked again after a follow-up
    name: Mapped[str]  # the trigger's or campaign's
    cause: Mapped[dict[str, Any]]  # why it is wished: code and facts
    survey: Mapped[str]
    form: Mapped[str] = mapped_column(default="survey")  # survey | personal
    window: Mapped[str]
    importance: Mapped[int]
    occasion_at: Mapped[datetime | None]  # when it happened that it is about
    wanted_from: Mapped[datetime]
    wanted_until: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="open")
    look_at: Mapped[datetime | None]
    reason: Mapped[dict[str, Any]] = mapped_column(default=dict)
    planned_for: Mapped[datetime | None]
    planned_channel: Mapped[str] = mapped_column(default="")
    style: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    chance: Mapped[float | None]
    chosen_by: Mapped[str] = mapped_column(default="rule")  # rule | learnt | explored | experiment
    propensity: Mapped[float] = mapped_column(
        default=1.0
    )  # with which this moment was drawn: for off-policy figures
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("experiment_variants.id"), index=True)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class FeedbackMessageRow(Table):
    """One message of a request over one channel; never two over the same.

    Mail leaves through the outbox (`outbox_id`), everything else through `agent.chat`. `state`: waiting → sending →
    sent | failed | uncertain, or dropped when the look just before sending said no. `opened_at` is when the survey
    was opened; nobody is spied on by pictures in mails.
    """

    __tablename__ = "feedback_messages"
    __table_args__ = (
        UniqueConstraint("request_id", "channel"),
        Index("ix_feedback_messages_customer_id", "customer_id", "sent_at"),
        Index(
            "ix_feedback_messages_work",
            "send_after",
            "id",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("feedback_requests.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    channel: Mapped[str]
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), unique=True)
    state: Mapped[str] = mapped_column(default="waiting")
    send_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="")  # in words for people, without any address
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SurveyLinkRow(Table):
    """An open way to a survey for anybody who has it: a link, a QR code, a widget on a website.

    A kiosk is a screen on a counter, at which one visitor answers after the other.
    """

    __tablename__ = "survey_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    survey: Mapped[str]
    kind: Mapped[str]  # link | qr | kiosk | widget
    language: Mapped[str] = mapped_column(default="")  # empty: the visitor's
    origins: Mapped[list[str]] = mapped_column(default=list)  # websites that may show the widget
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SurveyAnswerRow(Table):
    """What one person answered: one row a request, changed as long as the link is valid.

    `answers` are by the names of the questions; `score` is the survey's first number. Comments are kept as written
    and as hidden for models (`redacted_comment`); what was read out of them are mood, themes and usefulness.
    `survey_text` keeps the questions as they were asked.
    """

    __tablename__ = "survey_answers"
    __table_args__ = (
        Index("ix_survey_answers_survey", "survey", "completed_at"),
        Index("ix_survey_answers_customer_id", "customer_id", "created_at"),
        Index(
            "ix_survey_answers_visitor",
            "link_id",
            "visitor",
            unique=True,
            sqlite_where=text("visitor <> ''"),
            postgresql_where=text("visitor <> ''"),
        ),
        Index(
            "ix_survey_answers_unfinished",
            "started_at",
            sqlite_where=text("completed_at IS NULL"),
            postgresql_where=text("completed_at IS NULL"),
        ),
        Index(
            "ix_survey_answers_to_hide",
            "id",
            sqlite_where=text("comment <> '' AND redacted_comment = ''"),
            postgresql_where=text("comment <> '' AND redacted_comment = ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("feedback_requests.id"), unique=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("survey_links.id"), index=True)
    visitor: Mapped[str] = mapped_column(
        default=""
    )  # a keyed hash that holds for a day, so that one visitor of an open link counts once
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    survey: Mapped[str]
    survey_text: Mapped[dict[str, Any]] = mapped_column(default=dict)
    channel: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    touchpoint: Mapped[str] = mapped_column(
        default=""
    )  # of the customer journey: the trigger, category or link
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    score: Mapped[float | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    redacted_comment: Mapped[str] = mapped_column(Text, default="")
    sentiment: Mapped[str] = mapped_column(default="")
    themes: Mapped[list[str]] = mapped_column(default=list)
    usefulness: Mapped[float | None]
    vector: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # of the hidden comment, float32
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]  # when themes and mood were read out of the comment
    created_at: Mapped[datetime]
