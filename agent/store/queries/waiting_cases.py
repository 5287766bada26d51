"""Open cases that nobody has although they were read and judged: which kinds there are, and the first due of some kinds."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select, tuple_
from sqlalchemy.orm import Session

from agent.store.tables import AuditRow, CaseRow, MailboxRow


@dataclass(frozen=True, slots=True)
class Kind:
    """What decides who can have a case. `address` is the mailbox's."""

    mailbox_id: int
    address: str
    language: str
    category: str


def waiting_kinds(session: Session) -> tuple[Kind, ...]:
    """The kinds of all cases that wait for somebody: at most mailboxes × languages × categories."""
    rows = session.execute(
        select(CaseRow.mailbox_id, MailboxRow.address, CaseRow.language, CaseRow.category)
        .join(MailboxRow, MailboxRow.id == CaseRow.mailbox_id)
        .where(*_waits())
        .distinct()
        .order_by(CaseRow.mailbox_id, CaseRow.language, CaseRow.category)
    )
    return tuple(Kind(*row) for row in rows)


def first_due_waiting(session: Session, kinds: Sequence[Kind], limit: int) -> Sequence[tuple[CaseRow, str]]:
    """The cases of these kinds whose answer is due first, with their mailbox's address, locked; those locked by others are left out."""
    address = {kind.mailbox_id: kind.address for kind in kinds}
    cases = session.scalars(
        select(CaseRow)
        .where(
            *_waits(),
            tuple_(CaseRow.mailbox_id, CaseRow.language, CaseRow.category).in_(
                [(kind.mailbox_id, kind.language, kind.category) for kind in kinds]
            ),
        )
        .order_by(CaseRow.respond_by.is_(None), CaseRow.respond_by, CaseRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [(case, address[case.mailbox_id]) for case in cases]


def _waits() -> tuple[ColumnElement[bool], ...]:
    """In sight, judged, and with nobody. What a person put back to nobody is left to people."""
    put_back = exists().where(
        AuditRow.case_id == CaseRow.id,
        AuditRow.action == "case.corrected",
        AuditRow.detail[("before", "assignee_id")].as_integer().is_not(None),
        AuditRow.detail[("after", "assignee_id")].as_integer().is_(None),
    )
    return (
        CaseRow.state == "open",
        CaseRow.assignee_id.is_(None),
        CaseRow.merged_into_id.is_(None),
        CaseRow.snoozed_until.is_(None),
        CaseRow.priority != "",
        ~put_back,
    )
