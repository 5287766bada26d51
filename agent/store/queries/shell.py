"""What surrounds every page: what stands still, what is about to leave, what needs a person's hand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, exists, func, select, text
from sqlalchemy.orm import Session

from agent.store.tables import (
    ApprovalRow,
    CaseRow,
    EscalationRow,
    MailboxRow,
    MessageRow,
    NoticeRow,
    OutboxRow,
    PersonRow,
    QuarantineRow,
    RawMailRow,
)

# Spelt as in the partial indexes: a bound value would hide from SQLite that they may be used.
_NOT_OVER = "outbox.state <> 'cancelled' AND NOT outbox.copied_to_sent"
ON_ITS_WAY = text(f"{_NOT_OVER} AND outbox.state IN ('waiting', 'sending')")
STUCK = text(f"{_NOT_OVER} AND outbox.state IN ('failed', 'uncertain')")
UNFINISHED = text("messages.step <> ''")  # parked mail keeps its step
_PARKED = and_(UNFINISHED, MessageRow.parked != "")
_UNREAD = and_(  # a parked mail is listed as such, with its sender
    QuarantineRow.released_at.is_(None),
    QuarantineRow.raw_id.not_in(select(MessageRow.raw_id).where(_PARKED, MessageRow.raw_id.is_not(None))),
)
_STANDING = (
    NoticeRow.resolved_at.is_(None),
    NoticeRow.key.not_like("parked:%"),
)  # parked mail is listed itself


@dataclass(frozen=True, slots=True)
class Leaving:
    """A reply that can still be taken back. `to` is the customer as people know them.

    `own` are the letters of the person who looks; `approved_by` is nobody where no person approved it.
    """

    outbox_id: int
    case_id: int
    to: str
    send_after: datetime
    state: str
    own: bool
    approved_by: PersonRow | None
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class Escalated:
    """An escalation that nobody has acknowledged, with its case."""

    escalation: EscalationRow
    case: CaseRow
    assignee: PersonRow | None
    asked_by: PersonRow | None


@dataclass(frozen=True, slots=True)
class Problems:
    """Mail that needs a person's hand: read by nobody, given up, refused, or of unknown fate."""

    quarantined: tuple[tuple[QuarantineRow, RawMailRow, MailboxRow], ...]
    parked: tuple[MessageRow, ...]
    unsent: tuple[tuple[OutboxRow, CaseRow], ...]
    notices: tuple[NoticeRow, ...]

    def __len__(self) -> int:
        return len(self.quarantined) + len(self.parked) + len(self.unsent) + len(self.notices)


def leaving_now(session: Session, person_id: int) -> tuple[Leaving, ...]:
    """Replies that have been approved and have not left: this person's own before those of others.

    Of one's own the one approved last comes first, being what one would take back; of others the next to leave.
    """
    own = case((ApprovalRow.person_id == person_id, OutboxRow.id), else_=0)
    rows = session.execute(
        select(OutboxRow, CaseRow, PersonRow)
        .join(CaseRow, CaseRow.id == OutboxRow.case_id)
        .outerjoin(ApprovalRow, ApprovalRow.id == OutboxRow.approval_id)
        .outerjoin(PersonRow, PersonRow.id == ApprovalRow.person_id)
        .where(ON_ITS_WAY, OutboxRow.kind == "reply", OutboxRow.attempts == 0)
        .order_by(own.desc(), OutboxRow.send_after, OutboxRow.id)
        .limit(5)
    ).all()
    return tuple(
        Leaving(
            outbox_id=out.id,
            case_id=about.id,
            to=about.customer_name or about.customer_email,
            send_after=out.send_after,
            state=out.state,
            own=approver is not None and approver.id == person_id,
            approved_by=approver,
            approved_at=out.created_at,
        )
        for out, about, approver in rows
    )


def open_notices(session: Session) -> tuple[NoticeRow, ...]:
    return tuple(
        session.scalars(
            select(NoticeRow).where(NoticeRow.resolved_at.is_(None)).order_by(NoticeRow.id).limit(20)
        )
    )


def open_escalations(session: Session) -> tuple[Escalated, ...]:
    """What waits for a lead, the case that is due first at the top."""
    asker = PersonRow.__table__.alias("asker")
    rows = session.execute(
        select(EscalationRow, CaseRow, PersonRow, asker.c.id)
        .join(CaseRow, CaseRow.id == EscalationRow.case_id)
        .outerjoin(PersonRow, PersonRow.id == CaseRow.assignee_id)
        .outerjoin(asker, asker.c.id == EscalationRow.asked_by_id)
        .where(EscalationRow.acknowledged_at.is_(None), CaseRow.state.in_(("open", "waiting")))
        .order_by(CaseRow.respond_by.is_(None), CaseRow.respond_by, EscalationRow.id)
    ).all()
    askers = {
        p.id: p
        for p in session.scalars(select(PersonRow).where(PersonRow.id.in_({r[3] for r in rows if r[3]})))
    }
    return tuple(
        Escalated(escalation, case, person, askers.get(asked)) for escalation, case, person, asked in rows
    )


def count_escalations(session: Session) -> int:
    """How many wait. Few do: asked to join, SQLite would go through all unfinished cases to find them."""
    unfinished = exists().where(CaseRow.id == EscalationRow.case_id, CaseRow.state.in_(("open", "waiting")))
    waiting = select(func.count()).select_from(EscalationRow).where(EscalationRow.acknowledged_at.is_(None))
    return session.scalar(waiting.where(unfinished)) or 0


def problems(session: Session) -> Problems:
    """The newest of each kind. Numbers are looked up first: asked for the newest rows, SQLite would read the table."""
    return Problems(
        quarantined=tuple(
            (quarantine, raw, mailbox)
            for quarantine, raw, mailbox in session.execute(
                select(QuarantineRow, RawMailRow, MailboxRow)
                .join(RawMailRow, RawMailRow.id == QuarantineRow.raw_id)
                .join(MailboxRow, MailboxRow.id == RawMailRow.mailbox_id)
                .where(_UNREAD)
                .order_by(QuarantineRow.id.desc())
                .limit(100)
            ).all()
        ),
        parked=tuple(
            session.scalars(
                select(MessageRow)
                .where(MessageRow.id.in_(select(MessageRow.id).where(_PARKED)))
                .order_by(MessageRow.id.desc())
                .limit(100)
            )
        ),
        unsent=tuple(
            (out, case)
            for out, case in session.execute(
                select(OutboxRow, CaseRow)
                .join(CaseRow, CaseRow.id == OutboxRow.case_id)
                .where(OutboxRow.id.in_(select(OutboxRow.id).where(STUCK)))
                .order_by(OutboxRow.id.desc())
                .limit(100)
            ).all()
        ),
        notices=tuple(session.scalars(select(NoticeRow).where(*_STANDING).order_by(NoticeRow.id).limit(100))),
    )


def count_problems(session: Session) -> int:
    """How many things the page of problems would show; each kind by an index or a small table."""
    kinds = (
        select(func.count()).select_from(QuarantineRow).where(_UNREAD),
        select(func.count()).select_from(MessageRow).where(_PARKED),
        select(func.count()).select_from(OutboxRow).where(STUCK),
        select(func.count()).select_from(NoticeRow).where(*_STANDING),
    )
    return sum(session.execute(select(*(kind.scalar_subquery() for kind in kinds))).one())
