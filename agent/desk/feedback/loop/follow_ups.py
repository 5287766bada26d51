"""A bad answer becomes somebody's task: who calls the customer, by when, how it ended, and how it is taken back.

A task opens once an answer. It hangs on the case that the answer is about, else on the customer's newest case; whose
case it is has the task, else the lead with the fewest. Answers of people who are not known open none: there is nobody
to call.
"""

from datetime import datetime

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from agent.cases.priority import tier_of
from agent.desk.audit import SYSTEM, by, record
from agent.desk.casework.answer_time import calendar_of, turn
from agent.desk.casework.cases import touch
from agent.desk.feedback.asking.events import note_event
from agent.desk.feedback.loop.loop_rules import asking_rules_of, follow_up_rules_of, kind_of_survey
from agent.desk.feedback.webhooks.queue import DONE, OPENED, emit_follow_up
from agent.desk.house import House
from agent.desk.notices import resolve_notice
from agent.desk.settings.rules import hours_of, rules_of
from agent.desk.values import customer_record
from agent.errors import Conflict, NotFound, WrongUse
from agent.feedback.loop.follow_up import NOTE_LONGEST, due_at, is_bad
from agent.store.session import Unit
from agent.store.tables import (
    CaseRow,
    CustomerRow,
    EscalationRow,
    FeedbackEventRow,
    FeedbackRequestRow,
    FollowUpRow,
    PersonRow,
    SurveyAnswerRow,
)

FOLLOWED_UP = "personal_follow_up"
"""The event that shows that a person has talked with an unhappy customer (limits.toml, `unhappy.cleared_by`)."""

ESCALATED_FOR = "follow_up"
BETTER_ANSWER = "The customer changed the answer to a better one."


def open_if_bad(
    unit: Unit, house: House, answer: SurveyAnswerRow, *, changed: bool = False
) -> FollowUpRow | None:
    """The task of a bad answer, new or already there; None where the answer is not bad or nobody can be called.

    A task that nobody has touched is dropped when the answer was changed to a better one. One that is closed opens
    again when the answer has `changed` to a bad one since.
    """
    session = unit.session
    row = session.scalar(select(FollowUpRow).where(FollowUpRow.answer_id == answer.id))
    kind = kind_of_survey(house.company, answer.survey)
    if not is_bad(kind, answer.score, asking_rules_of(house.company).limits):
        if row is not None and row.state == "open":
            _close(unit, row, "dropped", None, house.clock(), note=BETTER_ANSWER)
            record(
                unit, "follow_up.dropped", actor=SYSTEM, now=house.clock(), case_id=row.case_id,
                subject=_subject(row),
            )  # fmt: skip
        return None
    if answer.customer_id is None or answer.score is None:
        return row
    case = _case_of(session, answer)
    if row is not None:
        if changed and row.state != "open":
            _open_again(row, _due_at(unit, house, answer, case, kind))
            row.escalated_at = None
            record(
                unit, "follow_up.reopened", actor=SYSTEM, now=house.clock(), case_id=row.case_id,
                subject=_subject(row), owner=row.owner_id, survey=answer.survey,
            )  # fmt: skip
            emit_follow_up(unit, house, OPENED, row)
        return row
    row = FollowUpRow(
        answer_id=answer.id,
        customer_id=answer.customer_id,
        case_id=case.id if case is not None else None,
        owner_id=_owner_of(session, case),
        due_at=_due_at(unit, house, answer, case, kind),
        created_at=house.clock(),
    )
    session.add(row)
    session.flush()
    record(
        unit, "follow_up.opened", actor=SYSTEM, now=house.clock(), case_id=row.case_id,
        subject=_subject(row), owner=row.owner_id, survey=answer.survey,
    )  # fmt: skip
    emit_follow_up(unit, house, OPENED, row)
    return row


def assign(
    unit: Unit, house: House, *, follow_up_id: int, owner_id: int | None, person: PersonRow
) -> FollowUpRow:
    """Give an open task to somebody, or to nobody. Raises `WrongUse` for a person who is not there."""
    row = _open_row(unit.session, follow_up_id)
    if owner_id is not None:
        owner = unit.session.get(PersonRow, owner_id)
        if owner is None or owner.disabled:
            raise WrongUse(
                "There is no such person.", code="assignee.unknown", remedy="Choose somebody of the team."
            )
    before, row.owner_id = row.owner_id, owner_id
    if before != owner_id:
        _record(unit, "follow_up.assigned", row, person, house.clock(), before=before, after=owner_id)
    return row


