"""What was learnt from edits, as people look it over: each memory with where it was seen and what it contradicts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.drafting.draft import Topic
from agent.memories.growing import contradicts, needed
from agent.memories.memory import Kind, Lesson, Scope, State
from agent.store.tables import MemoryChangeRow, MemoryRow, MemorySightRow

MOST = 500  # memories shown


@dataclass(frozen=True, slots=True)
class ListedMemory:
    """A memory with its evidence, newest first. `rivals` are memories that cannot be followed together with it.

    `needed` is the number of cases from which it is used without a person's word. `undoable` says what a person last
    changed about it, empty where there is nothing to take back.
    """

    row: MemoryRow
    sights: Sequence[MemorySightRow]
    rivals: tuple[int, ...]
    needed: int
    undoable: str

    @property
    def strength(self) -> int:
        """In how many cases it was seen."""
        return len({sight.case_id for sight in self.sights})


def list_memories(session: Session, state: State | None = None) -> tuple[ListedMemory, ...]:
    """Memories of one state or of all, the newest change first."""
    everything = session.scalars(
        select(MemoryRow).order_by(MemoryRow.updated_at.desc(), MemoryRow.id.desc())
    ).all()
    rows = [row for row in everything if state is None or row.state == state][:MOST]
    sights: defaultdict[int, list[MemorySightRow]] = defaultdict(list)
    wanted = select(MemorySightRow).where(MemorySightRow.memory_id.in_([row.id for row in rows]))
    for sight in session.scalars(wanted.order_by(MemorySightRow.seen_at.desc())):
        sights[sight.memory_id].append(sight)
    undoable = _undoable(session)
    alive = {row.id: lesson_of(row) for row in everything if row.state != State.RETIRED}
    return tuple(
        ListedMemory(
            row,
            sights[row.id],
            _rivals(row, alive),
            needed(lesson_of(row), Scope(row.scope)),
            undoable.get(row.id, ""),
        )
        for row in rows
    )


def count_learnt(session: Session, case_id: int) -> int:
    """How many memories the edits of one case taught or strengthened."""
    found = select(func.count(MemorySightRow.memory_id.distinct())).where(MemorySightRow.case_id == case_id)
    return session.scalar(found) or 0


def lesson_of(row: MemoryRow) -> Lesson:
    """The row as the value that rules work with."""
    return Lesson(
        Kind(row.kind), Topic(row.topic), row.language, row.before, row.after, row.about, row.manner, row.tied
    )


def _rivals(row: MemoryRow, alive: Mapping[int, Lesson]) -> tuple[int, ...]:
    if row.id not in alive:
        return ()
    return tuple(sorted(i for i, other in alive.items() if i != row.id and contradicts(alive[row.id], other)))


def _undoable(session: Session) -> dict[int, str]:
    """The last change of each memory that was not taken back."""
    changes = session.execute(
        select(MemoryChangeRow.memory_id, MemoryChangeRow.action)
        .where(MemoryChangeRow.undone_at.is_(None))
        .order_by(MemoryChangeRow.id)
    )
    return {memory_id: action for memory_id, action in changes}  # noqa: C416 - the last one of each stays
