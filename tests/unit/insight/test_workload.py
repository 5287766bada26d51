"""Moves take nobody beyond the day, and go only to people who know the matter and the language."""

from hypothesis import given
from hypothesis import strategies as st

from agent.insight.workload import Experience, Job, Load, suggest

MINUTES = 12


def load(person: int, jobs: int, left: float, *, category: str = "billing", language: str = "da") -> Load:
    mine = tuple(Job(person * 1000 + n, 1, category, language, None) for n in range(jobs))
    return Load(person, f"p{person}", mine, jobs * MINUTES, left)


KNOWS = {2: Experience({"billing": 14}, {"da": 20})}


def test_what_cannot_be_reached_today_goes_to_who_knows_it() -> None:
    (move,) = suggest([load(1, 12, 60), load(2, 1, 60)], KNOWS, minutes_a_case=MINUTES)
    assert (move.taker.person_id, len(move.jobs), move.answered) == (2, 4, 14)
    assert [job.case_id for job in move.jobs] == [1005, 1006, 1007, 1008]  # the first five are reached
    assert (move.giver_minutes, move.taker_minutes) == (8 * 12, 60)


def test_nobody_is_offered_a_language_or_matter_they_never_answered() -> None:
    for other in ({"language": "de"}, {"category": "technical"}):
        assert suggest([load(1, 12, 60, **other), load(2, 1, 60)], KNOWS, minutes_a_case=MINUTES) == ()


def test_after_closing_time_nothing_is_moved() -> None:
    assert suggest([load(1, 12, 0), load(2, 0, 0)], KNOWS, minutes_a_case=MINUTES) == ()


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 480)), min_size=2, max_size=6))
def test_no_move_fills_anybodys_day_beyond_its_end(days: list[tuple[int, int]]) -> None:
    loads = [load(person, jobs, left) for person, (jobs, left) in enumerate(days)]
    knows = {one.person_id: Experience({"billing": 1}, {"da": 1}) for one in loads}
    taken: dict[int, int] = {}
    moved: list[int] = []
    for move in suggest(loads, knows, minutes_a_case=MINUTES):
        assert move.jobs
        assert set(move.jobs) <= set(move.giver.jobs)
        taken[move.taker.person_id] = taken.get(move.taker.person_id, 0) + len(move.jobs)
        moved += [job.case_id for job in move.jobs]
    for one in loads:
        if one.person_id in taken:
            assert one.minutes + taken[one.person_id] * MINUTES <= one.minutes_left
    assert len(moved) == len(set(moved))
