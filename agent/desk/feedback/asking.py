"""The message of a request: its letter in the customer's language, fixed in its bytes and put into the outbox."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import SYSTEM, record
from agent.desk.feedback.leaving import KIND
from agent.desk.feedback.letters import (
    Score,
    Words,
    Written,
    invitation,
    personal,
    subject_of_survey,
    texts_of,
)
from agent.desk.feedback.links import opt_out_url, survey_url
from agent.desk.feedback.loop_rules import asking_rules_of
from agent.desk.feedback.own_rules import texts_for
from agent.desk.house import House
from agent.desk.replies.outbox import DELIVER
from agent.feedback.deciding import Ask
from agent.feedback.history import Channel
from agent.feedback.questions import LANGUAGES, Kind
from agent.mail.conversation import new_message_id, plain_start
from agent.mail.message import Address, OutgoingMail
from agent.mail.reply import render, to_html
from agent.privacy.salutation import salutation
from agent.store.session import Unit
from agent.store.tables import (
    CaseRow,
    CustomerRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    MailboxRow,
    OutboxRow,
)

FORMAL_STYLES = frozenset({"formal"})
NO_CASE = 0  # in the Message-ID of a mail that is about none
LEAST_DELAY = timedelta(seconds=60)  # time to take back what led to a request, such as closing a case


def write_message(
    unit: Unit, house: House, request: FeedbackRequestRow, ask: Ask, now: datetime
) -> FeedbackMessageRow | None:
    """Write the message that `ask` decided, in the unit of work that decided it; None while no mailbox can send it.

    One row a request and channel: whoever tries a second time finds the first. Only e-mail leaves from here.
    """
    session = unit.session
    assert ask.channel is Channel.EMAIL, "no other channel is offered to the rules"
    row = session.scalar(
        select(FeedbackMessageRow).where(
            FeedbackMessageRow.request_id == request.id, FeedbackMessageRow.channel == str(ask.channel)
        )
    )
    if row is not None and row.state != "dropped":
        return row
    mailbox = _mailbox(session, request)
    if mailbox is None:
        return None
    if row is None:
        row = FeedbackMessageRow(
            request_id=request.id,
            customer_id=request.customer_id,
            channel=str(ask.channel),
            send_after=now,
            created_at=now,
        )
        session.add(row)
    leaves_at = now + max(LEAST_DELAY, timedelta(seconds=house.undo_seconds))
    row.state, row.outcome, row.send_after = "waiting", "", leaves_at
    row.created_at = now
    if not request.language:
        case = session.get(CaseRow, request.case_id) if request.case_id is not None else None
        customer = session.get_one(CustomerRow, request.customer_id)
        request.language = language_of(house, customer, case, mailbox)
    session.flush()
    row.outbox_id = _post(unit, house, mailbox, request, row, ask.style, now, leaves_at).id
    record(
        unit, "feedback.asked", actor=SYSTEM, now=now, case_id=request.case_id, subject=f"request:{request.id}",
        rule=request.name,
    )  # fmt: skip
    return row


def letter_of(
    session: Session, house: House, request: FeedbackRequestRow, mailbox: MailboxRow, style: str
) -> Written:
    """The words of a request, as they go to its customer."""
    customer = session.get_one(CustomerRow, request.customer_id)
    case = session.get(CaseRow, request.case_id) if request.case_id is not None else None
    language = request.language or language_of(house, customer, case, mailbox)
    rules = asking_rules_of(house.company)
    texts = texts_for(session, request, texts_of(language, _overrides(house)), language)
    company = mailbox.brand or house.company.name
    name = salutation(customer.name or (case.customer_name if case else ""))
    formal = style in FORMAL_STYLES or language == "de"
    words = Words(
        name=name.by("formal" if formal else "informal"),
        company=company,
        signature=house.company.agent_signature or company,
        topic=plain_start(case.subject) if case is not None else "",
        subject=subject_of_survey(texts, request.name, company),
    )
    if request.form == "personal":
        return personal(texts, words)
    question = rules.surveys.by_name[request.survey].questions[0]
    scores = (
        [
            Score(value, survey_url(house, request.id, score=value))
            for value in range(question.lowest, question.highest + 1)
        ]
        if question.kind in {Kind.SCALE, Kind.EMOJI}
        else []
    )
    return invitation(
        texts,
        words,
        trigger=request.name,
        survey=request.survey,
        question=question,
        language=language,
        survey_url=survey_url(house, request.id),
        scores=scores,
        opt_out_url=opt_out_url(house, request.id),
    )


def language_of(house: House, customer: CustomerRow, case: CaseRow | None, mailbox: MailboxRow | None) -> str:
    """The customer's language, else the one their case, the mailbox or the company speaks; one of the five."""
    known = (
        customer.language, case.language if case else "", mailbox.language if mailbox else "", house.company.language
    )  # fmt: skip
    return next((language for language in known if language in LANGUAGES), "en")


