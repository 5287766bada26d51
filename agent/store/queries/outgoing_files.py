"""Files that go out with a case's next reply: which they are, their fingerprints, and where they end up."""

from collections.abc import Sequence

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session, undefer

from agent.mail.message import Attachment
from agent.store.tables import AttachmentRow, OutgoingFileRow


def open_files(session: Session, case_id: int) -> Sequence[OutgoingFileRow]:
    """What goes out with the next reply, in the order in which it was added; without the bytes."""
    return session.scalars(_open(case_id)).all()


def removed_files(session: Session, case_id: int) -> Sequence[OutgoingFileRow]:
    """What was taken out again and can be put back."""
    return session.scalars(
        select(OutgoingFileRow)
        .where(OutgoingFileRow.case_id == case_id, OutgoingFileRow.removed_at.is_not(None))
        .order_by(OutgoingFileRow.id)
    ).all()


def files_of_letters(session: Session, outbox_ids: Sequence[int]) -> Sequence[OutgoingFileRow]:
    """What is fixed in letters that have not left yet."""
    return session.scalars(
        select(OutgoingFileRow).where(OutgoingFileRow.outbox_id.in_(outbox_ids)).order_by(OutgoingFileRow.id)
    ).all()


def fingerprints(session: Session, case_id: int) -> tuple[str, ...]:
    """SHA-256, type and name of each file that goes out next: what an approval covers beside the text."""
    return tuple(f"{row.sha256} {row.content_type} {row.filename}" for row in open_files(session, case_id))


def files_to_send(session: Session, case_id: int) -> tuple[Attachment, ...]:
    """The files with their bytes, ready to go into a letter."""
    rows = session.scalars(_open(case_id).options(undefer(OutgoingFileRow.content)))
    return tuple(Attachment(row.filename, row.content_type, row.content) for row in rows)


def fix_files(session: Session, case_id: int, outbox_id: int) -> None:
    """The files belong to this letter now, and to no other."""
    session.execute(
        update(OutgoingFileRow)
        .where(
            OutgoingFileRow.case_id == case_id,
            OutgoingFileRow.removed_at.is_(None),
            OutgoingFileRow.outbox_id.is_(None),
        )
        .values(outbox_id=outbox_id)
    )


def give_back_files(session: Session, outbox_id: int) -> None:
    """The letter does not leave: its files go with the next one."""
    session.execute(
        update(OutgoingFileRow).where(OutgoingFileRow.outbox_id == outbox_id).values(outbox_id=None)
    )


def hand_over_files(session: Session, outbox_id: int, message_id: int) -> None:
    """The letter has left: its files are attachments of the sent message, and what was taken out is forgotten."""
    rows = session.scalars(
        select(OutgoingFileRow)
        .where(OutgoingFileRow.outbox_id == outbox_id)
        .order_by(OutgoingFileRow.id)
        .options(undefer(OutgoingFileRow.content))
    ).all()
    for row in rows:
        session.add(
            AttachmentRow(
                message_id=message_id,
                filename=row.filename,
                content_type=row.content_type,
                size=row.size,
                content=row.content,
            )
        )
    if rows:
        session.execute(
            delete(OutgoingFileRow).where(
                OutgoingFileRow.case_id == rows[0].case_id,
                (OutgoingFileRow.outbox_id == outbox_id) | OutgoingFileRow.removed_at.is_not(None),
            )
        )


def _open(case_id: int) -> Select[OutgoingFileRow]:
    return (
        select(OutgoingFileRow)
        .where(
            OutgoingFileRow.case_id == case_id,
            OutgoingFileRow.removed_at.is_(None),
            OutgoingFileRow.outbox_id.is_(None),
        )
        .order_by(OutgoingFileRow.id)
    )
