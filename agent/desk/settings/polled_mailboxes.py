"""The support addresses that Genklang reads and answers from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from agent.desk import audit
from agent.desk.replies.signing import renew_hashes
from agent.errors import Conflict, NotFound, WrongUse
from agent.mail.typed_address import typed_address
from agent.store.sealed import seal
from agent.store.session import Unit
from agent.store.tables import CaseRow, MailboxRow, RawMailRow
from agent.triage.reading import LANGUAGES


@dataclass(frozen=True, slots=True)
class NewMailbox:
    """What is asked for: where the mail is, and what customers see. URLs as in the contract."""

    address: str
    imap_url: str
    smtp_url: str
    folder: str = "INBOX"
    language: str = ""
    brand: str = ""
    insecure: bool = False


def mailbox_row(wanted: NewMailbox, password: str, *, secret_key: bytes, now: datetime) -> MailboxRow:
    """The row, not yet stored: enough to try the login with. Raises `WrongUse` for what cannot be meant."""
    if wanted.language and wanted.language not in LANGUAGES:
        raise WrongUse(
            f"{wanted.language!r} is not a language we write.", remedy=f"Use one of {', '.join(LANGUAGES)}."
        )
    if not password:
        raise WrongUse(
            "The password is empty.", code="mailbox.password", remedy="Give the password of this mailbox."
        )
    return MailboxRow(
        address=typed_address(wanted.address),
        imap_url=wanted.imap_url,
        smtp_url=wanted.smtp_url,
        password_encrypted=seal(secret_key, password),
        folder=wanted.folder,
        language=wanted.language,
        brand=wanted.brand,
        insecure=wanted.insecure,
        paused=False,
        last_uid=0,
        lease_owner="",
        last_error="",
        created_at=now,
    )


def add_mailbox(
    unit: Unit, row: MailboxRow, *, replace: bool = False, now: datetime, actor: str = audit.SYSTEM
) -> MailboxRow:
    """Store a new mailbox, or bring a removed one back; the poller finds it within seconds.

    With `replace`, an existing one takes over servers, password and looks. Raises `Conflict` without it.
    """
    stored = find_mailbox(unit.session, row.address)
    action = "mailbox.added" if stored is None or is_removed(stored) else "mailbox.changed"
    if stored is None:
        unit.session.add(row)
        stored = row
    elif replace or is_removed(stored):
        _take_over(stored, row)
        renew_hashes(unit.session, stored)
    else:
        raise Conflict(
            f"{row.address} is already a mailbox here.",
            code="mailbox.exists",
            remedy="Add --replace to change its servers or password.",
        )
    unit.session.flush()
    audit.record(unit, action, actor=actor, now=now, subject=f"mailbox:{stored.id}")
    return stored


def _take_over(stored: MailboxRow, wanted: MailboxRow) -> None:
    if (stored.imap_url, stored.folder) != (wanted.imap_url, wanted.folder):
        stored.uidvalidity, stored.last_uid = None, 0  # another folder counts its mail anew
    for name in ("imap_url", "smtp_url", "password_encrypted", "folder", "language", "brand", "insecure"):
        setattr(stored, name, getattr(wanted, name))
    stored.paused, stored.last_error, stored.failing_since = False, "", None


def remove_mailbox(unit: Unit, address: str, *, now: datetime, actor: str = audit.SYSTEM) -> bool:
    """Stop reading and sending, and forget the password. Raises `NotFound`.

    A mailbox that has cases stays as their origin (`is_removed`): then the answer is False.
    """
    row = named_mailbox(unit.session, address)
    used = select(
        exists().where(RawMailRow.mailbox_id == row.id) | exists().where(CaseRow.mailbox_id == row.id)
    )
    kept = bool(unit.session.scalar(used))
    if kept:
        row.paused, row.password_encrypted = True, ""
    else:
        unit.session.delete(row)
    audit.record(unit, "mailbox.removed", actor=actor, now=now, subject=f"mailbox:{row.id}")
    return not kept


def is_removed(row: MailboxRow) -> bool:
    """Whether only its cases are left: without a password nothing is read or sent."""
    return not row.password_encrypted


def pause_mailbox(
    unit: Unit, address: str, *, paused: bool = True, now: datetime, actor: str = audit.SYSTEM
) -> MailboxRow:
    """Stop or resume reading. Mail stays on the server meanwhile, and answers already approved still go out.

    Raises `NotFound`, and `Conflict` for a mailbox that was removed.
    """
    row = named_mailbox(unit.session, address)
    if is_removed(row):
        raise Conflict(f"{row.address} was removed.", remedy="Bring it back with `genklang mailbox add`.")
    row.paused = paused
    audit.record(
        unit,
        "mailbox.paused" if paused else "mailbox.resumed",
        actor=actor,
        now=now,
        subject=f"mailbox:{row.id}",
    )
    return row


def list_mailboxes(session: Session) -> Sequence[MailboxRow]:
    return session.scalars(select(MailboxRow).order_by(MailboxRow.address)).all()


def find_mailbox(session: Session, address: str) -> MailboxRow | None:
    return session.scalar(select(MailboxRow).where(MailboxRow.address == typed_address(address)))


def named_mailbox(session: Session, address: str) -> MailboxRow:
    """The mailbox of this address. Raises `NotFound`."""
    row = find_mailbox(session, address)
    if row is None:
        raise NotFound(f"{address} is not a mailbox here.", remedy="See `genklang mailbox list`.")
    return row
