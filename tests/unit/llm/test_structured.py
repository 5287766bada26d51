from collections.abc import Sequence

import pytest
from pydantic import BaseModel

from agent.llm.model import ModelUnavailable, Prompt
from agent.llm.structured import RawAnswer, Role, Turn, opening, settle
from agent.privacy.redaction import seal


class Answer(BaseModel):
    word: str
    count: int


GOOD = '{"word": "ja", "count": 2}'
TURNS = [Turn(Role.SYSTEM, "s"), Turn(Role.USER, "u")]


class Talk:
    """Gives the answers in order and remembers what was asked."""

    def __init__(self, *answers: RawAnswer | str) -> None:
        self.answers = [RawAnswer(a, "m", 10, 5) if isinstance(a, str) else a for a in answers]
        self.asked: list[list[Turn]] = []

    def __call__(self, turns: Sequence[Turn]) -> RawAnswer:
        self.asked.append(list(turns))
        return self.answers[len(self.asked) - 1]


@pytest.mark.parametrize(
    "text",
    [GOOD, f"```json\n{GOOD}\n```", f"Here it is: {GOOD} Anything else?", f"{GOOD}\n{GOOD}", "\ufeff" + GOOD],
)
def test_the_first_object_in_the_answer_counts(text: str) -> None:
    talk = Talk(text)
    assert settle(talk, TURNS, Answer, mend=str).value == Answer(word="ja", count=2)
    assert len(talk.asked) == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("sorry", "There is no JSON object in the answer."),
        ('{"word": "ja", "count"', "The JSON is not valid"),
        ('{"word": "ja"}', "count: Field required"),
        ("{" * 100_000, "The JSON is not valid"),
        ('{"a":' * 100_000, "too deeply nested"),
    ],
)
def test_the_model_is_told_once_what_was_wrong(text: str, complaint: str) -> None:
    talk = Talk(text, GOOD)
    completion = settle(talk, TURNS, Answer, mend=lambda words: f"Mend: {words}")
    assert completion.value.word == "ja"
    assert talk.asked[1][:2] == TURNS
    assert talk.asked[1][2] == Turn(Role.ASSISTANT, text)
    assert talk.asked[1][3].text.startswith("Mend: ")
    assert complaint in talk.asked[1][3].text


def test_both_calls_are_paid_for() -> None:
    completion = settle(Talk("no", GOOD), TURNS, Answer, mend=str)
    assert (completion.tokens_in, completion.tokens_out) == (20, 10)


def test_a_cut_off_answer_is_not_used_even_where_it_parses() -> None:
    talk = Talk(RawAnswer(GOOD, cut_off=True), '{"word": "nej", "count": 1}')
    assert settle(talk, TURNS, Answer, mend=str).value.word == "nej"


def test_the_second_unusable_answer_ends_it() -> None:
    with pytest.raises(ModelUnavailable) as caught:
        settle(Talk("no", "no"), TURNS, Answer, mend=str)
    assert caught.value.code == "model.nonsense"


def test_the_error_holds_none_of_the_models_words() -> None:
    with pytest.raises(ModelUnavailable) as caught:
        settle(Talk("zebra", '{"zebra": 1}'), TURNS, Answer, mend=str)
    assert "zebra" not in str(caught.value)


def test_a_conversation_opens_with_instructions_then_fenced_data_then_the_last_word() -> None:
    prompt = Prompt("draft/v1/en", "Do this.", {"mail": seal("Hi")}, mark="c0ffee", after="Now.")
    system, user = opening(prompt)
    assert system == Turn(Role.SYSTEM, "Do this.")
    assert user == Turn(Role.USER, "<<<mail c0ffee\n| Hi\nc0ffee mail>>>\n\nNow.")
