"""Which drafts left as they were written, counted where they lie."""

from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from agent.memories.outcomes import Outcome
from agent.store.tables import CaseRow, DraftRow, EditRow, OutboxRow


def draft_outcomes(session: Session, *, since: datetime | None = None) -> tuple[Outcome, ...]:
    """Sent replies that began as a writer's draft, by category, language, prompt version and engine.

    A person's version counts for the draft that it began as, and as unchanged where its text is the same. Replies
    that nobody drafted are no draft's outcome.
    """
    sent, written = aliased(DraftRow), aliased(DraftRow)
    unchanged = func.sum(case((sent.text == written.text, 1), else_=0))
    key = (CaseRow.category, written.language, written.prompt, written.engine)
    query = (
        select(*key, func.count(), unchanged)
        .select_from(OutboxRow)
        .join(sent, sent.id == OutboxRow.draft_id)
        .outerjoin(EditRow, EditRow.draft_id == sent.id)
        .join(written, written.id == func.coalesce(EditRow.written_id, sent.id))
        .join(CaseRow, CaseRow.id == OutboxRow.case_id)
        .where(OutboxRow.kind == "reply", OutboxRow.state == "sent", written.engine != "person")
        .group_by(*key)
        .order_by(*key)
    )
    if since is not None:
        query = query.where(OutboxRow.sent_at >= since)
    return tuple(Outcome(*row) for row in session.execute(query))
