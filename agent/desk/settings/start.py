"""The first steps of a new house, each ticked by what is really there."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from agent.company import Company
from agent.desk.house import House
from agent.store.tables import DocumentRow, MailboxRow, MessageRow, OutboxRow, PersonRow


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

    @property
    def done(self) -> int:
        return sum((self.company, self.reading, self.knowledge, self.people, self.mail, self.answered))


def first_steps(session: Session, house: House) -> FirstSteps:
    """Looks at what is there now; nothing is remembered, so that a tick is never out of date."""

    def there(condition: object) -> bool:
        return bool(session.scalar(select(exists().where(condition))))  # type: ignore[arg-type]

    people = select(func.count()).select_from(PersonRow).where(PersonRow.disabled.is_(False))
    return FirstSteps(
        company=house.company.name != Company().name,
        mailbox=there(MailboxRow.password_encrypted != ""),
        reading=there((MailboxRow.password_encrypted != "") & MailboxRow.last_ok_at.is_not(None)),
        knowledge=there(DocumentRow.id != ""),
        people=(session.scalar(people) or 0) > 1,
        mail=there(MessageRow.id > 0),
        answered=there((OutboxRow.state == "sent") & (OutboxRow.kind == "reply")),
    )
