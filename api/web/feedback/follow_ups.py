"""Follow-ups: the list by deadline, and one with its answer, its script and what people decide about it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from agent.desk.feedback.loop import follow_ups
from agent.desk.feedback.loop.loop_rules import follow_up_rules_of, kind_of_survey
from agent.desk.house import House
from agent.errors import Conflict, GenklangError, WrongUse
from agent.feedback.loop.follow_up_script import Script, Told, script_of
from agent.privacy.salutation import salutation
from agent.store.queries.follow_ups import (
    FollowUpLine,
    Stage,
    Whose,
    follow_up_line,
    follow_up_lines,
    follow_ups_of_case,
    follow_ups_of_customer,
    stages_lately,
)
from agent.store.session import Unit
from agent.store.tables import ContactWayRow, PersonRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.feedback import loop_words
from api.web.pages import gettext_of, person_name, render
from api.web.shell import shell

router = APIRouter(prefix="/feedback/follow-ups")

LATELY = timedelta(days=30)
_DID = "^(assigned|done|dropped|reopened)?$"

Number = Annotated[int, Form(ge=0)]
Text = Annotated[str, Form(max_length=8000)]


@router.get("")
def follow_ups_page(desk: AtDesk, whose: Whose = Whose.ALL, stage: Stage = Stage.OPEN) -> Response:
    now = desk.house.clock()
    with desk.house.store.reading() as session:
        around = shell(session, desk)
        lines = follow_up_lines(session, whose=whose, stage=stage, person_id=desk.person.id)
        waiting, talked, solved = stages_lately(session, now - LATELY)
    values = {
        "shell": around,
        "lines": lines,
        "whose": whose,
        "stage": stage,
        "overdue": sum(line.row.due_at <= now for line in lines) if stage is Stage.OPEN else 0,
        "strip": (waiting, talked, solved),
        **words_of(desk),
    }
    return render(desk.request, "follow_ups.html", values)


@router.get("/{follow_up_id}")
def follow_up_page(
    desk: AtDesk,
    follow_up_id: int,
    did: Annotated[str, Query(pattern=_DID)] = "",
    before: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    return _show(desk, follow_up_id, did=did, before=before)


def _show(
    desk: Desk,
    follow_up_id: int,
    *,
    did: str = "",
    before: int = 0,
    typed: str = "",
    problem: GenklangError | None = None,
) -> Response:
    """One follow-up; after a refused action with the reason and what was typed."""
    with desk.house.store.reading() as session:
        around = shell(session, desk)
        line = follow_up_line(session, follow_up_id)
        phone = _phone(session, line)
        before_name = person_name(session.get(PersonRow, before)) if before else ""
    script = script_for(desk.house, line, desk.person)
    values = {
        "shell": around,
        "line": line,
        "script": script,
        "phone": phone,
        "mail_link": _mail_link(line, script),
        "outcomes": follow_up_rules_of(desk.house.company).offered,
        "did": did,
        "before": before,
        "before_name": before_name,
        "typed": typed,
        "problem": problem,
        **words_of(desk),
    }
    return render(
        desk.request, "follow_up.html", values, status=status_of(problem) if problem is not None else 200
    )


@router.post("/{follow_up_id}/assign")
def assign(desk: AtDesk, follow_up_id: int, to: Number, undo: Number = 0) -> Response:
    """Give it to somebody; nobody is 0. After an undo nothing further is offered to take back."""
    before = 0

    def act(unit: Unit) -> None:
        nonlocal before
        before = follow_up_line(unit.session, follow_up_id).row.owner_id or 0
        follow_ups.assign(
            unit, desk.house, follow_up_id=follow_up_id, owner_id=to or None, person=desk.person
        )

    return _carry_out(
        desk,
        follow_up_id,
        act,
        lambda: {"did": "assigned"} | ({} if undo or before == to else {"before": before}),
    )


@router.post("/{follow_up_id}/done")
def done(
    desk: AtDesk, follow_up_id: int, outcome: Annotated[str, Form(max_length=40)] = "", note: Text = ""
) -> Response:
    def act(unit: Unit) -> None:
        if not outcome:
            raise WrongUse("Nothing says yet how it ended.", remedy="Choose how it ended, then press Done.")
        follow_ups.finish(
            unit, desk.house, follow_up_id=follow_up_id, outcome=outcome, note=note, person=desk.person
        )

    return _carry_out(desk, follow_up_id, act, lambda: {"did": "done"}, typed=note)


@router.post("/{follow_up_id}/drop")
def drop(desk: AtDesk, follow_up_id: int, reason: Text = "") -> Response:
    def act(unit: Unit) -> None:
        follow_ups.drop(unit, desk.house, follow_up_id=follow_up_id, reason=reason, person=desk.person)

    return _carry_out(desk, follow_up_id, act, lambda: {"did": "dropped"}, typed=reason)


@router.post("/{follow_up_id}/reopen")
def reopen(desk: AtDesk, follow_up_id: int) -> Response:
    def act(unit: Unit) -> None:
        follow_ups.reopen(unit, desk.house, follow_up_id=follow_up_id, person=desk.person)

    return _carry_out(desk, follow_up_id, act, lambda: {"did": "reopened"})


def panel_of_case(session: Session, desk: Desk, case_id: int) -> dict[str, Any]:
    """What `_follow_ups_panel.html` is drawn from on the page of a case."""
    return {"follow_ups": follow_ups_of_case(session, case_id), **words_of(desk)}


def panel_of_customer(session: Session, desk: Desk, customer_id: int) -> dict[str, Any]:
    """The same on the page of a customer."""
    return {"follow_ups": follow_ups_of_customer(session, customer_id), **words_of(desk)}


def words_of(desk: Desk) -> dict[str, Any]:
    """What templates call outcomes and surveys, and the best score of an answer's survey."""
    words, rules = gettext_of(desk.request), follow_up_rules_of(desk.house.company)
    return {
        "survey_name": lambda survey: loop_words.survey_name(survey, words),
        "outcome_name": lambda outcome: loop_words.outcome_name(outcome, rules, words),
        "top_of": lambda answer: loop_words.top_of(desk.house, answer),
    }


