"""The message of a request: its letter in the customer's language, fixed in its bytes and put into the outbox.

Over another channel than e-mail it is a few words, written when they leave (`short_messages`, beside).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import SYSTEM, record
from agent.desk.feedback.asking.own_rules import texts_for
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.feedback.sending.leaving import KIND
from agent.desk.feedback.sending.letters import (
    Score,
    Words,
    Written,
    invitation,
    personal,
    subject_of_survey,
    texts_of,
)
from agent.desk.feedback.surveys.links import opt_out_url, survey_url
from agent.desk.house import House
from agent.desk.replies.fixing import fix, may_be_refused, message_id_for, sender_of
from agent.feedback.history import Channel
from agent.feedback.surveys.questions import LANGUAGES, Kind
from agent.feedback.timing.deciding import Ask
from agent.mail.conversation import plain_start
from agent.mail.message import Address, OutgoingMail
from agent.mail.reply import to_html
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
SEND_SHORT = "send_short"
NOT_ARRIVED = frozenset({"dropped", "failed"})
"""What a message may be written anew from: it certainly reached nobody."""
LEAST_DELAY = timedelta(seconds=60)  # time to take back what led to a request, such as closing a case


def write_message(
    unit: Unit, house: House, request: FeedbackRequestRow, ask: Ask, now: datetime
) -> FeedbackMessageRow | None:
    """Write the message that `ask` decided, in the unit of work that decided it; None while no mailbox can send it.

    One row a request and channel: whoever tries a second time finds the first. One that was refused is written anew,
    since the rules ask over that way again only once it is known to work.
    """
    session = unit.session
    row = session.scalar(
        select(FeedbackMessageRow).where(
            FeedbackMessageRow.request_id == request.id, FeedbackMessageRow.channel == str(ask.channel)
        )
    )
    if row is not None and row.state not in NOT_ARRIVED:
        return row
    mailbox = mailbox_of(session, request)
    if mailbox is None and ask.channel is Channel.EMAIL:
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
    elif row.outbox_id is not None:  # the refused letter stays as it ended, and gives its key away
        refused = session.get_one(OutboxRow, row.outbox_id)
        refused.dedupe_key = f"refused:{refused.id}"
    leaves_at = now + max(LEAST_DELAY, timedelta(seconds=house.undo_seconds))
    row.state, row.outcome, row.send_after = "waiting", "", leaves_at
    row.created_at, row.attempts, row.bounced_at = now, 0, None
    if not request.language:
        case = session.get(CaseRow, request.case_id) if request.case_id is not None else None
        customer = session.get_one(CustomerRow, request.customer_id)
        request.language = language_of(house, customer, case, mailbox)
    session.flush()
    if ask.channel is Channel.EMAIL and mailbox is not None:
        row.outbox_id = _post(unit, house, mailbox, request, row, ask.style, now, leaves_at).id
    else:
        message_id, delay = row.id, (leaves_at - now).total_seconds() + 0.2
        unit.after_commit(lambda: house.doorbell.ring(SEND_SHORT, message_id, delay_s=delay))
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
    texts = own_texts(session, house, request, language)
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


def own_texts(
    session: Session, house: House, request: FeedbackRequestRow, language: str
) -> Mapping[str, Any]:
    """The texts of the letters as this request has them: the company's, its campaign's, its variant's."""
    changed: Mapping[str, Any] = (house.company.overrides.get("feedback") or {}).get("letters", {})
    return texts_for(session, request, texts_of(language, changed), language)


def subject_of_request(session: Session, house: House, request: FeedbackRequestRow) -> str:
    """What the request is about, for `{subject}`: on the page of the survey the same as in the letter."""
    mailbox = mailbox_of(session, request)
    customer = session.get_one(CustomerRow, request.customer_id)
    language = request.language or language_of(house, customer, None, mailbox)
    company = (mailbox.brand if mailbox is not None else "") or house.company.name
    return subject_of_survey(own_texts(session, house, request, language), request.name, company)


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
        message_id=message_id_for(house, mailbox, request.case_id),
        sender=sender_of(house, mailbox),
        to=(Address(customer.name, customer.email),),
        subject=written.subject,
        text=written.text,
        html=written.html or to_html(written.text),
        date=now.astimezone(house.company.zone),
        more_headers=may_be_refused(opt_out_url(house, request.id)),
    )
    return fix(
        unit,
        house,
        mailbox,
        mail,
        kind=KIND,
        dedupe_key=f"{KIND}:{message.id}",
        text=written.text,
        send_after=leaves_at,
        case_id=request.case_id,
    )


def mailbox_of(session: Session, request: FeedbackRequestRow) -> MailboxRow | None:
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
