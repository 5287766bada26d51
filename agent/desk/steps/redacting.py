"""Step 3: personal data becomes placeholders, before any model sees a word.

One pass over subject and whole body; the subject's and the new text's redacted forms are cut from it. The same
person keeps the same placeholder through the conversation.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from agent.desk.casework.cases import keep_placeholders, placeholders_of
from agent.desk.house import House
from agent.desk.steps.work import Apply
from agent.privacy.redaction import KnownPeople, RedactedText, Redaction, Redactor, part_of
from agent.privacy.salutation import Salutation, salutation, with_tokens
from agent.store.session import Unit
from agent.store.tables import CaseRow, CustomerRow, MailboxRow, MessageRow


@dataclass(frozen=True, slots=True)
class RedactedMail:
    """A mail's redacted texts; `whole` is subject + newline + body, which the spans count in.

    `greeted` holds placeholders for the sender's own names; `placeholders` is the whole conversation's book.
    """

    subject: RedactedText
    new_text: RedactedText
    whole: Redaction
    greeted: Salutation
    placeholders: Mapping[str, str]


def run(house: House, message_id: int) -> Apply:
    with house.store.reading() as session:
        message = session.get_one(MessageRow, message_id)
        case = session.get_one(CaseRow, message.case_id)
        customer = session.get(CustomerRow, case.customer_id) if case.customer_id else None
        known = known_people(message, customer)
        given = placeholders_of(session, case.id)
        own = tuple(filter(None, session.scalars(select(MailboxRow.brand))))
    known = KnownPeople(known.names, known.emails, (house.company.name, *house.company.brands, *own))
    redacted = redact_mail(
        house.understanding.redactor,
        subject=message.subject,
        text=message.text,
        new_text=message.new_text,
        sender_name=message.from_name,
        known=known,
        given=given,
    )

    def apply(unit: Unit, message: MessageRow) -> None:
        message.redacted_subject = redacted.subject.shareable()
        message.redacted_new_text = redacted.new_text.shareable()
        message.redacted_text = redacted.whole.text.shareable()
        message.hidden_count = len(redacted.whole.spans)
        keep_placeholders(unit.session, message.case_id or 0, redacted.placeholders)

    return apply


def redact_mail(
    redactor: Redactor,
    *,
    subject: str,
    text: str,
    new_text: str,
    sender_name: str,
    known: KnownPeople,
    given: Mapping[str, str],
) -> RedactedMail:
    """Redact a mail. Raises `PrivacyRefused` where any of it cannot be examined."""
    new_text = new_text.strip() or text  # a mail that is only a forward: what is forwarded is the matter
    original = f"{subject}\n{text}"
    whole = redactor.redact(original, known=known, placeholders=given)
    start = original.find(new_text, len(subject) + 1)
    if start >= 0:
        new = part_of(whole, original, start, start + len(new_text))
    else:  # answers between quoted lines: the new text is not one piece of the body
        extra = redactor.redact(new_text, known=known, placeholders=whole.placeholders)
        new = extra.text
        whole = Redaction(whole.text, whole.spans, extra.placeholders)
    greeted, placeholders = with_tokens(salutation(sender_name), whole.placeholders)
    return RedactedMail(part_of(whole, original, 0, len(subject)), new, whole, greeted, placeholders)


def known_people(message: MessageRow, customer: CustomerRow | None) -> KnownPeople:
    """Who the envelope and the customer's record say is involved."""
    names = [
        message.from_name,
        *(str(address["name"]) for address in (*message.to, *message.cc, *message.reply_to)),
    ]
    emails = [
        message.from_email,
        *(str(address["email"]) for address in (*message.to, *message.cc, *message.reply_to)),
    ]
    if customer is not None:
        names.append(customer.name)
    return KnownPeople(names=tuple(filter(None, names)), emails=tuple(filter(None, emails)))
