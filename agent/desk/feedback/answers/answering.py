"""Answers to surveys: kept question by question, one answer a person, changed for as long as the link works.

Nothing here happens by opening a page: mail scanners open every link, and none of them presses a button.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from agent.desk.audit import record
from agent.desk.feedback.asking.events import note_answered
from agent.desk.feedback.loop.follow_ups import open_if_bad
from agent.desk.feedback.surveys.links import Purpose, answer_token, rules_of_links
from agent.desk.feedback.surveys.visits import ANSWERING, Visit, last_message, visit_of
from agent.desk.house import House
from agent.desk.people.attempts import TooManyAttempts, attempt_key, count_attempt
from agent.errors import Conflict, WrongUse
from agent.feedback.history import Value
from agent.feedback.surveys.questions import Kind, Question, wording
from agent.store.session import Unit
from agent.store.tables import FeedbackRequestRow, SurveyAnswerRow, SurveyLinkRow

HIDE = "hide_comment"
"""The task that makes a comment's redacted twin; its id is the answer's."""

LONGEST_TYPED = 4_000  # characters of anything that comes in from a form
UNANSWERED = ("open", "asked", "over")
"""States of a request to which an answer is news."""


class AnsweredBefore(Conflict):
    """From this device an answer was given over this open link today; nobody is counted twice."""

    def __init__(self) -> None:
        super().__init__(
            "An answer from here has arrived today.",
            code="survey.answered",
            remedy="Thank you; come back tomorrow if you would like to answer once more.",
        )


class OneMoment(Conflict):
    """At this screen an answer was begun seconds ago: a button was pressed twice, or somebody plays with it."""

    def __init__(self) -> None:
        super().__init__(
            "An answer from here has arrived this very moment.",
            code="survey.moment",
            remedy="Wait a few seconds; then the next person can answer.",
        )


def slow_down(house: House, token: str, origin: str) -> None:
    """Count an answer for this link and this address. Raises `TooManyAttempts`; addresses are never stored.

    An open link is everybody's, so that only the address counts for it.
    """
    rules, key = rules_of_links(house.company), house.secret_key
    limits = {attempt_key(key, "survey-origin", origin): rules.per_address}
    limits[attempt_key(key, "survey-link", f"{token}|{origin}")] = rules.per_link
    if wait_s := count_attempt(house.store, limits, house.clock()):
        raise TooManyAttempts(
            wait_s,
            "Too many answers came from here within a short time.",
            code="survey.too_many",
            remedy="Wait a quarter of an hour and send yours again.",
        )


def visitor_mark(house: House, link_id: int, origin: str, browser: str) -> str:
    """Tells one visitor of an open link from another for a day, after which nobody can be recognised by it."""
    day = house.clock().date().isoformat()
    told = f"visitor:{link_id}:{day}:{origin}:{browser}".encode()
    return hmac.new(house.secret_key, told, hashlib.sha256).hexdigest()[:32]


def note_opened(unit: Unit, house: House, token: str) -> None:
    """A person has the survey before their eyes: said by the page's script once it is visible, never by a mere GET."""
    visit = visit_of(unit.session, house, token)
    if visit.request is not None:
        _opened(unit, visit.request, house.clock())


def keep_answer(
    unit: Unit,
    house: House,
    token: str,
    name: str,
    typed: str,
    *,
    language: str,
    visitor: str = "",
    purposes: tuple[Purpose, ...] = ANSWERING,
) -> tuple[str, str]:
    """Keep what somebody answered to the question `name`; empty passes it over.

    Gives the token to go on with and the name of the question to go on to, empty for the survey's next one. Raises
    `UnknownLink`, `LinkOver`, `WrongUse` for an impossible answer, `AnsweredBefore` and `OneMoment`.
    """
    now = house.clock()
    visit = visit_of(unit.session, house, token, purposes)
    question = visit.question(name)
    if question is None or question.name != name:  # an old page: the way has changed since
        return token, ""
    value = read_typed(question, typed)
    if value is None and visit.survey.score_question is question:
        raise WrongUse("Nothing was chosen.", code="survey.nothing", remedy="Choose an answer, then send it.")
    row = _row(unit, house, visit, visitor, language, now)
    before = {each.name for each in visit.survey.questions if each.is_asked(visit.answers)}
    answers = {**visit.answers, name: value}
    row.language = language
    _take_over(row, visit, house, answers)
    if visit.is_complete:
        row.changed_at = now
        opened_up = (q for q in visit.survey.questions if q.name not in before and q.is_asked(answers))
        following = next((q.name for q in opened_up if q.name not in answers), "")
        take_in(unit, house, row, visit.request)
    else:
        following = ""
        if visit.survey.next_question(answers) is None:
            row.completed_at = now
            take_in(unit, house, row, visit.request)
    return (token if visit.request or visit.answer else answer_token(house, row.id)), following


def read_typed(question: Question, typed: str) -> Value:
    """The answer that a form's text means; None for none. Raises `WrongUse` for one that is not offered."""
    text = typed.replace("\r\n", "\n").strip()
    if not text:
        return None
    value: Value = text
    if question.is_number:
        value = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else None
    elif question.kind is Kind.YES_NO:
        value = {"yes": True, "no": False}.get(text)
    if value is None or not question.accepts(value):
        raise WrongUse(
            "This answer cannot be taken.",
            code="survey.answer",
            remedy=f"Choose one that is offered, or shorten the text to {LONGEST_TYPED} characters.",
        )
    return value


