"""Sending a trial notice by each way that the steps of an escalation use, so that nobody finds out in an emergency."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from agent.cases.escalation import CHAT, MAIL
from agent.chat.channel import Told
from agent.desk.escalations.climbing import recipients
from agent.desk.escalations.escalation_words import trial_notice
from agent.desk.escalations.telling import mail_notice
from agent.desk.house import House
from agent.desk.settings.rules import escalation_rules_of
from agent.mail.message import Address
from agent.store.tables import MailboxRow


@dataclass(frozen=True, slots=True)
class Tried:
    """One way, `mail` or `chat`, to an address or a channel's name, and what became of it."""

    way: str
    target: str
    told: Told


def try_notices(house: House) -> Iterator[Tried]:
    """Send to every colleague and every channel that a step names, one after the other."""
    rules = escalation_rules_of(house.company)
    notice = trial_notice(house.company.language)
    with house.store.reading() as session:
        mailbox = session.scalar(
            select(MailboxRow).where(MailboxRow.password_encrypted != "").order_by(MailboxRow.id).limit(1)
        )
        people = [
            person.address
            for step in rules.steps
            if MAIL in step.by
            for person in recipients(session, step.to, rules, None)
        ]
    for address in dict.fromkeys(people):
        if mailbox is None:
            yield Tried(MAIL, address, Told(False, "There is no mailbox to send it from."))
            continue
        told = mail_notice(house, mailbox, Address("", address), notice)
        yield Tried(MAIL, address, told or Told(False, "The mail server did not say whether it took it."))
    for name in house.channels.names:
        yield Tried(CHAT, name, house.channels.tell(name, notice))
    missing = {way.partition(":")[2] for step in rules.steps for way in step.by if ":" in way}
    for name in sorted(missing - set(house.channels.names)):
        yield Tried(CHAT, name, Told(False, "A step names it, but GENKLANG_NOTICE_URLS does not."))
