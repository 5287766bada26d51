"""One reviewed reply for all customers of an incident: write it once a language, read each letter, approve the set."""

import secrets
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from agent.desk.escalations import answering_incident
from agent.desk.escalations.answering_incident import LEADS, approve_set, preview, progress
from agent.desk.escalations.incident_letters import Recipient, members, recipients, starting_texts
from agent.errors import Conflict, GenklangError, NotFound, WrongUse
from agent.store.tables import IncidentRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.language import marked
from api.web.pages import render
from api.web.shell import shell

router = APIRouter()

WHY_NOT = {
    "answered": marked("does not wait for an answer any more"),
    "leaving": marked("another reply is on its way"),
    "unread": marked("the newest mail is still being read"),
    "language": marked("writes in a language that we do not"),
    "address": marked("cannot be reached at this address"),
    "wrote": marked("wrote again after you read the letters"),
    "changed": marked("changed after you read the letters"),
    "not_picked": marked("was left out, or came after you read the letters"),
}

LETTER_STATES = {
    "waiting": marked("leaves in a moment"),
    "sending": marked("is being sent"),
    "sent": marked("sent"),
    "failed": marked("was refused"),
    "uncertain": marked("may not have arrived"),
    "cancelled": marked("taken back"),
}


@router.get("/escalations/incidents/{incident_id}/reply")
def reply_page(desk: AtDesk, incident_id: int) -> Response:
    return _editor(desk, incident_id)


@router.post("/escalations/incidents/{incident_id}/letters")
async def letters_page(desk: AtDesk, incident_id: int, request: Request) -> Response:
    texts = _texts(await request.form())
    return _letters(desk, incident_id, texts)


@router.post("/escalations/incidents/{incident_id}/edit")
async def edit_again(desk: AtDesk, incident_id: int, request: Request) -> Response:
    return _editor(desk, incident_id, texts=_texts(await request.form()))


@router.post("/escalations/incidents/{incident_id}/approve")
async def approve(desk: AtDesk, incident_id: int, request: Request) -> Response:
    form = await request.form()
    texts, seals = _texts(form), [str(one) for one in form.getlist("letter")]
    try:
        with desk.house.store.writing() as unit:
            reply = approve_set(
                unit, desk.house, incident_id=incident_id, texts=texts, seals=seals,
                press=str(form.get("press", ""))[:64] or secrets.token_hex(8), person=desk.person,
            )  # fmt: skip
            reply_id = reply.id
    except (Conflict, WrongUse) as problem:
        return _letters(desk, incident_id, texts, problem=problem)
    return RedirectResponse(f"/escalations/replies/{reply_id}", 303)


@router.get("/escalations/replies/{reply_id}")
def progress_page(desk: AtDesk, reply_id: int) -> Response:
    with desk.house.store.reading() as session:
        values = {"shell": shell(session, desk), **_progress(session, reply_id)}
    return render(desk.request, "incident_progress.html", values)


@router.get("/live/replies/{reply_id}")
def progress_part(desk: AtDesk, reply_id: int) -> Response:
    """How far the set is, drawn anew while it leaves."""
    with desk.house.store.reading() as session:
        values = _progress(session, reply_id)
    return render(desk.request, "_incident_progress.html", values)


@router.post("/escalations/replies/{reply_id}/undo")
def undo(desk: AtDesk, reply_id: int) -> Response:
    try:
        with desk.house.store.writing() as unit:
            answering_incident.undo_set(unit, desk.house, reply_id=reply_id, person=desk.person)
    except (Conflict, WrongUse) as problem:
        with desk.house.store.reading() as session:
            values = {"shell": shell(session, desk), **_progress(session, reply_id), "problem": problem}
        return render(desk.request, "incident_progress.html", values, status=status_of(problem))
    return RedirectResponse(f"/escalations/replies/{reply_id}", 303)


def _editor(
    desk: Desk, incident_id: int, *, texts: dict[str, str] | None = None, problem: GenklangError | None = None
) -> Response:
    with desk.house.store.reading() as session:
        incident = _incident(session, desk, incident_id)
        cases = members(session, incident_id)
        found, left_out = recipients(session, cases)
        starting = starting_texts(session, desk.house.company, found)
        values = {
            "shell": shell(session, desk),
            "incident": incident,
            "groups": _groups(found, starting | {g: t for g, t in (texts or {}).items() if g in starting}),
            "count": len(found),
            "left_out": [(case, WHY_NOT[left_out[case.id]]) for case in cases if case.id in left_out],
            "problem": problem,
        }
    return render(desk.request, "incident_reply.html", values, status=status_of(problem) if problem else 200)


def _letters(
    desk: Desk, incident_id: int, texts: dict[str, str], *, problem: GenklangError | None = None
) -> Response:
    try:
        with desk.house.store.reading() as session:
            incident = _incident(session, desk, incident_id)
            seen = preview(session, desk.house, incident_id=incident_id, texts=texts, person=desk.person)
            cases = {case.id: case for case in members(session, incident_id)}
            values = {
                "shell": shell(session, desk),
                "incident": incident,
                "texts": texts,
                "letters": seen.letters,
                "left_out": [(cases[number], WHY_NOT[why]) for number, why in sorted(seen.left_out.items())],
                "press": secrets.token_hex(16),
                "problem": problem,
            }
    except WrongUse as refused:
        return _editor(desk, incident_id, texts=texts, problem=refused)
    return render(
        desk.request, "incident_letters.html", values, status=status_of(problem) if problem else 200
    )


def _progress(session: Session, reply_id: int) -> dict[str, Any]:
    found = progress(session, reply_id)
    return {
        "set": found,
        "letters": [
            (
                found.cases[one["case"]],
                LETTER_STATES.get(state := found.states.get(one["case"], ""), state),
                state,
            )
            for one in found.reply.letters
            if one["case"] in found.cases
        ],
        "left_out": [
            (found.cases[one["case"]], WHY_NOT.get(one["reason"], one["reason"]))
            for one in found.reply.left_out
            if one["case"] in found.cases
        ],
        "problem": None,
    }


def _incident(session: Session, desk: Desk, incident_id: int) -> IncidentRow:
    incident = session.get(IncidentRow, incident_id)
    if incident is None:
        raise NotFound(
            "There is no such incident.", code="incident.unknown", remedy="Look at the board again."
        )
    if desk.person.role not in LEADS:
        raise WrongUse(
            "Only leads answer many customers at once.", code="incident.role", remedy="Ask a lead to do it."
        )
    return incident


def _groups(found: tuple[Recipient, ...], texts: dict[str, str]) -> list[dict[str, Any]]:
    """Each language and form of address with its text and how many customers read it."""
    return [
        {
            "key": key,
            "language": key.partition("-")[0],
            "address": key.partition("-")[2],
            "text": text,
            "count": sum(one.group == key for one in found),
        }
        for key, text in texts.items()
    ]


def _texts(form: FormData) -> dict[str, str]:
    """The texts of a form, by group."""
    return {
        name.removeprefix("text-"): str(value)[:100_000]
        for name, value in form.items()
        if name.startswith("text-")
    }
