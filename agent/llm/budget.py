"""How much the model may cost, and when not to ask it at all.

Two guards before every call: a cap on calls, tokens and money a day and a month (UTC), and a circuit breaker that
leaves a failing endpoint alone. Both refuse with `ModelUnavailable`, so that the local engine takes over at once instead
of after a time-out.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from agent.clock import Clock
from agent.llm.model import Answer, Completion, LanguageModel, ModelUnavailable, Prompt
from agent.llm.prices import UNKNOWN, Prices


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that may be spent in a day, and in a calendar month; 0 means no limit.

    A call that was begun within it is finished: it can be passed by what the calls under way at that moment cost.
    `month_euros` is counted by `prices`, all tokens of the month by those that hold now.
    """

    calls: int = 0
    tokens: int = 0
    month_tokens: int = 0
    month_euros: float = 0.0
    prices: Prices = UNKNOWN


@dataclass(frozen=True, slots=True)
class Spent:
    """Calls, and the tokens that went in and came out."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.calls + other.calls, self.tokens_in + other.tokens_in, self.tokens_out + other.tokens_out
        )


class Ledger(Protocol):
    """Remembers what was spent. The one in memory counts for one process; a table counts for all."""

    def spent(self, day: date) -> Spent: ...

    def spent_in_month(self, day: date) -> Spent:
        """In the calendar month of `day`, up to its end."""
        ...

    def book(self, day: date, tokens_in: int, tokens_out: int) -> None:
        """Count one call and its tokens."""
        ...


class MemoryLedger:
    """What this process spent; earlier months are forgotten."""

    def __init__(self) -> None:
        self._days: dict[date, Spent] = {}
        self._lock = threading.Lock()

    def spent(self, day: date) -> Spent:
        with self._lock:
            return self._days.get(day, Spent())

    def spent_in_month(self, day: date) -> Spent:
        with self._lock:
            month = [spent for one, spent in self._days.items() if one.replace(day=1) == day.replace(day=1)]
        return sum(month, Spent())

    def book(self, day: date, tokens_in: int, tokens_out: int) -> None:
        with self._lock:
            before = self._days.get(day, Spent())
            kept = {
                one: spent for one, spent in self._days.items() if one.replace(day=1) == day.replace(day=1)
            }
            self._days = kept | {day: before + Spent(1, tokens_in, tokens_out)}


class Breaker:
    """Opens after `failures` in a row, or at once when the server names a pause; then tries one call.

    While that one call is under way the others are still refused (half open). Its success closes the breaker;
    its failure opens it for another `pause`.
    """

    def __init__(self, clock: Clock, *, failures: int = 3, pause: timedelta = timedelta(seconds=60)) -> None:
        self._clock = clock
        self._limit = failures
        self._pause = pause
        self._failures = 0
        self._closed_until: datetime | None = None
        self._trial = False
        self._lock = threading.Lock()

    def enter(self) -> None:
        """Ask to make a call. Raises `ModelUnavailable` with the seconds left while the breaker is open."""
        with self._lock:
            if self._closed_until is None:
                return
            left = (self._closed_until - self._clock()).total_seconds()
            if left > 0 or self._trial:
                raise ModelUnavailable(
                    "The language model failed several times and is left alone for a while.",
                    retry_after=max(left, 1.0),
                    code="model.paused",
                    remedy="Run `genklang doctor` to see why.",
                )
            self._trial = True

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._closed_until, self._trial = 0, None, False

    def failed(self, retry_after: float | None = None) -> None:
        """Count a failure; `retry_after` is the pause in seconds that the server asked for."""
        with self._lock:
            self._failures += 1
            if retry_after is not None or self._trial or self._failures >= self._limit:
                pause = timedelta(seconds=retry_after) if retry_after is not None else self._pause
                self._closed_until = self._clock() + pause
            self._trial = False


class GuardedModel:
    """A model behind the cap and the breaker.

    `caps` is asked before each call, so that another cap counts at once; `at_cap` hears why a call was refused for
    its cost, and an empty sentence when one is within the cap.
    """

    def __init__(
        self,
        model: LanguageModel,
        *,
        clock: Clock,
        breaker: Breaker,
        caps: Callable[[], Cap] = Cap,
        ledger: Ledger | None = None,
        at_cap: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        self._model = model
        self._clock = clock
        self._breaker = breaker
        self._caps = caps
        self._at_cap = at_cap
        self._ledger = ledger or MemoryLedger()

    def complete(self, prompt: Prompt, shape: type[Answer]) -> Completion[Answer]:
        """As the model's own; refuses without a call while over the cap or while the breaker is open."""
        today = self._clock().date()
        self._refuse_over_cap(today)
        self._breaker.enter()
        try:
            completion = self._model.complete(prompt, shape)
        except ModelUnavailable as error:
            self._breaker.failed(error.retry_after)
            self._ledger.book(today, 0, 0)
            raise
        except BaseException:
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        self._ledger.book(today, completion.tokens_in, completion.tokens_out)
        return completion

    def _refuse_over_cap(self, today: date) -> None:
        cap, spent = self._caps(), self._ledger.spent(today)
        reason = ""
        if 0 < cap.calls <= spent.calls:
            reason = "Today's budget of calls for the language model is used up."
        elif 0 < cap.tokens <= spent.tokens:
            reason = "Today's budget of tokens for the language model is used up."
        elif cap.month_tokens or (cap.month_euros and cap.prices.known):
            month = self._ledger.spent_in_month(today)
            if 0 < cap.month_tokens <= month.tokens:
                reason = "This month's budget of tokens for the language model is used up."
            elif 0 < cap.month_euros <= cap.prices.euros(month.tokens_in, month.tokens_out):
                reason = "This month's budget of money for the language model is used up."
        self._at_cap(reason)
        if reason:
            raise ModelUnavailable(
                reason,
                code="model.over_budget",
                remedy="Raise the limit in the settings, or wait until it begins anew (at midnight UTC).",
            )
