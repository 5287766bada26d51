"""Between rows of the database and the values that rules work with."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.cases.case import CustomerRecord
from agent.mail.message import Address, ParsedMessage
from agent.privacy.redaction import RedactedText, recall
from agent.store.tables import (
    CustomerRow,
    DocumentRow,
    MatchRow,
    MessageRow,
    StagedLabelRow,
    SurveyAnswerRow,
    TriageRow,
)
from agent.store.values import load
from agent.triage.reading import Reading
from knowledge.search import Document, DocumentKind, Match


def customer_record(row: CustomerRow | None, email: str) -> CustomerRecord:
    """What is known of a customer; only the address where there is no record."""
    if row is None:
        return CustomerRecord(email=email)
    return CustomerRecord(
        email=row.email,
        name=row.name,
        company=row.company,
        tier=row.tier,
        annual_revenue_eur=row.annual_revenue_eur,
        language=row.language,
        owner=row.owner,
        segment=row.segment,
        country=row.country,
    )


def redacted(message: MessageRow) -> tuple[RedactedText, RedactedText, RedactedText]:
    """Subject, new text and whole body of a message as models may see them. The redact step must have run."""
    texts = (message.redacted_subject, message.redacted_new_text, message.redacted_text)
    if None in texts:
        raise ValueError(f"message {message.id} has not been redacted")
    subject, new_text, whole = (recall(text or "") for text in texts)
    return subject, new_text, whole


def hidden_comment(row: SurveyAnswerRow) -> RedactedText:
    """A customer's comment as models may see it. It must have been hidden."""
    if row.comment and not row.redacted_comment:
        raise ValueError(f"the comment of answer {row.id} has not been redacted")
    return recall(row.redacted_comment)


def learnt_text(row: StagedLabelRow) -> RedactedText:
    """The words of a labelled complaint, which were redacted before they were kept."""
    return recall(row.redacted_text)


def reading_of(session: Session, message_id: int) -> Reading:
    """What triage understood of a message. Raises `LookupError` before triage has run."""
    row = session.scalar(select(TriageRow).where(TriageRow.message_id == message_id))
    if row is None:
        raise LookupError(f"message {message_id} has not been triaged")
    return load(Reading, row.reading)


def matches_of(session: Session, message_id: int) -> tuple[Match, ...]:
    """What was found for a message, best first; a document that was removed meanwhile is left out."""
    rows = session.execute(
        select(MatchRow, DocumentRow)
        .join(DocumentRow, DocumentRow.id == MatchRow.document_id)
        .where(MatchRow.message_id == message_id)
        .order_by(MatchRow.rank)
    )
    return tuple(
        Match(document=document_of(document), score=match.score, passage=match.passage, reason=match.reason)
        for match, document in rows
    )


def document_of(row: DocumentRow) -> Document:
    """A document as the index and the writers know it."""
    return Document(row.id, DocumentKind(row.kind), row.language, row.title, row.body, row.category)


def as_parsed(message: MessageRow) -> ParsedMessage:
    """The row as the value that rules about mail work with (without attachments)."""
    return ParsedMessage(
        message_id=message.message_id,
        in_reply_to=tuple(message.in_reply_to),
        references=tuple(message.references),
        sender=Address(message.from_name, message.from_email),
        reply_to=_addresses(message.reply_to),
        to=_addresses(message.to),
        cc=_addresses(message.cc),
        subject=message.subject,
        date=message.sent_at,
        text=message.text,
        safe_html="",
        new_text=message.new_text,
        signature=message.signature,
        quoted=message.quoted,
        headers={name: tuple(values) for name, values in message.headers.items()},
    )


def _addresses(rows: list[dict[str, str]]) -> tuple[Address, ...]:
    return tuple(Address(row["name"], row["email"]) for row in rows)
