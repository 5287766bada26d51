"""A draft that is being written is called off: what there was before stands, and nothing half-written is kept."""

from agent.desk.audit import by, record
from agent.desk.casework.cases import case_for_change, touch
from agent.desk.house import House
from agent.desk.replies.unsent import keep_unsent
from agent.desk.replies.versions import draft_state_of, newest_draft
from agent.desk.steps.pipeline import task_of
from agent.desk.steps.work import hand_on
from agent.errors import Conflict
from agent.store.session import Unit
from agent.store.tables import MessageRow, PersonRow

DRAFT = "draft"


def stop_writing(unit: Unit, house: House, *, case_id: int, person: PersonRow) -> None:
    """Call the writer off; a wish in words is kept for its form. Raises `Conflict` when nothing is being written.

    A worker that is at it loses its claim, so that what it brings is not taken.
    """
    session, now = unit.session, house.clock()
    case = case_for_change(session, case_id)
    message = session.get(MessageRow, case.latest_in_id, with_for_update=True) if case.latest_in_id else None
    if message is None or message.step != DRAFT:
        raise Conflict(
            "Nothing is being written now.", code="draft.not_writing", remedy="Look at the case again."
        )
    wish = message.wish
    hand_on(message, "", now)
    message.wish, message.tone = "", {}
    newest = newest_draft(session, case_id)
    case.draft_state = draft_state_of(newest) if newest is not None and newest.state == "ready" else "none"
    touch(case, now)
    record(
        unit,
        "draft.writing_stopped",
        actor=by(person),
        now=now,
        case_id=case.id,
        subject=f"message:{message.id}",
    )
    if wish and newest is not None:
        keep_unsent(unit, house, case_id=case_id, form="rewrite", text=wish, person=person)


def have_written(unit: Unit, house: House, *, case_id: int, person: PersonRow) -> None:
    """Have a draft written where there is none. Raises `Conflict` when one is there, on its way or not possible."""
    session, now = unit.session, house.clock()
    case = case_for_change(session, case_id)
    message = session.get(MessageRow, case.latest_in_id, with_for_update=True) if case.latest_in_id else None
    newest = newest_draft(session, case_id)
    if message is None or message.step or message.parked or message.redacted_new_text is None:
        raise Conflict("This mail is being worked on.", code="draft.writing", remedy="Wait a moment.")
    if (
        newest is not None
        and newest.message_id == message.id
        and newest.state in {"ready", "approved", "sent"}
    ):
        raise Conflict("There is a draft already.", code="draft.there", remedy="Look at the case again.")
    hand_on(message, DRAFT, now)
    case.draft_state = "writing"
    touch(case, now)
    record(unit, "draft.asked", actor=by(person), now=now, case_id=case.id, subject=f"message:{message.id}")
    message_id = message.id
    unit.after_commit(lambda: house.doorbell.ring(task_of(DRAFT), message_id))
