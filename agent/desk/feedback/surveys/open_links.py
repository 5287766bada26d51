"""Open links to a survey: for a signature, as a QR code, for a screen on a counter, or as a widget in a website."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.house import House
from agent.desk.settings.form import Problems
from agent.errors import NotAllowed, NotFound, WrongUse
from agent.feedback.surveys.questions import LANGUAGES
from agent.store.session import Unit
from agent.store.tables import PersonRow, SurveyAnswerRow, SurveyLinkRow

KINDS = ("link", "qr", "kiosk", "widget")
LEADS = ("lead", "admin")
MOST_ORIGINS = 20
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """An open link with how many began an answer over it, and how many finished."""

    link: SurveyLinkRow
    started: int
    completed: int


@dataclass(frozen=True, slots=True)
class NewLink:
    """What a person wrote about a new link."""

    name: str
    survey: str
    kind: str
    language: str
    origins: tuple[str, ...]
    expires_at: datetime | None


def open_links(session: Session, survey: str = "") -> Sequence[LinkFigures]:
    """All links, or those to one survey, newest first."""
    query = (
        select(SurveyLinkRow, func.count(SurveyAnswerRow.id), func.count(SurveyAnswerRow.completed_at))
        .outerjoin(SurveyAnswerRow, SurveyAnswerRow.link_id == SurveyLinkRow.id)
        .group_by(SurveyLinkRow.id)
        .order_by(SurveyLinkRow.id.desc())
    )
    if survey:
        query = query.where(SurveyLinkRow.survey == survey)
    return [LinkFigures(*row) for row in session.execute(query)]


def find_link(session: Session, link_id: int) -> SurveyLinkRow:
    row = session.get(SurveyLinkRow, link_id)
    if row is None:
        raise NotFound("There is no such link.", code="survey_link.unknown", remedy="Look at the list again.")
    return row


def problems_of(house: House, new: NewLink) -> Problems:
    """What is wrong with a new link, by field; nothing when it can be made."""
    problems: dict[str, str] = {}
    if not new.name or len(new.name) > LONGEST_NAME:
        problems["name"] = f"The name needs 1 to {LONGEST_NAME} characters."
    if new.survey not in asking_rules_of(house.company).surveys.by_name:
        problems["survey"] = "There is no such survey."
    if new.kind not in KINDS:
        problems["kind"] = "Choose a link, a QR code, a screen on a counter or a widget."
    if new.language and new.language not in LANGUAGES:
        problems["language"] = "Choose one of the five languages, or the visitor’s own."
    if new.expires_at is not None and new.expires_at <= house.clock():
        problems["expires"] = "The last day is over already."
    if new.kind == "widget":
        if not new.origins:
            problems["origins"] = "Name the website that may show the widget."
        elif len(new.origins) > MOST_ORIGINS or not all(is_origin(each) for each in new.origins):
            problems["origins"] = (
                f"Write at most {MOST_ORIGINS} addresses such as https://www.firm.example, without a path."
            )
    return problems


def is_origin(text: str) -> bool:
    """Whether `text` is a web origin and nothing else: it goes into a header as it is."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or not all(c.isascii() and (c.isalnum() or c in ".-") for c in host):
        return False
    return text == f"{parts.scheme}://{host}{f':{port}' if port else ''}" and parts.scheme in {
        "http",
        "https",
    }


def create_link(unit: Unit, house: House, new: NewLink, person: PersonRow) -> SurveyLinkRow:
    """Open a way to a survey. Raises `NotAllowed`, and `WrongUse` where something is wrong with it."""
    _may(person)
    if problems := problems_of(house, new):
        raise WrongUse(next(iter(problems.values())), remedy="Correct it and try again.")
    row = SurveyLinkRow(
        name=new.name,
        survey=new.survey,
        kind=new.kind,
        language=new.language,
        origins=list(new.origins) if new.kind == "widget" else [],
        person_id=person.id,
        expires_at=new.expires_at,
        created_at=house.clock(),
    )
    unit.session.add(row)
    unit.session.flush()
    _record(unit, house, "survey_link.opened", row, person, survey=row.survey, kind=row.kind)
    return row


def close_link(unit: Unit, house: House, link_id: int, person: PersonRow) -> None:
    """Take no more answers over it; those that came stay. Closing it twice changes nothing."""
    _may(person)
    row = find_link(unit.session, link_id)
    if row.closed_at is None:
        row.closed_at = house.clock()
        _record(unit, house, "survey_link.closed", row, person)


def reopen_link(unit: Unit, house: House, link_id: int, person: PersonRow) -> None:
    """The same link works again."""
    _may(person)
    row = find_link(unit.session, link_id)
    if row.closed_at is not None:
        row.closed_at = None
        _record(unit, house, "survey_link.reopened", row, person)


def _may(person: PersonRow) -> None:
    if person.role not in LEADS:
        raise NotAllowed(
            "Leads and administrators open and close links to surveys.",
            code="survey_link.role",
            remedy="Ask one of them.",
        )


def _record(
    unit: Unit, house: House, action: str, row: SurveyLinkRow, person: PersonRow, **detail: Any
) -> None:
    record(unit, action, actor=by(person), now=house.clock(), subject=f"survey_link:{row.id}", **detail)