def _row(
    unit: Unit, house: House, visit: Visit, visitor: str, language: str, now: datetime
) -> SurveyAnswerRow:
    """The one row of this person: locked if it is there, new if not."""
    session = unit.session
    if visit.answer is not None:
        return visit.answer
    row: SurveyAnswerRow | None = None
    if visit.request is not None:
        session.get(FeedbackRequestRow, visit.request.id, with_for_update=True)
        row = session.scalar(select(SurveyAnswerRow).where(SurveyAnswerRow.request_id == visit.request.id))
        _opened(unit, visit.request, now)
    elif visit.link is not None and visit.at_kiosk:
        session.get(SurveyLinkRow, visit.link.id, with_for_update=True)
        visitor = _next_at_kiosk(unit, house, visit.link, visitor, now)
    elif visit.link is not None and visitor:
        session.get(SurveyLinkRow, visit.link.id, with_for_update=True)
        row = session.scalar(
            select(SurveyAnswerRow).where(
                SurveyAnswerRow.link_id == visit.link.id, SurveyAnswerRow.visitor == visitor
            )
        )
        if row is not None and row.completed_at is not None:
            raise AnsweredBefore
    if row is None:
        row = _new_row(unit, visit, visitor, now)
    elif visit.link is not None:
        row.started_at = now  # begun before and left: they begin anew, and see nothing of what stood there
    return row


def _next_at_kiosk(unit: Unit, house: House, link: SurveyLinkRow, device: str, now: datetime) -> str:
    """The mark of one of many visitors at the same device. Raises `OneMoment` before the pause is over."""
    since = now - rules_of_links(house.company).kiosk_pause
    row = SurveyAnswerRow
    lately = select(row.id).where(
        row.link_id == link.id, row.started_at > since, row.visitor.startswith(f"{device}:")
    )
    if unit.session.scalar(lately.limit(1)) is not None:
        raise OneMoment
    return f"{device}:{now.timestamp():.3f}"


def _new_row(unit: Unit, visit: Visit, visitor: str, now: datetime) -> SurveyAnswerRow:
    request, link = visit.request, visit.link
    message = last_message(unit.session, request.id) if request else None
    row = SurveyAnswerRow(
        request_id=request.id if request else None,
        link_id=link.id if link else None,
        visitor=visitor if link else "",
        customer_id=request.customer_id if request else None,
        case_id=request.case_id if request else None,
        survey=visit.survey.name,
        channel=(message.channel if message else request.planned_channel)
        if request
        else ("widget" if link and link.kind == "widget" else "link"),
        touchpoint=request.name if request else (link.name if link else ""),
        answers={},
        started_at=now,
        created_at=now,
    )
    unit.session.add(row)
    unit.session.flush()
    return row


def _take_over(row: SurveyAnswerRow, visit: Visit, house: House, answers: Mapping[str, Value]) -> None:
    """Write the answers into the row, with the score and the comment that they amount to."""
    survey = visit.survey
    counted = survey.checked(answers)
    complete = survey.next_question(answers) is None or row.completed_at is not None
    row.answers = dict(counted if complete else answers)
    score = counted.get(survey.score_question.name) if survey.score_question else None
    row.score = float(score) if isinstance(score, int | float) else None
    texts = [counted[q.name] for q in survey.questions if q.kind is Kind.TEXT and q.name in counted]
    comment = "\n\n".join(str(text) for text in texts)
    if comment != row.comment:
        row.comment, row.redacted_comment = comment, ""
        row.sentiment, row.themes, row.usefulness, row.read_at = "", [], None, None
    row.survey_text = _as_asked(visit, house, row.language, counted)


def _as_asked(visit: Visit, house: House, language: str, counted: Mapping[str, Value]) -> dict[str, Any]:
    """The questions that were answered, in the words that the person read."""
    names = {"company": house.company.name, "subject": visit.subject}
    asked: dict[str, Any] = {}
    for each in visit.survey.questions:
        if each.name not in counted:
            continue
        asked[each.name] = {"kind": str(each.kind), "text": wording(each.text, language, **names)}
        if each.is_number:
            asked[each.name] |= {"from": each.lowest, "to": each.highest}
        if each.options:
            asked[each.name]["options"] = {k: wording(v, language, **names) for k, v in each.options.items()}
    return asked


def take_in(unit: Unit, house: House, row: SurveyAnswerRow, request: FeedbackRequestRow | None) -> None:
    """Tell the rest of the house: the request is answered, the customer's history knows, a bad answer is followed up.

    Doing it again after a change tells the change.
    """
    now, is_news = house.clock(), False
    if request is not None:
        if request.state in UNANSWERED:
            request.state, request.look_at, request.closed_at = "answered", None, now
        is_news = note_answered(
            unit,
            customer_id=request.customer_id,
            answer_id=row.id,
            data={"survey": row.survey, "score": row.score, "request": request.id},
            now=now,
        )
        record(
            unit,
            "feedback.answered" if row.changed_at is None else "feedback.answer_changed",
            actor="customer",
            now=now,
            case_id=request.case_id,
            subject=f"request:{request.id}",
            survey=row.survey,
            score=row.score,
        )
    open_if_bad(unit, house, row, changed=is_news and row.changed_at is not None)
    if row.comment and not row.redacted_comment:
        unit.after_commit(lambda: house.doorbell.ring(HIDE, row.id))


def _opened(unit: Unit, request: FeedbackRequestRow, now: datetime) -> None:
    message = last_message(unit.session, request.id)
    if message is not None and message.opened_at is None:
        message.opened_at = now
