"""Files that an agent sends along: added, taken out, put back. The approval covers them byte for byte."""

import hashlib
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.casework.cases import case_for_change, touch
from agent.desk.house import House
from agent.desk.replies.versions import content_hash_of, newest_draft
from agent.errors import Conflict, NotFound, WrongUse
from agent.mail.charset import clean_line
from agent.mail.file_kinds import kind_of
from agent.store.queries.outgoing_files import open_files
from agent.store.session import Unit
from agent.store.tables import CaseRow, OutgoingFileRow, PersonRow

MOST_FILES = 20
MAX_NAME = 120


def attach(
    unit: Unit, house: House, *, case_id: int, filename: str, content: bytes, person: PersonRow
) -> OutgoingFileRow:
    """Send this file along with the case's next reply.

    Raises `WrongUse` for what may not be sent (empty, too large, a program or disguised as something else) and
    `Conflict` while a reply is on its way.
    """
    case = _open_case(unit.session, case_id)
    now = house.clock()
    _fits(unit.session, house, case_id, content)
    name = _plain_name(filename)
    kind = kind_of(content, name)
    if not kind.may_be_sent:
        raise WrongUse(
            "This file runs programs, or is something else than its name says.",
            code="file.dangerous",
            remedy="Send a picture, a PDF, an Office document without macros, or text.",
        )
    row = OutgoingFileRow(
        case_id=case_id,
        person_id=person.id,
        filename=name,
        content_type=kind.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        added_at=now,
    )
    unit.session.add(row)
    unit.session.flush()
    _changed(unit, "file.attached", case, row, person, now)
    return row


def remove_file(unit: Unit, house: House, *, case_id: int, file_id: int, person: PersonRow) -> None:
    """Take a file out of the next reply; `put_back_file` has it again."""
    case, now = _open_case(unit.session, case_id), house.clock()
    row = _file(unit.session, case_id, file_id)
    row.removed_at = row.removed_at or now
    _changed(unit, "file.removed", case, row, person, now)


def put_back_file(unit: Unit, house: House, *, case_id: int, file_id: int, person: PersonRow) -> None:
    """Undo a removal, as long as the file still fits in."""
    case, now = _open_case(unit.session, case_id), house.clock()
    row = _file(unit.session, case_id, file_id)
    if row.removed_at is None:
        return
    _fits(unit.session, house, case_id, row.content)
    row.removed_at = None
    _changed(unit, "file.put_back", case, row, person, now)


def _fits(session: Session, house: House, case_id: int, content: bytes) -> None:
    if not content:
        raise WrongUse("This file is empty.", code="file.empty", remedy="Choose another one.")
    present = open_files(session, case_id)
    limit = house.reply_file_bytes
    if sum(row.size for row in present) + len(content) > limit:
        raise WrongUse(
            f"The files of one reply may have {limit // 1_000_000} megabytes together.",
            code="file.too_large",
            remedy="Send a smaller file, or a link.",
        )
    kept = session.scalar(
        select(func.count()).select_from(OutgoingFileRow).where(OutgoingFileRow.case_id == case_id)
    )
    if len(present) >= MOST_FILES or (kept or 0) >= 5 * MOST_FILES:
        raise WrongUse(
            f"One reply takes {MOST_FILES} files.", code="file.too_many", remedy="Pack them into one file."
        )


def _open_case(session: Session, case_id: int) -> CaseRow:
    case = case_for_change(session, case_id)
    newest = newest_draft(session, case_id)
    if newest is not None and newest.state == "approved":
        raise Conflict(
            "A reply is already on its way.", code="draft.approved", remedy="Undo it first, or wait."
        )
    return case


def _file(session: Session, case_id: int, file_id: int) -> OutgoingFileRow:
    row = session.get(OutgoingFileRow, file_id, with_for_update=True)
    if row is None or row.case_id != case_id or row.outbox_id is not None:
        raise NotFound("There is no such file.", code="file.unknown", remedy="Open the case again.")
    return row


def _plain_name(filename: str) -> str:
    """The last part of the name on one line, short enough for every mail program, its ending kept."""
    name = clean_line(filename.replace("\\", "/").rpartition("/")[2]).strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    if len(name) <= MAX_NAME or not dot or len(ending) > 10:
        return name[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"


def _changed(
    unit: Unit, action: str, case: CaseRow, row: OutgoingFileRow, person: PersonRow, now: datetime
) -> None:
    """The open draft is another letter now: whoever read it without this change must read it again."""
    unit.session.flush()
    draft = newest_draft(unit.session, case.id)
    if draft is not None and draft.state == "ready":
        draft.content_hash = content_hash_of(unit.session, draft)
    touch(case, now)
    record(
        unit,
        action,
        actor=by(person),
        now=now,
        case_id=case.id,
        subject=f"file:{row.id}",
        size=row.size,
        sha256=row.sha256,
    )
