"""The wizard of a campaign: its steps one after the other, each kept when it is right, and a summary at the end."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from agent.desk.feedback.campaigns.figures import Reach, reach_of
from agent.desk.feedback.campaigns.letter import sample_letter, sample_short
from agent.desk.feedback.campaigns.steering import change_draft, known_campaign, may_steer
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.errors import Conflict, NotFound
from agent.feedback.campaigns import audience, schedule
from agent.feedback.campaigns.audience import MOST_ROWS, Problems
from agent.feedback.campaigns.campaign import (
    Kind,
    Steps,
    kind_problems,
    message_problems,
    plan_problems,
    problems_of,
    steps_of,
    warnings_of,
)
from agent.feedback.campaigns.short_text import parts_of
from agent.feedback.history import Channel
from agent.feedback.rules import Rules
from agent.feedback.surveys.questions import LANGUAGES
from agent.store.tables import CampaignRow
from api.dependencies import AtDesk, Desk
from api.web.feedback import campaign_words as words
from api.web.feedback.campaign_audience import called, names_offered, understood
from api.web.feedback.campaign_form import fields_of, steps_from
from api.web.feedback.campaigns import coming_of, kind_form, shared
from api.web.pages import gettext_of, person_name, reader_of, render
from api.web.settings.shell import Fields, Typed
from api.web.shell import shell

router = APIRouter()

LINK = "…"  # in a preview
SHORT_CHANNELS = frozenset({Channel.SMS, Channel.WHATSAPP, Channel.CHAT})


@router.get("/feedback/campaigns/{campaign_id}/preview/{language}")
def preview_page(
    desk: AtDesk, campaign_id: int, language: str, sent: Annotated[str, Query()] = ""
) -> Response:
    """The message as it goes out in a language."""
    if language not in LANGUAGES:
        raise NotFound("There is no such language.", remedy="Choose one that is offered.")
    with desk.house.store.reading() as session:
        row = known_campaign(session, campaign_id)
        steps = steps_of(row.steps)
        if message_problems(steps.message, asking_rules_of(desk.house.company)):
            return RedirectResponse(f"/feedback/campaigns/{campaign_id}/message", 303)
        letter = sample_letter(desk.house, steps, language, name=person_name(desk.person), link=LINK)
        values = {
            "shell": shell(session, desk),
            "campaign": row,
            "letter": letter,
            "letter_parts": _parts(letter.text),
            **_short(desk, steps, language),
            "shown": language,
            "was_sent": sent == "yes",
            "customer_languages": LANGUAGES,
            **shared(desk),
        }
    return render(desk.request, "feedback_campaign_preview.html", values)


@router.get("/feedback/campaigns/{campaign_id}/{step}")
def step_page(desk: AtDesk, campaign_id: int, step: str, count: Annotated[str, Query()] = "") -> Response:
    may_steer(desk.person)
    row = _draft(desk, campaign_id, step)
    if row is None:
        return RedirectResponse(f"/feedback/campaigns/{campaign_id}", 303)
    steps = steps_of(row.steps)
    typed = Typed(fields_of(row.name, row.kind, steps))
    return _show(desk, row, step, steps, typed, counted=bool(count) or step == "summary")


@router.post("/feedback/campaigns/{campaign_id}/{step}")
def save_step(desk: AtDesk, campaign_id: int, step: str, fields: Fields) -> Response:
    """`act` is `next`, or `count` and `more` on the audience's page, which keep nothing."""
    may_steer(desk.person)
    row = _draft(desk, campaign_id, step)
    if row is None:
        return RedirectResponse(f"/feedback/campaigns/{campaign_id}", 303)
    name, kind = fields.get("kind.name", row.name), fields.get("kind.kind", row.kind)
    steps = steps_from(step, fields, steps_of(row.steps))
    unknown: Problems = {}
    if step == "audience":
        steps, unknown = understood(desk, steps, steps_of(row.steps))
    problems = _problems(desk, step, name, kind, steps) | unknown
    typed = Typed({**fields, **_rows(steps)} if step == "audience" else fields, problems)
    act = fields.get("act", "next")
    if act in {"count", "more"}:
        return _show(desk, row, step, steps, typed, counted=act == "count", more=act == "more")
    if problems:
        return _show(desk, row, step, steps, typed)
    version = fields.get("version", "")
    try:
        with desk.house.store.writing() as unit:
            change_draft(
                unit, desk.house, campaign_id=campaign_id, person=desk.person,
                version=int(version) if version.isdecimal() else -1,
                name=name if step == "kind" else None,
                kind=Kind(kind) if step == "kind" else None,
                steps=None if step == "kind" else steps,
            )  # fmt: skip
    except Conflict as problem:
        return _show(desk, row, step, steps, Typed(fields, problem=problem))
    order = list(words.STEPS)
    following = order[order.index(step) + 1] if act == "next" else step
    return RedirectResponse(f"/feedback/campaigns/{campaign_id}/{following}", 303)


