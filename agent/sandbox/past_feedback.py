"""What happened before a demonstration begins: customers were asked, answered, and one of them waits for a call.

All of it goes the product's own way, at a clock that is set back: events, the rules that decide, answers over the
signed link, the follow-up of a bad one. Only the mail server is left out, since these letters arrived long ago.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from agent.company import load_company
from agent.desk.audit import SYSTEM
from agent.desk.feedback.answers.answering import keep_answer
from agent.desk.feedback.asking.allowing import customer_called, do_not_ask
from agent.desk.feedback.asking.events import note_event
from agent.desk.feedback.asking.planning import plan
from agent.desk.feedback.campaigns.steering import begin_draft
from agent.desk.feedback.loop.follow_ups import finish
from agent.desk.feedback.surveys.links import Purpose, make_token
from agent.desk.house import House
from agent.desk.replies.outbox import mark_sent
from agent.desk.worth import DAYS_A_MONTH, write_baseline
from agent.feedback.campaigns.campaign import Kind
from agent.sandbox import sample
from agent.settings import Settings
from agent.store.session import Unit
from agent.store.tables import FeedbackMessageRow, FeedbackRequestRow, FollowUpRow, OutboxRow, PersonRow
from agent.wiring import build_house

ELEVEN = time(11)
MOST_LOOKS = 20
DAYS_TO_TRY = 6
A_MOMENT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class _Scene:
    """One request of the file: when it left, and when its answer came (None where nobody answered)."""

    told: Mapping[str, Any]
    asked_at: datetime
    answered_at: datetime | None


def fill_past(settings: Settings, now: datetime) -> None:
    """Fill an empty feedback engine with its past weeks; where a request has ever been made, nothing is done."""
    house = build_house(settings, index="")
    house = replace(house, company=load_company(sample.company_file()), live_company=None)
    table = tomllib.loads(sample.feedback_file().read_text(encoding="utf-8"))
    with house.store.reading() as session:
        if session.scalar(select(FeedbackRequestRow.id).limit(1)) is not None:
            return
    for scene in sorted(_scenes(table, house, now), key=lambda one: one.asked_at):
        _play(house, scene, now)
    today = _at(house, now)
    with today.store.writing() as unit:
        ida = _ida(unit)
        for one in table["refused"]:
            whose = customer_called(unit.session, one["customer"])
            do_not_ask(unit, today, customer_id=whose.id, origin="person", actor=SYSTEM)
        campaign = table["campaign"]
        begin_draft(unit, today, name=campaign["name"], kind=Kind(campaign["kind"]), person=ida)
        _baseline(unit, today, table["baseline"], ida)
    house.store.close()


def _scenes(table: Mapping[str, Any], house: House, now: datetime) -> list[_Scene]:
    zone = house.company.zone
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    found = []
    for told in table["asked"]:
        day = monday - timedelta(weeks=told["weeks"]) + timedelta(days=told["day"] - 1)
        asked_at = datetime.combine(day, ELEVEN, zone)
        hours = told.get("after")
        answered_at = min(asked_at + timedelta(hours=hours), now) if hours is not None else None
        if "recent" in told:
            answered_at = now - timedelta(hours=told["recent"])
        found.append(_Scene(told, asked_at, answered_at))
    return found


def _play(house: House, scene: _Scene, now: datetime) -> None:
    told = scene.told
    with house.store.writing() as unit:
        whose = customer_called(unit.session, told["customer"]).id
        happened = scene.asked_at - timedelta(days=told.get("before", 0))
        for kind in filter(None, (told.get("also"), told["event"])):
            note_event(unit, customer_id=whose, kind=kind, at=happened, source="api", now=scene.asked_at)
    request_id = _asked(house, whose, scene.asked_at, now)
    if request_id is not None and scene.answered_at is not None:
        _answer(_at(house, scene.answered_at), request_id, told)


def _asked(house: House, customer_id: int, moment: datetime, now: datetime) -> int | None:
    """Let the rules ask, on that day or, where it is a holiday, on one soon after; the request, or None."""
    for day in range(DAYS_TO_TRY):
        then = _at(house, moment + timedelta(days=day))
        if then.clock() >= now:
            break
        _decide(then)
        with then.store.writing() as unit:
            letter = unit.session.execute(
                select(FeedbackMessageRow.request_id, OutboxRow)
                .join(OutboxRow, OutboxRow.id == FeedbackMessageRow.outbox_id)
                .where(FeedbackMessageRow.customer_id == customer_id, OutboxRow.state == "waiting")
            ).first()
            if letter is not None:
                mark_sent(unit, _at(then, then.clock() + A_MOMENT), letter[1])
                return int(letter[0])
    return None


def _decide(house: House) -> None:
    for _ in range(MOST_LOOKS):
        if not plan(house):
            return


def _answer(house: House, request_id: int, told: Mapping[str, Any]) -> None:
    token = make_token(house, Purpose.SURVEY, request_id)
    with house.store.writing() as unit:
        language = unit.session.get_one(FeedbackRequestRow, request_id).language
        for name, typed in told["answers"].items():
            keep_answer(unit, house, token, name, typed, language=language)
    if (end := told.get("followed_up")) is not None:
        later = _at(house, house.clock() + timedelta(hours=end["after"]))
        with later.store.writing() as unit:
            opened = select(FollowUpRow.id).order_by(FollowUpRow.id.desc()).limit(1)
            number = unit.session.scalars(opened).one()
            finish(
                unit, later, follow_up_id=number, outcome=end["outcome"], note=end["note"], person=_ida(unit)
            )  # fmt: skip


def _baseline(unit: Unit, house: House, told: Mapping[str, Any], ida: PersonRow) -> None:
    until = house.clock() - timedelta(days=1)
    write_baseline(
        unit,
        house,
        since=until - timedelta(days=told["months"] * DAYS_A_MONTH),
        until=until,
        figures={name: told[name] for name in ("cases", "handling_h", "came_back")},
        note=told["note"],
        person=ida,
    )


def _ida(unit: Unit) -> PersonRow:
    return unit.session.scalars(select(PersonRow).where(PersonRow.email == sample.PERSON)).one()


def _at(house: House, moment: datetime) -> House:
    """The house as though it were that moment."""
    return replace(house, clock=lambda: moment)
