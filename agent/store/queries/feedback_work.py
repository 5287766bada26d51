"""For which customers something is to be decided about asking them, claimed by their rows."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.store.tables import CustomerRow, FeedbackEventRow, FeedbackRequestRow


def customers_with_work(session: Session, now: datetime, most: int) -> Sequence[int]:
    """Customers with an event that nobody has looked at, or a request whose next look has come; those who wait
    longest first. Their rows are locked until the unit of work ends; whom somebody else looks at is left out."""
    request, event = FeedbackRequestRow, FeedbackEventRow
    due = session.execute(
        select(request.customer_id, func.min(request.look_at).label("since"))
        .where(request.look_at <= now, request.state.in_(("open", "asked")))
        .group_by(request.customer_id)
        .order_by("since", request.customer_id)
        .limit(most)
    )
    new = session.execute(
        select(event.customer_id, func.min(event.created_at).label("since"))
        .where(event.decided_at.is_(None))
        .group_by(event.customer_id)
        .order_by("since", event.customer_id)
        .limit(most)
    )
    since: dict[int, datetime] = {}
    for customer_id, instant in (*due, *new):
        since[customer_id] = min(instant, since.get(customer_id, instant))
    wanted = sorted(since, key=lambda customer_id: (since[customer_id], customer_id))[:most]
    return session.scalars(
        select(CustomerRow.id)
        .where(CustomerRow.id.in_(wanted))
        .order_by(CustomerRow.id)
        .with_for_update(skip_locked=True)
    ).all()
