"""Whose day is too full, and what could go to whom: open cases against the working time that is left today."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

MOST_MOVES = 3


@dataclass(frozen=True, slots=True)
class Job:
    """An open case that somebody has, as it was when the board was drawn."""

    case_id: int
    version: int
    category: str
    language: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Load:
    """A person's open cases, the most urgent first, and the working minutes they and the day hold."""

    person_id: int
    name: str
    jobs: tuple[Job, ...]
    minutes: float
    minutes_left: float

    @property
    def too_much(self) -> bool:
        return self.minutes > self.minutes_left

    @property
    def room(self) -> float:
        """Minutes that are still free today."""
        return max(self.minutes_left - self.minutes, 0.0)


@dataclass(frozen=True, slots=True)
class Experience:
    """How many cases a person has answered lately, by category and by language.

    `skills` and `speaks` are the categories and languages that are entered for them; where any are, only those count.
    """

    categories: Mapping[str, int]
    languages: Mapping[str, int]
    skills: frozenset[str] = frozenset()
    speaks: frozenset[str] = frozenset()

    def covers(self, category: str, language: str) -> bool:
        knows = category in self.skills if self.skills else bool(self.categories.get(category))
        writes = language in self.speaks if self.speaks else bool(self.languages.get(language))
        return knows and writes


NOTHING = Experience({}, {})


@dataclass(frozen=True, slots=True)
class Move:
    """Cases of one category and language that `giver` will not reach today, for `taker`, who knows both.

    `answered` is how many of that category the taker has answered lately; the minutes are those left to do after the move.
    """

    giver: Load
    taker: Load
    jobs: tuple[Job, ...]
    category: str
    language: str
    answered: int
    giver_minutes: float
    taker_minutes: float


def suggest(
    loads: Sequence[Load],
    knows: Mapping[int, Experience],
    *,
    minutes_a_case: float,
    refused: Container[tuple[int, int]] = (),
) -> tuple[Move, ...]:
    """Moves that leave nobody with more than the day holds; the fullest day first, one move for each.

    Only what the giver will not reach is moved, and only to somebody who answers in that language and category.
    `refused` holds cases with the person to whom they should not go.
    """
    room = {load.person_id: load.room for load in loads}
    moves: list[Move] = []
    for giver in sorted(loads, key=lambda one: one.minutes_left - one.minutes):
        if not giver.too_much or giver.minutes_left <= 0 or len(moves) == MOST_MOVES:
            continue
        reached = int(giver.minutes_left // minutes_a_case)
        move = _best(giver, giver.jobs[reached:], loads, knows, room, minutes_a_case, refused)
        if move is not None:
            room[move.taker.person_id] -= len(move.jobs) * minutes_a_case
            moves.append(move)
    return tuple(moves)


def _best(
    giver: Load,
    beyond: Sequence[Job],
    loads: Sequence[Load],
    knows: Mapping[int, Experience],
    room: Mapping[int, float],
    minutes_a_case: float,
    refused: Container[tuple[int, int]],
) -> Move | None:
    """The move of most cases; among equals to whoever has answered most of that category."""
    best: Move | None = None
    for taker in loads:
        fits = int(room[taker.person_id] // minutes_a_case)
        known = knows.get(taker.person_id, NOTHING)
        if taker.person_id == giver.person_id or not fits:
            continue
        may_go = [job for job in beyond if (job.case_id, taker.person_id) not in refused]
        for category, language in dict.fromkeys((job.category, job.language) for job in may_go):
            answered = known.categories.get(category, 0)
            if not known.covers(category, language):
                continue
            jobs = tuple(job for job in may_go if (job.category, job.language) == (category, language))[:fits]
            moved = len(jobs) * minutes_a_case
            busy = taker.minutes_left - room[taker.person_id]
            move = Move(giver, taker, jobs, category, language, answered, giver.minutes - moved, busy + moved)
            if best is None or (len(jobs), answered) > (len(best.jobs), best.answered):
                best = move
    return best
