"""What people should look twice at in a mail that nothing has understood yet: broken parts, its sender, and commands
to the agent outside the letter's own words (those are looked at with the rest of what it says)."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.company import Company
from agent.llm.commands import Command, commands_in_name, detect_instructions, find_commands
from agent.mail.authenticity import assess
from agent.mail.message import ParsedMessage
from agent.mail.pdf import texts_of_pdfs
from agent.store.tables import PersonRow


def our_people(session: Session) -> dict[str, str]:
    """The names of those who work here by their addresses."""
    working = select(PersonRow).where(PersonRow.disabled.is_(False))
    return {person.email: person.name for person in session.scalars(working)}


def suspicions(mail: ParsedMessage, company: Company, people: Mapping[str, str]) -> list[str]:
    """Sentences for people, each once. None of them holds words of the mail but its sender's address.

    `people` are those of `our_people`.
    """
    return list(
        dict.fromkeys(
            [
                *mail.warnings,
                *assess(mail, authserv_ids=company.authserv_ids, people=people).warnings,
                *detect_instructions("", mail.hidden_text),
                *_commands_beside(mail),
            ]
        )
    )


def _commands_beside(mail: ParsedMessage) -> list[str]:
    """Commands in names and attached files. No model reads them, but people should know who writes to them."""
    senders = _in_names(address.name for address in (mail.sender, *mail.reply_to))
    recipients = _in_names(address.name for address in (*mail.to, *mail.cc))
    files = _in_names(file.filename for file in mail.attachments)
    pdfs = [
        command
        for text in texts_of_pdfs(mail.attachments)
        for command in find_commands(text)
        if command.grave
    ]
    return [
        *(f"The sender's name {command.says}; it was not followed." for command in senders),
        *(f"A recipient's name {command.says}; it was not followed." for command in recipients),
        *(f"The name of an attached file {command.says}; it was not followed." for command in files),
        *(f"An attached PDF {command.says}; it was not followed." for command in pdfs),
    ]


def _in_names(names: Iterable[str]) -> list[Command]:
    return [command for name in names for command in commands_in_name(name)]
