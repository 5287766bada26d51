"""Rows as the agent would have written them, with sensible values for all that a test does not care about.

Each function adds one row to a session and gives it back with its id. Times are given relative to `now`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from agent.desk.heartbeat import PROCESSES
from agent.desk.replies.versions import content_hash_of
from agent.store.tables import (
    AttachmentRow,
    CaseRow,
    CustomerRow,
    DraftRow,
    EscalationRow,
    HeartbeatRow,
    MailboxRow,
    MatchRow,
    MessageRow,
    NoteRow,
    NoticeRow,
    OutboxRow,
    PersonRow,
    PlaceholderRow,
    QuarantineRow,
    RawMailRow,
    TriageRow,
)

PASSWORD = "fjord and heather"


@cache
def password_hash() -> str:
    """A hash that is quick to check: it carries its own cost, which in the product is the library's."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def a_mailbox(
    session: Session, now: datetime, *, address: str = "support@nordlys.example", **more: Any
) -> MailboxRow:
    row = MailboxRow(
        address=address,
        imap_url="imap://support@127.0.0.1:143",
        smtp_url="smtp://support@127.0.0.1:25",
        password_encrypted="",
        created_at=now,
        **more,
    )
    return _add(session, row)  # type: ignore[no-any-return]


def a_person(
    session: Session, now: datetime, *, email: str, name: str = "", role: str = "agent", **more: Any
) -> PersonRow:
    row = PersonRow(email=email, name=name, role=role, password_hash=password_hash(), created_at=now, **more)
    return _add(session, row)  # type: ignore[no-any-return]


def a_customer(session: Session, now: datetime, *, email: str, name: str = "", **more: Any) -> CustomerRow:
    return _add(session, CustomerRow(email=email, name=name, created_at=now, **more))  # type: ignore[no-any-return]


def a_case(
    session: Session,
    now: datetime,
    mailbox: MailboxRow,
    *,
    customer: CustomerRow | None = None,
    due_in: timedelta | None = timedelta(hours=2),
    came: timedelta = timedelta(minutes=30),
    **more: Any,
) -> CaseRow:
    """An open case that came `came` ago and is due in `due_in` (None: not judged yet)."""
    values: dict[str, Any] = {
        "customer_id": customer.id if customer else None,
        "customer_email": customer.email if customer else "anne@tomrer.example",
        "customer_name": customer.name if customer else "Anne Nørrelund",
        "subject": "Login fejler",
        "summary": "Nobody can log in.",
        "language": "da",
        "category": "technical",
        "category_confidence": 0.91,
        "sentiment": "negative",
        "priority": "medium",
        "score": 4,
        "respond_by": None if due_in is None else now + due_in,
        "created_at": now - came,
        "updated_at": now - came,
    }
    return _add(session, CaseRow(mailbox_id=mailbox.id, **(values | more)))  # type: ignore[no-any-return]


def a_message(
    session: Session,
    now: datetime,
    case: CaseRow,
    *,
    text: str = "Vi kan ikke logge ind.",
    came: timedelta = timedelta(minutes=30),
    direction: str = "in",
    **more: Any,
) -> MessageRow:
    """A mail of a case; the newest that came in becomes the one to answer."""
    values: dict[str, Any] = {
        "from_name": case.customer_name if direction == "in" else "Nordlys Software",
        "from_email": case.customer_email if direction == "in" else "support@nordlys.example",
        "subject": case.subject,
        "text": text,
        "new_text": text,
        "received_at": now - came,
        "sent_at": now - came,
        "message_id": f"<{hashlib.sha256(f'{case.id}{text}{came}'.encode()).hexdigest()[:20]}@example>",
        "redacted_subject": case.subject,
        "redacted_new_text": text,
        "redacted_text": text,
    }
    row = MessageRow(mailbox_id=case.mailbox_id, case_id=case.id, direction=direction, **(values | more))
    _add(session, row)
    if direction == "in":
        case.latest_in_id = row.id
        session.flush()
    return row


def placeholders(session: Session, case: CaseRow, values: Mapping[str, str]) -> None:
    """Hide `values` (token without brackets → value) in the newest mail, as the redactor would have."""
    message = session.get_one(MessageRow, case.latest_in_id)
    text = message.new_text
    for token, value in values.items():
        session.add(PlaceholderRow(case_id=case.id, token=f"[{token}]", value=value))
        text = text.replace(value, f"[{token}]")
    message.redacted_new_text = message.redacted_text = text
    message.hidden_count = len(values)
    session.flush()


def a_triage(
    session: Session, now: datetime, message: MessageRow, *, engine: str = "local", **reading: Any
) -> TriageRow:
    case = session.get(CaseRow, message.case_id) if message.case_id else None
    values = {
        "language": {"value": (case and case.language) or "da", "confidence": 0.95},
        "category": {
            "value": (case and case.category) or "technical",
            "subcategory": "",
            "confidence": 0.9,
            "needs_review": False,
        },
        "sentiment": {"value": (case and case.sentiment) or "neutral", "confidence": 0.9},
        "signals": [],
        "style": {
            "formality": "informal",
            "expertise": "practitioner",
            "length": "short",
            "emotion": "pressed",
        },
        "asks": [],
        "key_terms": [],
        "summary": (case and case.summary) or "",
    }
    row = TriageRow(message_id=message.id, engine=engine, reading=values | reading, created_at=now)
    return _add(session, row)  # type: ignore[no-any-return]


