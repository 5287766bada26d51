"""Escalations over HTTP: what waits for a lead, and taking it on."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select

from agent.desk.escalations import escalating
from agent.store.tables import EscalationRow
from api.v1.access import CallerNeeded
from api.v1.shapes import EscalationOut

router = APIRouter(prefix="/escalations", tags=["escalations"])


@router.get("")
def list_escalations(
    caller: CallerNeeded,
    *,
    all_of_them: Annotated[bool, Query(alias="all", description="acknowledged ones too")] = False,
) -> list[EscalationOut]:
    """Open escalations, oldest first."""
    query = select(EscalationRow).order_by(EscalationRow.id)
    if not all_of_them:
        query = query.where(EscalationRow.acknowledged_at.is_(None))
    with caller.house.store.reading() as session:
        return [EscalationOut.model_validate(row) for row in session.scalars(query)]


@router.post("/{escalation_id}/acknowledge")
def acknowledge(escalation_id: int, caller: CallerNeeded) -> EscalationOut:
    """Take it on. 409 when another already has."""
    with caller.house.store.writing() as unit:
        row = escalating.acknowledge(unit, caller.house, escalation_id=escalation_id, person=caller.person)
        return EscalationOut.model_validate(row)
