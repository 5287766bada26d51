"""Who a draft goes to, and what else an approval of it covers beside its words."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.drafting.sign_off import signature_in
from agent.mail.message import Address
from agent.store.queries.outgoing_files import fingerprints
from agent.store.tables import CaseRow, DraftRow, MailboxRow, MessageRow

Recipients = tuple[tuple[Address, ...], tuple[Address, ...]]
"""To and Cc."""


def reply_recipients(message: MessageRow, own: Sequence[str]) -> tuple[Address, ...]:
    """Who an answer goes to: the sender's own address. A foreign Reply-To is followed only within its domain."""
    sender = Address(message.from_name, message.from_email)
    for wanted in message.reply_to:
        email = str(wanted["email"])
        if email not in own and _domain(email) == _domain(sender.email):
            return (Address(str(wanted["name"]), email),)
    return (sender,) if sender.email and sender.email not in own else ()


def recipients_of(session: Session, draft: DraftRow) -> Recipients:
    """To and Cc of a draft: what a person chose, else the sender of the mail alone; never our own mailboxes."""
    own = session.scalars(select(MailboxRow.address)).all()
    chosen = tuple(one for one in _addresses(draft.to) if one.email not in own)
    to = chosen or reply_recipients(session.get_one(MessageRow, draft.message_id), own)
    return to, tuple(one for one in _addresses(draft.cc) if one.email not in own)


def signature_of(session: Session, case_id: int, language: str) -> tuple[str, MailboxRow]:
    """What stands below a case's letters in this language, its slots unfilled, and the mailbox they leave from."""
    case = session.get_one(CaseRow, case_id)
    mailbox = session.get_one(MailboxRow, case.mailbox_id)
    return signature_in(language, mailbox.signatures or {}), mailbox


def beside_of(session: Session, draft: DraftRow) -> tuple[str, ...]:
    """What goes with a draft's words, a line each: recipients, sender and signature, files."""
    to, cc = recipients_of(session, draft)
    return (*beside(session, draft.case_id, to, cc, draft.language), *fingerprints(session, draft.case_id))


def beside(
    session: Session, case_id: int, to: Sequence[Address], cc: Sequence[Address], language: str
) -> tuple[str, ...]:
    """The lines for recipients, and for what the mailbox puts below the letter."""
    signature, mailbox = signature_of(session, case_id, language)
    lines = [*(f"to {one.email}" for one in to), *(f"cc {one.email}" for one in cc)]
    if signature:
        sealed = hashlib.sha256(f"{mailbox.brand}\n{signature}".encode()).hexdigest()
        lines.append(f"signature {sealed}")
    return tuple(lines)


def _addresses(rows: Sequence[dict[str, str]] | None) -> tuple[Address, ...]:
    return tuple(Address(str(row["name"]), str(row["email"])) for row in rows or ())


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()
