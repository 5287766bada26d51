"""Which rows count for asking, and as what: said once, for histories in memory and for conditions in SQL."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func

from agent.store.tables import CaseRow, FeedbackMessageRow, SurveyAnswerRow

COUNTED_STATES = ("waiting", "sending", "sent", "uncertain")
"""Messages that left, may have left, or are on their way: they count for the caps from then on."""

CASE_COLUMNS = (
    CaseRow.id,
    CaseRow.customer_email,
    CaseRow.created_at,
    CaseRow.closed_at,
    CaseRow.category,
    CaseRow.sentiment,
    CaseRow.worst_sentiment,
    CaseRow.priority,
)


def is_their_case() -> ColumnElement[bool]:
    """A case that a person opened: not sorted away, and not merged into another."""
    return and_(CaseRow.state != "spam", CaseRow.merged_into_id.is_(None))


def mood_of_case(worst: str, newest: str) -> str:
    """The worst mood seen in a case; see `mood_column`."""
    return worst or newest


def mood_column() -> ColumnElement[str]:
    return func.coalesce(func.nullif(CaseRow.worst_sentiment, ""), CaseRow.sentiment)


def asked_at() -> ColumnElement[datetime]:
    """When a message left; while it is on its way, when it was written."""
    return func.coalesce(FeedbackMessageRow.sent_at, FeedbackMessageRow.created_at)


def answered_at() -> ColumnElement[datetime | None]:
    """When the request was answered, on each of its messages that had left by then."""
    answer = SurveyAnswerRow.completed_at
    return case((answer >= asked_at(), answer), else_=None)
