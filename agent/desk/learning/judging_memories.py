"""What a person decides about a memory: confirm, edit, retire, and take back."""

from datetime import datetime

from sqlalchemy import select, update

from agent.desk.audit import by, record
from agent.desk.learning.memories import contradicting, settle, supersede
from agent.drafting.draft import Topic
from agent.errors import Conflict, NotFound, WrongUse
from agent.memories.memory import Scope, State
from agent.memories.parts import NAME
from agent.privacy.placeholders import NEARLY
from agent.store.session import Unit
from agent.store.tables import MemoryChangeRow, MemoryRow, PersonRow

COMMAND_LINE = "command line"
LONGEST = 600  # characters of what a person makes of a memory
VALUES = {Topic.ADDRESS: ("familiar", "polite"), Topic.LENGTH: ("short", "detailed")}
"""What a memory of these topics can say."""

_KEPT_FOR_UNDO = ("after", "scope", "scope_key", "state", "settled", "replaced_by_id")


def confirm(unit: Unit, memory_id: int, *, person: PersonRow | None, now: datetime) -> MemoryRow:
    """A person says that it holds: it is used from the next draft on, however seldom it was seen."""
    memory = _for_change(unit, memory_id)
    _note(unit, memory, "confirmed", person, now)
    memory.state, memory.settled, memory.replaced_by_id, memory.updated_at = State.ACTIVE, True, None, now
    supersede(unit, memory, contradicting(unit.session, memory), actor=_actor(person), now=now)
    return memory


def edit(
    unit: Unit,
    memory_id: int,
    *,
    after: str,
    scope: str,
    scope_key: str = "",
    person: PersonRow | None,
    now: datetime,
) -> MemoryRow:
    """Change its words or whom it holds for. Raises `WrongUse` for words that may not be kept."""
    memory = _for_change(unit, memory_id)
    after = " ".join(after.split())
    _check(memory, after, scope, scope_key)
    _note(unit, memory, "edited", person, now)
    memory.after, memory.updated_at = after, now
    if (scope, scope_key) != (memory.scope, memory.scope_key):
        memory.scope, memory.scope_key, memory.settled = scope, scope_key, True
    return memory


def _check(memory: MemoryRow, after: str, scope: str, scope_key: str) -> None:
    topic = Topic(memory.topic)
    if scope not in set(Scope) or bool(scope_key) == (scope == Scope.ALL):
        raise WrongUse(
            "It is not said whom this holds for.", code="memory.scope", remedy="Choose from the list."
        )
    if memory.tied and scope != Scope.CUSTOMER:
        raise WrongUse(
            "This speaks of one customer's own matter.",
            code="memory.tied",
            remedy="Keep it for that customer, or retire it and write an article.",
        )
    if NEARLY.search(after):
        raise WrongUse(
            "Personal data cannot be remembered.", code="memory.personal", remedy="Leave the placeholder out."
        )
    if len(after) > LONGEST or (not after and topic is not Topic.PHRASE):
        raise WrongUse(
            "A memory is a few words or one sentence.",
            code="memory.words",
            remedy="Write it shorter, or retire it.",
        )
    if topic in VALUES and after not in VALUES[topic]:
        raise WrongUse(
            f"It can only be {' or '.join(VALUES[topic])}.", code="memory.value", remedy="Choose one of them."
        )
    if "{" in after.replace(NAME, "") and topic is Topic.GREETING:
        raise WrongUse(
            "A greeting knows one slot: {name}.",
            code="memory.slot",
            remedy="Use {name} for the customer's name.",
        )


def retire(unit: Unit, memory_id: int, *, person: PersonRow | None, now: datetime) -> MemoryRow:
    """Use it no more. It stays retired however often it is seen again."""
    memory = _for_change(unit, memory_id)
    if memory.state == State.RETIRED and memory.settled:
        raise Conflict("It is retired already.", code="memory.retired", remedy="There is nothing to do.")
    _note(unit, memory, "retired", person, now)
    memory.state, memory.settled, memory.updated_at = State.RETIRED, True, now
    return memory


def undo(unit: Unit, memory_id: int, *, person: PersonRow | None, now: datetime) -> MemoryRow:
    """Take back what a person last changed about it; what it had taken the place of holds again."""
    session = unit.session
    memory = _for_change(unit, memory_id)
    change = session.scalar(
        select(MemoryChangeRow)
        .where(MemoryChangeRow.memory_id == memory_id, MemoryChangeRow.undone_at.is_(None))
        .order_by(MemoryChangeRow.id.desc())
        .limit(1)
    )
    if change is None:
        raise Conflict("There is nothing to take back.", code="memory.unchanged", remedy="Look at it again.")
    change.undone_at = memory.updated_at = now
    for name, value in change.before.items():
        setattr(memory, name, value)
    if change.action == "confirmed":
        session.execute(
            update(MemoryRow)
            .where(MemoryRow.replaced_by_id == memory.id)
            .values(state=State.ACTIVE, replaced_by_id=None, updated_at=now)
        )
    settle(session, memory)  # it may have been seen again meanwhile
    record(
        unit,
        "memory.undone",
        actor=_actor(person),
        now=now,
        subject=f"memory:{memory.id}",
        what=change.action,
    )
    return memory


def _for_change(unit: Unit, memory_id: int) -> MemoryRow:
    memory = unit.session.get(MemoryRow, memory_id, with_for_update=True)
    if memory is None:
        raise NotFound(
            f"There is no memory {memory_id}.", code="memory.unknown", remedy="See `genklang memories list`."
        )
    return memory


def _note(unit: Unit, memory: MemoryRow, action: str, person: PersonRow | None, now: datetime) -> None:
    """Keep the fields as they are for undoing, and write into the audit trail who did what."""
    unit.session.add(
        MemoryChangeRow(
            memory_id=memory.id,
            person_id=person.id if person else None,
            action=action,
            before={name: getattr(memory, name) for name in _KEPT_FOR_UNDO},
            created_at=now,
        )
    )
    record(unit, f"memory.{action}", actor=_actor(person), now=now, subject=f"memory:{memory.id}")


def _actor(person: PersonRow | None) -> str:
    return by(person) if person is not None else COMMAND_LINE
