"""Campaigns: the list, one campaign with its progress, and what is done with it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from agent.desk.customers.feedback_light import red_lights_of
from agent.desk.feedback.asking.wishes import reason_of
from agent.desk.feedback.campaigns import steering
from agent.desk.feedback.campaigns.figures import list_campaigns, progress_of
from agent.desk.feedback.campaigns.letter import send_test
from agent.desk.feedback.campaigns.people import WAITING, members_of
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.errors import Conflict, GenklangError, NotFound, WrongUse
from agent.feedback.campaigns.campaign import Kind, kind_problems, steps_of
from agent.feedback.campaigns.schedule import Schedule, coming_runs
from agent.feedback.reasons import sentence
from agent.feedback.surveys.questions import LANGUAGES
from agent.store.tables import CampaignRow, PersonRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.feedback import campaign_words as words
from api.web.feedback.campaign_audience import values_offered
from api.web.feedback.words import CODES
from api.web.pages import gettext_of, reader_of, render
from api.web.settings.shell import Fields, Typed
from api.web.shell import shell

router = APIRouter()

RUNS_TOLD = 5

ACTS: dict[str, Callable[..., CampaignRow]] = {
    "start": steering.start,
    "take-back": steering.take_back,
    "pause": steering.pause,
    "go-on": steering.go_on,
    "stop": steering.stop,
}


@router.get("/feedback/campaigns")
def campaigns_page(desk: AtDesk) -> Response:
    with desk.house.store.reading() as session:
        rows = list_campaigns(session)
        values = {
            "shell": shell(session, desk),
            "campaigns": rows,
            "progress": progress_of(session, [row.id for row in rows]),
            "steps_of": steps_of,
            **shared(desk),
        }
    return render(desk.request, "feedback_campaigns.html", values)


@router.get("/feedback/campaigns/new")
def new_page(desk: AtDesk) -> Response:
    steering.may_steer(desk.person)
    return kind_form(desk, Typed({"kind.kind": str(Kind.TARGETED)}))


@router.post("/feedback/campaigns/new")
def begin(desk: AtDesk, fields: Fields) -> Response:
    steering.may_steer(desk.person)
    name, kind = fields.get("kind.name", ""), fields.get("kind.kind", "")
    if problems := kind_problems(name, kind):
        return kind_form(desk, Typed(fields, problems))
    with desk.house.store.writing() as unit:
        row = steering.begin_draft(unit, desk.house, name=name, kind=Kind(kind), person=desk.person)
    return RedirectResponse(f"/feedback/campaigns/{row.id}/audience", 303)


@router.get("/feedback/campaigns/{campaign_id}")
def campaign_page(desk: AtDesk, campaign_id: int) -> Response:
    return one_page(desk, campaign_id)


@router.get("/feedback/campaigns/{campaign_id}/people")
def people_page(
    desk: AtDesk,
    campaign_id: int,
    number: Literal["planned", "waiting", "sent", "answered", "dropped", "not_asked"],
    code: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Who is behind a number of the campaign, each with the reason in words."""
    with desk.house.store.reading() as session:
        row = steering.known_campaign(session, campaign_id)
        members, count = members_of(session, row.id, number, code)
        waiting = (one.customer.id for one in members if one.state in WAITING)
        red = red_lights_of(session, waiting, desk.house.company, desk.house.clock())
        values = {
            "shell": shell(session, desk),
            "campaign": row,
            "number": number,
            "code": code,
            "members": members,
            "count": count,
            "red": red,
            "waits": WAITING,
            "said_reason": _sentence_of(desk),
            "say": lambda code: gettext_of(desk.request)(CODES.get(str(code), str(code))),
            **shared(desk),
        }
    return render(desk.request, "feedback_campaign_people.html", values)


def _sentence_of(desk: Desk) -> Callable[[Mapping[str, Any]], str]:
    language, zone = reader_of(desk.request).language, desk.house.company.zone
    return lambda stored: sentence(reason_of(stored), language, zone) if stored else ""


@router.post("/feedback/campaigns/{campaign_id}/copy")
def copy(desk: AtDesk, campaign_id: int) -> Response:
    with desk.house.store.writing() as unit:
        row = steering.copy(unit, desk.house, campaign_id=campaign_id, person=desk.person)
    return RedirectResponse(f"/feedback/campaigns/{row.id}/kind", 303)


@router.post("/feedback/campaigns/{campaign_id}/test")
def test(desk: AtDesk, campaign_id: int, fields: Fields) -> Response:
    """Send the message to the person at the desk, in one language."""
    steering.may_steer(desk.person)
    language = fields.get("language", "")
    if language not in LANGUAGES:
        raise WrongUse("This is none of our languages.", remedy="Choose one that is offered.")
    with desk.house.store.writing() as unit:
        row = steering.known_campaign(unit.session, campaign_id)
        send_test(unit, desk.house, row, steps_of(row.steps), language, person=desk.person)
    return RedirectResponse(f"/feedback/campaigns/{campaign_id}/preview/{language}?sent=yes", 303)


@router.post("/feedback/campaigns/{campaign_id}/act/{act}")
def act(desk: AtDesk, campaign_id: int, act: str, fields: Fields) -> Response:
    """Start, take back, pause, go on, stop: as the campaign was seen."""
    if act not in ACTS:
        raise NotFound("There is no such step.", remedy="Open the campaign again.")
    version = fields.get("version", "")
    try:
        with desk.house.store.writing() as unit:
            ACTS[act](
                unit, desk.house, campaign_id=campaign_id, version=int(version) if version.isdecimal() else -1,
                person=desk.person,
            )  # fmt: skip
    except (Conflict, WrongUse) as problem:
        return one_page(desk, campaign_id, problem)
    return RedirectResponse(f"/feedback/campaigns/{campaign_id}", 303)


def one_page(desk: Desk, campaign_id: int, problem: GenklangError | None = None) -> Response:
    """A campaign with its progress."""
    with desk.house.store.reading() as session:
        row = steering.known_campaign(session, campaign_id)
        steps = steps_of(row.steps)
        values: dict[str, Any] = {
            "shell": shell(session, desk),
            "campaign": row,
            "steps": steps,
            "progress": progress_of(session, [row.id])[row.id],
            "maker": session.get(PersonRow, row.person_id) if row.person_id is not None else None,
            "problem": problem,
            "coming": [] if row.state in {"draft", "done", "stopped"} else coming_of(steps.schedule, desk),
            **shared(desk),
        }
    return render(
        desk.request, "feedback_campaign.html", values, status=status_of(problem) if problem else 200
    )


def kind_form(desk: Desk, typed: Typed, row: CampaignRow | None = None) -> Response:
    """The first step, of a campaign that is there already or not yet."""
    with desk.house.store.reading() as session:
        values = {
            "shell": shell(session, desk),
            "campaign": row,
            "step": "kind",
            "typed": typed,
            "unfinished": {},
            **shared(desk),
        }
    return render(desk.request, "feedback_campaign_kind.html", values, status=typed.status)


def coming_of(planned: Schedule, desk: Desk) -> list[datetime]:
    """The next runs of a schedule, to be shown."""
    return coming_runs(planned, desk.house.clock(), desk.house.company.zone, RUNS_TOLD)


def shared(desk: Desk) -> dict[str, Any]:
    """What all pages of campaigns draw with."""
    return {
        "words": words,
        "known_values": values_offered(desk),
        "rules": asking_rules_of(desk.house.company),
        "may_steer": desk.person.role in steering.DECIDERS,
        "tab": "campaigns",
    }
