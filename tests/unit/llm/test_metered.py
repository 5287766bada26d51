"""Tokens are added up whoever asks; what fails costs nothing that we know of."""

from contextlib import suppress

import pytest
from pydantic import BaseModel

from agent.llm.metered import MeteredModel
from agent.llm.model import Completion, ModelUnavailable, Prompt


class Said(BaseModel):
    word: str


class Counting:
    """Answers with the tokens it was made with; silent for 0."""

    def __init__(self, tokens_in: int, tokens_out: int) -> None:
        self.tokens = tokens_in, tokens_out

    def complete(self, prompt: Prompt, shape: type[Said]) -> Completion[Said]:
        if not any(self.tokens):
            raise ModelUnavailable("Silent.")
        return Completion(shape(word="yes"), "m", *self.tokens)


PROMPT = Prompt("draft/v1/da", "Say yes.", {})


def test_tokens_of_all_answers_are_added_up() -> None:
    model = MeteredModel(Counting(100, 20))
    for _ in range(3):
        assert model.complete(PROMPT, Said).value.word == "yes"
    assert model.tokens == 360


def test_a_failure_is_handed_on_and_costs_nothing() -> None:
    model = MeteredModel(Counting(0, 0))
    with pytest.raises(ModelUnavailable):
        model.complete(PROMPT, Said)
    with suppress(ModelUnavailable):
        model.complete(PROMPT, Said)
    assert model.tokens == 0
