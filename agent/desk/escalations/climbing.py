"""An escalation climbs from step to step until somebody takes it: who is to be told, and by which way.

Each step writes its notices and the instant of the next step in one commit, so that a step is taken once however
often this runs. The notices leave through `telling`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.cases.escalation import CHAT, MAIL, EscalationRules, Step
from agent.desk.escalations.escalating import next_climb
from agent.desk.escalations.telling import TELL, take_up_stranded
from agent.desk.house import House
from agent.desk.settings.rules import escalation_rules_of
from agent.store.due import not_rung
from agent.store.session import Unit, retry_passing
from agent.store.tables import CaseRow, CustomerRow, EscalationNoticeRow, EscalationRow, PersonRow

AT_MOST = 50
LOOK_AGAIN_AFTER = timedelta(minutes=5)  # at a case that waits for the customer
ONE_IS_ENOUGH_FOR = timedelta(minutes=10)
MOST_PEOPLE = 20  # of one role


@retry_passing
def climb(house: House) -> None:
    """Take every step that is due, and ring for the notices that wait."""
    with house.store.writing() as unit:
        now = house.clock()
        due = (
            select(EscalationRow)
            .where(EscalationRow.climb_at <= now, EscalationRow.acknowledged_at.is_(None))
            .order_by(EscalationRow.climb_at, EscalationRow.id)
            .limit(AT_MOST)
            .with_for_update(skip_locked=True)
        )
        for escalation in unit.session.scalars(due):
            _take_steps(unit, house, escalation, now)
        unit.session.flush()
        take_up_stranded(unit, now)
        _ring(unit, house, now)


def _take_steps(unit: Unit, house: House, escalation: EscalationRow, now: datetime) -> None:
    """Those that are due now. Nobody is told of a case that waits for the customer or is done."""
    case = unit.session.get_one(CaseRow, escalation.case_id)
    if case.state != "open":  # it may be our turn again later, or a person reopens it
        escalation.climb_at = now + LOOK_AGAIN_AFTER
        return
    rules = escalation_rules_of(house.company)
    steps = rules.steps_for(escalation.cause)
    due: datetime | None = now
    if not escalation.steps_taken:
        due = next_climb(unit, house, escalation, case, escalation.created_at)
    while due is not None and due <= now:
        _note(unit, house, escalation, case, steps[escalation.steps_taken], rules, now)
        escalation.steps_taken += 1
        due = next_climb(unit, house, escalation, case, now)
    escalation.climb_at = due


@dataclass(frozen=True, slots=True)
class Recipient:
    """A colleague, or an address of the company that belongs to nobody at the desk."""

    address: str
    person_id: int | None = None


def _note(
    unit: Unit,
    house: House,
    escalation: EscalationRow,
    case: CaseRow,
    step: Step,
    rules: EscalationRules,
    now: datetime,
) -> None:
    people = recipients(unit.session, step.to, rules, case)
    targets: list[tuple[str, str, int | None]] = []
    if MAIL in step.by:
        targets += [(MAIL, one.address, one.person_id) for one in people]
    if people:
        targets += [(CHAT, name, None) for name in channels(step, house.channels.names)]
    told = _told_lately(unit, case, now)
    for way, target, person_id in targets:
        if (way, target) in told:
            continue
        unit.session.add(
            EscalationNoticeRow(
                escalation_id=escalation.id, case_id=case.id, step=escalation.steps_taken, role=step.to,
                way=way, target=target, person_id=person_id, send_after=now, created_at=now,
            )
        )  # fmt: skip


def _told_lately(unit: Unit, case: CaseRow, now: datetime) -> set[tuple[str, str]]:
    """Who has just heard of this case: one mail may escalate it for several causes, and one notice is enough."""
    rows = unit.session.execute(
        select(EscalationNoticeRow.way, EscalationNoticeRow.target).where(
            EscalationNoticeRow.case_id == case.id,
            EscalationNoticeRow.state.not_in(("failed", "dropped")),
            EscalationNoticeRow.created_at > now - ONE_IS_ENOUGH_FOR,
        )
    )
    return {(way, target) for way, target in rows}


def recipients(
    session: Session, to: str, rules: EscalationRules, case: CaseRow | None
) -> tuple[Recipient, ...]:
    """Whom a step means: the leads (else the administrators), the management, the account owner, an address."""
    people = session.scalars(
        select(PersonRow).where(PersonRow.disabled.is_(False)).order_by(PersonRow.id)
    ).all()

    def of_role(role: str) -> Iterator[PersonRow]:
        return (person for person in people if person.role == role)

    if to == "owner":
        found: Sequence[PersonRow] = _owner(session, people, case)
    elif to == "lead":
        found = list(of_role("lead")) or list(of_role("admin"))
    elif to == "management" and not rules.management:
        found = list(of_role("admin"))
    else:
        addresses = rules.management if to == "management" else (to.lower(),)
        known = {person.email.lower(): person.id for person in people}
        return tuple(Recipient(address, known.get(address)) for address in dict.fromkeys(addresses))
    return tuple(Recipient(person.email, person.id) for person in found[:MOST_PEOPLE])


def _owner(session: Session, people: Sequence[PersonRow], case: CaseRow | None) -> list[PersonRow]:
    """The account owner, where the customer's record names somebody who works here, by address or by name."""
    customer = session.get(CustomerRow, case.customer_id) if case is not None and case.customer_id else None
    named = (customer.owner or "").strip().casefold() if customer is not None else ""
    return [one for one in people if named and named in {one.email.casefold(), one.name.strip().casefold()}][
        :1
    ]


def channels(step: Step, names: Sequence[str]) -> tuple[str, ...]:
    """The chat channels that a step goes to: all for `chat`, one for `chat:NAME`."""
    if CHAT in step.by:
        return tuple(names)
    named = {way.removeprefix(f"{CHAT}:") for way in step.by if way.startswith(f"{CHAT}:")}
    return tuple(name for name in names if name in named)


def _ring(unit: Unit, house: House, now: datetime) -> None:
    waiting = (
        select(EscalationNoticeRow)
        .where(
            EscalationNoticeRow.state == "waiting",
            EscalationNoticeRow.send_after <= now,
            not_rung(EscalationNoticeRow.rung_at, now),
        )
        .order_by(EscalationNoticeRow.send_after, EscalationNoticeRow.id)
        .limit(AT_MOST)
        .with_for_update(skip_locked=True)
    )
    for row in unit.session.scalars(waiting):
        row.rung_at = now
        notice_id = row.id
        unit.after_commit(lambda notice_id=notice_id: house.doorbell.ring(TELL, notice_id))  # type: ignore[misc]