def finish(
    unit: Unit, house: House, *, follow_up_id: int, outcome: str, note: str, person: PersonRow
) -> FollowUpRow:
    """The task is done, with its outcome. The customer is asked again later where the outcome says so.

    Where a person has talked with them, automatic requests are allowed again (event `personal_follow_up`).
    """
    row, ended = (
        _open_row(unit.session, follow_up_id),
        follow_up_rules_of(house.company).outcome(outcome),
    )
    now = house.clock()
    _close(unit, row, "done", person, now, note=_short(note), outcome=outcome)
    row.ask_again_at = now + ended.ask_again if ended.ask_again is not None else None
    if ended.talked and row.customer_id is not None:
        note_event(
            unit,
            customer_id=row.customer_id,
            kind=FOLLOWED_UP,
            at=now,
            data={"outcome": outcome},
            source="person",
            key=f"{_subject(row)}:{now.isoformat()}",
            now=now,
        )
    _settle_case(unit, house, row, person)
    _record(unit, "follow_up.done", row, person, now, outcome=outcome)
    emit_follow_up(unit, house, DONE, row)
    return row


def drop(unit: Unit, house: House, *, follow_up_id: int, reason: str, person: PersonRow) -> FollowUpRow:
    """Nobody follows this up, for a reason that is kept. The customer stays unhappy for automatic requests."""
    row = _open_row(unit.session, follow_up_id)
    if not reason.strip():
        raise WrongUse(
            "No reason was given.", code="follow_up.no_reason", remedy="Write why nobody follows this up."
        )
    _close(unit, row, "dropped", person, house.clock(), note=_short(reason))
    _settle_case(unit, house, row, person)
    _record(unit, "follow_up.dropped", row, person, house.clock())
    return row


def reopen(unit: Unit, house: House, *, follow_up_id: int, person: PersonRow) -> FollowUpRow:
    """Take `finish` or `drop` back. Raises `Conflict` where the task is open, or the customer was asked again."""
    row = _row(unit.session, follow_up_id)
    if row.state == "open":
        raise Conflict("It is open already.", code="follow_up.open", remedy="Look at the list again.")
    if row.asked_again_id is not None:
        raise Conflict(
            "The customer is being asked again already.",
            code="follow_up.asked_again",
            remedy="Open the request and take that back first.",
        )
    if row.customer_id is not None and row.done_at is not None:
        _forget_event(unit.session, row.customer_id, row.done_at)
    _open_again(row, row.due_at)
    _record(unit, "follow_up.reopened", row, person, house.clock())
    return row


def _open_again(row: FollowUpRow, due: datetime) -> None:
    row.state, row.outcome, row.note, row.due_at = "open", "", "", due
    row.done_by_id = row.done_at = row.ask_again_at = None


def _case_of(session: Session, answer: SurveyAnswerRow) -> CaseRow | None:
    """What the answer is about, where its mails went on, else the customer's newest case."""
    case = session.get(CaseRow, answer.case_id) if answer.case_id is not None else None
    if case is not None and case.merged_into_id is not None:
        case = session.get(CaseRow, case.merged_into_id) or case
    if case is not None:
        return case
    newest = (
        select(CaseRow)
        .where(CaseRow.customer_id == answer.customer_id, CaseRow.merged_into_id.is_(None))
        .where(CaseRow.state != "spam")
        .order_by(CaseRow.updated_at.desc(), CaseRow.id.desc())
        .limit(1)
    )
    return session.scalar(newest)


def _owner_of(session: Session, case: CaseRow | None) -> int | None:
    """Whose case it is, else the lead (without one, the administrator) with the fewest open tasks."""
    if case is not None and case.assignee_id is not None:
        person = session.get(PersonRow, case.assignee_id)
        if person is not None and not person.disabled:
            return person.id
    has = (
        select(FollowUpRow.owner_id, func.count().label("tasks"))
        .where(FollowUpRow.state == "open")
        .group_by(FollowUpRow.owner_id)
        .subquery()
    )
    least = (
        select(PersonRow.id)
        .outerjoin(has, has.c.owner_id == PersonRow.id)
        .where(PersonRow.disabled.is_(False), PersonRow.role.in_(("lead", "admin")))
        .order_by(PersonRow.role.desc(), func.coalesce(has.c.tasks, 0), PersonRow.id)  # "lead" before "admin"
        .limit(1)
    )
    return session.scalar(least)


