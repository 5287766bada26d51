"""Campaigns as people make and steer them: draft → scheduled → running ⇄ paused → done or stopped.

Every change carries the version that the person saw, so that two people never overwrite each other unseen.
"""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.feedback.asking.wishes import kept
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.house import House
from agent.desk.replies.outbox import cancel
from agent.errors import Conflict, NotAllowed, NotFound, WrongUse
from agent.feedback.campaigns.campaign import Kind, Steps, as_json, defaults, problems_of, steps_of
from agent.feedback.campaigns.schedule import first_run
from agent.feedback.reasons import Code, Reason
from agent.store.session import Unit
from agent.store.tables import (
    CampaignRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    OutboxRow,
    PersonRow,
)

DECIDERS = ("lead", "admin")
UNDER_WAY = ("scheduled", "running", "paused")
NOT_SENT_WORDS = "the campaign that it belongs to was paused or stopped"


def may_steer(person: PersonRow) -> None:
    """Raise `NotAllowed` for those who do not make campaigns."""
    if person.role not in DECIDERS:
        raise NotAllowed(
            "Only leads and administrators make campaigns.",
            code="campaign.role",
            remedy="Ask a lead to do it.",
        )


def known_campaign(session: Session, campaign_id: int, *, lock: bool = False) -> CampaignRow:
    """The campaign. Raises `NotFound`."""
    row = session.get(CampaignRow, campaign_id, with_for_update=lock or None)
    if row is None:
        raise NotFound(
            "There is no such campaign.", code="campaign.unknown", remedy="Open the list of campaigns again."
        )
    return row


def begin_draft(unit: Unit, house: House, *, name: str, kind: Kind, person: PersonRow) -> CampaignRow:
    """A new draft with what its kind starts with."""
    may_steer(person)
    return _added(unit, house, name, kind, defaults(kind), person, "campaign.begun")


def change_draft(
    unit: Unit,
    house: House,
    *,
    campaign_id: int,
    version: int,
    person: PersonRow,
    name: str | None = None,
    kind: Kind | None = None,
    steps: Steps | None = None,
) -> CampaignRow:
    """Write a step of a draft. Another kind starts the other steps anew.

    Raises `Conflict` when somebody changed it since, or when it is no draft any more.
    """
    row = _mine(unit, campaign_id, version, person, ("draft",))
    if name is not None:
        row.name = " ".join(name.split())
    if kind is not None and kind != row.kind:
        row.kind, row.steps = kind, as_json(defaults(kind))
    elif steps is not None:
        row.steps = as_json(steps)
    _moved(unit, house, row, person, "campaign.changed")
    return row


def start(unit: Unit, house: House, *, campaign_id: int, version: int, person: PersonRow) -> CampaignRow:
    """Let the campaign run at its time. Raises `WrongUse` while a step is not complete."""
    row = _mine(unit, campaign_id, version, person, ("draft",))
    now, rules, steps = house.clock(), asking_rules_of(house.company), steps_of(row.steps)
    if problems_of(row.name, row.kind, steps, rules, now):
        raise WrongUse(
            "The campaign is not complete.",
            code="campaign.incomplete",
            remedy="Correct the steps that are marked, then start it.",
        )
    row.state, row.started_at = "scheduled", now
    row.next_run_at = first_run(steps.schedule, now, rules.company.zone)
    if steps.schedule.how == "event":  # what happened before does not count
        row.planned_up_to = unit.session.scalar(select(func.max(FeedbackEventRow.id))) or 0
    _moved(unit, house, row, person, "campaign.started")
    return row


def take_back(unit: Unit, house: House, *, campaign_id: int, version: int, person: PersonRow) -> CampaignRow:
    """A scheduled campaign that has not run yet becomes a draft again."""
    row = _mine(unit, campaign_id, version, person, ("scheduled",))
    row.state, row.next_run_at, row.started_at, row.planned_up_to = "draft", None, None, 0
    _moved(unit, house, row, person, "campaign.taken_back")
    return row


def pause(unit: Unit, house: House, *, campaign_id: int, version: int, person: PersonRow) -> CampaignRow:
    """Nothing leaves and nothing is planned until it goes on."""
    row = _mine(unit, campaign_id, version, person, ("scheduled", "running"))
    row.state = "paused"
    _requests(unit, row, ("open",), state="paused")  # first: waits for a look at them that is under way
    _hold_letters(unit, house, row)
    _requests(unit, row, ("open",), state="paused")
    _moved(unit, house, row, person, "campaign.paused")
    return row


