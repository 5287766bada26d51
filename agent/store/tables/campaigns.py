"""Campaigns to many customers, and experiments on how to ask."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class CampaignRow(Table):
    """A campaign in its five steps: kind, audience, survey and message, channels, schedule.

    `state`: draft → scheduled → running ⇄ paused → done | stopped. `steps` holds what the wizard collected.
    `next_run_at` is when it is to be planned next; one run plans the audience as it is then.
    """

    __tablename__ = "campaigns"
    __table_args__ = (
        Index(
            "ix_campaigns_next_run_at",
            "next_run_at",
            sqlite_where=text("next_run_at IS NOT NULL"),
            postgresql_where=text("next_run_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(default="")  # transactional | periodic | targeted | loyalty
    steps: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="draft")
    runs: Mapped[int] = mapped_column(default=0)
    next_run_at: Mapped[datetime | None]
    planned_up_to: Mapped[int] = mapped_column(
        default=0
    )  # customer id: a run goes on where it was interrupted
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    copied_from_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class HeldBackRow(Table):
    """A customer of a campaign's audience who was not asked in a run, and why."""

    __tablename__ = "campaign_held_back"
    __table_args__ = (
        UniqueConstraint("campaign_id", "run", "customer_id"),
        Index("ix_campaign_held_back_code", "campaign_id", "code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    run: Mapped[int]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    code: Mapped[str]  # of the reason, for counting
    reason: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class ExperimentRow(Table):
    """A comparison of ways to ask, with what was declared before it began.

    `holdout` is the share that is asked as always and compared with. It may be read when `least_days` are over or
    `sample_size` is reached. `adopted_id` names the variant that was switched on for everyone.
    """

    __tablename__ = "experiments"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    about: Mapped[str]  # timing | trigger | wording | personalisation
    survey: Mapped[str] = mapped_column(default="")  # whose requests take part; empty: all
    trigger: Mapped[str] = mapped_column(default="")
    hypothesis: Mapped[str] = mapped_column(Text, default="")
    seed: Mapped[str]
    holdout: Mapped[float]
    least_days: Mapped[int]
    sample_size: Mapped[int]
    cost_per_message_eur: Mapped[float] = mapped_column(default=0.0)
    state: Mapped[str] = mapped_column(default="draft")  # draft | running | stopped | adopted
    adopted_id: Mapped[int | None]
    decision: Mapped[str] = mapped_column(Text, default="")  # in the words of the person who decided
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class VariantRow(Table):
    """One arm of an experiment. `change` is what it does otherwise: a delay, a channel order, a wording.

    A stopped arm goes on counting what it has done, and changes nothing any more.
    """

    __tablename__ = "experiment_variants"
    __table_args__ = (UniqueConstraint("experiment_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiments.id"))
    name: Mapped[str]
    share: Mapped[float]
    holdout: Mapped[bool] = mapped_column(default=False)
    change: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stopped_at: Mapped[datetime | None]
    stopped_for: Mapped[str] = mapped_column(default="")  # complaints | opt_outs: the guard that stopped it
