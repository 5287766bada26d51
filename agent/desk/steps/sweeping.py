"""What the database says is unfinished is asked for again, so that no broker has to be trusted.

Runs every few seconds in any number of processes; ringing twice does no harm, because a claim is a lease.
"""

from datetime import timedelta

from sqlalchemy import or_, select

from agent.desk.articles.gaps import forget_gaps
from agent.desk.articles.removing_documents import forget_removed
from agent.desk.casework.changes import forget_changes
from agent.desk.casework.reprioritising import settle
from agent.desk.casework.saved_views import forget_deleted_views
from agent.desk.casework.snoozing import wake_due
from agent.desk.house import House
from agent.desk.learning.memorising import ring_for_edits
from agent.desk.replies.delivery import COPY_TO_SENT, LOOK_UP, become_uncertain, tell_uncertain
from agent.desk.replies.fixing import delivery_of
from agent.desk.replies.restoring import end_notice, look_for_restore
from agent.desk.replies.translating import ring_for_translations
from agent.desk.settings.trying_prompts import ring_for_trials
from agent.desk.steps.clustering import close_quiet_incidents
from agent.desk.steps.indexing import INDEX, pending_documents
from agent.desk.steps.pipeline import task_of
from agent.store.due import is_over, not_rung
from agent.store.session import Unit, retry_passing
from agent.store.tables import CaseRow, MessageRow, OutboxRow

_TASKS = {"uncertain": LOOK_UP, "sent": COPY_TO_SENT}
LOOK_AGAIN_AFTER = timedelta(minutes=10)  # each look signs in to the mail server
AT_MOST = 200  # rows a sweep: a broker that was away is not flooded when it comes back
LOOKED_AT_AT_MOST = 50  # cases a sweep: each takes a few queries inside the one transaction
LOOKS_BACK = timedelta(days=2)  # for letters that need something after they left


@retry_passing
def sweep(house: House) -> None:
    """Ring for every message and letter that is due and that nobody works on."""
    with house.store.writing() as unit:
        look_for_restore(unit, house)
        end_notice(unit, house)
        _messages(unit, house)
        _letters(unit, house)
        _look_again(unit, house)
        wake_due(unit, house)
        forget_changes(unit, house.clock())
        forget_deleted_views(unit, house.clock())
        close_quiet_incidents(unit, house)
        ring_for_edits(unit, house)
        ring_for_translations(unit, house)
        ring_for_trials(unit, house)
        forget_removed(unit.session, house.clock())
        forget_gaps(unit.session, house.clock())
        if pending_documents(unit.session):
            unit.after_commit(lambda: house.doorbell.ring(INDEX, 0))


def _messages(unit: Unit, house: House) -> None:
    now = house.clock()
    due = unit.session.scalars(
        select(MessageRow)
        .where(
            MessageRow.step != "",
            MessageRow.parked == "",
            is_over(MessageRow.not_before, now),
            is_over(MessageRow.lease_until, now),
            not_rung(MessageRow.rung_at, now),
        )
        .order_by(MessageRow.id)
        .limit(AT_MOST)
        .with_for_update(skip_locked=True)
    )
    for message in due:
        message.rung_at = now
        task, message_id = task_of(message.step), message.id
        unit.after_commit(lambda task=task, message_id=message_id: house.doorbell.ring(task, message_id))  # type: ignore[misc]


def _letters(unit: Unit, house: House) -> None:
    now = house.clock()
    rows = unit.session.scalars(
        select(OutboxRow)
        .where(
            or_(
                (OutboxRow.state == "waiting") & (OutboxRow.send_after <= now),
                (OutboxRow.state == "sending") & is_over(OutboxRow.lease_until, now),
                (OutboxRow.state == "uncertain")
                & (OutboxRow.created_at >= now - LOOKS_BACK)
                & not_rung(OutboxRow.rung_at, now, LOOK_AGAIN_AFTER),
                (OutboxRow.state == "sent")
                & ~OutboxRow.copied_to_sent
                & (OutboxRow.sent_at >= now - LOOKS_BACK),
            ),
            not_rung(OutboxRow.rung_at, now),
        )
        .order_by(OutboxRow.id)
        .limit(AT_MOST)
        .with_for_update(skip_locked=True)
    )
    for row in rows:
        row.rung_at = now
        if row.state == "sending" and row.handed_over_at is None:
            row.state, row.lease_until = (
                "waiting",
                None,
            )  # it died before the final dot: nothing can have left
        elif row.state == "sending":
            become_uncertain(row)
            tell_uncertain(unit, house, row, now)
        task, outbox_id = _TASKS.get(row.state) or delivery_of(row), row.id
        unit.after_commit(lambda task=task, outbox_id=outbox_id: house.doorbell.ring(task, outbox_id))  # type: ignore[misc]


def _look_again(unit: Unit, house: House) -> None:
    """Cases whose answer time is running out matter more now."""
    due = (
        select(CaseRow)
        .where(CaseRow.look_again_at <= house.clock())
        .order_by(CaseRow.look_again_at, CaseRow.id)
        .limit(LOOKED_AT_AT_MOST)
        .with_for_update(skip_locked=True)
    )
    for case in unit.session.scalars(due):
        settle(unit, house, case, cause="time")