def _parts(text: str) -> list[str | list[str]]:
    """The paragraphs of a letter; its scores, which a reader clicks on, as a list of their own."""
    ending = f": {LINK}"
    found: list[str | list[str]] = []
    for paragraph in text.strip().split("\n\n"):
        lines = paragraph.split("\n")
        are_scores = all(line.endswith(ending) and line[:1].isdecimal() for line in lines)
        found.append([line.removesuffix(ending) for line in lines] if are_scores else paragraph)
    return found


def _short(desk: Desk, steps: Steps, language: str) -> dict[str, Any]:
    """The message for the channels where it is short, if the campaign uses any."""
    chosen = [name for name in steps.plan.order if name in SHORT_CHANNELS]
    if not chosen:
        return {"short": ""}
    text, translate = (
        sample_short(desk.house, steps, language, name=person_name(desk.person)),
        gettext_of(desk.request),
    )
    return {
        "short": text,
        "short_parts": parts_of(text),
        "short_channels": [translate(words.CHANNELS[name]) for name in chosen],
        "as_sms": Channel.SMS in chosen,
    }


def _draft(desk: Desk, campaign_id: int, step: str) -> CampaignRow | None:
    """The draft; None for a campaign that has been started, whose steps do not change any more."""
    if step not in words.STEPS:
        raise NotFound("There is no such step.", remedy="Open the campaign again.")
    with desk.house.store.reading() as session:
        row = known_campaign(session, campaign_id)
    return row if row.state == "draft" else None


def _problems(desk: Desk, step: str, name: str, kind: str, steps: Steps) -> Problems:
    rules, now = asking_rules_of(desk.house.company), desk.house.clock()
    match step:
        case "kind":
            return kind_problems(name, kind)
        case "audience":
            return audience.problems_of(steps.audience, rules.segments)
        case "message":
            return message_problems(steps.message, rules)
        case "channels":
            return plan_problems(steps.plan, rules)
        case "schedule":
            return schedule.problems_of(steps.schedule, now, rules.company.zone)
    return {}


def _rows(steps: Steps) -> dict[str, str]:
    """The conditions without gaps, as they are counted."""
    found = fields_of("", "", steps)
    blank = {
        f"audience.rows.{number}.{part}": ""
        for number in range(MOST_ROWS)
        for part in ("about", "name", "test", "value", "days")
    }
    return blank | {name: value for name, value in found.items() if name.startswith("audience.rows.")}


def _show(
    desk: Desk,
    row: CampaignRow,
    step: str,
    steps: Steps,
    typed: Typed,
    *,
    counted: bool = False,
    more: bool = False,
) -> Response:
    rules, now = asking_rules_of(desk.house.company), desk.house.clock()
    unfinished = problems_of(row.name, row.kind, steps, rules, now)
    open_steps = {words.STEP_OF_FIELD[name.split(".")[0]] for name in unfinished}
    if step == "kind":
        return kind_form(desk, typed, row)
    with desk.house.store.reading() as session:
        values: dict[str, Any] = {
            "shell": shell(session, desk),
            "campaign": row,
            "step": step,
            "steps": steps,
            "typed": typed,
            "unfinished": open_steps,
            "reach": _reach(session, desk, steps) if counted and "audience" not in open_steps else None,
            "warnings": warnings_of(steps, rules),
            "coming": [] if "schedule" in open_steps else coming_of(steps.schedule, desk),
            "customer_languages": LANGUAGES,
            **_names(desk, rules),
            "weekday_names": [(day, reader_of(desk.request).weekday(day)) for day in range(1, 8)],
            "row_count": min(MOST_ROWS, max(1, len(steps.audience.rows) + more)),
            **shared(desk),
        }
        if step == "audience":
            values["known_names"] = names_offered(session, desk)
    return render(desk.request, f"feedback_campaign_{step}.html", values, status=typed.status)


def _names(desk: Desk, rules: Rules) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen, with the words for it."""
    return {
        "window_names": [*called(desk, rules.limits.windows, words.WINDOWS).items()],
        "importance_names": [*called(desk, rules.limits.importance, words.IMPORTANCE).items()],
        "every_names": [*called(desk, words.EVERY, words.EVERY).items()],
    }


def _reach(session: Session, desk: Desk, steps: Steps) -> Reach:
    return reach_of(session, steps, asking_rules_of(desk.house.company), desk.house.clock())
