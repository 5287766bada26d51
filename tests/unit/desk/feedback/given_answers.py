"""Customers, cases and answers for tests of what is done about answers."""

from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from agent.store.tables import CaseRow, CustomerRow, SurveyAnswerRow
from tests.house import TestHouse

_NUMBER = count(1)


def customer(session: Session, home: TestHouse, name: str = "Anne Berg", **values: object) -> CustomerRow:
    row = CustomerRow(
        email=f"c{next(_NUMBER)}@customer.example", name=name, created_at=home.clock(), **values
    )
    session.add(row)
    session.flush()
    return row


def case(session: Session, home: TestHouse, whose: CustomerRow, **values: object) -> CaseRow:
    told = {"state": "done", "priority": "medium", "language": "en", "subject": "It crashes"} | values
    row = CaseRow(
        mailbox_id=home.mailbox_id,
        customer_id=whose.id,
        customer_email=whose.email,
        customer_name=whose.name,
        created_at=home.clock(),
        updated_at=home.clock(),
        **told,
    )
    session.add(row)
    session.flush()
    return row


def answer(
    session: Session,
    home: TestHouse,
    whose: CustomerRow | None,
    score: float | None,
    *,
    survey: str = "csat",
    at: datetime | None = None,
    **values: object,
) -> SurveyAnswerRow:
    moment = at or home.clock()
    told = {"answers": {"score": score}, "language": "en", "completed_at": moment} | values
    row = SurveyAnswerRow(
        customer_id=whose.id if whose is not None else None,
        survey=survey,
        score=score,
        started_at=moment,
        created_at=moment,
        **told,
    )
    session.add(row)
    session.flush()
    return row
