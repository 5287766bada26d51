"""A database that was restored from a backup does not know what left since, so nothing of it is sent by itself.

Letters that waited then may have left: they become *uncertain*, are looked up in the Sent folder by their Message-ID,
and are otherwise for a person to decide. Mail that comes in once more gets no automatic answer.
"""

from datetime import timedelta

import structlog
from sqlalchemy import select, update

from agent.desk.feedback.sending import leaving
from agent.desk.house import House
from agent.desk.notices import raise_notice, resolve_notice
from agent.feedback.history import Channel
from agent.store.session import Unit
from agent.store.tables import (
    FeedbackMessageRow,
    MailboxRow,
    MessageRow,
    NoticeRow,
    OutboxMarkRow,
    OutboxRow,
    RawMailRow,
)

log = structlog.get_logger()

KEY = "outbox:restored"
RESTORED = (
    "The database was restored from a backup or copied, and what was sent since is not known here. Letters that waited"
    " are not sent by themselves, and mails that were answered since come in again. Look into the sent folder first."
)
MAY_HAVE_LEFT = "The database was restored from a backup, and this letter may have left before."
TOLD_AT_LEAST = timedelta(days=1)


def look_for_restore(unit: Unit, house: House) -> None:
    """Hold the outbox if more has left than the database knows of. To be asked before any letter is taken."""
    known = (
        house.handovers.read()
    )  # first: the database's number never was below this, and may grow meanwhile
    counted = _counted(unit)
    if known is not None and known <= counted:
        if known < counted:
            unit.after_commit(lambda: house.handovers.note(counted))
        return
    mark = unit.session.get_one(OutboxMarkRow, 1, with_for_update=True, populate_existing=True)
    mark.handed_over = max(mark.handed_over, known or 0)
    counted = mark.handed_over
    log.warning("outbox.restored", held=hold_outbox(unit, house))
    unit.after_commit(lambda: house.handovers.note(counted))


def hold_outbox(unit: Unit, house: House) -> int:
    """Send nothing of what waits until a person has looked; how many letters and short messages that are.

    A request for feedback counts as sent, so that nobody is asked twice.
    """
    session, now = unit.session, house.clock()
    waiting = select(OutboxRow).where(OutboxRow.state.in_(("waiting", "sending"))).order_by(OutboxRow.id)
    rows = session.scalars(waiting.with_for_update()).all()
    for row in rows:
        row.state, row.outcome = "uncertain", MAY_HAVE_LEFT
        row.lease_until = row.handed_over_at = row.rung_at = None
        if row.kind == leaving.KIND:
            leaving.is_uncertain(unit, house, row, now)
    waiting_short = select(FeedbackMessageRow).where(
        FeedbackMessageRow.channel != Channel.EMAIL, FeedbackMessageRow.state.in_(("waiting", "sending"))
    )
    messages = session.scalars(waiting_short.order_by(FeedbackMessageRow.id).with_for_update()).all()
    for message in messages:
        message.outcome, message.lease_until = MAY_HAVE_LEFT, None
        leaving.may_have_left(unit, house, message, now)
    session.execute(update(MailboxRow).values(rescan_before=now))
    being_read = select(MessageRow.raw_id).where(MessageRow.step != "", MessageRow.raw_id.is_not(None))
    session.execute(update(RawMailRow).where(RawMailRow.id.in_(being_read)).values(answerable=False))
    raise_notice(unit, KEY, RESTORED, now)
    return len(rows) + len(messages)


def end_notice(unit: Unit, house: House) -> None:
    """The notice of a restore goes after a day, once somebody has decided about each letter."""
    now = house.clock()
    standing = select(NoticeRow.id).where(
        NoticeRow.key == KEY, NoticeRow.resolved_at.is_(None), NoticeRow.created_at <= now - TOLD_AT_LEAST
    )
    undecided = select(OutboxRow.id).where(
        OutboxRow.state == "uncertain",
        OutboxRow.outcome == MAY_HAVE_LEFT,
        OutboxRow.case_id.is_not(None),  # about the others nobody has to decide
        OutboxRow.kind != leaving.KIND,
    )
    session = unit.session
    if session.scalar(standing) is not None and session.scalar(undecided.limit(1)) is None:
        resolve_notice(unit, KEY, now)


def count_handover(unit: Unit, house: House) -> None:
    """One more letter or message is about to leave: in the database with this unit, beside it right after."""
    unit.session.execute(update(OutboxMarkRow).values(handed_over=OutboxMarkRow.handed_over + 1))
    counted = _counted(unit)
    unit.after_commit(lambda: house.handovers.note(counted))


def _counted(unit: Unit) -> int:
    return unit.session.scalars(select(OutboxMarkRow.handed_over)).one()
