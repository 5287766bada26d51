"""One reply to all customers of an incident: the words for each group of them, and the letter of each customer.

A group is a language, and in German and Swedish a form of address too: there the verbs or the tone would have to
change with the pronoun, so that the lead writes both. A text for all has two slots, `{greeting}` and `{number}`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.company import Company
from agent.desk.casework.cases import placeholders_of
from agent.desk.learning.profiling import manner_of
from agent.desk.replies.versions import hash_of, newest_draft
from agent.desk.steps.drafting import in_tone
from agent.desk.values import reading_of, redacted
from agent.drafting.local import reply_subject
from agent.drafting.phrases import PhraseBook
from agent.drafting.sentences import sentences
from agent.drafting.tone import Tone, adapt, tone_of
from agent.errors import WrongUse
from agent.privacy.placeholders import PLACEHOLDER
from agent.privacy.salutation import salutation
from agent.store.queries.recipients import beside, reply_recipients
from agent.store.tables import CaseRow, CustomerRow, DraftRow, IncidentCaseRow, MailboxRow, MessageRow
from agent.triage.reading import LANGUAGES

GREETING, NUMBER = "{greeting}", "{number}"
_SLOT = re.compile(r"\{[^{}\s]*\}")
_BY_ADDRESS = ("de", "sv")
"""Languages in which a text for du cannot be read to somebody who is addressed politely."""

_LONGEST_GREETING = 80  # characters of a first paragraph that is taken for the greeting
_TELLING = 4  # characters from which on a customer's detail is looked for in the text for all


class Why(StrEnum):
    """Why a customer of the incident gets no letter of the set."""

    ANSWERED = "answered"  # the case does not wait for an answer any more
    LEAVING = "leaving"  # another reply is on its way
    UNREAD = "unread"  # the newest mail has not been understood yet
    LANGUAGE = "language"  # we do not write it
    ADDRESS = "address"  # the mail names nobody to answer
    WROTE = "wrote"  # the customer wrote after the letters were shown
    CHANGED = "changed"  # name, case or text is not what was shown
    NOT_PICKED = "not_picked"  # the lead left them out, or they came after the letters were shown


@dataclass(frozen=True, slots=True)
class Recipient:
    """A customer of the incident who waits for an answer, and how they are to be written to.

    `name` is what they may be greeted by, empty where that is not known. `redacted` is what they wrote, as models see it.
    `beside` names the address and what the mailbox puts below the letter, for the approval.
    """

    case_id: int
    message_id: int
    customer: str
    subject: str
    name: str
    language: str
    tone: Tone
    redacted: str
    beside: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """Whose text it is: `da`, or `de-polite`."""
        return f"{self.language}-{self.tone.address}" if self.language in _BY_ADDRESS else self.language


@dataclass(frozen=True, slots=True)
class IncidentLetter:
    """One customer's own letter. `seal` names exactly this text for exactly this mail: what an approval is bound to.

    `signature` is what the mailbox puts below it when the person who reads it approves it.
    """

    case_id: int
    message_id: int
    customer: str
    group: str
    language: str
    subject: str
    text: str
    signature: str = ""
    beside: tuple[str, ...] = ()

    @property
    def seal(self) -> str:
        return f"{self.case_id}:{self.message_id}:{hash_of(self.subject, self.text, self.beside)}"


def members(session: Session, incident_id: int) -> Sequence[CaseRow]:
    """The cases of an incident, oldest first."""
    return session.scalars(
        select(CaseRow)
        .join(IncidentCaseRow, IncidentCaseRow.case_id == CaseRow.id)
        .where(IncidentCaseRow.incident_id == incident_id, IncidentCaseRow.taken_out_at.is_(None))
        .order_by(CaseRow.id)
    ).all()


def recipients(session: Session, cases: Iterable[CaseRow]) -> tuple[tuple[Recipient, ...], dict[int, Why]]:
    """Who of these cases can be written to now, and why the others cannot, by case."""
    own = session.scalars(select(MailboxRow.address)).all()
    found: list[Recipient] = []
    left_out: dict[int, Why] = {}
    for case in cases:
        outcome = recipient_of(session, case, own)
        if isinstance(outcome, Recipient):
            found.append(outcome)
        else:
            left_out[case.id] = outcome
    return tuple(found), left_out


def recipient_of(session: Session, case: CaseRow, own: Sequence[str]) -> Recipient | Why:
    """The customer of one case, or why they cannot be written to. `own` are the addresses of our mailboxes."""
    if case.state != "open" or case.merged_into_id is not None or case.latest_in_id is None:
        return Why.ANSWERED
    newest = newest_draft(session, case.id)
    if newest is not None and newest.state == "approved":
        return Why.LEAVING
    message = session.get_one(MessageRow, case.latest_in_id)
    try:
        reading = reading_of(session, message.id)
        new_text = redacted(message)[1].shareable()
    except (LookupError, ValueError):  # neither hidden nor read yet
        return Why.UNREAD
    if reading.language.value not in LANGUAGES:
        return Why.LANGUAGE
    if not (to := reply_recipients(message, own)):
        return Why.ADDRESS
    customer = session.get(CustomerRow, case.customer_id) if case.customer_id else None
    reading = in_tone(reading, (customer.objections if customer else None) or ())
    manner = manner_of(session, message, reading)
    tone = tone_of(reading, new_text, manner.address)
    tone = Tone(tone.address, manner.style.formality, tone.mood, tone.length)
    return Recipient(
        case.id, message.id, case.customer_name or case.customer_email, case.subject,
        salutation(message.from_name).by(tone.manner), reading.language.value, tone, new_text,
        beside(session, case.id, to, (), reading.language.value),
    )  # fmt: skip


def starting_texts(session: Session, company: Company, to: Sequence[Recipient]) -> dict[str, str]:
    """What a lead begins with, by group: the writer's draft for its newest customer, without what is theirs alone."""
    # Danish and Norwegian du is changed to De for those who are addressed so, never the other way round.
    newest = {
        one.group: one for one in sorted(to, key=lambda one: (one.tone.address == "familiar", one.message_id))
    }
    return {group: _starting_text(session, company, newest[group]) for group in sorted(newest)}


