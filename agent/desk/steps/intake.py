"""Mail in: stored first, flagged after.

One watcher holds a mailbox by a lease. It fetches whatever lies beyond its cursor (UIDVALIDITY, UID), whether
another program has read it or not; commits the raw bytes; and only then touches the server's copy. What was
stored and not yet flagged after a crash is met again by its hash and stored once.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from agent.desk.full_disk import FULL, disk_is_full, there_is_room
from agent.desk.house import House
from agent.desk.notices import raise_notice, resolve_notice
from agent.desk.steps.pipeline import FIRST_STEP, task_of
from agent.errors import GenklangError, MailServerError
from agent.mail.mailbox import ConnectionLost, FetchedMail, FolderState, Inbox
from agent.store.due import is_ahead
from agent.store.session import Unit, database_problem, is_full, retry_passing
from agent.store.tables import MailboxRow, MessageRow, RawMailRow

log = structlog.get_logger()

LEASE = timedelta(seconds=90)
IDLE_SECONDS = 25.0  # between looks at the lease; the adapter renews IDLE itself
PAUSE_BETWEEN_LOOKS = 1.0
BACK_OFF = (2.0, 5.0, 15.0, 60.0)  # seconds between tries while the server refuses or is silent
NOTICE_AFTER = timedelta(minutes=2)
LOSSES_AT_ONE_MAIL = 3  # after this many broken connections the others go first
FLAG_AT_ONCE = 500
FETCH_AT_ONCE = 50  # mails between two looks at the lease


@dataclass(frozen=True, slots=True)
class _Cursor:
    uidvalidity: int
    last_uid: int
    unfetched: tuple[int, ...]


def watch_mailbox(house: House, mailbox_id: int, owner: str, stop: Event) -> None:
    """Fetch mail as it comes until `stop` is set, or the mailbox is paused or gone.

    Waits while another watcher holds the lease, and backs off while the server does not answer, or mail cannot be kept.
    """
    failures = 0
    while not stop.is_set():
        try:
            mailbox = take_lease(house, mailbox_id, owner)
            if mailbox is None:
                if not _wanted(house, mailbox_id):
                    return
                stop.wait(PAUSE_BETWEEN_LOOKS)
                continue
            with house.inbox_of(mailbox) as inbox:
                for _ in _turns(house, mailbox_id, owner, inbox, stop):
                    failures = 0  # not for a mere sign-in: nothing may be kept after it
        except Exception as error:  # one that ended the watcher would have it begin again at once
            if is_full(error):
                disk_is_full(house)
            elif not isinstance(error, (MailServerError, OSError, OperationalError)):
                log.exception("mailbox.watcher_failed", mailbox=mailbox_id, error=type(error).__name__)
            _note_failure(house, mailbox_id, error)
            stop.wait(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
            failures += 1
    release_lease(house, mailbox_id, owner)


def check_once(house: House, mailbox_id: int, owner: str = "check") -> int:
    """Fetch what is there now, once; the number of new mails. Raises `MailServerError`; 0 when another holds it."""
    mailbox = take_lease(house, mailbox_id, owner)
    if mailbox is None:
        return 0
    try:
        with house.inbox_of(mailbox) as inbox:
            return fetch_new(house, mailbox_id, inbox)
    finally:
        release_lease(house, mailbox_id, owner)


def fetch_new(house: House, mailbox_id: int, inbox: Inbox, stop: Event | None = None, owner: str = "") -> int:
    """Store every mail beyond the cursor, oldest first; then flag them. Returns how many were new."""
    cursor = _cursor(house, mailbox_id, inbox.select())
    _flag(house, mailbox_id, inbox, cursor.uidvalidity, _unflagged(house, mailbox_id, cursor.uidvalidity))
    new = 0
    while not (stop is not None and stop.is_set()):
        uids = inbox.uids_after(cursor.last_uid)[:FETCH_AT_ONCE]
        if not uids:
            # last, so that a mail which the server cannot hand out holds up no other
            return new + _fetch_all(house, mailbox_id, inbox, cursor, list(cursor.unfetched))
        new += _fetch_all(house, mailbox_id, inbox, cursor, uids)
        if owner and take_lease(house, mailbox_id, owner) is None:
            break
        cursor = _cursor(house, mailbox_id, inbox.select())
    return new


def _fetch_all(house: House, mailbox_id: int, inbox: Inbox, cursor: _Cursor, uids: list[int]) -> int:
    """Fetch and store these; one that the server refuses is remembered and asked for again, and the others go on."""
    new, stored = 0, []
    for uid in uids:
        try:
            mail = inbox.fetch(uid)
        except ConnectionLost as error:
            if _count_loss(house, mailbox_id, uid) >= LOSSES_AT_ONE_MAIL:
                _remember_refused(house, mailbox_id, cursor.uidvalidity, uid, error)
            raise
        except MailServerError as error:
            _remember_refused(house, mailbox_id, cursor.uidvalidity, uid, error)
            continue
        house.fail_point("intake.fetched")
        new += _store(house, mailbox_id, cursor.uidvalidity, uid, mail)
        house.fail_point("intake.stored")
        stored.append(uid)
    _flag(house, mailbox_id, inbox, cursor.uidvalidity, stored)
    return new


@retry_passing
def _count_loss(house: House, mailbox_id: int, uid: int) -> int:
    """How often in a row the connection broke while this mail was being fetched."""
    with house.store.writing() as unit:
        row = unit.session.get_one(MailboxRow, mailbox_id, with_for_update=True)
        row.lost_count = row.lost_count + 1 if row.lost_uid == uid else 1
        row.lost_uid = uid
        return row.lost_count


def _turns(house: House, mailbox_id: int, owner: str, inbox: Inbox, stop: Event) -> Iterator[None]:
    """Fetch and wait by turns, as long as the lease holds; yields whenever all that was there is stored."""
    while not stop.is_set():
        fetch_new(house, mailbox_id, inbox, stop, owner)
        _note_success(house, mailbox_id)
        yield
        inbox.wait_for_mail(IDLE_SECONDS)
        if take_lease(house, mailbox_id, owner) is None:
            return


@retry_passing
def _remember_refused(
    house: House, mailbox_id: int, uidvalidity: int, uid: int, error: MailServerError
) -> None:
    with house.store.writing() as unit:
        mailbox = unit.session.get_one(MailboxRow, mailbox_id, with_for_update=True)
        if mailbox.uidvalidity != uidvalidity:
            return
        mailbox.last_uid = max(mailbox.last_uid, uid)
        if uid not in mailbox.unfetched:
            mailbox.unfetched = [*mailbox.unfetched, uid]
        text = f"{mailbox.address}: the server does not hand out the mail with UID {uid}. {error}"
        raise_notice(unit, f"uid:{mailbox_id}:{uidvalidity}:{uid}", text, house.clock())


@retry_passing
def take_lease(house: House, mailbox_id: int, owner: str) -> MailboxRow | None:
    """Hold the mailbox for a while; None when it is paused, gone, or another's."""
    with house.store.writing() as unit:
        now = house.clock()
        row = unit.session.get(MailboxRow, mailbox_id, with_for_update=True)
        if row is None or row.paused:
            return None
        if row.lease_owner not in {"", owner} and is_ahead(row.lease_until, now):
            return None
        row.lease_owner, row.lease_until = owner, now + LEASE
        return row


