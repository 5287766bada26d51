"""For which mails people see drafts: every decision about it, with who, when and why."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class RolloutRow(Table):
    """One decision (see `agent.drafting.rollout`). The newest that stands counts for its category or mailbox.

    An empty category without a mailbox is for all categories that have none of their own. `person_id` is empty for
    the command line.
    """

    __tablename__ = "rollouts"

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailboxes.id"))
    category: Mapped[str] = mapped_column(default="")
    mode: Mapped[str]  # off | shadow | on
    share: Mapped[int] = mapped_column(default=100)  # per cent of a mailbox' conversations
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
