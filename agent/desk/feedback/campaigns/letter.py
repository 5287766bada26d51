"""A campaign's letter as its readers will see it: for the preview, and as a test mail to whoever makes it."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from agent.desk.audit import by, record
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.feedback.sending.letters import (
    Score,
    Words,
    Written,
    invitation,
    short_message,
    subject_of_survey,
    texts_of,
)
from agent.desk.feedback.surveys.links import base_url
from agent.desk.house import House
from agent.desk.replies.fixing import first_to_send, fix, message_id_for, sender_of
from agent.errors import Conflict
from agent.feedback.campaigns.campaign import Steps, own_words
from agent.mail.message import Address, OutgoingMail
from agent.privacy.salutation import salutation
from agent.store.session import Unit
from agent.store.tables import CampaignRow, MailboxRow, OutboxRow, PersonRow

KIND = "campaign_test"
"""The kind of an outbox row that goes to a colleague, for looking at."""

LENGTH_OF_TOKEN = 32  # of a link's token, see `links`
_FORMAL = frozenset({"de"})


def sample_letter(
    house: House, steps: Steps, language: str, *, name: str, link: str, brand: str = ""
) -> Written:
    """The first message in a language, to somebody of this name; all links lead to `link`."""
    rules, company = asking_rules_of(house.company), brand or house.company.name
    texts = _texts(house, steps, language)
    question = rules.surveys.by_name[steps.message.survey].questions[0]
    scores = [Score(value, link) for value in range(question.lowest, question.highest + 1)]
    return invitation(
        texts,
        _words(house, texts, language, name, company),
        trigger="",
        survey=steps.message.survey,
        question=question,
        language=language,
        survey_url=link,
        scores=scores if question.is_number else [],
        opt_out_url=link,
    )


def sample_short(house: House, steps: Steps, language: str, *, name: str) -> str:
    """The same over SMS, WhatsApp and chat. Its links lead nowhere, and are as long as real ones."""
    texts, base = _texts(house, steps, language), base_url(house)
    return short_message(
        texts,
        _words(house, texts, language, name, house.company.name),
        survey=steps.message.survey,
        survey_url=f"{base}/s/{'x' * LENGTH_OF_TOKEN}",
        opt_out_url=f"{base}/o/{'x' * LENGTH_OF_TOKEN}",
    )


def _texts(house: House, steps: Steps, language: str) -> dict[str, Any]:
    overrides = (house.company.overrides.get("feedback") or {}).get("letters", {})
    return own_words(texts_of(language, overrides), steps.message, language, steps.message.survey)


def _words(house: House, texts: Mapping[str, Any], language: str, name: str, company: str) -> Words:
    return Words(
        name=salutation(name).by("formal" if language in _FORMAL else "informal"),
        company=company,
        signature=house.company.agent_signature or company,
        subject=subject_of_survey(texts, "", company),
    )


def send_test(
    unit: Unit, house: House, row: CampaignRow, steps: Steps, language: str, *, person: PersonRow
) -> OutboxRow:
    """Put the letter into the outbox for the person alone; it leaves by a real mailbox.

    Raises `Conflict` while there is no mailbox to send from. The links in it lead back to the preview.
    """
    now = house.clock()
    boxes = unit.session.scalars(select(MailboxRow).order_by(MailboxRow.id)).all()
    mailbox = first_to_send(boxes, language)
    if mailbox is None:
        raise Conflict(
            "There is no mailbox to send from.",
            code="campaign.no_mailbox",
            remedy="Add a mailbox in the settings, or let a paused one go on.",
        )
    link = f"{house.desk_url}/feedback/campaigns/{row.id}/preview/{language}"
    written = sample_letter(
        house, steps, language, name=person.name or person.email.partition("@")[0], link=link,
        brand=mailbox.brand,
    )  # fmt: skip
    mail = OutgoingMail(
        message_id=message_id_for(house, mailbox),
        sender=sender_of(house, mailbox),
        to=(Address(person.name, person.email),),
        subject=written.subject,
        text=written.text,
        html=written.html,
        date=now.astimezone(house.company.zone),
        automatic=True,
    )
    key = f"{KIND}:{row.id}:{secrets.token_hex(8)}"
    letter = fix(unit, house, mailbox, mail, kind=KIND, dedupe_key=key, text=written.text)
    record(
        unit, "campaign.tested", actor=by(person), now=now, subject=f"campaign:{row.id}", language=language
    )
    return letter
