"""Fail-points kill the process that asked for it, at the passing that was named, and nobody else."""

import subprocess
import sys

import pytest

from agent.errors import SettingError
from agent.failpoint import fail_points


def dies_after(wanted: str, passings: list[str]) -> tuple[int, list[str]]:
    code = (
        "from agent.failpoint import fail_points\n"
        f"here = fail_points({wanted!r})\n"
        f"for name in {passings!r}:\n    here(name); print(name, flush=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    return done.returncode, done.stdout.split()


def test_the_process_dies_at_the_named_point() -> None:
    assert dies_after("stored", ["fetched", "stored", "flagged"]) == (-9, ["fetched"])


def test_it_dies_at_the_passing_that_was_named() -> None:
    assert dies_after("stored:3", ["stored", "fetched", "stored", "stored"]) == (
        -9,
        ["stored", "fetched", "stored"],
    )


def test_without_the_setting_nothing_happens() -> None:
    here = fail_points("")
    here("stored")


@pytest.mark.parametrize("wanted", ["stored:0", "stored:x", "stored:-1"])
def test_a_count_that_cannot_be_meant_is_refused(wanted: str) -> None:
    with pytest.raises(SettingError):
        fail_points(wanted)