def go_on(unit: Unit, house: House, *, campaign_id: int, version: int, person: PersonRow) -> CampaignRow:
    """A paused campaign goes on where it was; what has become too late meanwhile is not asked."""
    row = _mine(unit, campaign_id, version, person, ("paused",))
    now = house.clock()
    row.state = "running" if row.runs else "scheduled"
    _requests(unit, row, ("paused",), state="open", look_at=now)
    _moved(unit, house, row, person, "campaign.resumed")
    return row


def stop(unit: Unit, house: House, *, campaign_id: int, version: int, person: PersonRow) -> CampaignRow:
    """Nobody more is asked. What has left stays, and answers still count."""
    row = _mine(unit, campaign_id, version, person, UNDER_WAY)
    now = house.clock()
    row.state, row.next_run_at, row.ended_at = "stopped", None, now
    _requests(unit, row, ("open",), state="paused")  # first: waits for a look at them that is under way
    _hold_letters(unit, house, row)
    _requests(
        unit, row, ("open", "paused"), state="not_asked", look_at=None, closed_at=now,
        reason=kept(Reason(Code.STOPPED)),
    )  # fmt: skip
    _requests(unit, row, ("asked",), look_at=None)  # no second message
    _moved(unit, house, row, person, "campaign.stopped")
    return row


def copy(unit: Unit, house: House, *, campaign_id: int, person: PersonRow) -> CampaignRow:
    """A new draft with the same steps."""
    may_steer(person)
    row = known_campaign(unit.session, campaign_id)
    mine = _added(
        unit, house, row.name, Kind(row.kind), steps_of(row.steps), person, "campaign.copied", source=row.id
    )
    mine.copied_from_id = row.id
    return mine


def _added(
    unit: Unit,
    house: House,
    name: str,
    kind: Kind,
    steps: Steps,
    person: PersonRow,
    action: str,
    **detail: Any,
) -> CampaignRow:
    now = house.clock()
    row = CampaignRow(
        name=" ".join(name.split()),
        kind=kind,
        steps=as_json(steps),
        person_id=person.id,
        created_at=now,
        updated_at=now,
    )
    unit.session.add(row)
    unit.session.flush()
    record(unit, action, actor=by(person), now=now, subject=f"campaign:{row.id}", kind=str(kind), **detail)
    return row


def _mine(
    unit: Unit, campaign_id: int, version: int, person: PersonRow, states: tuple[str, ...]
) -> CampaignRow:
    """The campaign as the person saw it, in one of these states."""
    may_steer(person)
    row = known_campaign(unit.session, campaign_id, lock=True)
    if row.version != version or row.state not in states:
        raise Conflict(
            "The campaign has changed since you opened it.",
            code="campaign.outdated",
            remedy="Look at it again, and repeat what you wanted to do.",
        )
    return row


def _moved(unit: Unit, house: House, row: CampaignRow, person: PersonRow, action: str) -> None:
    row.version += 1
    row.updated_at = house.clock()
    unit.session.flush()
    record(
        unit, action, actor=by(person), now=row.updated_at, subject=f"campaign:{row.id}", version=row.version
    )


def _requests(unit: Unit, row: CampaignRow, states: tuple[str, ...], **values: Any) -> None:
    unit.session.execute(
        update(FeedbackRequestRow)
        .where(FeedbackRequestRow.campaign_id == row.id, FeedbackRequestRow.state.in_(states))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _hold_letters(unit: Unit, house: House, row: CampaignRow) -> None:
    """Take back the messages that have not left, over any channel, and let their requests be open again."""
    session, request, message = unit.session, FeedbackRequestRow, FeedbackMessageRow
    mine = select(request.id).where(request.campaign_id == row.id)
    letters = session.scalars(
        select(OutboxRow)
        .join(message, message.outbox_id == OutboxRow.id)
        .where(message.request_id.in_(mine), message.state == "waiting", OutboxRow.state == "waiting")
        .with_for_update()  # not one that a worker is just taking to the mail server
    ).all()
    waiting = session.scalars(
        select(message)
        .where(message.request_id.in_(mine), message.state == "waiting")
        .where(message.outbox_id.is_(None) | message.outbox_id.in_([letter.id for letter in letters]))
        .with_for_update()
    ).all()
    for held in waiting:
        held.state, held.outbox_id = "dropped", None
        owner = session.get_one(request, held.request_id)
        if owner.state == "asked" and not _has_left(session, owner.id):
            owner.state = "open"
    for letter in letters:
        cancel(unit, house, letter, NOT_SENT_WORDS)
    session.flush()


def _has_left(session: Session, request_id: int) -> bool:
    message = FeedbackMessageRow
    left = select(message.id).where(message.request_id == request_id, message.sent_at.is_not(None))
    return session.scalar(left.limit(1)) is not None
