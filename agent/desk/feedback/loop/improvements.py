"""»You said, we did«: what was changed because customers asked for it is told to those who asked, once each.

A person picks a theme and writes the text, a lead approves exactly that, and the mails wait in the outbox for as long as
any reply does, so that it can be taken back. Not told is who does not want mail from us, whose mail came back, who heard
of another change within the cap of surveys, and who reads a language in which nothing is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.feedback.answers.reading_answers import themes_of
from agent.desk.feedback.asking.histories import PURPOSE as OBJECTION
from agent.desk.feedback.loop.improvement_letters import post_letter
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.house import House
from agent.errors import Conflict, NotAllowed, NotFound, WrongUse
from agent.feedback.surveys.questions import LANGUAGES
from agent.store.queries.answers import AnswerFilter, find_answers
from agent.store.session import Unit
from agent.store.tables import (
    ContactWayRow,
    CustomerRow,
    FeedbackOptOutRow,
    ImprovementAnswerRow,
    ImprovementRow,
    OutboxRow,
    PersonRow,
    SurveyAnswerRow,
)

LOOK_BACK = timedelta(days=365)
MOST_TOLD = 2_000
LONGEST_TITLE, LONGEST_TEXT = 200, 4_000


class LeftOut(StrEnum):
    """Why somebody who asked is not told."""

    OPTED_OUT = "opted_out"
    BOUNCED = "bounced"
    TOLD_LATELY = "told_lately"
    NO_TEXT = "no_text"
    NO_WAY_OUT = "no_way_out"  # no request of ours, and so no link to say no by


@dataclass(frozen=True, slots=True)
class Recipient:
    """One customer who asked, with the newest answer that says so, and why they are left out; empty if they are not."""

    customer: CustomerRow
    answer: SurveyAnswerRow
    language: str
    left_out: str


def begin(unit: Unit, house: House, *, theme: str, title: str, person: PersonRow) -> ImprovementRow:
    """A draft about a theme, with the answers of the last year that name it."""
    if theme not in themes_of(house.company) or not title.strip():
        raise WrongUse(
            "The theme or the title is missing.", code="improvement.empty", remedy="Choose a theme, and name the change."
        )  # fmt: skip
    now = house.clock()
    row = ImprovementRow(
        theme=theme, title=title.strip()[:LONGEST_TITLE], person_id=person.id, created_at=now
    )
    unit.session.add(row)
    unit.session.flush()
    wanted = AnswerFilter(theme=theme, since=now - LOOK_BACK)
    lines, _ = find_answers(unit.session, wanted, limit=MOST_TOLD)
    unit.session.add_all(
        ImprovementAnswerRow(improvement_id=row.id, answer_id=line.row.id) for line in lines if line.customer
    )
    record(unit, "improvement.begun", actor=by(person), now=now, subject=_subject(row), theme=theme)
    return row


def write(
    unit: Unit, house: House, *, improvement_id: int, texts: Mapping[str, str], person: PersonRow
) -> ImprovementRow:
    """Keep the text in each language; empty ones are not told in."""
    row = _draft(unit, improvement_id)
    row.texts = {
        language: text[:LONGEST_TEXT] for language in LANGUAGES if (text := texts.get(language, "").strip())
    }
    record(unit, "improvement.written", actor=by(person), now=house.clock(), subject=_subject(row))
    return row


def approve(unit: Unit, house: House, *, improvement_id: int, person: PersonRow) -> int:
    """Let the mails go; how many they are. Raises `NotAllowed` for agents, `WrongUse` where nobody would be told."""
    if person.role == "agent":
        raise NotAllowed(
            "A lead approves what goes to many customers.", code="improvement.role", remedy="Ask a lead."
        )
    row, now = _draft(unit, improvement_id), house.clock()
    told = 0
    for one in recipients(unit.session, house, row):
        if one.left_out:
            continue
        outbox = post_letter(unit, house, row, one.customer, one.answer, one.language)
        if outbox is None:
            continue
        for link in _links(unit.session, row, one.customer):
            link.outbox_id, link.told_at = outbox.id, now
        told += 1
    if not told:
        raise WrongUse(
            "Nobody would be told.",
            code="improvement.nobody",
            remedy="Write the text in a language of theirs.",
        )
    row.state, row.approved_by_id, row.sent_at = "sent", person.id, now
    record(unit, "improvement.approved", actor=by(person), now=now, subject=_subject(row), told=told)
    return told


def take_back(unit: Unit, house: House, *, improvement_id: int, person: PersonRow) -> int:
    """Stop what has not left; how many mails that were. What has left is told."""
    row = _row(unit, improvement_id)
    waiting = unit.session.scalars(
        select(OutboxRow)
        .join(ImprovementAnswerRow, ImprovementAnswerRow.outbox_id == OutboxRow.id)
        .where(ImprovementAnswerRow.improvement_id == row.id, OutboxRow.state == "waiting")
        .distinct()
        .with_for_update()
    ).all()
    if not waiting:
        raise Conflict("All of it has left already.", code="improvement.left", remedy="Look at the outbox.")
    for (
        outbox
    ) in waiting:  # nothing of it has left: no row is kept that nobody would find when they are erased
        for link in unit.session.scalars(
            select(ImprovementAnswerRow).where(ImprovementAnswerRow.outbox_id == outbox.id)
        ):
            link.outbox_id = link.told_at = None
        unit.session.flush()
        unit.session.delete(outbox)
    row.state, row.approved_by_id, row.sent_at = "draft", None, None
    record(
        unit, "improvement.taken_back", actor=by(person), now=house.clock(), subject=_subject(row), mails=len(waiting)
    )  # fmt: skip
    return len(waiting)


def recipients(session: Session, house: House, row: ImprovementRow) -> tuple[Recipient, ...]:
    """Everybody who asked, each once, with the reason where they are not told."""
    newest: dict[int, tuple[CustomerRow, SurveyAnswerRow]] = {}
    asked = (
        select(CustomerRow, SurveyAnswerRow)
        .join(SurveyAnswerRow, SurveyAnswerRow.customer_id == CustomerRow.id)
        .join(ImprovementAnswerRow, ImprovementAnswerRow.answer_id == SurveyAnswerRow.id)
        .where(ImprovementAnswerRow.improvement_id == row.id, ImprovementAnswerRow.told_at.is_(None))
        .order_by(SurveyAnswerRow.id)
    )
    for customer, answer in session.execute(asked):
        newest[customer.id] = (customer, answer)
    no, bounced = _opted_out(session, newest), _bounced(session, newest)
    told = _told(session, newest)
    limits, now = asking_rules_of(house.company).limits, house.clock()
    found = []
    for customer, answer in newest.values():
        language = answer.language or customer.language or house.company.language
        gap = limits.cap(business=bool(customer.company)).gap
        reasons = {
            LeftOut.OPTED_OUT: customer.id in no or OBJECTION in (customer.objections or ()),
            LeftOut.BOUNCED: customer.id in bounced,
            LeftOut.TOLD_LATELY: customer.id in told and told[customer.id] > now - gap,
            LeftOut.NO_TEXT: not (row.texts or {}).get(language),
            LeftOut.NO_WAY_OUT: answer.request_id is None,
        }
        left_out = next((str(reason) for reason, holds in reasons.items() if holds), "")
        found.append(Recipient(customer, answer, language, left_out))
    return tuple(found)


def why_not_now(session: Session, row: OutboxRow) -> str:
    """Why a mail about a change must not leave after all, in words for people; empty when it may.

    Whoever says no between the approval and the sending is not told.
    """
    asked = session.scalars(
        select(CustomerRow)
        .join(SurveyAnswerRow, SurveyAnswerRow.customer_id == CustomerRow.id)
        .join(ImprovementAnswerRow, ImprovementAnswerRow.answer_id == SurveyAnswerRow.id)
        .where(ImprovementAnswerRow.outbox_id == row.id)
    ).first()
    if asked is None:
        return "nobody who asked for the change is known any more"
    if OBJECTION in (asked.objections or ()) or _opted_out(session, {asked.id: asked}):
        return "the customer does not want to be asked or told"
    return ""


def _opted_out(session: Session, customers: Mapping[int, object]) -> set[int]:
    rows = select(FeedbackOptOutRow.customer_id).where(
        FeedbackOptOutRow.customer_id.in_(customers), FeedbackOptOutRow.what.in_(("all", "email"))
    )
    return set(session.scalars(rows))


def _bounced(session: Session, customers: Mapping[int, object]) -> set[int]:
    rows = select(ContactWayRow.customer_id).where(
        ContactWayRow.customer_id.in_(customers),
        ContactWayRow.channel == "email",
        ContactWayRow.bounced_at.is_not(None),
    )
    return set(session.scalars(rows))


def _told(session: Session, customers: Mapping[int, object]) -> dict[int, datetime]:
    """When each customer last heard of a change."""
    rows = session.execute(
        select(SurveyAnswerRow.customer_id, func.max(ImprovementAnswerRow.told_at))
        .join(ImprovementAnswerRow, ImprovementAnswerRow.answer_id == SurveyAnswerRow.id)
        .where(SurveyAnswerRow.customer_id.in_(customers), ImprovementAnswerRow.told_at.is_not(None))
        .group_by(SurveyAnswerRow.customer_id)
    )
    return {customer: at for customer, at in rows if customer is not None and at is not None}


def _links(session: Session, row: ImprovementRow, customer: CustomerRow) -> list[ImprovementAnswerRow]:
    return list(
        session.scalars(
            select(ImprovementAnswerRow)
            .join(SurveyAnswerRow, SurveyAnswerRow.id == ImprovementAnswerRow.answer_id)
            .where(ImprovementAnswerRow.improvement_id == row.id, SurveyAnswerRow.customer_id == customer.id)
        )
    )


def _row(unit: Unit, improvement_id: int) -> ImprovementRow:
    row = unit.session.get(ImprovementRow, improvement_id, with_for_update=True)
    if row is None:
        raise NotFound(
            "There is no such improvement.", code="improvement.none", remedy="Look at the list again."
        )
    return row


def _draft(unit: Unit, improvement_id: int) -> ImprovementRow:
    row = _row(unit, improvement_id)
    if row.state != "draft":
        raise Conflict("It was sent already.", code="improvement.sent", remedy="Begin another one.")
    return row


def _subject(row: ImprovementRow) -> str:
    return f"improvement:{row.id}"