@retry_passing
def release_lease(house: House, mailbox_id: int, owner: str) -> None:
    with house.store.writing() as unit:
        row = unit.session.get(MailboxRow, mailbox_id, with_for_update=True)
        if row is not None and row.lease_owner == owner:
            row.lease_owner, row.lease_until = "", None


def _wanted(house: House, mailbox_id: int) -> bool:
    with house.store.reading() as session:
        row = session.get(MailboxRow, mailbox_id)
        return row is not None and not row.paused


@retry_passing
def _cursor(house: House, mailbox_id: int, folder: FolderState) -> _Cursor:
    """How far we are.

    A changed UIDVALIDITY starts over, and so does a server that counts back, as after a restore from a backup; old
    mail met again is stored once and not acknowledged.
    """
    with house.store.writing() as unit:
        row = unit.session.get_one(MailboxRow, mailbox_id, with_for_update=True)
        if row.uidvalidity != folder.uidvalidity or 0 < folder.uidnext <= row.last_uid:
            if row.uidvalidity is not None:
                row.rescan_before = house.clock()
                log.warning("mailbox.renumbered", mailbox=mailbox_id)
            row.uidvalidity, row.last_uid, row.unfetched = folder.uidvalidity, 0, []
        return _Cursor(folder.uidvalidity, row.last_uid, tuple(row.unfetched))