def a_match(
    session: Session, message: MessageRow, rank: int, document_id: str, title: str, **more: Any
) -> MatchRow:
    values: dict[str, Any] = {
        "kind": "article",
        "language": "da",
        "passage": title,
        "score": 0.9 - 0.08 * rank,
    }
    row = MatchRow(message_id=message.id, rank=rank, document_id=document_id, title=title, **(values | more))
    return _add(session, row)  # type: ignore[no-any-return]


Sentence = tuple[str, Sequence[str]] | tuple[str, Sequence[str], bool]


def a_draft(
    session: Session,
    now: datetime,
    case: CaseRow,
    paragraphs: Sequence[Sequence[Sentence]],
    *,
    failed: Mapping[str, str] | None = None,
    state: str = "ready",
    **more: Any,
) -> DraftRow:
    """A draft of sentences `(text, sources)`, or `(text, [], False)` for one that needs a source and has none."""
    sentences = [
        {"text": s[0], "sources": list(s[1]), "supported": s[2] if len(s) == 3 else True}
        for paragraph in paragraphs
        for s in paragraph
    ]
    text = "\n\n".join(" ".join(s[0] for s in paragraph) for paragraph in paragraphs)
    wrong = dict(failed or {})
    names = (
        "completeness",
        "grounding",
        "promises",
        "tone",
        "language",
        "leftover_placeholder",
        "leak",
        "forbidden",
    )
    values: dict[str, Any] = {
        "version": 1,
        "subject": f"Re: {case.subject}",
        "text": text,
        "redacted_text": text,
        "language": case.language,
        "sentences": sentences,
        "checks": [{"name": n, "passed": n not in wrong, "detail": wrong.get(n, "")} for n in names],
        "engine": "local",
        "prompt": f"local/v1/{case.language}",
        "created_at": now - timedelta(minutes=2),
    }
    values |= more
    row = DraftRow(
        case_id=case.id,
        message_id=case.latest_in_id,
        state=state,
        content_hash="",
        **values,
    )
    _add(session, row)
    row.content_hash = content_hash_of(session, row)
    if state == "ready":
        unsettled = bool(wrong) or any(not s["supported"] for s in sentences)
        case.draft_state = "unsettled" if unsettled else "ready"
    session.flush()
    return row


def a_letter(
    session: Session, now: datetime, case: CaseRow, draft: DraftRow, *, state: str = "waiting", **more: Any
) -> OutboxRow:
    """A reply fixed for sending, of a draft that was approved."""
    draft.state = "sent" if state == "sent" else "approved"
    case.draft_state = "leaving"
    values: dict[str, Any] = {
        "send_after": now + timedelta(seconds=10),
        "content": b"Subject: x\r\n\r\nx\r\n",
        "outcome": "",
    }
    row = OutboxRow(
        case_id=case.id,
        mailbox_id=case.mailbox_id,
        draft_id=draft.id,
        answers_id=case.latest_in_id,
        kind="reply",
        dedupe_key=f"draft:{draft.id}",
        message_id=f"<out-{draft.id}@nordlys.example>",
        sender="support@nordlys.example",
        recipients=[case.customer_email],
        content_hash="0" * 64,
        subject=draft.subject,
        text=draft.text,
        state=state,
        created_at=now,
        **(values | more),
    )
    return _add(session, row)  # type: ignore[no-any-return]


def a_note(session: Session, now: datetime, case: CaseRow, person: PersonRow, text: str) -> NoteRow:
    return _add(session, NoteRow(case_id=case.id, person_id=person.id, text=text, created_at=now))  # type: ignore[no-any-return]


def an_escalation(
    session: Session,
    now: datetime,
    case: CaseRow,
    *,
    cause: str = "critical",
    reason: str = "Payroll stops.",
    **more: Any,
) -> EscalationRow:
    row = EscalationRow(case_id=case.id, cause=cause, reason=reason, created_at=now, **more)
    return _add(session, row)  # type: ignore[no-any-return]


def a_notice(session: Session, now: datetime, text: str, *, key: str = "mailbox:1") -> NoticeRow:
    return _add(session, NoticeRow(key=key, level="problem", text=text, created_at=now))  # type: ignore[no-any-return]


def an_attachment(
    session: Session, message: MessageRow, filename: str, content: bytes, **more: Any
) -> AttachmentRow:
    values: dict[str, Any] = {"content_type": "application/pdf", "size": len(content), "content": content}
    row = AttachmentRow(message_id=message.id, filename=filename, **(values | more))
    return _add(session, row)  # type: ignore[no-any-return]


def a_quarantined_mail(
    session: Session, now: datetime, mailbox: MailboxRow, reason: str, *, uid: int = 1
) -> QuarantineRow:
    raw = RawMailRow(
        mailbox_id=mailbox.id,
        uidvalidity=1,
        uid=uid,
        sha256=f"{uid:064d}",
        content=b"",
        internal_date=now,
        fetched_at=now,
    )
    _add(session, raw)
    return _add(session, QuarantineRow(raw_id=raw.id, reason=reason, created_at=now))  # type: ignore[no-any-return]


def heartbeats(session: Session, now: datetime) -> None:
    """All processes of the agent are alive."""
    session.add_all(HeartbeatRow(process=name, at=now) for name in PROCESSES)
