"""Places where a fault test makes the program kill itself, as a power cut would.

Setting GENKLANG_FAIL_POINT to a name makes the process die there by SIGKILL: no handlers, no clean-up. `name:3`
dies at the third passing. Without the setting, passing a fail-point costs a comparison.
"""

import itertools
import os
import signal
from collections.abc import Callable

from agent.errors import SettingError

FailPoint = Callable[[str], None]


def fail_points(wanted: str) -> FailPoint:
    """The function that the program calls at each of its fail-points.

    Raises `SettingError` where the part after the colon is not a whole number above zero.
    """
    if not wanted:
        return _pass_by
    name, _, count = wanted.partition(":")
    if count and not (count.isdecimal() and int(count)):
        raise SettingError(
            f"GENKLANG_FAIL_POINT {wanted!r} is not usable: after the colon stands a number above zero.",
            remedy="Remove the setting: it serves fault tests alone.",
        )
    last = int(count or 1)
    passings = itertools.count(1)

    def pass_by(here: str) -> None:
        if here == name and next(passings) >= last:
            os.kill(os.getpid(), signal.SIGKILL)

    return pass_by


def _pass_by(_here: str) -> None:
    """Nothing is wanted."""
