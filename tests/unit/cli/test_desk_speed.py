"""The desk's timings: what is known so far is not lost when somebody stops."""

from collections.abc import Iterator

from agent.cli.desk_speed import _until_stopped
from evals.scorers.desk_speed import Timing

LIST = Timing("list", 1, 20.0, 30.0, 40.0, 25.0, 12)


def test_everything_that_was_measured_is_kept() -> None:
    assert _until_stopped(iter([LIST, LIST]), "Timing pages") == ([LIST, LIST], True)


def test_ctrl_c_keeps_what_is_known_and_says_that_it_is_not_everything() -> None:
    def stopped() -> Iterator[Timing]:
        yield LIST
        raise KeyboardInterrupt

    assert _until_stopped(stopped(), "Timing pages") == ([LIST], False)
