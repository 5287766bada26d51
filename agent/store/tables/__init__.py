"""All tables. Importing this package registers them with the metadata."""

from agent.store.tables.absences import AbsenceRow
from agent.store.tables.board import IncidentReplyRow
from agent.store.tables.campaigns import CampaignRow, ExperimentRow, HeldBackRow, VariantRow
from agent.store.tables.case_work import (
    AtWorkRow,
    ChecklistRow,
    MentionRow,
    OutgoingFileRow,
    ReplyTemplateRow,
    TickRow,
    UnsentTextRow,
)
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
from agent.store.tables.closed_loop import (
    FollowUpRow,
    ImprovementAnswerRow,
    ImprovementRow,
    ValueBaselineRow,
    WebhookDeliveryRow,
    WebhookRow,
)
from agent.store.tables.customers import (
    CustomerStyleMailRow,
    CustomerStyleRow,
    ErasureRequestRow,
    UnfinishedErasureRow,
)
from agent.store.tables.desk import CaseTagRow, CaseWordsRow, DeskChangeRow, SavedViewRow, TagRow
from agent.store.tables.drafts import ApprovalRow, DraftRow, OutboxMarkRow, OutboxRow
from agent.store.tables.escalation_notices import EscalationNoticeRow
from agent.store.tables.feedback import (
    ContactWayRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    SurveyAnswerRow,
    SurveyLinkRow,
)
from agent.store.tables.incidents import IncidentCaseRow, IncidentRow, SignRow
from agent.store.tables.knowledge import GapRow, RemovedDocumentRow, SourceVoteRow
from agent.store.tables.labels import HistoryImportRow, LabelCheckRow, LabelVoteRow, StagedLabelRow
from agent.store.tables.mail import AttachmentRow, MailboxRow, MessageRow, QuarantineRow, RawMailRow
from agent.store.tables.memories import EditRow, MemoryChangeRow, MemoryRow, MemorySightRow
from agent.store.tables.model import (
    ModelSpendingRow,
    PromptCopyRow,
    PromptTrialMailRow,
    PromptTrialRow,
)
from agent.store.tables.people import (
    ApiTokenRow,
    AuditRow,
    HeartbeatRow,
    NoticeRow,
    PersonRow,
    SignInAttemptRow,
    SignInRow,
)
from agent.store.tables.rollouts import RolloutRow
from agent.store.tables.settings import CompanySettingRow, PasswordLinkRow
from agent.store.tables.team import RefusedHandOverRow, WorkProfileRow
from agent.store.tables.translations import TranslationRow

__all__ = [
    "AbsenceRow",
    "ApiTokenRow",
    "ApprovalRow",
    "AtWorkRow",
    "AttachmentRow",
    "AuditRow",
    "CampaignRow",
    "CaseRow",
    "CaseTagRow",
    "CaseWordsRow",
    "ChecklistRow",
    "CompanySettingRow",
    "ContactWayRow",
    "CorrectionRow",
    "CustomerRow",
    "CustomerStyleMailRow",
    "CustomerStyleRow",
    "DeskChangeRow",
    "DocumentRow",
    "DraftRow",
    "EditRow",
    "ErasureRequestRow",
    "EscalationNoticeRow",
    "EscalationRow",
    "ExperimentRow",
    "FeedbackEventRow",
    "FeedbackMessageRow",
    "FeedbackOptOutRow",
    "FeedbackRequestRow",
    "FollowUpRow",
    "GapRow",
    "HeartbeatRow",
    "HeldBackRow",
    "HistoryImportRow",
    "ImprovementAnswerRow",
    "ImprovementRow",
    "IncidentCaseRow",
    "IncidentReplyRow",
    "IncidentRow",
    "LabelCheckRow",
    "LabelVoteRow",
    "MailboxRow",
    "MatchRow",
    "MemoryChangeRow",
    "MemoryRow",
    "MemorySightRow",
    "MentionRow",
    "MessageRow",
    "ModelSpendingRow",
    "NoteRow",
    "NoticeRow",
    "OutboxMarkRow",
    "OutboxRow",
    "OutgoingFileRow",
    "PasswordLinkRow",
    "PersonRow",
    "PlaceholderRow",
    "PromptCopyRow",
    "PromptTrialMailRow",
    "PromptTrialRow",
    "QuarantineRow",
    "RawMailRow",
    "RefusedHandOverRow",
    "RemovedDocumentRow",
    "ReplyTemplateRow",
    "RolloutRow",
    "SavedViewRow",
    "SignInAttemptRow",
    "SignInRow",
    "SignRow",
    "SourceVoteRow",
    "StagedLabelRow",
    "SurveyAnswerRow",
    "SurveyLinkRow",
    "TagRow",
    "TickRow",
    "TranslationRow",
    "TriageRow",
    "UnfinishedErasureRow",
    "UnsentTextRow",
    "ValueBaselineRow",
    "VariantRow",
    "WebhookDeliveryRow",
    "WebhookRow",
    "WorkProfileRow",
]
