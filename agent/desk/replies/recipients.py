"""Who a reply goes to: the sender of the mail alone, unless a person chooses otherwise.

Whoever else stood in To or Cc is offered, never taken over: the sender put them there, and a name proves nothing.
The choice stands on the draft, is part of what an approval names, and ends when the customer writes again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.casework.cases import case_for_change, touch
from agent.desk.house import House
from agent.desk.replies.versions import content_hash_of
from agent.desk.values import as_parsed
from agent.errors import Conflict, NotFound, WrongUse
from agent.mail.message import Address
from agent.mail.reply_all import MOST, Marked, marked, other_reply_to, people_beside
from agent.mail.reply_all import House as Ours
from agent.mail.typed_address import typed_address
from agent.store.queries.recipients import recipients_of, reply_recipients
from agent.store.session import Unit
from agent.store.tables import DraftRow, MailboxRow, MessageRow, PersonRow


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person sees of a draft's recipients, and may choose from.

    `to` gets the letter, with `cc` beside it. `offered` are the others of the customer's mail who get nothing as it
    is. `other_to` is where the answer could go instead: the Reply-To of the mail, or its sender again.
    """

    to: tuple[Marked, ...]
    cc: tuple[Marked, ...]
    offered: tuple[Marked, ...]
    other_to: Marked | None = None
    sender: str = ""

    @property
    def alone(self) -> bool:
        """Whether there is nobody but the one who wrote, and nothing to choose."""
        return not (self.cc or self.offered or self.other_to)


def choice_of(session: Session, draft: DraftRow) -> Choice:
    """The recipients of a draft with their marks, and who else could be among them."""
    return _choice(session, session.get_one(MessageRow, draft.message_id), *recipients_of(session, draft))


def first_choice_of(session: Session, message: MessageRow) -> Choice:
    """Who an answer to this mail goes to before anybody has chosen."""
    own = session.scalars(select(MailboxRow.address)).all()
    return _choice(session, message, reply_recipients(message, own), ())


def _choice(session: Session, message: MessageRow, to: Sequence[Address], cc: Sequence[Address]) -> Choice:
    mail, ours = as_parsed(message), ours_of(session)
    has = {address.email.lower() for address in (*to, *cc)}
    offered = [one for one in people_beside(mail, ours) if one.email.lower() not in has]
    wanted = other_reply_to(mail, ours)
    other = next((one for one in (wanted, mail.sender) if one and one.email.lower() not in has), None)
    if wanted is None or ours.reads(other.email if other else ""):
        other = None

    def seen(address: Address) -> Marked:
        return marked(address, mail, ours)

    return Choice(
        tuple(map(seen, to)),
        tuple(map(seen, cc)),
        tuple(seen(one) for one in offered[:MOST] if other is None or one.email != other.email),
        seen(other) if other else None,
        mail.sender.email,
    )


def ours_of(session: Session) -> Ours:
    """The addresses that are the house's own."""
    people = session.scalars(select(PersonRow.email).where(PersonRow.disabled.is_(False))).all()
    return Ours.of(session.scalars(select(MailboxRow.address)).all(), people)


def add_cc(
    unit: Unit, house: House, *, case_id: int, draft_id: int, email: str, person: PersonRow
) -> DraftRow:
    """Let somebody else have the letter too; a name is taken from the mail where it holds the address.

    Raises `WrongUse` for what is no address, our own mailbox, or one person too many, `Conflict` once the draft is no
    longer open.
    """
    draft = _open_draft(unit.session, case_id, draft_id)
    address = typed_address(email)
    to, cc = recipients_of(unit.session, draft)
    if ours_of(unit.session).reads(address):
        raise WrongUse(
            "This is one of our own mailboxes.",
            code="recipients.own",
            remedy="Name a person; colleagues are better told by a note.",
        )
    if address in {one.email.lower() for one in (*to, *cc)}:
        return draft
    if len(cc) >= MOST:
        raise WrongUse(
            f"A reply takes {MOST} people in Cc.", code="recipients.many", remedy="Remove somebody first."
        )
    mail = as_parsed(unit.session.get_one(MessageRow, draft.message_id))
    known = (mail.sender, *mail.reply_to, *mail.to, *mail.cc)
    name = next((one.name for one in known if one.email.lower() == address), "")
    return _choose(unit, house, draft, to, (*cc, Address(name, address)), person)


