"""Who was told of escalations."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.store.tables import EscalationNoticeRow


def notices_of(
    session: Session, escalation_ids: Collection[int]
) -> Mapping[int, tuple[EscalationNoticeRow, ...]]:
    """The notices of each escalation in the order of their steps; nothing for one of which nobody was told."""
    found: defaultdict[int, list[EscalationNoticeRow]] = defaultdict(list)
    rows = (
        select(EscalationNoticeRow)
        .where(EscalationNoticeRow.escalation_id.in_(escalation_ids), EscalationNoticeRow.state != "dropped")
        .order_by(EscalationNoticeRow.step, EscalationNoticeRow.way.desc(), EscalationNoticeRow.id)
    )
    for row in session.scalars(rows):
        found[row.escalation_id].append(row)
    return {number: tuple(notices) for number, notices in found.items()}
