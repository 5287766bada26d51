"""Comments in answers get a redacted twin in the worker, where the models are; nothing else may be read by models."""

import structlog
from sqlalchemy import select, update

from agent.desk.feedback.answers.answering import HIDE
from agent.desk.house import House
from agent.errors import PrivacyRefused
from agent.privacy.redaction import KnownPeople
from agent.store.tables import CustomerRow, SurveyAnswerRow

log = structlog.get_logger()

AT_MOST = 50  # comments rung for at a time


def hide_comment(house: House, answer_id: int) -> None:
    """Write the comment's redacted twin. A row that is gone, or has its twin already, needs nothing.

    Where the text cannot be examined in full there is no twin, and so nothing that a model reads.
    """
    with house.store.reading() as session:
        row = session.get(SurveyAnswerRow, answer_id)
        customer = session.get(CustomerRow, row.customer_id) if row and row.customer_id else None
    if row is None or not row.comment or row.redacted_comment:
        return
    known = KnownPeople(
        names=(customer.name,) if customer and customer.name else (),
        emails=(customer.email,) if customer else (),
        company_names=(house.company.name, *house.company.brands),
    )
    try:
        hidden = house.understanding.redactor.redact(row.comment, language=row.language, known=known)
    except PrivacyRefused as refused:
        log.warning("answer.comment_not_redacted", answer=answer_id, code=refused.code)
        return
    with house.store.writing() as unit:
        unit.session.execute(
            update(SurveyAnswerRow)
            .where(SurveyAnswerRow.id == answer_id, SurveyAnswerRow.comment == row.comment)
            .values(redacted_comment=hidden.text.shareable())
        )


def ring_for_comments(house: House) -> None:
    """Ask again for every comment without a twin: a ring may have been lost."""
    with house.store.reading() as session:
        waiting = session.scalars(
            select(SurveyAnswerRow.id)
            .where(SurveyAnswerRow.comment != "", SurveyAnswerRow.redacted_comment == "")
            .order_by(SurveyAnswerRow.id.desc())
            .limit(AT_MOST)
        ).all()
    for answer_id in waiting:
        house.doorbell.ring(HIDE, answer_id)
