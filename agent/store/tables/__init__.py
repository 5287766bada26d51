"""All tables. Importing this package registers them with the metadata."""

from agent.store.tables.cases import (
    CaseRow,
    CorrectionRow,
    CustomerRow,
    DocumentRow,
    EscalationRow,
    MatchRow,
    NoteRow,
    PlaceholderRow,
    TriageRow,
)
from agent.store.tables.drafts import ApprovalRow, DraftRow, OutboxRow
from agent.store.tables.incidents import IncidentCaseRow, IncidentRow, SignRow
from agent.store.tables.mail import AttachmentRow, MailboxRow, MessageRow, QuarantineRow, RawMailRow
from agent.store.tables.people import (
    ApiTokenRow,
    AuditRow,
    HeartbeatRow,
    NoticeRow,
    PersonRow,
    SignInAttemptRow,
    SignInRow,
)

__all__ = [
    "ApiTokenRow",
    "ApprovalRow",
    "AttachmentRow",
    "AuditRow",
    "CaseRow",
    "CorrectionRow",
    "CustomerRow",
    "DocumentRow",
    "DraftRow",
    "EscalationRow",
    "HeartbeatRow",
    "IncidentCaseRow",
    "IncidentRow",
    "MailboxRow",
    "MatchRow",
    "MessageRow",
    "NoteRow",
    "NoticeRow",
    "OutboxRow",
    "PersonRow",
    "PlaceholderRow",
    "QuarantineRow",
    "RawMailRow",
    "SignInAttemptRow",
    "SignInRow",
    "SignRow",
    "TriageRow",
]
