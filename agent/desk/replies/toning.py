"""The tone that a draft is in: the one somebody chose for it, or the customer's own."""

from sqlalchemy.orm import Session

from agent.desk.learning.profiling import manner_of
from agent.desk.values import reading_of, redacted
from agent.drafting.tone import tone_of
from agent.drafting.tone_wish import ToneWish, tone_wish
from agent.store.tables import DraftRow, MessageRow


def tone_now(session: Session, draft: DraftRow) -> ToneWish | None:
    """The tone of this version as far as it is known; None for a mail that was never read for its tone."""
    if draft.tone:
        return tone_wish(draft.tone)
    message = session.get_one(MessageRow, draft.message_id)
    try:
        reading = reading_of(session, message.id)
        _, new_text, _ = redacted(message)
    except (LookupError, ValueError):
        return None
    manner = manner_of(session, message, reading)
    address = tone_of(reading, new_text.shareable(), manner.address).address
    return ToneWish(
        manner.style.formality, address, manner.style.length, manner.style.expertise, manner.warmth or "even"
    )
