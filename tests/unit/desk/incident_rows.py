"""An incident laid out as rows: customers of several languages who report the same."""

from dataclasses import dataclass, replace
from datetime import timedelta

from agent.store.tables import CaseRow, IncidentCaseRow, IncidentRow, MailboxRow, TriageRow
from agent.store.values import dump
from agent.triage.reading import LanguageGuess, Style
from tests.builders import a_case, a_draft, a_message
from tests.house import CALM, TestHouse


@dataclass(frozen=True, slots=True)
class Writer:
    """A customer, and how their mail reads."""

    name: str
    language: str
    text: str
    formality: str = "informal"

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower().replace('ü', 'ue')}@customer.example"


WRITERS = (
    Writer("Anne Nørrelund", "da", "Vi kan ikke logge ind."),
    Writer("Jens Holm", "da", "Nu virker det ikke igen, kan De hjælpe os?", "formal"),
    Writer("Jürgen Krüner", "de", "Wir kommen nicht mehr hinein, können Sie uns helfen?", "formal"),
    Writer("Lena Ek", "sv", "Vi kan inte logga in."),
    Writer("Owen Finch", "en", "Nobody can log in."),
)


def an_incident(home: TestHouse, writers: tuple[Writer, ...] = WRITERS) -> tuple[int, list[int]]:
    """An open incident with a case for each writer, the last of a language with a draft; its id and the cases'."""
    now = home.clock()
    with home.store.writing() as unit:
        session = unit.session
        box = session.get_one(MailboxRow, home.mailbox_id)
        incident = IncidentRow(
            cause="login",
            since=now - timedelta(hours=2),
            last_at=now,
            told_customers=len(writers),
            opened_at=now,
        )
        session.add(incident)
        session.flush()
        numbers = []
        for writer in writers:
            case = a_case(
                session, now, box, customer_email=writer.email, customer_name=writer.name,
                language=writer.language, subject="Login",
            )  # fmt: skip
            message = a_message(session, now, case, text=writer.text)
            reading = replace(
                CALM,
                language=LanguageGuess(writer.language, 0.99),
                style=Style(writer.formality, "practitioner", "short", "calm"),
            )
            session.add(
                TriageRow(message_id=message.id, engine="local", reading=dump(reading), created_at=now)
            )
            session.add(
                IncidentCaseRow(
                    incident_id=incident.id,
                    case_id=case.id,
                    message_id=message.id,
                    likeness=0.9,
                    joined_at=now,
                )
            )
            numbers.append(case.id)
        session.flush()
        case = session.get_one(CaseRow, numbers[0])
        draft = a_draft(session, now, case, [[("Hej Anne", [])], [("Vi retter fejlen.", ["kb-1"])]])
        draft.redacted_text = (
            "Hej [PERSON_1_FIRST]\n\nVi retter fejlen. Tak til [PERSON_1].\n\nVenlig hilsen\nNordlys"
        )
        return incident.id, numbers
