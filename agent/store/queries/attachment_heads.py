"""The first bytes of a case's attachments: enough to say what they are, without reading them whole."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.mail.file_kinds import HEAD
from agent.store.tables import AttachmentRow


def attachment_heads(session: Session, attachment_ids: Sequence[int]) -> Mapping[int, bytes]:
    """By id, at most `HEAD` bytes each."""
    rows = session.execute(
        select(AttachmentRow.id, func.substr(AttachmentRow.content, 1, HEAD)).where(
            AttachmentRow.id.in_(attachment_ids)
        )
    )
    return {row[0]: bytes(row[1] or b"") for row in rows}
