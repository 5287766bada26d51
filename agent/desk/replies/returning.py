"""A letter that came back: the report is read, the letter is marked, and the case waits for a person again.

Only a report that names the Message-ID of a letter of ours, in the very case, changes anything.
"""

import structlog
from sqlalchemy import select
from sqlalchemy.orm import undefer

from agent.desk.audit import SYSTEM, record
from agent.desk.casework.answer_time import turn
from agent.desk.casework.cases import touch
from agent.desk.feedback.sending.leaving import KIND as ASKING
from agent.desk.house import House
from agent.desk.notices import raise_notice
from agent.desk.replies.outbox import mark_sent
from agent.mail.delivery_report import PARTS, DeliveryReport, read_report
from agent.store.session import Unit
from agent.store.tables import AttachmentRow, CaseRow, MessageRow, OutboxRow

log = structlog.get_logger()


def take_back_letter(unit: Unit, house: House, case: CaseRow, message: MessageRow) -> OutboxRow | None:
    """Mark the letter that this report is about as returned; None where it is about none, or only says "late".

    The case is open again when the letter was a reply, and the one it was for did not get it.
    """
    session, now = unit.session, house.clock()
    row = session.scalar(
        select(OutboxRow)
        .where(
            OutboxRow.message_id.in_(message.in_reply_to),
            OutboxRow.case_id == case.id,
            OutboxRow.state.in_(("sent", "uncertain")),
        )
        .with_for_update()
    )
    if row is None:
        return None
    report = _report(unit, message)
    if not report.failed:
        return None
    if row.state == "uncertain":  # what came back had left
        row.outcome = "It left, and came back."
        mark_sent(unit, house, row)
    failed = [email for email in row.recipients if email.lower() in report.recipients]
    if not failed and len(row.recipients) == 1:
        failed = list(row.recipients)
    row.returned_at = row.returned_at or message.received_at
    row.returned_to = sorted({*row.returned_to, *failed})
    row.returned_status = report.status or row.returned_status
    row.returned_words = report.words or row.returned_words
    if row.kind == "reply" and _customer_has_nothing(row):
        _reopen(unit, house, case)
    if row.kind != ASKING:  # whose mail comes back is not asked by mail again: nobody has to do anything
        raise_notice(unit, f"bounce:{message.id}", f"The reply in case {case.id} came back.", now)
    record(
        unit, "outbox.returned", actor=SYSTEM, now=now, case_id=case.id, subject=f"outbox:{row.id}",
        status=report.status,
    )  # fmt: skip
    log.info("outbox.returned", outbox=row.id, case=case.id, status=report.status)
    return row


def _report(unit: Unit, message: MessageRow) -> DeliveryReport:
    parts = unit.session.scalars(
        select(AttachmentRow)
        .where(AttachmentRow.message_id == message.id, AttachmentRow.content_type.in_(PARTS))
        .order_by(AttachmentRow.id)
        .options(undefer(AttachmentRow.content))
    )
    named = ",".join(map(str, message.headers.get("x-failed-recipients", ())))
    return read_report([part.content for part in parts], message.text, failed_recipients=named)


def _customer_has_nothing(row: OutboxRow) -> bool:
    """Whether one whom the letter was for did not get it; not so when only somebody in Cc did not."""
    return not row.returned_to or any(email not in row.cc for email in row.returned_to)


def _reopen(unit: Unit, house: House, case: CaseRow) -> None:
    now = house.clock()
    before = case.state
    if before in {"waiting", "done"}:
        case.state = "open"
        case.snoozed_until = None
        turn(unit, house, case, before, now)
    touch(case, now)
