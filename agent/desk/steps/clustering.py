"""Step 6: do several customers report the same thing?

Each mail is compared with the recent ones, once, when it comes. What it is compared by (redacted matter alone) is kept
for the days that tell what is usual.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from agent.cases.incidents import Found, IncidentRules, Sign, find, joins
from agent.desk.audit import SYSTEM, record
from agent.desk.casework.cases import touch
from agent.desk.casework.reprioritising import customers_in, settle
from agent.desk.escalations.incidents import end, notify
from agent.desk.house import House
from agent.desk.settings.rules import incident_rules_of
from agent.desk.steps.work import Apply
from agent.desk.values import reading_of, redacted
from agent.store.session import Unit
from agent.store.tables import CaseRow, IncidentCaseRow, IncidentRow, MessageRow, SignRow
from agent.triage.reading import TriageInput
from knowledge.concepts import concepts
from knowledge.features import codes

MOST_COMPARED_MEMBERS = 30  # newest mails of an incident that a further mail is compared with
_LOCK = 7_236_611_511  # PostgreSQL advisory lock: two mails must not open the same incident twice


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mail belongs to: the id of an open incident, or the mails of a new one; neither for most mails."""

    joins: int | None = None
    found: Found | None = None
    likeness: float = 0.0


def run(house: House, message_id: int) -> Apply:
    rules = incident_rules_of(house.company)
    with house.store.reading() as session:
        message = session.get_one(MessageRow, message_id)
        case = session.get_one(CaseRow, message.case_id)
        sign = sign_of(house, session, message, case)
        known = house.recent_signs.known(session, message.received_at, rules)
        members = _members(session, known, message.received_at, rules)
    verdict = judge(sign, known, members, rules)

    def apply(unit: Unit, message: MessageRow) -> None:
        _keep(unit.session, sign, rules, house.clock())
        if verdict.joins is not None or verdict.found is not None:
            _act(unit, house, sign, verdict)

    return apply


def sign_of(house: House, session: Session, message: MessageRow, case: CaseRow) -> Sign:
    """What a message is compared by. It must have been redacted and triaged."""
    subject, new_text, whole = redacted(message)
    reading = reading_of(session, message.id)
    words = f"{subject}\n{new_text}"
    return Sign(
        message_id=message.id,
        case_id=case.id,
        sender=message.from_email,
        at=message.received_at,
        vector=house.understanding.topic(
            TriageInput(subject, new_text, whole, known_language=reading.language.value)
        ),
        notions=concepts(words, reading.language.value),
        codes=frozenset(code for code in codes(words) if any(letter.isalpha() for letter in code)),
        category=case.category,
        subcategory=case.subcategory,
    )


def judge(sign: Sign, known: Sequence[Sign], members: dict[int, list[Sign]], rules: IncidentRules) -> Verdict:
    """Whether the mail belongs to an open incident, else whether it completes a new one."""
    joined = joins(sign, members, known, rules)
    if joined is not None:
        incident_id, likeness = joined
        return Verdict(joins=incident_id, likeness=likeness)
    return Verdict(found=find(sign, known, rules))


def _members(
    session: Session, known: Sequence[Sign], at: datetime, rules: IncidentRules
) -> dict[int, list[Sign]]:
    """The newest mails of each open incident that a mail of this instant may still belong to."""
    rows = session.execute(
        select(IncidentCaseRow.incident_id, IncidentCaseRow.message_id)
        .join(IncidentRow, IncidentRow.id == IncidentCaseRow.incident_id)
        .where(
            IncidentRow.closed_at.is_(None),
            IncidentCaseRow.taken_out_at.is_(None),
            IncidentRow.last_at >= at - rules.quiet,
            IncidentRow.since <= at + rules.window,
        )
        .order_by(IncidentCaseRow.message_id.desc())
    ).all()
    signs = {sign.message_id: sign for sign in known}
    members: dict[int, list[Sign]] = {}
    for incident_id, message_id in rows:
        group = members.setdefault(incident_id, [])
        if message_id in signs and len(group) < MOST_COMPARED_MEMBERS:
            group.append(signs[message_id])
    return {incident_id: group for incident_id, group in members.items() if group}


def _keep(session: Session, sign: Sign, rules: IncidentRules, now: datetime) -> None:
    """Remember the mail for those that follow, and forget what is too old to tell what is usual."""
    session.execute(delete(SignRow).where(SignRow.at < now - rules.look_back - rules.window))
    session.merge(
        SignRow(
            message_id=sign.message_id,
            case_id=sign.case_id,
            at=sign.at,
            vector=sign.vector.astype("<f2").tobytes(),
            notions=dict(sign.notions),
            codes=sorted(sign.codes),
        )
    )


