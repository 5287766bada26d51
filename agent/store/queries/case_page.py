"""Everything that one case's page shows, read in a handful of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.drafting.rollout import UNSEEN, Mode
from agent.errors import NotFound
from agent.store.queries.escalation_notices import notices_of
from agent.store.queries.memory_list import count_learnt
from agent.store.queries.rollouts import mode_of
from agent.store.tables import (
    AttachmentRow,
    CaseRow,
    CorrectionRow,
    CustomerRow,
    DocumentRow,
    DraftRow,
    EscalationNoticeRow,
    EscalationRow,
    MailboxRow,
    MatchRow,
    MemoryRow,
    MessageRow,
    NoteRow,
    OutboxRow,
    PersonRow,
    PlaceholderRow,
    TriageRow,
)

EARLIER_CASES = 5
TAKEN_SHOWN = 3
_TAUGHT = "memory:"
UNSENT = ("waiting", "sending", "failed", "uncertain")


@dataclass(frozen=True, slots=True)
class MessageOnPage:
    """One mail of the conversation. `has_html` says that a cleaned HTML view can be asked for."""

    row: MessageRow
    attachments: tuple[AttachmentRow, ...]
    has_html: bool


@dataclass(frozen=True, slots=True)
class MemorySource:
    """A statement learnt from an edit, as the source of a sentence. `title` is the question that it answers."""

    title: str
    body: str
    language: str
    kind: str = "memory"


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with all that surrounds it. Lists are oldest first, `drafts` newest first, `matches` best first.

    `reading` is what triage said of the mail to answer, empty before it was read. `sources` are the documents that
    the current draft names, by id, whether found for this mail or kept from an earlier one; `in_library` are the ids
    of those and of the matches that are still kept. Drafts that are kept
    from the agents are left out; `drafting` says whether there are any to come.
    """

    case: CaseRow
    mailbox: MailboxRow
    customer: CustomerRow | None
    people: Mapping[int, PersonRow]
    messages: tuple[MessageOnPage, ...]
    notes: tuple[NoteRow, ...]
    placeholders: Mapping[str, str]
    reading: Mapping[str, Any]
    engine: str
    matches: tuple[MatchRow, ...]
    sources: Mapping[str, MatchRow | DocumentRow | MemorySource]
    drafts: tuple[DraftRow, ...]
    drafting: Mode
    unsent: tuple[OutboxRow, ...]
    escalations: tuple[EscalationRow, ...]
    taken: tuple[EscalationRow, ...]
    told: Mapping[int, tuple[EscalationNoticeRow, ...]]
    corrections: tuple[CorrectionRow, ...]
    earlier: tuple[CaseRow, ...]
    earlier_count: int
    learnt: int = 0
    in_library: frozenset[str] = frozenset()

    @property
    def draft(self) -> DraftRow | None:
        """The version a person would decide on, or that is on its way."""
        return next((draft for draft in self.drafts if draft.state in {"ready", "approved"}), None)

    @property
    def newest_in(self) -> MessageRow | None:
        incoming = [message.row for message in self.messages if message.row.direction == "in"]
        return incoming[-1] if incoming else None

    @property
    def assignee(self) -> PersonRow | None:
        return self.people.get(self.case.assignee_id or 0)


def load_case(session: Session, case_id: int) -> CasePage:
    """The page of one case. Raises `NotFound`."""
    case = session.get(CaseRow, case_id)
    if case is None:
        raise NotFound(
            f"There is no case {case_id}.",
            code="case.unknown",
            remedy="Look for it by subject or customer; it may have been erased.",
        )
    messages = _messages(session, case_id)
    of_case = select(DraftRow).where(DraftRow.case_id == case_id, DraftRow.state != UNSEEN)
    drafts = tuple(_all(session, of_case.order_by(DraftRow.version.desc())))
    escalations = _escalations(session, case_id, taken=False)
    taken = _escalations(session, case_id, taken=True)
    newest = next((m.row.id for m in reversed(messages) if m.row.direction == "in"), 0)
    answered = case.latest_in_id or newest  # a robot's mail that came later is neither read nor answered
    triage = session.scalar(select(TriageRow).where(TriageRow.message_id == answered))
    matches = _matches(session, answered)
    current = next((draft for draft in drafts if draft.state in {"ready", "approved"}), None)
    sources = _sources(session, current, matches)
    named = {*sources, *(match.document_id for match in matches)}
    earlier = select(CaseRow).where(CaseRow.customer_email == case.customer_email, CaseRow.id != case_id)
    return CasePage(
        case=case,
        mailbox=session.get_one(MailboxRow, case.mailbox_id),
        customer=_customer(session, case),
        people={person.id: person for person in session.scalars(select(PersonRow).order_by(PersonRow.name))},
        messages=messages,
        notes=tuple(_all(session, select(NoteRow).where(NoteRow.case_id == case_id).order_by(NoteRow.id))),
        placeholders={
            row.token: row.value
            for row in session.scalars(select(PlaceholderRow).where(PlaceholderRow.case_id == case_id))
        },
        reading=triage.reading if triage else {},
        engine=triage.engine if triage else "",
        matches=matches,
        sources=sources,
        drafts=drafts,
        drafting=mode_of(session, case),
        unsent=tuple(
            _all(
                session,
                select(OutboxRow)
                .where(OutboxRow.case_id == case_id, OutboxRow.kind == "reply", OutboxRow.state.in_(UNSENT))
                .order_by(OutboxRow.id),
            )
        ),
        escalations=escalations,
        taken=taken,
        told=notices_of(session, [row.id for row in (*escalations, *taken)]),
        corrections=tuple(
            _all(
                session,
                select(CorrectionRow)
                .where(CorrectionRow.case_id == case_id, CorrectionRow.undone_at.is_(None))
                .order_by(CorrectionRow.id),
            )
        ),
        earlier=tuple(_all(session, earlier.order_by(CaseRow.updated_at.desc()).limit(EARLIER_CASES))),
        earlier_count=session.scalar(select(func.count()).select_from(earlier.subquery())) or 0,
        learnt=count_learnt(session, case_id),
        in_library=frozenset(
            session.scalars(select(DocumentRow.id).where(DocumentRow.id.in_(sorted(named))))
        ),
    )


