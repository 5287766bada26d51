"""People are told when the language model's budget is used up, and that the local engine writes until then."""

from agent.clock import Clock
from agent.desk.notices import raise_notice, resolve_notice
from agent.store.session import Store

KEY = "model.budget"


class BudgetNotice:
    """Opens one notice when the cap is reached, and closes it at the first call within it. Safe to ask each time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._told: str | None = None  # another process may have told before this one began

    def __call__(self, reason: str) -> None:
        """`reason` why a call was refused, empty where it was not."""
        if reason == self._told:
            return
        with self._store.writing() as unit:
            if reason:
                text = f"{reason} The local engine reads and writes until then."
                raise_notice(unit, KEY, text, self._clock(), level="warning")
            else:
                resolve_notice(unit, KEY, self._clock())
        self._told = reason