def _act(unit: Unit, house: House, sign: Sign, verdict: Verdict) -> None:
    """Open the incident or add to it; its cases are told why they matter more now."""
    session, now = unit.session, house.clock()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    signs = list(verdict.found.signs) if verdict.found else [sign]
    incident = _incident_for(session, signs, verdict)
    if incident is None and verdict.found is not None:
        incident = IncidentRow(
            cause=verdict.found.cause,
            since=verdict.found.since,
            last_at=sign.at,
            told_customers=0,
            opened_at=now,
        )
        session.add(incident)
        session.flush()
        record(
            unit, "incident.opened", actor=SYSTEM, now=now, case_id=sign.case_id,
            subject=f"incident:{incident.id}", customers=verdict.found.senders,
            false_alarms=round(verdict.found.false_alarms, 6),
        )  # fmt: skip
    if incident is None:
        return
    added = _add(unit, incident, signs, verdict.likeness, now)
    incident.last_at = max(incident.last_at, sign.at)
    incident.since = min(incident.since, *(one.at for one in signs))
    _tell(unit, house, incident, added)


def _incident_for(session: Session, signs: Sequence[Sign], verdict: Verdict) -> IncidentRow | None:
    """The open incident that the mail joins, or that another mail opened for the same cases a moment ago."""
    if verdict.joins is not None:
        row = session.get(IncidentRow, verdict.joins, with_for_update=True)
        return row if row is not None and row.closed_at is None else None
    return session.scalar(
        select(IncidentRow)
        .join(IncidentCaseRow, IncidentCaseRow.incident_id == IncidentRow.id)
        .where(
            IncidentRow.closed_at.is_(None),
            IncidentCaseRow.taken_out_at.is_(None),
            IncidentCaseRow.case_id.in_([one.case_id for one in signs]),
        )
        .order_by(IncidentRow.id)
        .limit(1)
    )


def _add(
    unit: Unit, incident: IncidentRow, signs: Sequence[Sign], likeness: float, now: datetime
) -> set[int]:
    """The cases that are new in the incident. A case that was erased meanwhile is left out."""
    session = unit.session
    wanted = {sign.case_id: sign for sign in signs}
    present = set(
        session.scalars(select(IncidentCaseRow.case_id).where(IncidentCaseRow.incident_id == incident.id))
    )
    standing = set(session.scalars(select(CaseRow.id).where(CaseRow.id.in_(wanted))))
    added = (wanted.keys() & standing) - present
    for case_id in sorted(added):
        session.add(
            IncidentCaseRow(
                incident_id=incident.id, case_id=case_id, message_id=wanted[case_id].message_id,
                likeness=likeness, joined_at=now,
            )
        )  # fmt: skip
        record(
            unit, "incident.joined", actor=SYSTEM, now=now, case_id=case_id,
            subject=f"incident:{incident.id}",
        )  # fmt: skip
    session.flush()
    return added


def _tell(unit: Unit, house: House, incident: IncidentRow, added: set[int]) -> None:
    """The new cases hear of it; the others again each time that the number of customers has doubled."""
    session, now = unit.session, house.clock()
    customers = customers_in(session, incident.id)
    concerned = select(CaseRow).where(CaseRow.id.in_(added))
    if customers >= 2 * incident.told_customers:
        incident.told_customers = customers
        concerned = (
            select(CaseRow)
            .join(IncidentCaseRow, IncidentCaseRow.case_id == CaseRow.id)
            .where(IncidentCaseRow.incident_id == incident.id, IncidentCaseRow.taken_out_at.is_(None))
        )
        notify(unit, incident, now)
    for case in session.scalars(concerned.order_by(CaseRow.id).with_for_update(of=CaseRow)):
        settle(unit, house, case, cause="incident")
        touch(case, now)


def close_quiet_incidents(unit: Unit, house: House) -> None:
    """An incident of which nobody has written for a while is over; its cases keep what they were given."""
    now = house.clock()
    quiet_since = now - incident_rules_of(house.company).quiet
    rows = select(IncidentRow).where(IncidentRow.closed_at.is_(None), IncidentRow.last_at < quiet_since)
    for incident in unit.session.scalars(rows.with_for_update(skip_locked=True)):
        end(unit, incident, now, actor=SYSTEM)
