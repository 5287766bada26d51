"""Step 1: the raw bytes become a message."""

from sqlalchemy import select

from agent.desk.house import House
from agent.desk.steps.suspecting import our_people, suspicions
from agent.desk.steps.work import Apply, GiveUp
from agent.errors import Unreadable
from agent.mail.automatic import bounced_message_id, classify
from agent.mail.message import Address, KindDecision, MailKind, ParsedMessage
from agent.store.session import Unit
from agent.store.tables import AttachmentRow, MailboxRow, MessageRow, RawMailRow


def run(house: House, message_id: int) -> Apply:
    with house.store.reading() as session:
        message = session.get_one(MessageRow, message_id)
        raw = session.get_one(RawMailRow, message.raw_id).content
        own = session.scalars(select(MailboxRow.address)).all()
        people = our_people(session)
    try:
        parsed = house.mail_reader.read(raw)
    except Unreadable as error:
        raise GiveUp(f"The mail cannot be read: {error.message}") from error
    kind = classify(parsed, own)
    warnings = suspicions(parsed, house.company, people)

    def apply(unit: Unit, message: MessageRow) -> None:
        fill(message, parsed, kind)
        message.warnings = warnings
        for part in parsed.attachments:
            unit.session.add(
                AttachmentRow(
                    message_id=message.id,
                    filename=part.filename,
                    content_type=part.content_type,
                    size=len(part.content),
                    content_id=part.content_id,
                    inline=part.inline,
                    content=part.content,
                )
            )

    return apply


def fill(message: MessageRow, parsed: ParsedMessage, kind: KindDecision) -> None:
    """Write what was read into the row."""
    message.message_id = parsed.message_id
    message.in_reply_to = list(parsed.in_reply_to)
    if kind.kind is MailKind.BOUNCE and (bounced := bounced_message_id(parsed)):
        message.in_reply_to = [bounced]
    message.headers = {name: list(values) for name, values in parsed.headers.items()}
    message.references = list(parsed.references)
    message.from_name = parsed.sender.name
    message.from_email = parsed.sender.email
    message.reply_to = [_plain(address) for address in parsed.reply_to]
    message.to = [_plain(address) for address in parsed.to]
    message.cc = [_plain(address) for address in parsed.cc]
    message.subject = parsed.subject
    message.sent_at = parsed.date
    message.text = parsed.text
    message.safe_html = parsed.safe_html
    message.new_text = parsed.new_text
    message.signature = parsed.signature
    message.quoted = parsed.quoted
    message.hidden_text = parsed.hidden_text
    message.kind = MailKind(kind.kind)
    message.kind_reason = kind.reason


def _plain(address: Address) -> dict[str, str]:
    return {"name": address.name, "email": address.email}
