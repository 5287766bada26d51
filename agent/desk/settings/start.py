"""The first steps of a new house, each ticked by what is really there; on the desk until a mail was answered."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from agent.company import Company
from agent.desk.house import House
from agent.desk.settings.changing import DECIDERS
from agent.store.session import Unit
from agent.store.tables import DocumentRow, MailboxRow, MessageRow, OutboxRow, PersonRow

_PUT_AWAY = "first_steps_away"


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What is done. `answered` is the goal: a real mail was answered."""

    company: bool
    mailbox: bool  # one was added …
    reading: bool  # … and its mail was really fetched
    knowledge: bool
    people: bool
    mail: bool
    answered: bool
    address: str = ""  # of a mailbox that is read, to write the first mail to

    @property
    def done(self) -> int:
        return sum((self.company, self.reading, self.knowledge, self.people, self.mail, self.answered))


def waiting_steps(session: Session, house: House, person: PersonRow) -> FirstSteps | None:
    """The steps for this person's desk: for administrators, until a mail was answered or they put them away."""
    if person.role not in DECIDERS or put_away(person):
        return None
    if session.scalar(select(exists().where(OutboxRow.state == "sent", OutboxRow.kind == "reply"))):
        return None
    return first_steps(session, house)


def put_away(person: PersonRow) -> bool:
    """Whether this person does not want the steps on their desk."""
    return person.settings.get(_PUT_AWAY) is True


def put_steps_away(unit: Unit, *, person_id: int, away: bool) -> None:
    """Off this person's desk, or back on it."""
    person = unit.session.get_one(PersonRow, person_id)
    person.settings = {**person.settings, _PUT_AWAY: away}


def first_steps(session: Session, house: House) -> FirstSteps:
    """Looks at what is there now; nothing is remembered, so that a tick is never out of date."""

    def there(condition: object) -> bool:
        return bool(session.scalar(select(exists().where(condition))))  # type: ignore[arg-type]

    read = (MailboxRow.password_encrypted != "") & MailboxRow.last_ok_at.is_not(None)
    address = session.scalar(select(MailboxRow.address).where(read).order_by(MailboxRow.id).limit(1))
    people = select(func.count()).select_from(PersonRow).where(PersonRow.disabled.is_(False))
    return FirstSteps(
        company=house.company.name != Company().name,
        mailbox=there(MailboxRow.password_encrypted != ""),
        reading=address is not None,
        knowledge=there(DocumentRow.id != ""),
        people=(session.scalar(people) or 0) > 1,
        mail=there(MessageRow.id > 0),
        answered=there((OutboxRow.state == "sent") & (OutboxRow.kind == "reply")),
        address=address or "",
    )
