"""What the conditions of an audience may name and compare with, in the reader's words; stored are the codes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.feedback.campaigns.audience import Problems, Row
from agent.feedback.campaigns.campaign import Steps
from agent.feedback.surveys.questions import LANGUAGES
from agent.store.tables import CustomerRow, FeedbackEventRow
from api.dependencies import Desk
from api.web.feedback import campaign_words as words
from api.web.feedback.words import KINDS
from api.web.pages import gettext_of, reader_of
from api.web.settings.regions import countries

Choices = Mapping[str, str]
"""Codes, with what each is called."""

ATTRIBUTES = (
    "country",
    "language",
    "business",
    "customer_days",
    "tier",
    "segment",
    "owner",
    "annual_revenue_eur",
)
_KNOWN_FROM = 200  # the newest customers and purchases whose further details and products are offered


def names_offered(session: Session, desk: Desk) -> dict[str, Choices]:
    """What a condition may name, by the groups of `campaign_words.NAMES`."""
    newest = session.scalars(
        select(CustomerRow.attributes).order_by(CustomerRow.id.desc()).limit(_KNOWN_FROM)
    )
    further = sorted({name for attributes in newest for name in attributes or {}})
    kinds = session.scalars(
        select(FeedbackEventRow.kind).distinct().order_by(FeedbackEventRow.kind).limit(50)
    )
    bought = session.scalars(
        select(FeedbackEventRow.data)
        .where(FeedbackEventRow.kind == "purchase")
        .order_by(FeedbackEventRow.id.desc())
        .limit(_KNOWN_FROM)
    )
    products = sorted({str(data["product"]) for data in bought if data and data.get("product")})
    language, taxonomy = reader_of(desk.request).language, desk.request.app.state.taxonomy
    surveys = asking_rules_of(desk.house.company).surveys.by_name
    return {
        "customer": called(desk, (*ATTRIBUTES, *further), words.DETAILS),
        "event": called(desk, (*KINDS, *kinds), KINDS),
        "purchase": {product: product for product in products},
        "case": {slug: taxonomy[slug].name(language) for slug in taxonomy.slugs},
        "survey": called(desk, surveys, words.SURVEYS),
    }


def values_offered(desk: Desk) -> dict[str, Choices]:
    """The details of a customer that have a closed set of values."""
    reader, translate = reader_of(desk.request), gettext_of(desk.request)
    return {
        "country": dict(countries(reader.language)),
        "language": {code: reader.language_name(code) for code in LANGUAGES},
        "business": {"yes": translate("Yes"), "no": translate("No")},
    }


def understood(desk: Desk, steps: Steps, before: Steps) -> tuple[Steps, Problems]:
    """The conditions with codes where names were typed, and what was not offered; what was stored before stays."""
    with desk.house.store.reading() as session:
        names = names_offered(session, desk)
    values, stored = values_offered(desk), before.audience.rows
    names_before = {(row.about, row.name) for row in stored}
    problems: Problems = {}
    rows: list[Row] = []
    for number, row in enumerate(steps.audience.rows):
        known = values.get(row.name, {}) if row.about == "customer" and row.test in {"is", "not"} else {}
        parts = [part.strip() for part in row.value.split(",") if part.strip()]
        codes = [_code_of(part, known) for part in parts]
        rows.append(replace(row, value=", ".join(codes)) if known else row)
        offered = names.get(words.NAMES_OF.get(row.about, ""), {})
        if row.name and row.name not in offered and (row.about, row.name) not in names_before:
            problems[f"audience.rows.{number}.name"] = (
                "Choose one that goes with what the condition looks at."
            )
        elif known and not set(codes) <= known.keys() and rows[-1] not in stored:
            problems[f"audience.rows.{number}.value"] = (
                "This is none of those that are known. Write one as it is called."
            )
    return replace(steps, audience=replace(steps.audience, rows=tuple(rows))), problems


def called(desk: Desk, values: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """The values with the words for them; one that has none is shown as it is, without underscores."""
    translate = gettext_of(desk.request)
    return {one: translate(known[one]) if one in known else one.replace("_", " ") for one in values}


def _code_of(typed: str, known: Choices) -> str:
    """The code of what somebody typed: itself, or the one that is called so."""
    folded = typed.casefold()
    return next((code for code, name in known.items() if folded in {code.casefold(), name.casefold()}), typed)
