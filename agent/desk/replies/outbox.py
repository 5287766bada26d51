"""What waits to leave: letters fixed in their bytes, taken back, and recorded as sent."""

from dataclasses import dataclass
from datetime import timedelta

from agent.desk.articles.judging_sources import count_quoted
from agent.desk.casework.answer_time import turn
from agent.desk.casework.cases import touch
from agent.desk.feedback.sending import leaving
from agent.desk.house import House
from agent.desk.learning.memorising import note_edit
from agent.desk.notices import resolve_notice
from agent.desk.replies.fixing import fix, message_id_for, sender_of
from agent.desk.values import as_parsed
from agent.drafting.sign_off import signed
from agent.mail.message import Address, Attachment, OutgoingMail
from agent.mail.reply import quote_reply, reply_subject, to_html
from agent.store.queries.outgoing_files import give_back_files, hand_over_files
from agent.store.session import Unit
from agent.store.tables import ApprovalRow, CaseRow, DraftRow, MailboxRow, MessageRow, OutboxRow

AUTOMATIC = ("acknowledgement", "delay")  # fixed texts, which robots must not answer


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said to whom, before it is fixed."""

    kind: str  # reply | acknowledgement | delay
    dedupe_key: str
    subject: str
    text: str
    to: tuple[Address, ...]
    draft_id: int | None = None
    approval_id: int | None = None
    delay_s: int = 0
    quote_original: bool = False
    files: tuple[Attachment, ...] = ()
    cc: tuple[Address, ...] = ()
    signature: str = ""  # put below the text, unless the text ends with it


def post(
    unit: Unit, house: House, case: CaseRow, mailbox: MailboxRow, answered: MessageRow, letter: Letter
) -> OutboxRow:
    """Fix a letter's bytes and put it into the outbox, from where it leaves after `delay_s`."""
    now = house.clock()
    text = own_text = signed(letter.text, letter.signature)
    if letter.quote_original and answered.new_text:
        text = quote_reply(text, as_parsed(answered), case.language, house.company.zone)
    mail = OutgoingMail(
        message_id=message_id_for(house, mailbox, case.id),
        sender=sender_of(house, mailbox),
        to=letter.to,
        cc=letter.cc,
        subject=reply_subject(letter.subject, case.id),
        text=text,
        html=to_html(text),
        date=now.astimezone(house.company.zone),
        in_reply_to=answered.message_id,
        references=tuple(dict.fromkeys((*answered.references, *filter(None, [answered.message_id])))),
        attachments=letter.files,
        automatic=letter.kind in AUTOMATIC,
    )
    return fix(
        unit,
        house,
        mailbox,
        mail,
        kind=letter.kind,
        dedupe_key=letter.dedupe_key,
        text=own_text,
        send_after=now + timedelta(seconds=letter.delay_s),
        case_id=case.id,
        draft_id=letter.draft_id,
        approval_id=letter.approval_id,
        answers_id=case.latest_in_id or answered.id,
    )


def notice_key(row: OutboxRow) -> str:
    """Under which people are told that something is wrong with the letter, until it is settled."""
    return f"outbox:{row.id}"


def cancel(unit: Unit, house: House, row: OutboxRow, why: str) -> None:
    """Take a letter out of the outbox; its approval is void, and its draft may be approved anew."""
    now = house.clock()
    row.state = "cancelled"
    row.outcome = why
    row.dedupe_key = f"cancelled:{row.id}"
    give_back_files(unit.session, row.id)
    if row.approval_id is not None:
        approval = unit.session.get_one(ApprovalRow, row.approval_id)
        approval.undone_at = now
        approval.void_reason = why
    resolve_notice(unit, notice_key(row), now)


def mark_sent(unit: Unit, house: House, row: OutboxRow) -> None:
    """Record that the letter is with its recipients: in the conversation, on the draft, on the case."""
    session, now = unit.session, house.clock()
    row.state = "sent"
    row.sent_at = row.rung_at = now
    row.lease_until = None
    resolve_notice(unit, notice_key(row), now)
    if row.kind == leaving.KIND:
        leaving.has_left(unit, house, row, now)
        return
    if row.case_id is None:  # of our own accord, in no conversation
        return
    case = session.get_one(CaseRow, row.case_id)
    mailbox = session.get_one(MailboxRow, row.mailbox_id)
    message = MessageRow(
        mailbox_id=row.mailbox_id,
        case_id=row.case_id,
        direction="out",
        message_id=row.message_id,
        from_name=mailbox.brand or house.company.name,
        from_email=row.sender,
        to=[{"name": "", "email": email} for email in row.recipients if email not in row.cc],
        cc=[{"name": "", "email": email} for email in row.cc],
        subject=row.subject,
        sent_at=now,
        received_at=now,
        text=row.text,
        new_text=row.text,
        kind=row.kind,
    )
    session.add(message)
    session.flush()
    hand_over_files(session, row.id, message.id)
    if row.draft_id is not None:
        draft = session.get_one(DraftRow, row.draft_id)
        draft.state = "sent"
        count_quoted(session, draft, case, now)
        note_edit(unit, house, draft, now)
        case.first_answer_at = case.first_answer_at or now
        case.answered_at = now
        if case.latest_in_id == row.answers_id:  # otherwise the customer has written again: it stays our turn
            before, case.state = case.state, "waiting"
            turn(unit, house, case, before, now)
            case.draft_state = "none"
    touch(case, now)
