from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel

from agent.llm.budget import Breaker, Cap, GuardedModel
from agent.llm.model import ModelUnavailable, Prompt
from agent.llm.prices import Prices
from agent.llm.scripted import Scripted, ScriptedModel

PROMPT = Prompt("draft/v1/en", "one two three", {})
DOWN = ModelUnavailable("down", code="model.failed")


class Answer(BaseModel):
    word: str


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def guarded(*answers: Scripted, cap: Cap = Cap()) -> tuple[GuardedModel, ScriptedModel, Hand]:
    clock, inner = Hand(), ScriptedModel(answers)
    breaker = Breaker(clock, failures=3, pause=timedelta(seconds=60))
    return GuardedModel(inner, clock=clock, breaker=breaker, caps=lambda: cap), inner, clock


def code_of(model: GuardedModel) -> str:
    """`ok`, or the code of the refusal."""
    try:
        model.complete(PROMPT, Answer)
    except ModelUnavailable as error:
        return error.code
    return "ok"


class TestBreaker:
    def test_it_opens_after_failures_in_a_row_and_spares_the_endpoint(self) -> None:
        model, inner, _ = guarded(DOWN, DOWN, DOWN, Answer(word="late"))
        assert [code_of(model) for _ in range(5)] == [*["model.failed"] * 3, "model.paused", "model.paused"]
        assert len(inner.prompts) == 3

    def test_a_success_in_between_starts_the_count_anew(self) -> None:
        model, _, _ = guarded(DOWN, DOWN, Answer(word="a"), DOWN, DOWN, Answer(word="b"))
        assert [code_of(model) for _ in range(6)][-1] == "ok"

    def test_after_the_pause_one_success_closes_it(self) -> None:
        model, _, clock = guarded(DOWN, DOWN, DOWN, Answer(word="a"), DOWN, Answer(word="b"))
        for _ in range(3):
            code_of(model)
        clock.wait(61)
        assert [code_of(model) for _ in range(3)] == ["ok", "model.failed", "ok"]

    def test_after_the_pause_one_failure_opens_it_again(self) -> None:
        model, inner, clock = guarded(DOWN, DOWN, DOWN, DOWN, Answer(word="a"))
        for _ in range(3):
            code_of(model)
        clock.wait(61)
        assert [code_of(model), code_of(model)] == ["model.failed", "model.paused"]
        assert len(inner.prompts) == 4

    def test_while_the_one_try_is_under_way_others_are_refused(self) -> None:
        clock = Hand()
        breaker = Breaker(clock, failures=1)
        breaker.failed()
        clock.wait(61)
        breaker.enter()
        with pytest.raises(ModelUnavailable):
            breaker.enter()

    def test_a_pause_the_server_asks_for_is_kept_to_the_second(self) -> None:
        busy = ModelUnavailable("busy", retry_after=120.0, code="model.busy")
        model, inner, clock = guarded(busy, Answer(word="a"))
        assert code_of(model) == "model.busy"
        clock.wait(119)
        with pytest.raises(ModelUnavailable) as caught:
            model.complete(PROMPT, Answer)
        assert caught.value.retry_after == 1.0
        assert len(inner.prompts) == 1
        clock.wait(1)
        assert code_of(model) == "ok"

    def test_an_unexpected_error_does_not_leave_it_half_open_for_ever(self) -> None:
        clock = Hand()
        breaker = Breaker(clock, failures=1, pause=timedelta(seconds=60))
        model = GuardedModel(
            ScriptedModel([DOWN, RuntimeError("bug"), Answer(word="a")]), clock=clock, breaker=breaker
        )
        code_of(model)
        clock.wait(61)
        with pytest.raises(RuntimeError):
            model.complete(PROMPT, Answer)
        clock.wait(61)
        assert code_of(model) == "ok"


class TestCap:
    def test_calls_beyond_the_cap_are_refused_until_midnight_utc(self) -> None:
        model, _, clock = guarded(*[Answer(word="a")] * 4, cap=Cap(calls=2))
        assert [code_of(model) for _ in range(3)] == ["ok", "ok", "model.over_budget"]
        clock.wait(3600)
        assert code_of(model) == "ok"

    def test_tokens_in_and_out_count(self) -> None:
        model, _, _ = guarded(*[Answer(word="a")] * 3, cap=Cap(tokens=4))
        assert [code_of(model) for _ in range(2)] == ["ok", "model.over_budget"]

    def test_a_failed_call_counts_as_a_call(self) -> None:
        model, _, _ = guarded(DOWN, Answer(word="a"), cap=Cap(calls=1))
        assert [code_of(model) for _ in range(2)] == ["model.failed", "model.over_budget"]

    def test_no_cap_is_no_limit(self) -> None:
        model, _, _ = guarded(*[Answer(word="a")] * 50)
        assert {code_of(model) for _ in range(50)} == {"ok"}

    def test_a_month_holds_over_its_days_and_begins_anew(self) -> None:
        model, _, clock = guarded(*[Answer(word="a")] * 9, cap=Cap(month_tokens=8))
        codes = []
        for _ in range(4):
            codes.append(code_of(model))
            clock.wait(86_400)
        assert codes[:3] == ["ok", "ok", "model.over_budget"]
        clock.wait(10 * 86_400)
        assert code_of(model) == "ok"

    def test_money_holds_over_the_days_of_a_month_by_what_was_read_and_written(self) -> None:
        # each call reads three tokens and writes some: at 100,000 euros a million, 0.3 euros and more
        dear = Prices(read=100_000, written=0)
        model, _, clock = guarded(*[Answer(word="a")] * 9, cap=Cap(month_euros=0.6, prices=dear))
        codes = []
        for _ in range(3):
            codes.append(code_of(model))
            clock.wait(3600)
        assert codes == ["ok", "ok", "model.over_budget"]

    def test_money_is_no_limit_while_no_price_is_known(self) -> None:
        model, _, _ = guarded(*[Answer(word="a")] * 3, cap=Cap(month_euros=0.000001))
        assert {code_of(model) for _ in range(3)} == {"ok"}

    def test_what_is_written_costs_its_own_price(self) -> None:
        prices = Prices(read=2.5, written=10)
        assert prices.euros(2_000_000, 500_000) == 10.0
        assert prices.between(1_000_000) == (2.5, 10)

    def test_another_cap_counts_at_once_and_somebody_hears_of_it(self) -> None:
        cap, heard = [Cap(calls=1)], list[str]()
        clock = Hand()
        model = GuardedModel(
            ScriptedModel([Answer(word="a")] * 3), clock=clock, breaker=Breaker(clock),
            caps=lambda: cap[0], at_cap=heard.append,
        )  # fmt: skip
        assert [code_of(model), code_of(model)] == ["ok", "model.over_budget"]
        cap[0] = Cap(calls=2)
        assert code_of(model) == "ok"
        assert [bool(reason) for reason in heard] == [False, True, False]
