"""Incidents for the board and their own pages: what, since when, which cases, and when each was reported."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.store.tables import CaseRow, IncidentCaseRow, IncidentRow, MessageRow


@dataclass(frozen=True, slots=True)
class IncidentOnBoard:
    """An incident with its cases, oldest first, and the instant at which each reported it.

    `taken_out` are cases that a person said are about something else.
    """

    incident: IncidentRow
    cases: Sequence[CaseRow]
    reported: Mapping[int, datetime]
    taken_out: Sequence[CaseRow] = ()

    @property
    def customers(self) -> int:
        """Distinct customers who report it."""
        return len({case.customer_email for case in self.cases})

    @property
    def waiting(self) -> int:
        """Cases in which an answer is still owed."""
        return sum(1 for case in self.cases if case.state == "open")

    @property
    def languages(self) -> tuple[tuple[str, int], ...]:
        """Cases by language, the most frequent first; a case without a known language is not counted."""
        counts = Counter(case.language for case in self.cases if case.language)
        return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An incident that has ended, and how many cases it had."""

    incident: IncidentRow
    cases: int


def open_incidents(session: Session) -> tuple[IncidentOnBoard, ...]:
    """Every open incident, the one with the most customers first. Two queries, however many there are."""
    incidents = session.scalars(select(IncidentRow).where(IncidentRow.closed_at.is_(None))).all()
    return tuple(
        sorted(_with_cases(session, incidents), key=lambda one: (-one.customers, one.incident.since))
    )


def incident(session: Session, incident_id: int) -> IncidentOnBoard | None:
    """One incident, open or ended, with its cases."""
    row = session.get(IncidentRow, incident_id)
    return next(iter(_with_cases(session, [row])), None) if row is not None else None


def past_incidents(session: Session, at_most: int) -> tuple[PastIncident, ...]:
    """The incidents that ended last."""
    rows = session.execute(
        select(IncidentRow, func.count(IncidentCaseRow.case_id))
        .outerjoin(
            IncidentCaseRow,
            (IncidentCaseRow.incident_id == IncidentRow.id) & IncidentCaseRow.taken_out_at.is_(None),
        )
        .where(IncidentRow.closed_at.is_not(None))
        .group_by(IncidentRow.id)
        .order_by(IncidentRow.closed_at.desc(), IncidentRow.id.desc())
        .limit(at_most)
    )
    return tuple(PastIncident(row, count) for row, count in rows)


def incident_of_case(session: Session, case_id: int) -> IncidentRow | None:
    """The open incident that a case belongs to, if there is one."""
    return session.scalar(
        select(IncidentRow)
        .join(IncidentCaseRow, IncidentCaseRow.incident_id == IncidentRow.id)
        .where(
            IncidentCaseRow.case_id == case_id,
            IncidentCaseRow.taken_out_at.is_(None),
            IncidentRow.closed_at.is_(None),
        )
        .order_by(IncidentRow.id.desc())
        .limit(1)
    )


def _with_cases(session: Session, incidents: Iterable[IncidentRow]) -> list[IncidentOnBoard]:
    incidents = list(incidents)
    rows = session.execute(
        select(IncidentCaseRow, CaseRow, MessageRow.received_at)
        .join(CaseRow, CaseRow.id == IncidentCaseRow.case_id)
        .join(MessageRow, MessageRow.id == IncidentCaseRow.message_id)
        .where(IncidentCaseRow.incident_id.in_([one.id for one in incidents]))
        .order_by(CaseRow.id)
    )
    inside: defaultdict[int, list[CaseRow]] = defaultdict(list)
    outside: defaultdict[int, list[CaseRow]] = defaultdict(list)
    reported: defaultdict[int, dict[int, datetime]] = defaultdict(dict)
    for part, case, received_at in rows:
        (inside if part.taken_out_at is None else outside)[part.incident_id].append(case)
        reported[part.incident_id][case.id] = received_at
    return [
        IncidentOnBoard(one, tuple(inside[one.id]), reported[one.id], tuple(outside[one.id]))
        for one in incidents
    ]
