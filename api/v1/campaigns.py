"""Campaigns over HTTP: the same drafts, counts and steering as at the desk.

Every change names the version that was read, so that a call that is sent twice does its work once: the second meets a
newer version and gets 409.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.feedback.campaigns import steering
from agent.desk.feedback.campaigns.figures import Progress, progress_of, reach_of
from agent.desk.feedback.campaigns.letter import sample_letter, sample_short, send_test
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.errors import WrongUse
from agent.feedback.campaigns.campaign import Steps, message_problems, problems_of, steps_of, warnings_of
from agent.feedback.campaigns.schedule import coming_runs
from agent.store.tables import CampaignRow
from api.v1.access import Caller, CallerNeeded
from api.v1.campaign_shapes import (
    CampaignDetail,
    CampaignOut,
    CampaignPageOut,
    ChangeCampaign,
    Language,
    NewCampaign,
    PreviewOut,
    ProgressOut,
    ReachOut,
    ReasonOut,
    Seen,
    TestMail,
    TestMailOut,
)
from api.web.feedback.campaign_words import REASONS

router = APIRouter(prefix="/campaigns", tags=["campaigns"])

RUNS_TOLD = 5
State = Literal["draft", "scheduled", "running", "paused", "done", "stopped"]
PARTS = ("audience", "message", "plan", "schedule")
ACTS: Mapping[str, Callable[..., CampaignRow]] = {
    "start": steering.start,
    "take-back": steering.take_back,
    "pause": steering.pause,
    "resume": steering.go_on,
    "stop": steering.stop,
}


@router.get("")
def list_campaigns(
    caller: CallerNeeded,
    *,
    state: State | None = None,
    after: Annotated[int | None, Query(description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CampaignPageOut:
    """Campaigns with their progress, newest number first."""
    query = select(CampaignRow).order_by(CampaignRow.id.desc()).limit(limit + 1)
    if state is not None:
        query = query.where(CampaignRow.state == state)
    if after is not None:
        query = query.where(CampaignRow.id < after)
    with caller.house.store.reading() as session:
        rows = session.scalars(query).all()
        far = progress_of(session, [row.id for row in rows])
    return CampaignPageOut(
        items=[_campaign(row, far[row.id]) for row in rows[:limit]],
        next=rows[limit - 1].id if len(rows) > limit else None,
    )


@router.post("", status_code=201)
def begin(body: NewCampaign, caller: CallerNeeded) -> CampaignDetail:
    """A new draft, filled with what its kind starts with."""
    with caller.house.store.writing() as unit:
        row = steering.begin_draft(unit, caller.house, name=body.name, kind=body.kind, person=caller.person)
        return _detail(unit.session, row, caller)


@router.get("/{campaign_id}")
def show(campaign_id: int, caller: CallerNeeded) -> CampaignDetail:
    """One campaign with its steps, its progress, and what keeps it from starting."""
    with caller.house.store.reading() as session:
        return _detail(session, steering.known_campaign(session, campaign_id), caller)


@router.patch("/{campaign_id}")
def change(campaign_id: int, body: ChangeCampaign, caller: CallerNeeded) -> CampaignDetail:
    """Change steps of a draft: all of what is sent, or, where any of it cannot be meant, nothing."""
    house = caller.house
    steering.may_steer(caller.person)
    with house.store.writing() as unit:
        row = steering.known_campaign(unit.session, campaign_id, lock=True)
        told = body.model_dump(exclude_unset=True, mode="json")
        changed = [part for part in PARTS if told.get(part) is not None]
        version = body.version
        if body.name is not None or body.kind is not None:
            row = steering.change_draft(
                unit, house, campaign_id=campaign_id, version=version, person=caller.person,
                name=body.name, kind=body.kind,
            )  # fmt: skip
            version = row.version
        if changed:
            steps = _changed(row, told, changed)
            _refuse(row, steps, changed, caller)
            row = steering.change_draft(
                unit, house, campaign_id=campaign_id, version=version, person=caller.person, steps=steps
            )
        return _detail(unit.session, row, caller)


@router.get("/{campaign_id}/audience")
def count_audience(campaign_id: int, caller: CallerNeeded) -> ReachOut:
    """Whom the campaign would ask if it ran now, and whom not and why; nothing is planned."""
    house = caller.house
    with house.store.reading() as session:
        steps = steps_of(steering.known_campaign(session, campaign_id).steps)
        reach = reach_of(session, steps, asking_rules_of(house.company), house.clock())
    held = {code: reach.of_all(count) for code, count in reach.held_back.items()}
    return ReachOut(
        customers=reach.customers,
        members=reach.members,
        would_ask=reach.of_all(reach.asked),
        looked_at=reach.looked_at,
        held_back=_reasons(held),
        languages={code: reach.of_all(count) for code, count in reach.languages.items()},
    )


@router.get("/{campaign_id}/preview/{language}")
def preview(campaign_id: int, language: Language, caller: CallerNeeded) -> PreviewOut:
    """The message as a customer of this language gets it."""
    house = caller.house
    with house.store.reading() as session:
        steps = _with_message(steering.known_campaign(session, campaign_id), caller)
    name = caller.person.name
    letter = sample_letter(house, steps, language, name=name, link="…")
    return PreviewOut(
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        short=sample_short(house, steps, language, name=name),
    )


@router.post("/{campaign_id}/test", status_code=202)
def test(campaign_id: int, body: TestMail, caller: CallerNeeded) -> TestMailOut:
    """Send the message in one language to the person whose token this is, and to nobody else."""
    steering.may_steer(caller.person)
    with caller.house.store.writing() as unit:
        row = steering.known_campaign(unit.session, campaign_id)
        steps = _with_message(row, caller)
        letter = send_test(unit, caller.house, row, steps, body.language, person=caller.person)
        return TestMailOut(outbox_id=letter.id, to=caller.person.email)


@router.post("/{campaign_id}/copy", status_code=201)
def copy(campaign_id: int, caller: CallerNeeded) -> CampaignDetail:
    """A new draft with the same steps."""
    with caller.house.store.writing() as unit:
        row = steering.copy(unit, caller.house, campaign_id=campaign_id, person=caller.person)
        return _detail(unit.session, row, caller)


@router.post("/{campaign_id}/{act}")
def steer(
    campaign_id: int,
    act: Literal["start", "take-back", "pause", "resume", "stop"],
    body: Seen,
    caller: CallerNeeded,
) -> CampaignDetail:
    """Start it at its time, take a scheduled one back to draft, pause, resume, or stop it for good."""
    with caller.house.store.writing() as unit:
        row = ACTS[act](
            unit, caller.house, campaign_id=campaign_id, version=body.version, person=caller.person
        )
        return _detail(unit.session, row, caller)


def _changed(row: CampaignRow, told: Mapping[str, Any], changed: list[str]) -> Steps:
    """The steps with what was sent written over what is there; words by language."""
    table = dict(row.steps)
    for part in changed:
        before, now = table.get(part) or {}, dict(told[part])
        for words in ("subject", "lead"):
            if words in now:
                now[words] = {**(before.get(words) or {}), **now[words]}
        table[part] = {**before, **now}
    return steps_of(table)


def _refuse(row: CampaignRow, steps: Steps, changed: list[str], caller: Caller) -> None:
    rules = asking_rules_of(caller.house.company)
    found = problems_of(row.name, row.kind, steps, rules, caller.house.clock())
    mine = {field: words for field, words in found.items() if field.split(".")[0] in changed}
    if mine:
        raise WrongUse(
            "A step cannot be meant like that; nothing was changed.",
            code="campaign.wrong_step",
            remedy=" ".join(f"{field}: {words}" for field, words in mine.items()),
        )


def _with_message(row: CampaignRow, caller: Caller) -> Steps:
    steps = steps_of(row.steps)
    if message_problems(steps.message, asking_rules_of(caller.house.company)):
        raise WrongUse(
            "The message of this campaign is not complete.",
            code="campaign.incomplete",
            remedy="Write its words in every language and choose its survey.",
        )
    return steps


def _campaign(row: CampaignRow, far: Progress) -> CampaignOut:
    told = {name: getattr(row, name) for name in CampaignOut.model_fields if name != "progress"}
    numbers = {name: getattr(far, name) for name in ProgressOut.model_fields}
    return CampaignOut(**told, progress=ProgressOut(**numbers))


def _detail(session: Session, row: CampaignRow, caller: Caller) -> CampaignDetail:
    house, steps = caller.house, steps_of(row.steps)
    rules, now = asking_rules_of(house.company), house.clock()
    far = progress_of(session, [row.id])[row.id]
    is_draft, is_over = row.state == "draft", row.state in {"done", "stopped"}
    return CampaignDetail(
        **_campaign(row, far).model_dump(),
        steps=row.steps,
        held_back=_reasons(far.held_back),
        problems=problems_of(row.name, row.kind, steps, rules, now) if is_draft else {},
        warnings=[
            f"{one.channel}: the survey may ask {one.questions} questions; people put up with {one.limit}."
            for one in warnings_of(steps, rules)
        ],
        coming_runs=[] if is_over else coming_runs(steps.schedule, now, rules.company.zone, RUNS_TOLD),
        copied_from_id=row.copied_from_id,
    )


def _reasons(held: Mapping[str, int]) -> list[ReasonOut]:
    return [
        ReasonOut(code=code, people_who=REASONS.get(code, code.replace("_", " ")), customers=count)
        for code, count in held.items()
    ]