def check_texts(
    session: Session, company: Company, texts: Mapping[str, str], cases: Sequence[CaseRow]
) -> dict[str, str]:
    """The texts as they may go out. Raises `WrongUse` for one that is empty, or holds what only one may read."""
    checked = {group: text.replace("\r\n", "\n").strip() for group, text in texts.items()}
    for text in checked.values():
        if not text:
            raise WrongUse(
                "The text of one language is empty.",
                code="incident.empty",
                remedy="Write it, or leave its customers out.",
            )
        unknown = [slot for slot in _SLOT.findall(text) if slot not in (GREETING, NUMBER)]
        if unknown or PLACEHOLDER.search(text):
            raise WrongUse(
                "A gap in the text cannot be filled.",
                code="incident.slot",
                remedy="Use {greeting} and {number} only, and write out the rest.",
            )
        if any(phrase.casefold() in text.casefold() for phrase in company.forbidden_phrases):
            raise WrongUse(
                "The text holds words that the company does not use.",
                code="incident.forbidden",
                remedy="Say it in other words.",
            )
        _refuse_details(session, company, text, cases)
    return checked


def letter_for(to: Recipient, text: str) -> IncidentLetter:
    """The letter of one customer from the text for their group."""
    book = PhraseBook(to.language, to.redacted, to.tone)
    said = {
        GREETING: book.say("greeting", to.tone.manner + ("" if to.name else "_unnamed"), name=to.name),
        NUMBER: str(to.case_id),
    }
    own = _SLOT.sub(lambda slot: said.get(slot[0], slot[0]), adapt(text, to.language, to.tone))
    return IncidentLetter(
        to.case_id,
        to.message_id,
        to.customer,
        to.group,
        to.language,
        reply_subject(to.subject),
        own,
        beside=to.beside,
    )


def _starting_text(session: Session, company: Company, to: Recipient) -> str:
    draft = session.scalar(
        select(DraftRow)
        .where(
            DraftRow.case_id == to.case_id, DraftRow.message_id == to.message_id, DraftRow.redacted_text != ""
        )
        .order_by(DraftRow.version.desc())
        .limit(1)
    )
    if draft is None or draft.language != to.language:
        return _skeleton(company, to)
    paragraphs = draft.redacted_text.split("\n\n")
    if len(paragraphs[0]) <= _LONGEST_GREETING and not paragraphs[0].rstrip(",").endswith((".", "?")):
        paragraphs = paragraphs[1:]
    kept = [_without_names(paragraph) for paragraph in paragraphs]
    return "\n\n".join([GREETING, *filter(None, kept)])


def _without_names(paragraph: str) -> str:
    """The paragraph without the sentences that speak of this customer by a placeholder."""
    if not PLACEHOLDER.search(paragraph) and not _SLOT.search(paragraph):
        return paragraph
    return " ".join(
        one for one in sentences(paragraph) if not PLACEHOLDER.search(one) and not _SLOT.search(one)
    )


def _skeleton(company: Company, to: Recipient) -> str:
    """Where no draft was written: the phrases of any letter, for the lead to fill."""
    book = PhraseBook(to.language, "", to.tone)
    sign_off = [book.say("sign_off", to.tone.manner), company.agent_signature, company.name]
    parts = [
        GREETING,
        book.say("opening", "calm"),
        book.say("open", "all"),
        "\n".join(filter(None, sign_off)),
    ]
    return "\n\n".join(filter(None, parts))


def _refuse_details(session: Session, company: Company, text: str, cases: Sequence[CaseRow]) -> None:
    """Raise `WrongUse` where a name, address or number of one customer stands in the text for all of them."""
    ours = " ".join((company.name, company.agent_signature, *company.brands)).casefold()
    read = text.casefold()
    for case in cases:
        theirs = {*placeholders_of(session, case.id).values(), case.customer_email, case.customer_name}
        for detail in (one.strip().casefold() for one in theirs):
            if len(detail) < _TELLING or detail in ours:
                continue
            if re.search(rf"(?<!\w){re.escape(detail)}(?!\w)", read):
                raise WrongUse(
                    f"The text for all holds a detail of the customer of case {case.id}.",
                    code="incident.leak",
                    remedy="Take it out: every customer of the incident would read it.",
                )
