"""What there is to decide by: for each category, how its mails were sorted and what its unseen drafts were like."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from agent.backtest.likeness import CLOSE, likeness
from agent.backtest.paired import Share
from agent.drafting.rollout import EVERYTHING, Mode
from agent.store.queries.rollouts import (
    first_sortings,
    mails_by_category,
    standing_decisions,
    unseen_drafts,
)
from agent.store.tables import RolloutRow


@dataclass(frozen=True, slots=True)
class Row:
    """One category, or all that have no decision of their own together (`EVERYTHING`).

    `mode` is what its decision or that of the rest says, whatever the mailboxes allow; `decision` is its own.
    """

    category: str
    mode: Mode
    decision: RolloutRow | None
    mails: int
    unseen: int
    close: Share
    sorted_right: Share


def rollout_rows(session: Session, categories: Sequence[str], *, since: datetime) -> tuple[Row, ...]:
    """`EVERYTHING` first, then the categories in their order, with figures since then."""
    standing = {row.category: row for row in standing_decisions(session) if row.mailbox_id is None}
    rest = Mode(standing[EVERYTHING].mode) if EVERYTHING in standing else Mode.ON
    mails = Counter(mails_by_category(session, since=since))
    unseen: Counter[str] = Counter()
    close: defaultdict[str, list[bool]] = defaultdict(list)
    for one in unseen_drafts(session, since=since):
        unseen[one.category] += 1
        if one.sent:
            close[one.category].append(likeness(one.draft, one.sent, one.language) >= CLOSE)
    stood: defaultdict[str, list[bool]] = defaultdict(list)
    for sorting in first_sortings(session, since=since):
        stood[sorting.category].append(sorting.stood)
    for figures in (close, stood):
        figures[EVERYTHING] = [
            one for name, found in list(figures.items()) if name not in standing for one in found
        ]
    for counts in (mails, unseen):
        counts[EVERYTHING] = sum(count for name, count in counts.items() if name not in standing)
    return tuple(
        Row(
            category,
            Mode(standing[category].mode) if category in standing else rest,
            standing.get(category),
            mails[category],
            unseen[category],
            Share(sum(close[category]), len(close[category])),
            Share(sum(stood[category]), len(stood[category])),
        )
        for category in (EVERYTHING, *categories)
    )
