"""A model that gives the answers it was handed, in order: for tests, demonstrations and work offline.

It goes the same way as the real adapter: a text is read, validated and mended through `structured.settle`, so
that what a model may do wrong can be played back.
"""

from collections.abc import Callable, Iterable, Sequence

from pydantic import BaseModel

from agent.llm.model import Answer, Completion, ModelUnavailable, Prompt
from agent.llm.structured import RawAnswer, Turn, opening, settle

Scripted = BaseModel | str | Exception | Callable[[Prompt], BaseModel | str]
"""An answer: an object, the text of one, an error to raise, or a function of the prompt."""


class ScriptedModel:
    """Answers from a list, remembers each prompt (`prompts`) and each exchange as sent (`exchanges`)."""

    def __init__(self, answers: Iterable[Scripted], *, name: str = "scripted") -> None:
        self._answers = iter(answers)
        self._name = name
        self.prompts: list[Prompt] = []
        self.exchanges: list[tuple[Turn, ...]] = []

    def complete(self, prompt: Prompt, shape: type[Answer]) -> Completion[Answer]:
        """The next answer, or two where the first is unusable. Raises `ModelUnavailable` at the end."""
        self.prompts.append(prompt)

        def ask(asked: Sequence[Turn]) -> RawAnswer:
            self.exchanges.append(tuple(asked))
            return self._next(prompt)

        return settle(ask, opening(prompt), shape, mend=lambda complaint: complaint)

    def _next(self, prompt: Prompt) -> RawAnswer:
        try:
            answer = next(self._answers)
        except StopIteration:
            raise ModelUnavailable("The scripted model has no answers left.", code="model.silent") from None
        if callable(answer):
            answer = answer(prompt)
        if isinstance(answer, Exception):
            raise answer
        text = answer.model_dump_json() if isinstance(answer, BaseModel) else answer
        words_in = sum(len(turn.text.split()) for turn in self.exchanges[-1])
        return RawAnswer(text, self._name, tokens_in=words_in, tokens_out=len(text.split()))