def script_for(house: House, line: FollowUpLine, person: PersonRow) -> Script:
    """What to say, in the customer's language, by the name of the person who says it."""
    answer = line.answer
    language = answer.language or (line.customer.language if line.customer else "") or house.company.language
    named = salutation(line.customer.name) if line.customer else salutation("")
    told = Told(
        name=named.full if language == "de" else named.first,
        score=answer.score or 0.0,
        top=loop_words.top_of(house, answer),
        kind=kind_of_survey(house.company, answer.survey),
        words=answer.comment,
        agent=person_name(person),
        company=house.company.name,
    )
    return script_of(told, language)


def _phone(session: Session, line: FollowUpLine) -> str:
    """The number of a mobile phone, where one is known; it is there for texts and good for a call."""
    if line.customer is None:
        return ""
    ways = select(ContactWayRow.address).where(
        ContactWayRow.customer_id == line.customer.id, ContactWayRow.channel.in_(("sms", "whatsapp"))
    )
    known = session.scalar(ways.order_by(ContactWayRow.channel).limit(1))
    return known or str((line.customer.attributes or {}).get("phone", ""))


def _mail_link(line: FollowUpLine, script: Script) -> str:
    """Opens the reader's own mail program with the mail in it; empty without an address."""
    if line.customer is None:
        return ""
    about = urlencode({"subject": script.subject, "body": script.mail}, quote_via=quote)
    return f"mailto:{quote(line.customer.email)}?{about}"


def _carry_out(
    desk: Desk,
    follow_up_id: int,
    act: Callable[[Unit], None],
    then: Callable[[], dict[str, Any]],
    *,
    typed: str = "",
) -> Response:
    """Do `act` in one unit of work and show the follow-up; where it is refused, with the reason."""
    try:
        with desk.house.store.writing() as unit:
            act(unit)
    except (Conflict, WrongUse) as problem:
        return _show(desk, follow_up_id, problem=problem, typed=typed)
    return RedirectResponse(f"/feedback/follow-ups/{follow_up_id}?{urlencode(then())}", 303)
