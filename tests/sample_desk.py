"""A morning at the desk of Nordlys Software, in five languages: for browser tests and pictures.

Everybody and everything in it is made up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from agent.store.tables import CaseRow, PersonRow
from tests.builders import (
    a_case,
    a_customer,
    a_draft,
    a_mailbox,
    a_message,
    a_person,
    an_escalation,
    heartbeats,
)
from tests.sample_cases import charged_case, login_case


@dataclass(frozen=True, slots=True)
class SampleDesk:
    ida: PersonRow
    login: CaseRow  # critical, one sentence without a source
    charged: CaseRow  # ready to approve


def fill(session: Session, now: datetime) -> SampleDesk:
    """Fourteen cases: one past due, three within the hour, the rest later; one unsettled, two unassigned."""
    heartbeats(session, now)
    box = a_mailbox(session, now)
    box.password_encrypted, box.last_ok_at = (
        "sealed",
        now - timedelta(minutes=1),
    )  # it is read: see `is_removed`
    ida = a_person(session, now, email="ida@nordlys.example", name="Ida Kjær")
    sara = a_person(session, now, email="sara@nordlys.example", name="Sara Lund")
    jonas = a_person(session, now, email="jonas@nordlys.example", name="Jonas Friis")
    emil = a_person(session, now, email="emil@nordlys.example", name="Emil Bach", role="lead")

    def minutes(n: float) -> timedelta:
        return timedelta(minutes=n)

    bo = a_customer(
        session, now, email="bo@engdraget.example", name="Bo Engholm", company="Friskolen Engdraget", tier="B"
    )
    case = a_case(
        session,
        now,
        box,
        customer=bo,
        due_in=-minutes(12),
        came=minutes(250),
        subject="Klage: stadig intet svar om refusion",
        summary="Tredje henvendelse om samme refusion, beder om en leder.",
        category="billing",
        priority="high",
        score=9,
        assignee_id=sara.id,
        sentiment="very_negative",
    )
    a_message(
        session,
        now,
        case,
        text="Nu skriver jeg for tredje gang om de 2.340 kr. Jeg vil gerne tale med en leder.",
        came=minutes(250),
    )
    a_draft(
        session, now, case, [[("Hej Bo", [])], [("Refusionen på 2.340 kr. er sendt i dag.", ["case-88"])]]
    )
    an_escalation(
        session,
        now - minutes(12),
        case,
        cause="overdue",
        reason="The promised time passed without an answer.",
    )

    login = login_case(session, now, box, ida, emil)
    charged = charged_case(session, now, box, ida)

    harriet = a_customer(
        session,
        now,
        email="harriet@pemberton.example",
        name="Harriet Pemberton",
        company="Pemberton Teas Ltd",
        tier="A",
    )
    case = a_case(
        session,
        now,
        box,
        customer=harriet,
        due_in=minutes(52),
        came=minutes(70),
        subject="VAT export stops at 80%",
        language="en",
        summary="The export hangs every time; the return is due on Monday.",
        priority="high",
        score=8,
        assignee_id=jonas.id,
    )
    a_message(
        session,
        now,
        case,
        text="The VAT export stops at 80 % every time I try. Our return is due on Monday.",
        came=minutes(70),
    )
    a_draft(
        session,
        now,
        case,
        [
            [("Hi Harriet", [])],
            [("Please export month by month for now; the limit is 5,000 rows.", ["guide-31"])],
        ],
    )

    rest = (
        (
            "soren@havblik.example",
            "Søren Dahl",
            "Bageriet Havblik",
            "Kan vi få en ekstra bruger i december?",
            "Én ekstra bruger 1.–31. december. Spørger om prisen.",
            "billing",
            "da",
            "low",
            190,
            ida,
            True,
        ),
        (
            "ingrid@solbakk.example",
            "Ingrid Solbakk",
            "Solbakk Regnskap AS",
            "Feil MVA-kode på importerte bilag",
            "Bilag får kode 3 i stedet for 1 siden mandag.",
            "technical",
            "nb",
            "medium",
            245,
            None,
            False,
        ),
        (
            "mads@krogh.example",
            "Mads Elm",
            "Krogh & Elm Arkitekter",
            "Faktura mangler EAN-nummer",
            "Offentlig kunde kræver EAN. Hvor skrives det?",
            "billing",
            "da",
            "medium",
            320,
            sara,
            True,
        ),
        (
            "lena@bjorkang.example",
            "Lena Ek",
            "Björkängs Bygg AB",
            "Hur stänger jag av påminnelser?",
            "Vill stänga av påminnelser för en enda kund.",
            "usability",
            "sv",
            "low",
            360,
            None,
            True,
        ),
        (
            "owen@harbour.example",
            "Owen Finch",
            "Harbour & Finch Ltd",
            "Where do I find last year's statements?",
            "Needs statements for the auditor.",
            "usability",
            "en",
            "low",
            400,
            None,
            True,
        ),
        (
            "petra@ostsee.example",
            "Petra Lauenstein",
            "Ostsee Feinkost GmbH",
            "Zwei-Faktor-Code kommt nicht an",
            "Der Code kommt seit gestern Nachmittag nicht an.",
            "technical",
            "de",
            "medium",
            430,
            jonas,
            True,
        ),
        (
            "astrid@fjellvik.example",
            "Astrid Haug",
            "Fjellvik Hytter",
            "Takk for rask hjelp i går!",
            "Fornøyd med svaret. Foreslår mørkt tema.",
            "feedback",
            "nb",
            "low",
            1500,
            ida,
            True,
        ),
        (
            "nils@norrsken.example",
            "Nils Åberg",
            "Norrsken Café",
            "Leveransen av kassan är försenad",
            "Kassan skulle ha kommit i måndags.",
            "delivery",
            "sv",
            "medium",
            1560,
            None,
            False,
        ),
    )
    for email, name, company, subject, summary, category, language, priority, due, who, ready in rest:
        customer = a_customer(session, now, email=email, name=name, company=company, tier="C")
        case = a_case(
            session,
            now,
            box,
            customer=customer,
            due_in=minutes(due),
            came=minutes(40),
            subject=subject,
            summary=summary,
            category=category,
            language=language,
            priority=priority,
            score={"medium": 4}.get(priority, 1),
            sentiment="positive" if category == "feedback" else "neutral",
            assignee_id=who.id if who else None,
            needs_review=not ready and language == "sv",
        )
        a_message(session, now, case, text=summary, came=minutes(40))
        a_draft(
            session, now, case, [[(name.split()[0], [])], [(summary, ["guide-1"] if ready else [], ready)]]
        )

    case = a_case(
        session,
        now,
        box,
        due_in=None,
        came=minutes(1),
        subject="Kvittering mangler",
        priority="",
        category="",
        score=0,
        customer_email="karen@skov.example",
        customer_name="Karen Skov",
        summary="",
    )
    a_message(
        session, now, case, text="Jeg mangler en kvittering for oktober.", came=minutes(1), step="triage"
    )
    for index, (state, subject) in enumerate(
        (("waiting", "Tak, jeg prøver det"), ("done", "Ny bankkonto"), ("spam", "Cheap toner"))
    ):
        case = a_case(
            session,
            now,
            box,
            subject=subject,
            state=state,
            came=minutes(600 + index),
            priority="low",
            score=0,
        )
        a_message(session, now, case, came=minutes(600 + index))
    return SampleDesk(ida, login, charged)
