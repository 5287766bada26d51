"""The mail that tells a customer what was changed, in their language, with a way to say no to more."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files

from sqlalchemy import select

from agent.desk.feedback.answers.reading_answers import themes_of
from agent.desk.feedback.sending.letters import texts_of
from agent.desk.feedback.surveys.links import opt_out_url
from agent.desk.house import House
from agent.desk.replies.fixing import fix, may_be_refused, message_id_for, sender_of
from agent.feedback.answers.themes import theme_name
from agent.mail.message import Address, OutgoingMail
from agent.mail.reply import to_html
from agent.privacy.salutation import salutation
from agent.store.session import Unit
from agent.store.tables import CaseRow, CustomerRow, ImprovementRow, MailboxRow, OutboxRow, SurveyAnswerRow

KIND = "improvement"
LEAST_DELAY = timedelta(seconds=60)


def post_letter(
    unit: Unit,
    house: House,
    row: ImprovementRow,
    customer: CustomerRow,
    answer: SurveyAnswerRow,
    language: str,
) -> OutboxRow | None:
    """Put the mail into the outbox, once a customer and improvement; None where no mailbox can send it."""
    mailbox = _mailbox(unit, customer, answer)
    if mailbox is None or answer.request_id is None:
        return None
    now, no_more = house.clock(), opt_out_url(house, answer.request_id)
    text = letter_text(house, row, customer, mailbox, language, no_more)
    mail = OutgoingMail(
        message_id=message_id_for(house, mailbox),
        sender=sender_of(house, mailbox),
        to=(Address(customer.name, customer.email),),
        subject=row.title,
        text=text,
        html=to_html(text),
        date=now.astimezone(house.company.zone),
        more_headers=may_be_refused(no_more),
    )
    return fix(
        unit,
        house,
        mailbox,
        mail,
        kind=KIND,
        dedupe_key=f"{KIND}:{row.id}:{customer.id}",
        text=text,
        send_after=now + max(LEAST_DELAY, timedelta(seconds=house.undo_seconds)),
    )


def letter_text(
    house: House, row: ImprovementRow, customer: CustomerRow, mailbox: MailboxRow, language: str, no_more: str
) -> str:
    """The whole text: greeting, what they spoke about, what was changed, who says so, and how to say no."""
    frame = _frames().get(language, _frames()["en"])
    overrides = (house.company.overrides.get("feedback") or {}).get("letters", {})
    words = texts_of(language, overrides)
    name = salutation(customer.name).by("formal" if language == "de" else "informal")
    company = mailbox.brand or house.company.name
    theme = theme_name(row.theme, language, themes_of(house.company))
    greeting = words["greeting"].format(name=name) if name else words["greeting_unnamed"]
    told = frame["told"].format(theme=theme)
    signature = house.company.agent_signature or company
    return "\n\n".join(
        [greeting, told, str(row.texts[language]), signature, frame["why"], f"{words['opt_out']} {no_more}"]
    )


def _mailbox(unit: Unit, customer: CustomerRow, answer: SurveyAnswerRow) -> MailboxRow | None:
    """The mailbox of the answer's case, else one in the customer's language, else the first."""
    case = unit.session.get(CaseRow, answer.case_id) if answer.case_id is not None else None
    boxes = unit.session.scalars(select(MailboxRow).order_by(MailboxRow.id)).all()
    own = case.mailbox_id if case is not None else 0
    wanted = sorted(
        boxes, key=lambda box: (box.id != own, box.paused, box.language != customer.language, box.id)
    )
    return wanted[0] if wanted else None


@cache
def _frames() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files(__package__).joinpath("improvements.toml").read_text(encoding="utf-8"))
