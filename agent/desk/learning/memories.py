"""What is kept of people's edits: which memories hold for a case, and how evidence moves them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from agent.desk.audit import record
from agent.drafting.draft import Learnt, Topic
from agent.memories.growing import contradicts, needed, scope_of, strength
from agent.memories.memory import Kind, Scope, Seen, State
from agent.store.queries.memory_list import lesson_of
from agent.store.session import Unit
from agent.store.tables import CaseRow, CustomerRow, MemoryChangeRow, MemoryRow, MemorySightRow

_RANK = {scope: rank for rank, scope in enumerate(Scope)}


def memories_for(
    session: Session, case: CaseRow, customer: CustomerRow | None, language: str
) -> tuple[Learnt, ...]:
    """The active memories that hold for a case, the narrowest scope first, the newer first among equals.

    What a narrower one contradicts is left out. A customer who objects to having their tone mirrored is written to
    as everybody is.
    """
    holds = [MemoryRow.scope == Scope.ALL, _in(Scope.CATEGORY, case.category)]
    if customer is not None and customer.company:
        holds.append(_in(Scope.COMPANY, customer.company))
    personal = _in(Scope.CUSTOMER, case.customer_email)
    if customer is not None and "tone" in customer.objections:
        personal = and_(personal, MemoryRow.kind != Kind.PREFERENCE)
    rows = session.scalars(
        select(MemoryRow).where(
            MemoryRow.language == language, MemoryRow.state == State.ACTIVE, or_(personal, *holds)
        )
    )
    chosen: list[MemoryRow] = []
    for row in sorted(rows, key=lambda row: (_RANK[Scope(row.scope)], -row.updated_at.timestamp())):
        if not any(contradicts(lesson_of(row), lesson_of(other)) for other in chosen):
            chosen.append(row)
    return tuple(
        Learnt(f"memory:{row.id}", Topic(row.topic), row.after, row.before, row.about, row.manner)
        for row in chosen
    )


def _in(scope: Scope, key: str) -> Any:
    return and_(MemoryRow.scope == scope, MemoryRow.scope_key == key)


def seen_of(session: Session, memory: MemoryRow) -> list[Seen]:
    """Where it was seen, oldest first; of one that another took the place of, only what came after."""
    rows = session.execute(
        select(MemorySightRow, CaseRow, CustomerRow)
        .join(CaseRow, CaseRow.id == MemorySightRow.case_id)
        .outerjoin(CustomerRow, CustomerRow.id == CaseRow.customer_id)
        .where(MemorySightRow.memory_id == memory.id)
        .order_by(MemorySightRow.seen_at, MemorySightRow.draft_id)
    )
    since = memory.updated_at if memory.replaced_by_id is not None else None
    return [
        Seen(case.id, case.customer_email, customer.company if customer else "", case.category)
        for sight, case, customer in rows
        if since is None or sight.seen_at > since
    ]


def settle(session: Session, memory: MemoryRow) -> None:
    """Bring scope and state in line with the evidence, unless a person has decided them.

    It waits for a person where it contradicts what a person has confirmed.
    """
    seen = seen_of(session, memory)
    if memory.settled or not seen:
        return
    lesson = lesson_of(memory)
    scope, key = scope_of(lesson, seen)
    if strength(seen) < needed(lesson, scope):
        if memory.state != State.RETIRED:
            memory.scope, memory.scope_key, memory.state = scope, key, State.PROPOSED
        return
    memory.scope, memory.scope_key = scope, key
    if any(other.settled for other in contradicting(session, memory)):
        memory.state = State.PROPOSED
    else:
        memory.state, memory.replaced_by_id = State.ACTIVE, None


def contradicting(session: Session, memory: MemoryRow) -> list[MemoryRow]:
    """Active memories for the same people that cannot be followed together with this one."""
    others = session.scalars(
        select(MemoryRow).where(
            MemoryRow.id != memory.id,
            MemoryRow.language == memory.language,
            MemoryRow.state == State.ACTIVE,
            MemoryRow.scope == memory.scope,
            MemoryRow.scope_key == memory.scope_key,
        )
    )
    return [row for row in others if contradicts(lesson_of(memory), lesson_of(row))]


def supersede(
    unit: Unit, memory: MemoryRow, others: Sequence[MemoryRow], *, actor: str, now: datetime
) -> None:
    """The newer takes the place of what it contradicts."""
    for other in others:
        other.state, other.replaced_by_id, other.updated_at = State.RETIRED, memory.id, now
        record(
            unit, "memory.replaced", actor=actor, now=now, subject=f"memory:{other.id}",
            replaced_by=memory.id,
        )  # fmt: skip


def forget_lessons(session: Session, case_ids: Sequence[int], email: str) -> dict[str, int]:
    """Art. 17: what was learnt in these cases is unlearnt; a memory that rests on nothing else goes with them."""
    touched = set(
        session.scalars(select(MemorySightRow.memory_id).where(MemorySightRow.case_id.in_(case_ids)))
    )
    sights = session.execute(delete(MemorySightRow).where(MemorySightRow.case_id.in_(case_ids))).rowcount  # type: ignore[attr-defined]
    gone = set(session.scalars(select(MemoryRow.id).where(_in(Scope.CUSTOMER, email))))
    for memory_id in sorted(touched - gone):
        rest = session.scalar(
            select(MemorySightRow)
            .where(MemorySightRow.memory_id == memory_id)
            .order_by(MemorySightRow.seen_at.desc())
            .limit(1)
        )
        if rest is None:
            gone.add(memory_id)
        else:
            memory = session.get_one(MemoryRow, memory_id)
            memory.about = rest.about
            settle(session, memory)
    session.execute(delete(MemorySightRow).where(MemorySightRow.memory_id.in_(gone)))
    session.execute(delete(MemoryChangeRow).where(MemoryChangeRow.memory_id.in_(gone)))
    session.execute(update(MemoryRow).where(MemoryRow.replaced_by_id.in_(gone)).values(replaced_by_id=None))
    session.execute(delete(MemoryRow).where(MemoryRow.id.in_(gone)))
    return {"memory_sights": sights, "memories": len(gone)}
