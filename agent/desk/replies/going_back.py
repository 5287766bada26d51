"""Going back among the versions of a draft: one is taken again, or the last change is undone. Nothing is lost."""

from agent.desk.audit import by, record
from agent.desk.casework.cases import case_for_change
from agent.desk.house import House
from agent.desk.replies.approval import draft_to_change
from agent.desk.replies.versions import Made, copy_version, newest_draft
from agent.errors import Conflict, NotFound
from agent.store.session import Unit
from agent.store.tables import DraftRow, PersonRow


def undo_change(
    unit: Unit, house: House, *, case_id: int, draft_id: int, content_hash: str, person: PersonRow
) -> DraftRow:
    """Write the version that this one took the place of anew.

    Raises `Conflict` where this is the first version, or no longer the newest.
    """
    case, draft = draft_to_change(unit.session, case_id=case_id, draft_id=draft_id, content_hash=content_hash)
    before = unit.session.get(DraftRow, draft.made_from_id) if draft.made_from_id else None
    if before is None or before.message_id != draft.message_id:
        raise Conflict(
            "Nothing was changed in this draft.", code="draft.unchanged", remedy="There is nothing to undo."
        )
    version = copy_version(unit, house, case, before, made=Made.UNDONE, person=person, previous=draft)
    record(
        unit, "draft.change_undone", actor=by(person), now=version.created_at, case_id=case.id,
        subject=f"draft:{version.id}", version=before.version,
    )  # fmt: skip
    return version


def take_again(unit: Unit, house: House, *, case_id: int, draft_id: int, person: PersonRow) -> DraftRow:
    """Write an older version, or one that was rejected, anew as the newest.

    Raises `Conflict` where it answers an earlier mail, where a reply is on its way or where another is being written.
    """
    session = unit.session
    case = case_for_change(session, case_id)
    wanted = session.get(DraftRow, draft_id)
    if wanted is None or wanted.case_id != case_id:
        raise NotFound(
            f"Case {case_id} has no draft {draft_id}.", code="draft.unknown", remedy="Look at the case again."
        )
    newest = newest_draft(session, case_id)
    if newest is not None and newest.state in {"approved", "sent"}:
        raise Conflict(
            "A reply is on its way, or has been sent.",
            code="draft.approved",
            remedy="Undo it first, or write anew.",
        )
    if wanted.message_id != case.latest_in_id:
        raise Conflict(
            "This version answers an earlier mail.",
            code="draft.outdated",
            remedy="Copy what you need of it into the newest version.",
        )
    if case.draft_state == "writing":
        raise Conflict(
            "A new version is already being written.", code="draft.writing", remedy="Stop it first, or wait."
        )
    previous = newest if newest is not None and newest.state in {"ready", "rejected"} else None
    version = copy_version(unit, house, case, wanted, made=Made.AGAIN, person=person, previous=previous)
    record(
        unit, "draft.taken_again", actor=by(person), now=version.created_at, case_id=case.id,
        subject=f"draft:{version.id}", version=wanted.version,
    )  # fmt: skip
    return version
