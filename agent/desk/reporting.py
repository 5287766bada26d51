"""The reports of the calendar, mailed to those whose addresses stand in the settings: each once, already filled in.

What each tells is put together in `agent.desk.boards`; one that the mail server refused is sent again by hand.
"""

from collections.abc import Sequence
from datetime import date, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.cases.clock_rules import Calendar
from agent.company import Company
from agent.desk.audit import SYSTEM, record
from agent.desk.boards.composing import compose
from agent.desk.house import House
from agent.desk.replies.delivery import try_again
from agent.desk.replies.fixing import first_to_send, fix, message_id_for, sender_of
from agent.desk.settings.rules import hours_of
from agent.errors import SettingError, WrongUse
from agent.insight import report_letter as letter
from agent.insight import reports
from agent.insight.reports import Kind, Span
from agent.mail.message import Address, OutgoingMail
from agent.store.session import Unit, retry_passing
from agent.store.tables import MailboxRow, OutboxRow, PersonRow

NOT_BEFORE = time(7)
KIND = "summary"


def recipients(company: Company) -> dict[Kind, tuple[str, ...]]:
    """Who gets which report (table `reports`); nobody gets one unasked. Raises `SettingError`."""
    table = company.overrides.get("reports", {})
    if unknown := sorted(set(table) - set(Kind)):
        raise SettingError(
            f"reports.{unknown[0]} is not a report.",
            remedy=f"Reports: {', '.join(str(kind) for kind in Kind)}.",
        )
    found = {}
    for kind in Kind:
        addresses = table.get(kind, [])
        if not isinstance(addresses, list) or not all(
            isinstance(one, str) and is_address(one) for one in addresses
        ):
            raise SettingError(
                f"reports.{kind} is no list of e-mail addresses.", remedy='Write ["name@company.example"].'
            )
        found[kind] = tuple(dict.fromkeys(one.strip().lower() for one in addresses))
    return found


@retry_passing
def send_reports(house: House) -> None:
    """Post every report that is due and has not been posted; a kill in between repeats nothing."""
    company, now = house.company, house.clock()
    local = now.astimezone(company.zone)
    wanted = {kind: to for kind, to in recipients(company).items() if to}
    if not wanted or local.time() < NOT_BEFORE:
        return
    hours = hours_of(company).of()
    working = hours.is_open(local.date())
    for kind, to in wanted.items():
        span = last_told(kind, local.date(), hours)
        if reports.is_due(span, local.date(), working=working):
            _send(house, kind, span, to)


def last_told(kind: Kind, today: date, hours: Calendar) -> Span:
    """What the next report of this kind is about: the last time that is over; of days the last on which people worked."""
    span = reports.last_span(kind, today)
    while kind is Kind.DAILY and not hours.is_open(span.last) and today - span.last < reports.SHOW_AFTER:
        span = reports.last_span(kind, span.last)
    return span


def sent_lately(session: Session, most: int = 20) -> Sequence[OutboxRow]:
    """The reports that were mailed, the newest first."""
    return session.scalars(
        select(OutboxRow).where(OutboxRow.kind == KIND).order_by(OutboxRow.id.desc()).limit(most)
    ).all()


def send_again(unit: Unit, house: House, *, outbox_id: int, person: PersonRow) -> OutboxRow:
    """Mail a refused report once more. Raises `WrongUse` for a letter that is none, `Conflict` where it was not refused."""
    row = unit.session.get(OutboxRow, outbox_id)
    if row is None or row.kind != KIND:
        raise WrongUse("This is no report.", code="report.unknown", remedy="Look at the list again.")
    return try_again(unit, house, outbox_id=outbox_id, person=person)


def _send(house: House, kind: Kind, span: Span, to: Sequence[str]) -> None:
    with house.store.writing() as unit:
        session = unit.session
        keys = {address: f"{KIND}:{kind}:{span.last.isoformat()}:{address}" for address in to}
        sent = set(
            session.scalars(select(OutboxRow.dedupe_key).where(OutboxRow.dedupe_key.in_(keys.values())))
        )
        language = house.company.language
        mailboxes = session.scalars(select(MailboxRow).order_by(MailboxRow.id)).all()
        mailbox = first_to_send(mailboxes, language)
        if mailbox is None or len(sent) == len(keys):
            return
        words = letter.words_in(language)
        report = compose(session, house, kind, span, language, words)
        said = (report, words, house.company.name, language, house.desk_url)
        text = letter.as_text(*said)
        for address, key in keys.items():
            if key in sent:
                continue
            mail = OutgoingMail(
                message_id=message_id_for(house, mailbox),
                sender=sender_of(house, mailbox),
                to=(Address("", address),),
                subject=letter.title(report, words, house.company.name),
                text=text,
                html=letter.as_html(*said),
                date=house.clock().astimezone(house.company.zone),
                automatic=True,
            )
            fix(unit, house, mailbox, mail, kind=KIND, dedupe_key=key, text=text)
        record(unit, "report.sent", actor=SYSTEM, now=house.clock(), subject=f"{kind}:{span.last}")


def is_address(text: str) -> bool:
    name, at, domain = text.strip().partition("@")
    return bool(name and at and "." in domain) and " " not in text.strip()
