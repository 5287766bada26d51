"""Which article to write next: what customers asked lately without a good source being found for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from agent.store.tables import CaseRow, GapRow, MessageRow
from agent.triage.reading import Reading
from knowledge.embedding import Vectors32
from knowledge.gaps import Ask, group
from knowledge.search import Match

GOOD = 0.5
"""Score from which a source counts as one: it is likelier to help than not."""

LOOKS_BACK = timedelta(days=30)
MOST_ASKS = 2_000  # newest ones that are grouped
_QUESTION = 400  # characters kept of one


@dataclass(frozen=True, slots=True)
class GapAsk:
    """One mail of a gap, with the case as it stands now."""

    row: GapRow
    case: CaseRow


@dataclass(frozen=True, slots=True)
class Gap:
    """Mails that asked the same, newest first."""

    category: str
    asks: tuple[GapAsk, ...]

    @property
    def answered(self) -> CaseRow | None:
        """The newest of these cases that a person has answered: an article can be made from it."""
        return next((ask.case for ask in self.asks if ask.case.answered_at is not None), None)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(ask.row.language for ask in self.asks))


def has_gap(matches: Sequence[Match]) -> bool:
    return not any(match.score >= GOOD for match in matches)


def gap_of(message: MessageRow, reading: Reading, matches: Sequence[Match], vector: Vectors32) -> GapRow:
    """What is remembered of a mail that nothing good was found for."""
    best = max(matches, key=lambda match: match.score, default=None)
    question = " ".join(reading.asks) or reading.summary or message.redacted_subject or ""
    return GapRow(
        message_id=message.id,
        case_id=message.case_id or 0,
        at=message.received_at,
        language=reading.language.value,
        question=question[:_QUESTION],
        nearest_id=best.id if best else "",
        nearest_score=best.score if best else 0.0,
        vector=vector.astype("<f2").tobytes(),
    )


def keep_gap(session: Session, message_id: int, gap: GapRow | None) -> None:
    """Remember the gap of a message, or that it has none any more."""
    session.execute(delete(GapRow).where(GapRow.message_id == message_id))
    if gap is not None:
        session.add(gap)


def gap_report(session: Session, now: datetime) -> list[Gap]:
    """The gaps of the last 30 days, those asked for most first. Cases sorted as spam do not count."""
    rows = session.execute(
        select(GapRow, CaseRow)
        .join(CaseRow, CaseRow.id == GapRow.case_id)
        .where(GapRow.at >= now - LOOKS_BACK, CaseRow.state != "spam")
        .order_by(GapRow.at.desc())
        .limit(MOST_ASKS)
    ).all()
    asks = {row.message_id: GapAsk(row, case) for row, case in rows}
    found = group([Ask(key, one.row.at, one.case.category, _vector(one.row)) for key, one in asks.items()])
    return [Gap(members[0].category, tuple(asks[ask.id] for ask in members)) for members in found]


def forget_gaps(session: Session, now: datetime) -> None:
    """Delete what is too old to be reported."""
    session.execute(delete(GapRow).where(GapRow.at < now - 2 * LOOKS_BACK))


def _vector(row: GapRow) -> Vectors32:
    return np.frombuffer(row.vector, dtype="<f2").astype(np.float32)