def remove_cc(
    unit: Unit, house: House, *, case_id: int, draft_id: int, email: str, person: PersonRow
) -> DraftRow:
    """Leave somebody out again. Who is not among them is not missed."""
    draft = _open_draft(unit.session, case_id, draft_id)
    to, cc = recipients_of(unit.session, draft)
    return _choose(
        unit, house, draft, to, tuple(one for one in cc if one.email.lower() != email.strip().lower()), person
    )


def answer_to(
    unit: Unit, house: House, *, case_id: int, draft_id: int, email: str, person: PersonRow
) -> DraftRow:
    """Write to the mail's Reply-To instead of its sender, or to the sender again. Nobody else can be chosen."""
    draft = _open_draft(unit.session, case_id, draft_id)
    mail, ours = as_parsed(unit.session.get_one(MessageRow, draft.message_id)), ours_of(unit.session)
    wanted = email.strip().lower()
    able = [one for one in (mail.sender, *mail.reply_to) if one.email.lower() == wanted]
    if not able or ours.reads(wanted):
        raise WrongUse(
            "The customer's mail does not name this address as its sender.",
            code="recipients.to",
            remedy="Add the address to Cc instead.",
        )
    _, cc = recipients_of(unit.session, draft)
    return _choose(
        unit, house, draft, (able[0],), tuple(one for one in cc if one.email.lower() != wanted), person
    )


def set_cc(
    unit: Unit, house: House, *, case_id: int, draft_id: int, emails: Sequence[str], person: PersonRow
) -> DraftRow:
    """Let exactly these get the letter beside the one it is for."""
    draft = _open_draft(unit.session, case_id, draft_id)
    wanted = {typed_address(email) for email in emails}
    for one in recipients_of(unit.session, draft)[1]:
        if one.email.lower() not in wanted:
            remove_cc(unit, house, case_id=case_id, draft_id=draft_id, email=one.email, person=person)
    for email in emails:
        add_cc(unit, house, case_id=case_id, draft_id=draft_id, email=email, person=person)
    return draft


def _choose(
    unit: Unit,
    house: House,
    draft: DraftRow,
    to: tuple[Address, ...],
    cc: tuple[Address, ...],
    person: PersonRow,
) -> DraftRow:
    """The draft is another letter now: whoever read it with other recipients must look again."""
    session, now = unit.session, house.clock()
    if (to, cc) == recipients_of(session, draft):
        return draft
    draft.to, draft.cc = list(map(_plain, to)), list(map(_plain, cc))
    draft.content_hash = content_hash_of(session, draft)
    touch(case_for_change(session, draft.case_id), now)
    record(
        unit, "draft.recipients_changed", actor=by(person), now=now, case_id=draft.case_id,
        subject=f"draft:{draft.id}", to=len(to), cc=len(cc),
    )  # fmt: skip
    return draft


def _plain(address: Address) -> dict[str, Any]:
    return {"name": address.name, "email": address.email}


def _open_draft(session: Session, case_id: int, draft_id: int) -> DraftRow:
    case_for_change(session, case_id)
    draft = session.get(DraftRow, draft_id, with_for_update=True)
    if draft is None or draft.case_id != case_id:
        raise NotFound(
            f"Case {case_id} has no draft {draft_id}.", code="draft.unknown", remedy="Look at the case again."
        )
    if draft.state == "approved":
        raise Conflict(
            "A reply is already on its way.", code="draft.approved", remedy="Undo it first, or wait."
        )
    if draft.state != "ready":
        raise Conflict(
            "This draft is no longer open.", code="draft.closed", remedy="Look at the newest version."
        )
    return draft