def _post(
    unit: Unit,
    house: House,
    mailbox: MailboxRow,
    request: FeedbackRequestRow,
    message: FeedbackMessageRow,
    style: str,
    now: datetime,
    leaves_at: datetime,
) -> OutboxRow:
    session = unit.session
    customer = session.get_one(CustomerRow, request.customer_id)
    written = letter_of(session, house, request, mailbox, style)
    mail = OutgoingMail(
        message_id=new_message_id(
            mailbox.address.rpartition("@")[2],
            request.case_id or NO_CASE,
            secrets.token_hex(8),
            house.secret_key,
        ),
        sender=Address(mailbox.brand or house.company.name, mailbox.address),
        to=(Address(customer.name, customer.email),),
        subject=written.subject,
        text=written.text,
        html=written.html or to_html(written.text),
        date=now.astimezone(house.company.zone),
        more_headers=(
            ("Auto-Submitted", "auto-generated"),  # RFC 3834: no vacation notice answers it
            ("List-Unsubscribe", f"<{opt_out_url(house, request.id)}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),  # RFC 8058
        ),
    )
    raw = render(mail)
    row = OutboxRow(
        case_id=request.case_id,
        mailbox_id=mailbox.id,
        kind=KIND,
        dedupe_key=f"{KIND}:{message.id}",
        message_id=mail.message_id,
        sender=mailbox.address,
        recipients=[customer.email],
        content=raw,
        content_hash=hashlib.sha256(raw).hexdigest(),
        subject=mail.subject,
        text=written.text,
        send_after=leaves_at,
        rung_at=leaves_at,
        created_at=now,
    )
    session.add(row)
    session.flush()
    outbox_id, delay = row.id, (leaves_at - now).total_seconds() + 0.2
    unit.after_commit(lambda: house.doorbell.ring(DELIVER, outbox_id, delay_s=delay))
    return row


def _mailbox(session: Session, request: FeedbackRequestRow) -> MailboxRow | None:
    """The mailbox of the case, else of the customer's newest case, else one in their language, else the first."""
    if request.case_id is not None:
        return session.get_one(MailboxRow, session.get_one(CaseRow, request.case_id).mailbox_id)
    customer = session.get_one(CustomerRow, request.customer_id)
    newest = session.scalar(
        select(CaseRow.mailbox_id)
        .where(CaseRow.customer_email == customer.email, CaseRow.state != "spam")
        .order_by(CaseRow.id.desc())
        .limit(1)
    )
    boxes = session.scalars(select(MailboxRow).order_by(MailboxRow.id)).all()
    wanted = sorted(
        boxes, key=lambda box: (box.id != newest, box.paused, box.language != customer.language, box.id)
    )
    return wanted[0] if wanted else None


def _overrides(house: House) -> dict[str, Any]:
    changed: dict[str, Any] = (house.company.overrides.get("feedback") or {}).get("letters", {})
    return changed
