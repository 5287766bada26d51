"""Two weeks of answered cases and twelve of answers before the sample morning, so that figures have something to say.

Drawn by chance from a seed: pictures show what a company looks like, and nothing else rests on the numbers.
"""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from agent.desk.audit import by, record
from agent.store.session import Unit
from agent.store.tables import CorrectionRow, CustomerRow, EditRow, MailboxRow, PersonRow
from tests.builders import a_case, a_draft, a_letter, a_message, a_triage
from tests.sample_feedback import answered

SUBJECTS = {
    "technical": ("Eksport stopper", "Login fehlgeschlagen", "Rapporten är tom"),
    "billing": ("Faktura to ganger", "Rechnung doppelt", "Refusion"),
    "usability": ("Hvordan deler jeg en rapport?", "How do I add a user?"),
    "delivery": ("Pakken mangler", "Leverans försenad"),
    "service": ("Ingen svarer på telefonen", "Ansprechpartner gewechselt"),
}
NAMES = (
    "Karen Bæk", "Ole Tange", "Silje Nes", "Jon Aas", "Karin Strand", "Per Ek", "Heike Brandt", "Uwe Lorenz", "Nora Hill",
    "Sam Porter",
)  # fmt: skip
LANGUAGES = ("da", "nb", "sv", "de", "en")
PRIORITIES = {"critical": 3, "high": 20, "medium": 55, "low": 22}
USUAL_MINUTES = {"critical": 9, "high": 25, "medium": 55, "low": 140}
DAYS, ANSWER_WEEKS = 14, 12


def fill_past(unit: Unit, now: datetime) -> None:
    """Add them to the sample desk."""
    chance, session = Random(47), unit.session
    box = session.scalars(select(MailboxRow)).first()
    people = list(session.scalars(select(PersonRow).where(PersonRow.role == "agent")))
    assert box is not None
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for back in range(DAYS, 0, -1):
        day = midnight - timedelta(days=back)
        for _ in range(chance.randint(34, 48) if day.isoweekday() < 6 else 3):
            _case(unit, box, people, day + timedelta(minutes=chance.randint(7 * 60, 15 * 60)), back, chance)
    customers = list(session.scalars(select(CustomerRow)))
    for week in range(ANSWER_WEEKS):
        for survey, scores in (
            ("csat", (5, 5, 5, 4, 4, 3 if week < 4 else 2)), ("nps", (10, 9, 8, 6)), ("ces", (7, 6, 5, 4)),
        ):  # fmt: skip
            for score in (*scores, chance.choice(scores)):
                days = 7 * week + chance.uniform(0.2, 6.8)
                answered(session, now, chance.choice(customers), survey, "da", score, "neutral", (), "", days)


def _case(
    unit: Unit, box: MailboxRow, people: list[PersonRow], came: datetime, back: int, chance: Random
) -> None:
    session = unit.session
    category = chance.choice(list(SUBJECTS))
    priority = chance.choices(list(PRIORITIES), weights=list(PRIORITIES.values()))[0]
    person = chance.choice(people)
    wait = timedelta(minutes=USUAL_MINUTES[priority] * chance.lognormvariate(0, 0.5) * (1 + 0.04 * back))
    left = came + wait
    name = chance.choice(NAMES)
    case = a_case(
        session, came, box, came=timedelta(), due_in=None, state="done", category=category, priority=priority,
        subject=chance.choice(SUBJECTS[category]), language=chance.choice(LANGUAGES), sentiment="neutral",
        customer_name=name, customer_email=f"{name.split()[0].lower()}@kunde.example", summary="",
        assignee_id=person.id,
    )  # fmt: skip
    mail = a_message(session, came, case, came=timedelta())
    a_triage(session, came, mail)
    if chance.random() < 0.08:
        session.add(
            CorrectionRow(
                case_id=case.id, person_id=person.id, field="category", before=category, after="feedback",
                created_at=left,
            )
        )  # fmt: skip
    written = a_draft(
        session, came, case, [[("Hej.", []), ("Det ser vi på med det samme.", [])]], state="sent"
    )
    if chance.random() < 0.09:
        written.state = "superseded"
        record(
            unit, "draft.rejected", actor=by(person), now=left, case_id=case.id, subject=f"draft:{written.id}"
        )
        return
    sent = written
    if chance.random() < 0.3 + 0.01 * back:
        sent = a_draft(
            session, left, case, [[("Hej, det er løst nu.", [])]], state="sent", engine="person", version=2
        )
        session.add(
            EditRow(draft_id=sent.id, case_id=case.id, written_id=written.id, rung_at=left, learnt_at=left)
        )
    a_letter(session, left, case, sent, state="sent", sent_at=left)
    case.first_answer_at = case.answered_at = left
    case.draft_state = "none"
    a_message(session, left, case, text="Svar", direction="out", kind="reply", came=timedelta())
    if chance.random() < 0.2:
        a_message(session, left + timedelta(hours=3), case, text="Det virker ikke endnu.", came=timedelta())