@retry_passing
def _store(house: House, mailbox_id: int, uidvalidity: int, uid: int, mail: FetchedMail | None) -> int:
    """Commit one mail's bytes and move the cursor past it. 1 if it is new, 0 if it was known or is gone."""
    with house.store.writing() as unit:
        mailbox = unit.session.get_one(MailboxRow, mailbox_id, with_for_update=True)
        if mailbox.uidvalidity == uidvalidity:
            mailbox.last_uid = max(mailbox.last_uid, uid)
            if uid in mailbox.unfetched:
                mailbox.unfetched = [other for other in mailbox.unfetched if other != uid]
                resolve_notice(unit, f"uid:{mailbox_id}:{uidvalidity}:{uid}", house.clock())
        if mail is None:
            return 0
        digest = hashlib.sha256(mail.raw).hexdigest()
        known = unit.session.scalar(
            select(RawMailRow).where(RawMailRow.mailbox_id == mailbox_id, RawMailRow.sha256 == digest)
        )
        if known is not None:
            known.uidvalidity, known.uid = uidvalidity, uid
            return 0
        message = _new_message(house, unit, mailbox, uidvalidity, uid, mail, digest)
        there_is_room(unit, house)
        message_id = message.id
        unit.after_commit(lambda: house.doorbell.ring(task_of(FIRST_STEP), message_id))
        return 1


def _new_message(
    house: House, unit: Unit, mailbox: MailboxRow, uidvalidity: int, uid: int, mail: FetchedMail, digest: str
) -> MessageRow:
    now = house.clock()
    arrived = min(mail.internal_date, now)
    raw = RawMailRow(
        mailbox_id=mailbox.id,
        uidvalidity=uidvalidity,
        uid=uid,
        sha256=digest,
        content=mail.raw,
        truncated=mail.truncated,
        internal_date=mail.internal_date,
        fetched_at=now,
        answerable=not (mailbox.rescan_before is not None and arrived <= mailbox.rescan_before),
    )
    unit.session.add(raw)
    unit.session.flush()
    message = MessageRow(
        raw_id=raw.id,
        mailbox_id=mailbox.id,
        direction="in",
        step=FIRST_STEP,
        rung_at=now,
        received_at=arrived,
    )
    unit.session.add(message)
    unit.session.flush()
    return message


def _unflagged(house: House, mailbox_id: int, uidvalidity: int) -> list[int]:
    """Mails that were stored by a process which died before it could flag them."""
    with house.store.reading() as session:
        return list(
            session.scalars(
                select(RawMailRow.uid)
                .where(
                    RawMailRow.mailbox_id == mailbox_id,
                    RawMailRow.uidvalidity == uidvalidity,
                    RawMailRow.flagged.is_(False),
                )
                .limit(FLAG_AT_ONCE)
            )
        )


def _flag(house: House, mailbox_id: int, inbox: Inbox, uidvalidity: int, uids: list[int]) -> None:
    """Mark the server's copies as handled. Best effort: the database already has them."""
    if not uids:
        return
    try:
        inbox.mark_handled(uids)
    except ConnectionLost:
        raise
    except MailServerError as error:
        log.warning("mailbox.not_flagged", mailbox=mailbox_id, error=error.code)
        return
    _note_flagged(house, mailbox_id, uidvalidity, uids)


@retry_passing
def _note_flagged(house: House, mailbox_id: int, uidvalidity: int, uids: list[int]) -> None:
    with house.store.writing() as unit:
        unit.session.execute(
            update(RawMailRow)
            .where(
                RawMailRow.mailbox_id == mailbox_id,
                RawMailRow.uidvalidity == uidvalidity,
                RawMailRow.uid.in_(uids),
            )
            .values(flagged=True)
        )


@retry_passing
def _note_success(house: House, mailbox_id: int) -> None:
    with house.store.writing() as unit:
        row = unit.session.get(MailboxRow, mailbox_id, with_for_update=True)
        if row is None:
            return
        row.last_ok_at = house.clock()
        if row.last_error:
            row.last_error, row.failing_since = "", None
            resolve_notice(unit, f"mailbox:{mailbox_id}", house.clock())
        if house.room.is_lacking:
            there_is_room(unit, house)


def _note_failure(house: House, mailbox_id: int, error: Exception) -> None:
    """Remember why mail does not come, and tell people when it lasts."""
    sentence = _in_words(error)
    log.warning("mailbox.failed", mailbox=mailbox_id, error=getattr(error, "code", type(error).__name__))
    try:
        with house.store.writing() as unit:
            now = house.clock()
            row = unit.session.get(MailboxRow, mailbox_id, with_for_update=True)
            if row is None:
                return
            row.last_error = sentence
            row.failing_since = row.failing_since or now
            if now - row.failing_since >= NOTICE_AFTER or getattr(error, "permanent", False):
                text = f"No mail is coming in from {row.address}: {sentence}"
                raise_notice(unit, f"mailbox:{mailbox_id}", text, now)
    except SQLAlchemyError:
        log.warning("mailbox.failure_not_stored", mailbox=mailbox_id)


def _in_words(error: Exception) -> str:
    if is_full(error):
        return FULL
    if isinstance(error, OperationalError):
        return str(database_problem(error))
    return str(error) if isinstance(error, GenklangError) else type(error).__name__