def _due_at(unit: Unit, house: House, answer: SurveyAnswerRow, case: CaseRow | None, kind: str) -> datetime:
    customer = unit.session.get_one(CustomerRow, answer.customer_id)
    hours = calendar_of(unit, house, case) if case else hours_of(house.company).of("", customer.country)
    tier = tier_of(customer_record(customer, customer.email), rules_of(house.company)[0])
    rules = follow_up_rules_of(house.company)
    return due_at(house.clock(), kind, answer.score or 0.0, tier, rules, hours)


def _close(
    unit: Unit,
    row: FollowUpRow,
    state: str,
    person: PersonRow | None,
    now: datetime,
    *,
    note: str,
    outcome: str = "",
) -> None:
    row.state, row.outcome, row.note = state, outcome, note
    row.done_by_id, row.done_at = person.id if person is not None else None, now
    resolve_notice(unit, _subject(row), now)


def _settle_case(unit: Unit, house: House, row: FollowUpRow, person: PersonRow) -> None:
    """The lead's board no longer waits for this; a case that was opened again for it is done again."""
    if row.case_id is None or row.escalated_at is None:
        return
    now = house.clock()
    waiting = select(EscalationRow).where(
        EscalationRow.case_id == row.case_id,
        EscalationRow.cause == ESCALATED_FOR,
        EscalationRow.acknowledged_at.is_(None),
    )
    for escalation in unit.session.scalars(waiting.with_for_update()):
        escalation.acknowledged_by_id, escalation.acknowledged_at = person.id, now
    case = unit.session.get(CaseRow, row.case_id)
    if case is None or not row.reopened_case or case.state != "open":
        return
    others = select(FollowUpRow.id).where(
        FollowUpRow.case_id == case.id, FollowUpRow.state == "open", FollowUpRow.id != row.id
    )
    wrote_since = case.answered_at is None and case.latest_in_id is not None
    if unit.session.scalar(others.limit(1)) is None and not wrote_since:
        before, case.state = case.state, "done"
        # no news to the customer: asking about it again is the follow-up's own matter
        turn(unit, house, case, before, now, is_news=False)
        touch(case, now)
        record(
            unit, "case.corrected", actor=by(person), now=now, case_id=case.id, before={"state": before},
            after={"state": case.state},
        )  # fmt: skip
    row.reopened_case = False


def _forget_event(session: Session, customer_id: int, at: datetime) -> None:
    """The talk did not take place after all; an event that led to a request stays."""
    asked = exists().where(FeedbackRequestRow.event_id == FeedbackEventRow.id)
    session.execute(
        delete(FeedbackEventRow).where(
            FeedbackEventRow.customer_id == customer_id,
            FeedbackEventRow.kind == FOLLOWED_UP,
            FeedbackEventRow.source == "person",
            FeedbackEventRow.at == at,
            ~asked,
        )
    )


def _row(session: Session, follow_up_id: int) -> FollowUpRow:
    row = session.get(FollowUpRow, follow_up_id, with_for_update=True)
    if row is None:
        raise NotFound(
            f"There is no follow-up {follow_up_id}.",
            code="follow_up.unknown",
            remedy="Look at the list again.",
        )
    return row


def _open_row(session: Session, follow_up_id: int) -> FollowUpRow:
    row = _row(session, follow_up_id)
    if row.state != "open":
        raise Conflict(
            "Somebody has finished it already.", code="follow_up.closed", remedy="Look at the list again."
        )
    return row


def _short(text: str) -> str:
    return text.strip()[:NOTE_LONGEST]


def _subject(row: FollowUpRow) -> str:
    return f"follow_up:{row.id}"


def _record(
    unit: Unit, action: str, row: FollowUpRow, person: PersonRow, now: datetime, **detail: object
) -> None:
    record(unit, action, actor=by(person), now=now, case_id=row.case_id, subject=_subject(row), **detail)
