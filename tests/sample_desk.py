"""A morning at the desk of Nordlys Software, in five languages: for browser tests and pictures.

Everybody and everything in it is made up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from agent.store.tables import CaseRow, MailboxRow, PersonRow
from tests.builders import (
    a_case,
    a_customer,
    a_draft,
    a_mailbox,
    a_match,
    a_message,
    a_note,
    a_person,
    a_triage,
    an_attachment,
    an_escalation,
    heartbeats,
    placeholders,
)


@dataclass(frozen=True, slots=True)
class SampleDesk:
    ida: PersonRow
    login: CaseRow  # critical, one sentence without a source
    charged: CaseRow  # ready to approve


def fill(session: Session, now: datetime) -> SampleDesk:
    """Fourteen cases: one past due, three within the hour, the rest later; one unsettled, two unassigned."""
    heartbeats(session, now)
    box = a_mailbox(session, now)
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
        session, now, box, customer=bo, due_in=-minutes(12), came=minutes(250), subject="Klage: stadig intet svar om refusion",
        summary="Tredje henvendelse om samme refusion, beder om en leder.", category="billing", priority="high", score=9,
        assignee_id=sara.id, sentiment="very_negative",
    )  # fmt: skip
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

    login = _login_case(session, now, box, ida, emil)
    charged = _charged_case(session, now, box, ida)

    harriet = a_customer(
        session,
        now,
        email="harriet@pemberton.example",
        name="Harriet Pemberton",
        company="Pemberton Teas Ltd",
        tier="A",
    )
    case = a_case(
        session, now, box, customer=harriet, due_in=minutes(52), came=minutes(70), subject="VAT export stops at 80%", language="en",
        summary="The export hangs every time; the return is due on Monday.", priority="high", score=8, assignee_id=jonas.id,
    )  # fmt: skip
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
        ("soren@havblik.example", "Søren Dahl", "Bageriet Havblik", "Kan vi få en ekstra bruger i december?",
         "Én ekstra bruger 1.–31. december. Spørger om prisen.", "billing", "da", "low", 190, ida, True),
        ("ingrid@solbakk.example", "Ingrid Solbakk", "Solbakk Regnskap AS", "Feil MVA-kode på importerte bilag",
         "Bilag får kode 3 i stedet for 1 siden mandag.", "technical", "nb", "medium", 245, None, False),
        ("mads@krogh.example", "Mads Elm", "Krogh & Elm Arkitekter", "Faktura mangler EAN-nummer",
         "Offentlig kunde kræver EAN. Hvor skrives det?", "billing", "da", "medium", 320, sara, True),
        ("lena@bjorkang.example", "Lena Ek", "Björkängs Bygg AB", "Hur stänger jag av påminnelser?",
         "Vill stänga av påminnelser för en enda kund.", "usability", "sv", "low", 360, None, True),
        ("owen@harbour.example", "Owen Finch", "Harbour & Finch Ltd", "Where do I find last year's statements?",
         "Needs statements for the auditor.", "usability", "en", "low", 400, None, True),
        ("petra@ostsee.example", "Petra Lauenstein", "Ostsee Feinkost GmbH", "Zwei-Faktor-Code kommt nicht an",
         "Der Code kommt seit gestern Nachmittag nicht an.", "technical", "de", "medium", 430, jonas, True),
        ("astrid@fjellvik.example", "Astrid Haug", "Fjellvik Hytter", "Takk for rask hjelp i går!",
         "Fornøyd med svaret. Foreslår mørkt tema.", "feedback", "nb", "low", 1500, ida, True),
        ("nils@norrsken.example", "Nils Åberg", "Norrsken Café", "Leveransen av kassan är försenad",
         "Kassan skulle ha kommit i måndags.", "delivery", "sv", "medium", 1560, None, False),
    )  # fmt: skip
    for email, name, company, subject, summary, category, language, priority, due, who, ready in rest:
        customer = a_customer(session, now, email=email, name=name, company=company, tier="C")
        case = a_case(
            session, now, box, customer=customer, due_in=minutes(due), came=minutes(40), subject=subject, summary=summary,
            category=category, language=language, priority=priority, score={"medium": 4}.get(priority, 1),
            assignee_id=who.id if who else None, needs_review=not ready and language == "sv",
        )  # fmt: skip
        a_message(session, now, case, text=summary, came=minutes(40))
        a_draft(
            session, now, case, [[(name.split()[0], [])], [(summary, ["guide-1"] if ready else [], ready)]]
        )

    case = a_case(session, now, box, due_in=None, came=minutes(1), subject="Kvittering mangler", priority="", category="", score=0,
                  customer_email="karen@skov.example", customer_name="Karen Skov", summary="")  # fmt: skip
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


def _login_case(session: Session, now: datetime, box: MailboxRow, ida: PersonRow, emil: PersonRow) -> CaseRow:
    anne = a_customer(
        session, now, email="anne@norrelund.example", name="Anne Nørrelund", company="Tømrerfirmaet Nørrelund", tier="A",
        annual_revenue_eur=280_000, owner="Marianne Toft", segment="mid-size", language="da",
    )  # fmt: skip
    case = a_case(
        session, now, box, customer=anne, due_in=timedelta(minutes=24), came=timedelta(minutes=36), assignee_id=ida.id,
        subject="Login fejler efter 4.2 – vi kan ikke køre løn", summary="Ingen kan logge ind. Løn til 38 skal køres før kl. 14.",
        priority="critical", score=13, sentiment="negative",
        factors=[
            {"name": "business_impact", "points": 4, "evidence": "Vi har 38 ansatte, der skal have løn i dag"},
            {"name": "customer_value", "points": 3, "evidence": "A customer, 280,000 EUR a year"},
            {"name": "time_criticality", "points": 3, "evidence": "fristen hos banken er kl. 14.00"},
            {"name": "complexity", "points": 2, "evidence": "Det er tredje gang i år"},
            {"name": "sentiment", "points": 1, "evidence": "der er bøvl efter en opdatering"},
        ],
    )  # fmt: skip
    a_message(
        session,
        now,
        case,
        text="Hej, får vi en opdatering i denne uge? Vi kører løn på fredag.",
        came=timedelta(days=2),
    )
    a_message(
        session,
        now,
        case,
        text="Hej Anne\n\nJa, version 4.2 kommer fredag morgen kl. 6.",
        came=timedelta(days=1, hours=23),
        direction="out",
    )
    message = a_message(
        session, now, case, came=timedelta(minutes=36),
        text=(
            "Hej, efter opdateringen til 4.2 i morges kan ingen af os logge ind. Vi får »Sessionen er udløbet« med det "
            "samme, også efter nyt kodeord. Vi har 38 ansatte, der skal have løn i dag, og fristen hos banken er kl. 14.00.\n\n"
            "Kan I få os ind, og kan vi nå lønkørslen? Og hvem betaler bankens gebyr, hvis den ryger? Det er tredje gang i "
            "år, der er bøvl efter en opdatering.\n\nRing gerne på 12 34 56 78. Venlig hilsen Anne Nørrelund, lønansvarlig"
        ),
        quoted="Den 18. nov. skrev Nordlys Software:\n> Ja, version 4.2 kommer fredag morgen kl. 6.",
        safe_html="<p>Hej, efter opdateringen til <b>4.2</b> i morges kan ingen af os logge ind.</p>",
    )  # fmt: skip
    placeholders(session, case, {"PERSON_1": "Anne Nørrelund", "PHONE_1": "12 34 56 78"})
    an_attachment(session, message, "skærmbillede.png", b"\x89PNG", content_type="image/png")
    a_triage(session, now, message)
    a_match(session, message, 0, "guide-118", "Log ind uden SSO", reason="same error, same version",
            passage="… vælg »Log ind uden SSO« under kodeordsfeltet. Jeres almindelige kodeord virker, også når SSO er nede.")  # fmt: skip
    a_match(session, message, 1, "case-4127", "Lønkørsel for 41 personer efter nedbrud", kind="case", reason="payroll after an outage",
            passage="Lønkørslen tager omkring 10 minutter og virker som normalt, så snart man er inde.")  # fmt: skip
    a_match(
        session,
        message,
        2,
        "case-3980",
        "Kan ikke logge ind (SSO)",
        kind="case",
        reason="login, SSO",
        passage="Slå SSO fra for brugeren.",
    )
    a_match(session, message, 3, "case-4406", "Session expired after update", kind="case", language="en", reason="same words",
            passage="Fixed in 4.1.4; until then sign in without SSO.")  # fmt: skip
    a_draft(
        session, now, case,
        [
            [("Hej Anne", [])],
            [
                ("Det er vores fejl, at I ikke kan logge ind, og jeg er ked af, at det rammer jer på en lønningsdag.", []),
                ("I kan komme ind med det samme: Vælg »Log ind uden SSO« på loginsiden, og brug jeres almindelige kodeord.", ["guide-118"]),
            ],
            [
                ("Lønkørslen virker som normalt, når I er inde, og tager omkring 10 minutter for 38 ansatte.", ["case-4127"]),
                ("Når I ikke fristen, betaler vi bankens gebyr.", [], False),
            ],
            [("Rettelsen i 4.1.4 hjalp sidst, og jeg skriver til jer, når den nye er ude.", ["case-4406"])],
            [("Venlig hilsen\nNordlys Software", [])],
        ],
        failed={"promises": "»betaler vi bankens gebyr« is a promise that no source makes."},
    )  # fmt: skip
    a_note(
        session,
        now - timedelta(minutes=24),
        case,
        emil,
        "Har ringet til Anne. Hun venter på mailen, før hun prøver at logge ind.",
    )
    an_escalation(
        session,
        now - timedelta(minutes=30),
        case,
        cause="critical",
        reason="13 points: payroll for 38 people stops, the bank closes at 14:00.",
    )
    return case


def _charged_case(session: Session, now: datetime, box: MailboxRow, ida: PersonRow) -> CaseRow:
    krueger = a_customer(session, now, email="juergen@kruener.example", name="Jürgen Krüner", company="Elektro Krüner GmbH", tier="B",
                         annual_revenue_eur=42_000)  # fmt: skip
    case = a_case(
        session, now, box, customer=krueger, due_in=timedelta(minutes=38), came=timedelta(minutes=80), assignee_id=ida.id, language="de",
        subject="Oktober doppelt abgebucht", summary="Zweimal abgebucht, möchte Erstattung und eine neue Rechnung.",
        category="billing", priority="high", score=7,
    )  # fmt: skip
    message = a_message(
        session, now, case, came=timedelta(minutes=80),
        text="Guten Tag,\n\nim Oktober wurde uns der Beitrag zweimal abgebucht. Bitte erstatten Sie einen Betrag.\n\nMit freundlichen Grüßen\nJürgen Krüner",
    )  # fmt: skip
    placeholders(session, case, {"PERSON_1": "Jürgen Krüner"})
    a_triage(session, now, message)
    a_match(session, message, 0, "guide-12", "Doppelte Abbuchung erstatten", language="de", reason="charged twice",
            passage="Eine doppelte Abbuchung wird innerhalb von fünf Werktagen erstattet.")  # fmt: skip
    a_draft(
        session, now, case,
        [
            [("Guten Tag Herr Krüner,", [])],
            [("es tut uns leid, dass der Oktober zweimal abgebucht wurde.", []),
             ("Eine doppelte Abbuchung erstatten wir innerhalb von fünf Werktagen.", ["guide-12"])],
            [("Mit freundlichen Grüßen\nNordlys Software", [])],
        ],
    )  # fmt: skip
    return case
