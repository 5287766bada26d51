"""What is asked of a language model, whichever it is.

Only redacted text goes in: a `Prompt` is made of the company's own words (the prompt file) and of
`RedactedText`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from agent.errors import OutsideUnavailable
from agent.privacy.redaction import RedactedText

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rendered prompt: instructions of the company, and customer text fenced as data.

    `id` names the file and version ("draft/v1/da"). `mark` is that of the fences `system` speaks of
    (`agent.llm.untrusted.mark_for`); without one, the adapter makes it from `data`. `after` follows the data.
    """

    id: str
    system: str
    data: Mapping[str, RedactedText]
    mark: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Completion(Generic[Answer]):
    """A structured answer with what it cost."""

    value: Answer
    model: str
    tokens_in: int
    tokens_out: int


class ModelUnavailable(OutsideUnavailable):
    """The endpoint failed, was silent past the deadline, is over budget, or answered nonsense twice.

    `retry_after` is in seconds where the server asked for a pause.
    """

    def __init__(
        self, message: str, *, retry_after: float | None = None, code: str = "", remedy: str = ""
    ) -> None:
        super().__init__(message, code=code, remedy=remedy)
        self.retry_after = retry_after


class LanguageModel(Protocol):
    """Answers a prompt with an object of the wanted shape, or raises `ModelUnavailable`."""

    def complete(self, prompt: Prompt, shape: type[Answer]) -> Completion[Answer]: ...
