"""Whether somebody has put another version of a draft in the place of the one on screen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.store.tables import DraftRow, PersonRow


@dataclass(frozen=True, slots=True)
class NewerDraft:
    """The number of the newest version, who wanted it, and when."""

    version: int
    person: PersonRow
    at: datetime


def newer_by_person(session: Session, case_id: int, version: int) -> NewerDraft | None:
    """The newest version of the case's draft that is later than `version`, where a person made it; else None."""
    row = session.execute(
        select(DraftRow, PersonRow)
        .join(PersonRow, PersonRow.id == DraftRow.author_id)
        .where(DraftRow.case_id == case_id, DraftRow.version > version, DraftRow.state == "ready")
        .order_by(DraftRow.version.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else NewerDraft(row[0].version, row[1], row[0].created_at)
