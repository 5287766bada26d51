"""Open incidents for the board: what, since when, which cases."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.store.tables import CaseRow, IncidentCaseRow, IncidentRow


@dataclass(frozen=True, slots=True)
class IncidentOnBoard:
    """An open incident with its cases, oldest first. `incident.cause` names it in words of the glossary."""

    incident: IncidentRow
    cases: Sequence[CaseRow]

    @property
    def customers(self) -> int:
        """Distinct customers who report it."""
        return len({case.customer_email for case in self.cases})

    @property
    def waiting(self) -> int:
        """Cases in which an answer is still owed."""
        return sum(1 for case in self.cases if case.state == "open")


def open_incidents(session: Session) -> tuple[IncidentOnBoard, ...]:
    """Every open incident, the one with the most customers first. Two queries, however many there are."""
    incidents = session.scalars(select(IncidentRow).where(IncidentRow.closed_at.is_(None))).all()
    rows = session.execute(
        select(IncidentCaseRow.incident_id, CaseRow)
        .join(CaseRow, CaseRow.id == IncidentCaseRow.case_id)
        .where(IncidentCaseRow.incident_id.in_([incident.id for incident in incidents]))
        .order_by(CaseRow.id)
    )
    cases: defaultdict[int, list[CaseRow]] = defaultdict(list)
    for incident_id, case in rows:
        cases[incident_id].append(case)
    shown = (IncidentOnBoard(incident, tuple(cases[incident.id])) for incident in incidents)
    return tuple(sorted(shown, key=lambda one: (-one.customers, one.incident.since)))


def incident_of_case(session: Session, case_id: int) -> IncidentRow | None:
    """The open incident that a case belongs to, if there is one."""
    return session.scalar(
        select(IncidentRow)
        .join(IncidentCaseRow, IncidentCaseRow.incident_id == IncidentRow.id)
        .where(IncidentCaseRow.case_id == case_id, IncidentRow.closed_at.is_(None))
        .order_by(IncidentRow.id.desc())
        .limit(1)
    )
