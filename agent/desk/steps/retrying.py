"""A person has a mail tried once more that was set aside."""

from sqlalchemy import update

from agent.desk.audit import by, record
from agent.desk.house import House
from agent.desk.notices import resolve_notice
from agent.desk.steps.pipeline import task_of
from agent.errors import Conflict, NotFound
from agent.store.session import Unit
from agent.store.tables import CaseRow, MessageRow, PersonRow, QuarantineRow


def try_again(unit: Unit, house: House, *, message_id: int, person: PersonRow) -> None:
    """Take up a parked mail where it was left. Raises `NotFound`, and `Conflict` when it is not parked."""
    session, now = unit.session, house.clock()
    message = session.get(MessageRow, message_id, with_for_update=True)
    if message is None:
        raise NotFound(f"There is no mail {message_id}.", code="message.unknown", remedy="Reload the page.")
    if not message.parked:
        raise Conflict(
            "This mail is being worked on already.", code="message.not_parked", remedy="Reload the page."
        )
    message.parked = ""
    message.attempts = 0
    message.not_before = None
    message.rung_at = now
    session.execute(
        update(QuarantineRow)
        .where(QuarantineRow.raw_id == message.raw_id, QuarantineRow.released_at.is_(None))
        .values(released_at=now)
    )
    case = session.get(CaseRow, message.case_id) if message.case_id else None
    if case is not None and case.draft_state == "unanswerable":
        case.draft_state = "writing"
        case.version += 1
        case.updated_at = now
    resolve_notice(unit, f"parked:{message.id}", now)
    record(
        unit,
        "message.tried_again",
        actor=by(person),
        now=now,
        case_id=message.case_id,
        subject=f"message:{message.id}",
    )
    task = task_of(message.step)
    unit.after_commit(lambda: house.doorbell.ring(task, message_id))
