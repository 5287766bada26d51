"""What the JSON API takes and gives. Instants are ISO 8601 in UTC."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class _FromRow(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class CaseSummary(_FromRow):
    id: int
    subject: str
    summary: str
    customer_email: str
    customer_name: str
    state: str
    language: str
    category: str
    subcategory: str
    category_confidence: float
    needs_review: bool
    sentiment: str
    priority: str
    score: int
    respond_by: datetime | None
    deadline_at: datetime | None
    draft_state: str
    assignee_id: int | None
    may_belong_to_id: int | None
    version: int
    created_at: datetime
    updated_at: datetime


class CasePageOut(BaseModel):
    """`next` goes into `after` for the next page; null on the last."""

    items: list[CaseSummary]
    next: int | None


class MessageOut(_FromRow):
    id: int
    direction: str
    kind: str
    message_id: str
    from_name: str
    from_email: str
    to: list[dict[str, Any]]
    cc: list[dict[str, Any]]
    subject: str
    sent_at: datetime | None
    received_at: datetime
    new_text: str
    text: str
    redacted_text: str | None
    warnings: list[str]
    parked: str


class DraftOut(_FromRow):
    id: int
    version: int
    state: str
    message_id: int
    subject: str
    text: str
    to: list[dict[str, str]]
    cc: list[dict[str, str]]
    language: str
    engine: str
    prompt: str
    model: str
    tokens_in: int
    tokens_out: int
    sentences: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    warnings: list[str]
    wish: str
    content_hash: str
    author_id: int | None
    created_at: datetime


class MatchOut(_FromRow):
    document_id: str
    kind: str
    language: str
    title: str
    passage: str
    score: float
    reason: str


class OutboxOut(_FromRow):
    id: int
    kind: str
    state: str
    draft_id: int | None
    message_id: str
    recipients: list[str]
    cc: list[str]
    subject: str
    send_after: datetime
    sent_at: datetime | None
    attempts: int
    outcome: str
    returned_at: datetime | None
    returned_to: list[str]
    returned_status: str


class NoteOut(_FromRow):
    id: int
    person_id: int
    text: str
    created_at: datetime


class EscalationOut(_FromRow):
    id: int
    case_id: int
    cause: str
    reason: str
    created_at: datetime
    acknowledged_by_id: int | None
    acknowledged_at: datetime | None


class EventOut(_FromRow):
    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


class CaseDetail(CaseSummary):
    """A case with all that belongs to it. Lists are oldest first, `matches` best first."""

    factors: list[dict[str, Any]]
    priority_note: str
    corrected: list[str]
    messages: list[MessageOut]
    triage: dict[str, Any]
    matches: list[MatchOut]
    drafts: list[DraftOut]
    outbox: list[OutboxOut]
    notes: list[NoteOut]
    escalations: list[EscalationOut]
    timeline: list[EventOut]


class CustomerSummary(_FromRow):
    id: int
    email: str
    name: str
    company: str
    tier: str
    annual_revenue_eur: float | None
    language: str
    owner: str
    segment: str
    country: str
    created_at: datetime


class CustomerPageOut(BaseModel):
    """`next` goes into `after` for the next page; null on the last."""

    items: list[CustomerSummary]
    next: str | None


class CustomerDetail(CustomerSummary):
    """`profile` is how the customer likes to be written to, with the number of mails it rests on."""

    attributes: dict[str, Any]
    objections: list[str]
    cases: list[int]
    profile: dict[str, Any]


class Approve(BaseModel):
    """`content_hash` is that of the draft as it was read, with its recipients, signature and files.

    Without it, the draft's id alone says which text; a draft that goes to more people than the sender needs it.
    `vouch` names what you vouch for: the numbers of sentences without a source, `check:` and the name of a check.
    """

    content_hash: str | None = None
    vouch: list[str] = []


class Recipients(BaseModel):
    """Who gets the reply beside the sender of the mail: exactly these."""

    cc: list[str] = Field(max_length=50)


class Reject(BaseModel):
    reason: str = Field("", max_length=2000)


class Rewrite(BaseModel):
    """What should be different, in words: “shorter”, “offer a call”."""

    wish: str = Field("", max_length=2000)


class EditDraft(BaseModel):
    text: str = Field(max_length=100_000)
    subject: str | None = Field(None, max_length=900)
    content_hash: str | None = None


class OwnReply(BaseModel):
    text: str = Field(max_length=100_000)
    subject: str | None = Field(None, max_length=900)


class Correct(BaseModel):
    """What a person decides about a case. A field that is left out stays; `assignee_id` null unassigns.

    `reasons` says of the reasons for its priority whether they are so: `{"time_criticality": false}`.
    """

    model_config = ConfigDict(extra="forbid")

    category: str | None = None
    subcategory: str | None = None
    priority: str | None = None
    state: str | None = None
    assignee_id: int | None = None
    reasons: dict[str, bool] | None = None


class NewNote(BaseModel):
    text: str = Field(min_length=1, max_length=20_000)


class Escalate(BaseModel):
    reason: str = Field("", max_length=2000)


class Settle(BaseModel):
    """Whether a reply of uncertain outcome arrived at the customer."""

    arrived: bool


class NewToken(BaseModel):
    """With a session or token, the name alone; without, the e-mail address and password of a person."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    email: str | None = None
    password: str | None = Field(None, repr=False)


class TokenOut(_FromRow):
    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class MadeToken(TokenOut):
    """`token` is shown this once."""

    token: str
