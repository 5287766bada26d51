"""Requests and open links for tests of surveys."""

from datetime import timedelta

from sqlalchemy.orm import Session

from agent.store.tables import CustomerRow, FeedbackMessageRow, FeedbackRequestRow, SurveyLinkRow
from tests.house import TestHouse
from tests.unit.desk.feedback.given_answers import customer


def asked(
    session: Session,
    home: TestHouse,
    survey: str = "ces",
    *,
    whose: CustomerRow | None = None,
    language: str = "da",
    **values: object,
) -> FeedbackRequestRow:
    """A request whose mail left an hour ago."""
    now = home.clock()
    whose = whose or customer(session, home)
    told = {"state": "asked", "window": "prompt", "importance": 20, "name": "support", "cause": {}} | values
    request = FeedbackRequestRow(
        customer_id=whose.id,
        survey=survey,
        language=language,
        wanted_from=now,
        wanted_until=now + timedelta(days=7),
        created_at=now,
        **told,
    )
    session.add(request)
    session.flush()
    session.add(
        FeedbackMessageRow(
            request_id=request.id,
            customer_id=whose.id,
            channel="email",
            state="sent",
            send_after=now,
            sent_at=now - timedelta(hours=1),
            created_at=now,
        )
    )
    session.flush()
    return request


def open_link(session: Session, home: TestHouse, kind: str = "link", **values: object) -> SurveyLinkRow:
    told = {"name": "Counter", "survey": "ces"} | values
    row = SurveyLinkRow(kind=kind, created_at=home.clock(), **told)
    session.add(row)
    session.flush()
    return row
