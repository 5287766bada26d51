import pytest
from pydantic import BaseModel

from agent.llm.model import ModelUnavailable, Prompt
from agent.llm.scripted import ScriptedModel
from agent.privacy.redaction import seal


class Answer(BaseModel):
    word: str


PROMPT = Prompt("draft/v1/en", "Do this.", {"mail": seal("Hi")})


def test_answers_come_in_order_and_prompts_are_remembered() -> None:
    model = ScriptedModel([Answer(word="one"), '{"word": "two"}', lambda prompt: Answer(word=prompt.id)])
    assert [model.complete(PROMPT, Answer).value.word for _ in range(3)] == ["one", "two", "draft/v1/en"]
    assert model.prompts == [PROMPT] * 3


def test_an_unusable_answer_is_followed_by_the_next_as_its_repair() -> None:
    model = ScriptedModel(["nonsense", Answer(word="mended")])
    assert model.complete(PROMPT, Answer).value.word == "mended"
    assert len(model.prompts) == 1
    assert len(model.exchanges) == 2


def test_errors_are_raised_and_an_empty_list_is_an_unavailable_model() -> None:
    model = ScriptedModel([ModelUnavailable("down", code="model.failed")])
    with pytest.raises(ModelUnavailable, match="down"):
        model.complete(PROMPT, Answer)
    with pytest.raises(ModelUnavailable, match="no answers left"):
        model.complete(PROMPT, Answer)