def _escalations(session: Session, case_id: int, *, taken: bool) -> tuple[EscalationRow, ...]:
    """Those that wait, or the last ones that somebody took; oldest first."""
    rows = select(EscalationRow).where(
        EscalationRow.case_id == case_id,
        EscalationRow.acknowledged_at.is_not(None) if taken else EscalationRow.acknowledged_at.is_(None),
    )
    newest = _all(session, rows.order_by(EscalationRow.id.desc()).limit(TAKEN_SHOWN if taken else 20))
    return tuple(newest)[::-1]


def html_of_message(session: Session, case_id: int, message_id: int) -> str:
    """The cleaned HTML of one mail of this case. Raises `NotFound`."""
    html = session.scalar(
        select(MessageRow.safe_html).where(MessageRow.id == message_id, MessageRow.case_id == case_id)
    )
    if not html:
        raise NotFound(
            "This mail has no formatted version.", code="mail.no_html", remedy="Read its text instead."
        )
    return html


def attachment_of_case(session: Session, case_id: int, attachment_id: int) -> tuple[AttachmentRow, bytes]:
    """One attachment of this case, with its bytes. Raises `NotFound`, also for another case's attachment."""
    row = session.execute(
        select(AttachmentRow, AttachmentRow.content)
        .join(MessageRow, MessageRow.id == AttachmentRow.message_id)
        .where(AttachmentRow.id == attachment_id, MessageRow.case_id == case_id)
    ).one_or_none()
    if row is None:
        raise NotFound(
            "There is no such attachment.", code="attachment.unknown", remedy="Open the case again."
        )
    return row[0], row[1]


def _all(session: Session, query: Any) -> Sequence[Any]:
    return session.scalars(query).all()


def _messages(session: Session, case_id: int) -> tuple[MessageOnPage, ...]:
    rows = session.execute(
        select(MessageRow, MessageRow.safe_html != "")
        .where(MessageRow.case_id == case_id)
        .order_by(MessageRow.received_at, MessageRow.id)
    ).all()
    attachments: dict[int, list[AttachmentRow]] = {}
    for attachment in session.scalars(
        select(AttachmentRow)
        .join(MessageRow, MessageRow.id == AttachmentRow.message_id)
        .where(MessageRow.case_id == case_id)
        .order_by(AttachmentRow.id)
    ):
        attachments.setdefault(attachment.message_id, []).append(attachment)
    return tuple(MessageOnPage(row, tuple(attachments.get(row.id, ())), bool(html)) for row, html in rows)


def _customer(session: Session, case: CaseRow) -> CustomerRow | None:
    if case.customer_id is not None:
        return session.get(CustomerRow, case.customer_id)
    return session.scalar(select(CustomerRow).where(CustomerRow.email == case.customer_email))


def _matches(session: Session, message_id: int) -> tuple[MatchRow, ...]:
    return tuple(
        session.scalars(select(MatchRow).where(MatchRow.message_id == message_id).order_by(MatchRow.rank))
    )


def _sources(
    session: Session, draft: DraftRow | None, matches: Sequence[MatchRow]
) -> dict[str, MatchRow | DocumentRow | MemorySource]:
    if draft is None:
        return {}
    wanted = {source for sentence in draft.sentences for source in sentence.get("sources", ())}
    found: dict[str, MatchRow | DocumentRow | MemorySource] = {
        m.document_id: m for m in matches if m.document_id in wanted
    }
    taught = {int(one.removeprefix(_TAUGHT)): one for one in wanted if one.startswith(_TAUGHT)}
    for memory in session.scalars(select(MemoryRow).where(MemoryRow.id.in_(taught))):
        found[taught[memory.id]] = MemorySource(memory.about or memory.after, memory.after, memory.language)
    if missing := wanted - found.keys() - set(taught.values()):
        found |= {
            document.id: document
            for document in session.scalars(select(DocumentRow).where(DocumentRow.id.in_(sorted(missing))))
        }
    return found
