"""The two cases of the sample desk that are told in full: one critical and unsettled, one ready to approve."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from agent.store.tables import CaseRow, MailboxRow, PersonRow
from tests.builders import (
    a_case,
    a_customer,
    a_draft,
    a_match,
    a_message,
    a_note,
    a_triage,
    an_attachment,
    an_escalation,
    placeholders,
)


def login_case(session: Session, now: datetime, box: MailboxRow, ida: PersonRow, emil: PersonRow) -> CaseRow:
    anne = a_customer(
        session,
        now,
        email="anne@norrelund.example",
        name="Anne Nørrelund",
        company="Tømrerfirmaet Nørrelund",
        tier="A",
        annual_revenue_eur=280_000,
        owner="Marianne Toft",
        segment="mid-size",
        language="da",
    )
    case = a_case(
        session,
        now,
        box,
        customer=anne,
        due_in=timedelta(minutes=24),
        came=timedelta(minutes=36),
        assignee_id=ida.id,
        subject="Login fejler efter 4.2 – vi kan ikke køre løn",
        summary="Ingen kan logge ind. Løn til 38 skal køres før kl. 14.",
        priority="critical",
        score=14,
        sentiment="negative",
        factors=[
            {
                "name": "business_impact",
                "points": 4,
                "evidence": "Vi har 38 ansatte, der skal have løn i dag",
            },
            {"name": "customer_value", "points": 3, "evidence": "tier A, €280,000 a year"},
            {"name": "time_criticality", "points": 3, "evidence": "fristen hos banken er kl. 14.00"},
            {"name": "escalation_risk", "points": 3, "evidence": "Det er tredje gang i år"},
            {"name": "sentiment", "points": 1, "evidence": "negative"},
        ],
    )
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
        session,
        now,
        case,
        came=timedelta(minutes=36),
        text=(
            "Hej, efter opdateringen til 4.2 i morges kan ingen af os logge ind. Vi får »Sessionen er udløbet« "
            "med det samme, også efter nyt kodeord. Vi har 38 ansatte, der skal have løn i dag, og fristen hos "
            "banken er kl. 14.00.\n\nKan I få os ind, og kan vi nå lønkørslen? Og hvem betaler bankens gebyr, hvis "
            "den ryger? Det er tredje gang i år, der er bøvl efter en opdatering.\n\nRing gerne på 12 34 56 78. "
            "Venlig hilsen Anne Nørrelund, lønansvarlig"
        ),
        quoted="Den 18. nov. skrev Nordlys Software:\n> Ja, version 4.2 kommer fredag morgen kl. 6.",
        safe_html="<p>Hej, efter opdateringen til <b>4.2</b> i morges kan ingen af os logge ind.</p>",
    )
    placeholders(session, case, {"PERSON_1": "Anne Nørrelund", "PHONE_1": "12 34 56 78"})
    an_attachment(session, message, "skærmbillede.png", b"\x89PNG" + bytes(48_000), content_type="image/png")
    a_triage(
        session,
        now,
        message,
        asks=[
            "Kan I få os ind, og kan vi nå lønkørslen?",
            "Og hvem betaler bankens gebyr, hvis den ryger?",
        ],
        signals=[
            {
                "name": "business_impact",
                "evidence": "Vi har 38 ansatte, der skal have løn i dag",
                "grade": "",
            },
            {"name": "time_criticality", "evidence": "fristen hos banken er kl. 14.00", "grade": ""},
            {"name": "escalation_risk", "evidence": "Det er tredje gang i år", "grade": ""},
        ],
    )
    a_match(
        session,
        message,
        0,
        "guide-118",
        "Log ind uden SSO",
        reason="same error, same version",
        passage="… vælg »Log ind uden SSO« under kodeordsfeltet. Jeres almindelige kodeord virker stadig.",
    )
    a_match(
        session,
        message,
        1,
        "case-4127",
        "Lønkørsel for 41 personer efter nedbrud",
        kind="case",
        reason="payroll after an outage",
        passage="Lønkørslen tager omkring 10 minutter og virker som normalt, så snart man er inde.",
    )
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
    a_match(
        session,
        message,
        3,
        "case-4406",
        "Session expired after update",
        kind="case",
        language="en",
        reason="same words",
        passage="Fixed in 4.1.4; until then sign in without SSO.",
    )
    a_draft(
        session,
        now,
        case,
        [
            [("Hej Anne", [])],
            [
                (
                    "Det er vores fejl, at I ikke kan logge ind, og jeg er ked af, at det rammer en lønningsdag.",
                    [],
                ),
                (
                    "I kan komme ind nu: Vælg »Log ind uden SSO« på loginsiden, og brug jeres almindelige kodeord.",
                    ["guide-118"],
                ),
            ],
            [
                (
                    "Lønkørslen virker som normalt, når I er inde, og tager omkring 10 minutter for 38 ansatte.",
                    ["case-4127"],
                ),
                ("Når I ikke fristen, betaler vi bankens gebyr.", [], False),
            ],
            [("Rettelsen i 4.1.4 hjalp sidst, og jeg skriver til jer, når den nye er ude.", ["case-4406"])],
            [("Venlig hilsen\nNordlys Software", [])],
        ],
        failed={"promises": "»betaler vi bankens gebyr« is a promise that no source makes."},
    )
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


def charged_case(session: Session, now: datetime, box: MailboxRow, ida: PersonRow) -> CaseRow:
    krueger = a_customer(
        session,
        now,
        email="juergen@kruener.example",
        name="Jürgen Krüner",
        company="Elektro Krüner GmbH",
        tier="B",
        annual_revenue_eur=42_000,
    )
    case = a_case(
        session,
        now,
        box,
        customer=krueger,
        due_in=timedelta(minutes=38),
        came=timedelta(minutes=80),
        assignee_id=ida.id,
        language="de",
        subject="Oktober doppelt abgebucht",
        summary="Zweimal abgebucht, möchte Erstattung und eine neue Rechnung.",
        category="billing",
        priority="high",
        score=7,
    )
    message = a_message(
        session,
        now,
        case,
        came=timedelta(minutes=80),
        text=(
            "Guten Tag,\n\nim Oktober wurde uns der Beitrag zweimal abgebucht. Bitte erstatten Sie einen Betrag.\n\n"
            "Mit freundlichen Grüßen\nJürgen Krüner"
        ),
    )
    placeholders(session, case, {"PERSON_1": "Jürgen Krüner"})
    a_triage(session, now, message)
    a_match(
        session,
        message,
        0,
        "guide-12",
        "Doppelte Abbuchung erstatten",
        language="de",
        reason="charged twice",
        passage="Eine doppelte Abbuchung wird innerhalb von fünf Werktagen erstattet.",
    )
    a_draft(
        session,
        now,
        case,
        [
            [("Guten Tag Herr Krüner,", [])],
            [
                ("es tut uns leid, dass der Oktober zweimal abgebucht wurde.", []),
                ("Eine doppelte Abbuchung erstatten wir innerhalb von fünf Werktagen.", ["guide-12"]),
            ],
            [("Mit freundlichen Grüßen\nNordlys Software", [])],
        ],
    )
    return case
