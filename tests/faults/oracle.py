"""What must hold after any fault. Each function raises `AssertionError` with the offending tokens or ids.

L  nothing lost: the tokens in the mailbox = raw mails = cases ∪ quarantine.
D  nothing sent twice: the server was handed at most one mail an outbox id, in the very bytes that were fixed, and
   approved = sent ∪ failed ∪ uncertain ∪ on its way ∪ taken back.
Q  nothing left lying: no unfinished mail or letter is older than ten minutes.
H  people were told: an open notice says so.

They read the tables and the test servers, and ask none of the product's own functions whether all is well.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from email import message_from_bytes

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from agent.store.session import Store
from agent.store.tables import ApprovalRow, MessageRow, NoticeRow, OutboxRow, QuarantineRow, RawMailRow

LONGEST = timedelta(minutes=10)
_TOKEN = re.compile(rb"token-[0-9a-f]{16}")
_DECIDED = {"sent", "failed", "uncertain"}
_ON_ITS_WAY = {"waiting", "sending"}


def token(*parts: object) -> str:
    """A word that stands in one test mail and nowhere else."""
    return f"token-{hashlib.sha256(repr(parts).encode()).hexdigest()[:16]}"


def tokens_in(raws: Iterable[bytes]) -> list[str]:
    """The tokens that stand in these mails, once a mail, in their order."""
    return [found.decode() for raw in raws for found in dict.fromkeys(_TOKEN.findall(raw))]


def nothing_lost(store: Store, arrived: Iterable[str]) -> None:
    """L: every token that arrived lies in one raw mail, and that is in a case or in quarantine."""
    with store.reading() as session:
        raws = session.scalars(select(RawMailRow).options(undefer(RawMailRow.content))).all()
        stored = Counter(tokens_in(raw.content for raw in raws))
        homeless = [
            tokens_in([raw.content]) or raw.id for raw in raws if not _in_case_or_quarantine(session, raw)
        ]
    wanted = set(arrived)
    assert not wanted - set(stored), f"never stored: {sorted(wanted - set(stored))}"
    assert not set(stored) - wanted, f"nobody sent these: {sorted(set(stored) - wanted)}"
    assert max(stored.values(), default=1) == 1, f"stored more than once: {stored.most_common(3)}"
    assert not homeless, f"stored, but neither in a case nor in quarantine: {homeless}"


def _in_case_or_quarantine(session: Session, raw: RawMailRow) -> bool:
    in_case = session.scalar(
        select(MessageRow.id).where(MessageRow.raw_id == raw.id, MessageRow.case_id.is_not(None))
    )
    return bool(in_case or session.scalar(select(QuarantineRow.id).where(QuarantineRow.raw_id == raw.id)))


def nothing_sent_twice(store: Store, handed_over: Iterable[bytes]) -> None:
    """D, for the mails that reached their final dot at the server."""
    mails = list(handed_over)
    ids = Counter(_message_id(raw) for raw in mails)
    assert max(ids.values(), default=1) == 1, f"handed over more than once: {ids.most_common(3)}"
    with store.reading() as session:
        rows = session.scalars(select(OutboxRow).options(undefer(OutboxRow.content))).all()
        _every_mail_is_one_of_ours(mails, {row.message_id: row for row in rows})
        for row in rows:
            assert row.state != "sent" or ids[row.message_id] == 1, f"outbox {row.id} was never handed over"
            assert row.state not in {"waiting", "cancelled"} or not ids[row.message_id], (
                f"outbox {row.id} was handed over and is {row.state}"
            )
        _every_approval_is_accounted_for(session)
        _the_conversation_tells_it_once(session)


def _every_mail_is_one_of_ours(mails: list[bytes], known: dict[str, OutboxRow]) -> None:
    for raw in mails:
        row = known.get(_message_id(raw))
        assert row is not None, f"not from the outbox: {_message_id(raw)}"
        assert _plain(raw) == _plain(row.content), f"outbox {row.id} left in other bytes than were fixed"


def _every_approval_is_accounted_for(session: Session) -> None:
    states = {
        row.approval_id: row.state
        for row in session.scalars(select(OutboxRow).where(OutboxRow.approval_id.is_not(None)))
    }
    for approval in session.scalars(select(ApprovalRow)):
        state = states.get(approval.id, "nowhere")
        void = approval.undone_at is not None
        assert state in ({"cancelled"} if void else _DECIDED | _ON_ITS_WAY), (
            f"approval {approval.id}: {state}"
        )
        assert not void or approval.void_reason, f"approval {approval.id} was voided without a reason"


def _the_conversation_tells_it_once(session: Session) -> None:
    shown = Counter(session.scalars(select(MessageRow.message_id).where(MessageRow.direction == "out")))
    assert max(shown.values(), default=1) == 1, f"shown as sent more than once: {shown.most_common(3)}"


def nothing_left_lying(store: Store, now: datetime, *, longest: timedelta = LONGEST) -> None:
    """Q. A letter that the server refuses for now may wait; it says so in its outcome."""
    with store.reading() as session:
        mails = session.scalars(
            select(MessageRow).where(
                MessageRow.step != "", MessageRow.parked == "", MessageRow.received_at < now - longest
            )
        ).all()
        letters = session.scalars(
            select(OutboxRow).where(
                OutboxRow.state.in_(_ON_ITS_WAY),
                OutboxRow.outcome == "",
                OutboxRow.send_after < now - longest,
            )
        ).all()
    assert not mails, f"unfinished mails: {[(mail.id, mail.step, mail.attempts) for mail in mails]}"
    assert not letters, f"unsent letters: {[(row.id, row.state, row.attempts) for row in letters]}"


def everything_finished(store: Store) -> bool:
    """Whether no mail waits for a step and no letter waits to leave."""
    with store.reading() as session:
        unfinished = select(MessageRow.id).where(MessageRow.step != "", MessageRow.parked == "")
        unsent = select(OutboxRow.id).where(OutboxRow.state.in_(_ON_ITS_WAY))
        return session.scalar(unfinished.limit(1)) is None and session.scalar(unsent.limit(1)) is None


def people_were_told(store: Store, words: str) -> None:
    """H: an open notice has these words."""
    with store.reading() as session:
        notices = session.scalars(select(NoticeRow.text).where(NoticeRow.resolved_at.is_(None))).all()
    assert any(words in notice for notice in notices), f"no notice says {words!r}: {notices}"


def _message_id(raw: bytes) -> str:
    return str(message_from_bytes(raw)["Message-ID"] or "").strip()


def _plain(raw: bytes) -> bytes:
    return re.sub(rb"\r\n|\r|\n", b"\n", raw).strip()
