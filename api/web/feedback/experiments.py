"""Experiments on asking: declared on one page, read at any time without harm, and taken over for everyone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from agent.desk.feedback.experiments import adopting, running
from agent.desk.feedback.experiments.figures import outcome_now
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.settings.changing import DECIDERS as SETTLERS
from agent.desk.settings.changing import MAX_REASON, Change, changes_of
from agent.errors import Conflict, GenklangError, NotAllowed, WrongUse
from agent.feedback.experiments.experiment import (
    ABOUT,
    MOST_ARMS,
    Arm,
    Declared,
    asking_by_survey,
    problems_of,
)
from agent.feedback.experiments.outcome import Outcome
from agent.feedback.reasons import trigger_name
from agent.feedback.surveys.questions import LANGUAGES
from agent.feedback.timing.nps import SURVEY as NPS
from agent.store.tables import ExperimentRow, PersonRow, VariantRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web import drawing
from api.web.feedback import experiment_words as words
from api.web.feedback.campaign_words import CHANNELS, WINDOWS
from api.web.pages import gettext_of, reader_of, render
from api.web.settings.shell import Fields, Typed
from api.web.shell import shell

router = APIRouter()

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """One experiment with what may be said of it now."""

    row: ExperimentRow
    variants: Mapping[str, VariantRow]
    outcome: Outcome
    chart: drawing.Intervals
    person: PersonRow | None
    taken_back_at: datetime | None


@router.get("/feedback/experiments")
def experiments_page(desk: AtDesk) -> Response:
    return _page(desk)


@router.get("/feedback/experiments/new")
def new_page(desk: AtDesk) -> Response:
    running.may_experiment(desk.person)
    judging = running.judging_of(desk.house.company)
    return _form(
        desk,
        Typed(
            {
                "about": "timing",
                "holdout": str(round(100 * judging.holdout)),
                "least_days": str(judging.least_days),
                "sample_size": "0",
                "cost": "0",
                "arms.0.share": "1",
                "arms.1.share": "1",
            }
        ),
    )


@router.post("/feedback/experiments/new")
def declare(desk: AtDesk, fields: Fields) -> Response:
    running.may_experiment(desk.person)
    declared = _declared(fields)
    judging, rules = running.judging_of(desk.house.company), asking_rules_of(desk.house.company)
    problems = problems_of(declared, judging.least_days, rules)
    if not fields.get("name", "").strip():
        problems["name"] = "Give it a name."
    if (cost := _number(fields.get("cost", "0"))) is None or cost < 0:
        problems["cost"] = "Write an amount, zero or more."
    if problems:
        return _form(desk, Typed(fields, problems))
    try:
        with desk.house.store.writing() as unit:
            running.declare(
                unit, desk.house, name=fields["name"], hypothesis=fields.get("hypothesis", ""),
                declared=declared, cost_per_message_eur=cost or 0.0, person=desk.person,
            )  # fmt: skip
    except (Conflict, WrongUse) as problem:
        return _form(desk, Typed(fields, problem=problem))
    return RedirectResponse("/feedback/experiments", 303)


@router.post("/feedback/experiments/{experiment_id}/stop")
def stop(desk: AtDesk, experiment_id: int, fields: Fields) -> Response:
    try:
        with desk.house.store.writing() as unit:
            running.stop(
                unit, desk.house, experiment_id=experiment_id, decision=fields.get("decision", ""),
                person=desk.person,
            )  # fmt: skip
    except Conflict as problem:
        return _page(desk, problem)
    return RedirectResponse("/feedback/experiments", 303)


@router.post("/feedback/experiments/{experiment_id}/adopt")
def adopt(desk: AtDesk, experiment_id: int, fields: Fields) -> Response:
    """Use a variant for everyone; `variant` is its id, `reason` is kept with the setting."""
    variant = fields.get("variant", "")
    try:
        with desk.house.store.writing() as unit:
            adopting.adopt(
                unit, desk.house, experiment_id=experiment_id,
                variant_id=int(variant) if variant.isdecimal() else 0, reason=fields.get("reason", ""),
                person=desk.person,
            )  # fmt: skip
    except (Conflict, WrongUse, NotAllowed) as problem:
        return _page(desk, problem)
    return RedirectResponse("/feedback/experiments", 303)


def _page(desk: Desk, problem: GenklangError | None = None) -> Response:
    now, judging, translate = (
        desk.house.clock(), running.judging_of(desk.house.company), gettext_of(desk.request),
    )  # fmt: skip
    with desk.house.store.reading() as session:
        rows = session.scalars(select(ExperimentRow).order_by(ExperimentRow.id.desc()).limit(SHOWN)).all()
        shown = []
        for row in rows:
            outcome = outcome_now(session, row, judging, now)
            variants = {one.name: one for one in running.variants_of(session, row.id)}
            chart = drawing.intervals(
                [
                    (
                        translate(words.HOLDOUT) if one.seen.holdout else one.seen.name,
                        one.seen.rate.value,
                        one.interval.low,
                        one.interval.high,
                        one.seen.name == outcome.winner,
                    )
                    for one in outcome.arms
                ]
            )
            person = session.get(PersonRow, row.person_id) if row.person_id is not None else None
            back = adopting.taken_back_at(session, row) if row.state == "adopted" else None
            shown.append(Shown(row, variants, outcome, chart, person, back))
        values = {
            "shell": shell(session, desk),
            "experiments": shown,
            "problem": problem,
            **_shared(desk),
            **_history(desk, session),
        }
    return render(
        desk.request, "feedback_experiments.html", values, status=status_of(problem) if problem else 200
    )


def _history(desk: Desk, session: Session) -> dict[str, Any]:
    language, translate = reader_of(desk.request).language, gettext_of(desk.request)

    def moved(change: Change) -> list[tuple[str, str, str]]:
        return [
            (
                words.setting(path, language, translate),
                words.value(before, language, translate),
                words.value(after, language, translate),
            )
            for path, before, after in change.moved
        ]

    return {"changes": changes_of(session, adopting.AREA), "moved": moved}


def _form(desk: Desk, typed: Typed) -> Response:
    language, rules, translate = (
        reader_of(desk.request).language, asking_rules_of(desk.house.company), gettext_of(desk.request),
    )  # fmt: skip
    everything = ("", translate(words.ALL_REQUESTS))
    nothing = ("", translate(words.AS_ALWAYS))
    with desk.house.store.reading() as session:
        values = {
            "shell": shell(session, desk),
            "typed": typed,
            "abouts": [(one, translate(words.ABOUT[one])) for one in ABOUT],
            "triggers": [
                everything,
                *((one, trigger_name(one, language)) for one in (*asking_by_survey(rules), NPS)),
            ],
            "other_rules": [
                nothing,
                *((one, trigger_name(one, language)) for one in asking_by_survey(rules)),
            ],
            "windows": [
                nothing,
                *((one, translate(WINDOWS[one]) if one in WINDOWS else one) for one in rules.limits.windows),
            ],
            "styles": [nothing, *((one, translate(words.STYLES[one])) for one in words.STYLES)],
            "channel_names": [
                (str(one), translate(CHANNELS[one]) if one in CHANNELS else str(one))
                for one in rules.limits.channels
            ],
            "most_arms": MOST_ARMS,
            "customer_languages": LANGUAGES,
            **_shared(desk),
        }
    return render(desk.request, "feedback_experiment_new.html", values, status=typed.status)


def _declared(fields: Mapping[str, str]) -> Declared:
    arms = tuple(
        Arm(
            fields.get(f"arms.{number}.name", "").strip(),
            _number(fields.get(f"arms.{number}.share", "")) or 0,
            _change(fields, f"arms.{number}."),
        )
        for number in range(MOST_ARMS)
        if fields.get(f"arms.{number}.name", "").strip()
    )
    holdout = _number(fields.get("holdout", ""))
    return Declared(
        about=fields.get("about", ""),
        trigger=fields.get("trigger", ""),
        arms=arms,
        holdout=(holdout or 0) / 100,
        least_days=_whole(fields.get("least_days", "")),
        sample_size=_whole(fields.get("sample_size", "")),
    )


def _change(fields: Mapping[str, str], place: str) -> dict[str, Any]:
    """What an arm does otherwise: only what was filled in."""
    change: dict[str, Any] = {}
    if delay := fields.get(place + "delay_hours", "").strip():
        number = _number(delay)
        change["delay_hours"] = -1 if number is None else number
    for part in ("window", "style", "after"):
        if value := fields.get(place + part, "").strip():
            change[part] = value
    if channel := fields.get(place + "channel", "").strip():
        change["channels"] = [channel]
    for part in ("subject", "lead"):
        texts = {code: " ".join(fields.get(f"{place}{part}.{code}", "").split()) for code in LANGUAGES}
        if any(texts.values()):
            change[part] = texts
    return change


def _number(text: str) -> float | None:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < 1e6 else None


def _whole(text: str) -> int:
    return int(text) if text.strip().isdecimal() and len(text.strip()) < 8 else -1


def _shared(desk: Desk) -> dict[str, Any]:
    return {
        "words": words,
        "channels": CHANNELS,
        "windows_known": WINDOWS,
        "may_experiment": desk.person.role in running.DECIDERS,
        "may_adopt": desk.person.role in SETTLERS,
        "most_reason": MAX_REASON,
        "trigger_name": trigger_name,
        "tab": "experiments",
    }
