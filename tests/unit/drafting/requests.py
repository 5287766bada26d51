"""Requests and sources for tests of drafting: a shop for heat pumps that exists nowhere."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.drafting.draft import DraftRequest, Sender
from agent.privacy.redaction import seal
from agent.triage.reading import (
    CategoryDecision,
    LanguageGuess,
    Reading,
    Sentiment,
    SentimentDecision,
    Signal,
    Style,
)
from knowledge.search import Document, DocumentKind, Match

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))

FILTER_DA = Document(
    "filter",
    DocumentKind.ARTICLE,
    "da",
    "Skift filteret i varmepumpen",
    "Filteret skal skiftes to gange om året.\n\n1. Sluk varmepumpen på kontakten.\n2. Åbn lågen og træk filteret ud.\n"
    "3. Sæt det nye filter i, så pilen peger opad.\n\nEt nyt filter koster 240 kr. og bestilles på din konto.",
)
FILTER_DE = Document(
    "filter-de",
    DocumentKind.ARTICLE,
    "de",
    "Filter der Wärmepumpe wechseln",
    "Schalten Sie die Wärmepumpe aus, öffnen Sie die Klappe und ziehen Sie den Filter heraus. "
    "Setzen Sie den neuen Filter so ein, dass der Pfeil nach oben zeigt.",
)
CASE_DA = Document(
    "case-7",
    DocumentKind.CASE,
    "da",
    "Vores varmepumpe larmer, og filteret er nyt. Hvad gør vi?",
    "Hej. Larm kommer oftest af, at filteret sidder skævt. Tag filteret ud, og sæt det i igen, så pilen peger opad. "
    "Jeg har i dag refunderet 499 kr. til Dem. Montøren Søren kommer torsdag kl. 9.30. Ordren 883412 er lukket.",
)


def match(document: Document, score: float = 0.9, passage: str = "") -> Match:
    return Match(document, score, passage or document.body, "close in meaning")


def reading(
    language: str = "da",
    *,
    asks: tuple[str, ...] = (),
    category: str = "usability",
    sentiment: Sentiment = Sentiment.NEUTRAL,
    formality: str = "informal",
    length: str = "detailed",
    emotion: str = "calm",
    signals: tuple[Signal, ...] = (),
) -> Reading:
    return Reading(
        LanguageGuess(language, 0.99),
        CategoryDecision(category, "", 0.9, needs_review=False),
        SentimentDecision(sentiment, 0.9),
        signals,
        Style(formality, "practitioner", length, emotion),
        asks,
        (),
        "",
    )


def request(
    text: str,
    understood: Reading,
    *documents: Document,
    subject: str = "",
    wish: str = "",
    name: str = "[PERSON_1]",
    forbidden: tuple[str, ...] = (),
    due_in: timedelta | None = timedelta(hours=5, minutes=30),
) -> DraftRequest:
    return DraftRequest(
        subject=seal(subject),
        new_text=seal(text),
        reading=understood,
        matches=tuple(match(document) for document in documents),
        sender=Sender("Nordvarme"),
        now=NOW,
        greeting_name=name,
        case_number="12",
        respond_by=NOW + due_in if due_in else None,
        wish=seal(wish),
        forbidden=forbidden,
    )
