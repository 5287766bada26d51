"""From what a model wrote to an object of the wanted shape: one chance to mend it, then `ModelUnavailable`.

Small and hurried models wrap JSON in fences, lead it in with a sentence, or stop in the middle. The first
object found is read and validated; where that fails the model is told why, once. A cut-off answer is never
completed by guesswork: half a letter must not pass for a whole one.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from agent.llm.model import Answer, Completion, ModelUnavailable, Prompt
from agent.llm.untrusted import fence_all, mark_for


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation with the model."""

    role: Role
    text: str


def opening(prompt: Prompt) -> list[Turn]:
    """The conversation a prompt begins: what is wanted, then the fenced data and the last word on it."""
    data = {name: text.shareable() for name, text in prompt.data.items()}
    pieces = (fence_all(data, prompt.mark or mark_for(data.values())), prompt.after)
    return [
        Turn(Role.SYSTEM, prompt.system),
        Turn(Role.USER, "\n\n".join(piece for piece in pieces if piece)),
    ]


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What came back: characters, what they cost in tokens, and whether the model ran out of room."""

    text: str
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    cut_off: bool = False


class _UnusableError(Exception):
    """Why an answer cannot be used; said to the model, never logged (it may hold a customer's words)."""


def settle(
    ask: Callable[[Sequence[Turn]], RawAnswer],
    turns: Sequence[Turn],
    shape: type[Answer],
    *,
    mend: Callable[[str], str],
) -> Completion[Answer]:
    """Ask, read, and where the answer is unusable ask once more, with the complaint as `mend` words it.

    The tokens of both calls are counted. Raises `ModelUnavailable` after the second unusable answer, and
    passes on what `ask` raises.
    """
    first = ask(turns)
    try:
        return Completion(_read(first, shape), first.model, first.tokens_in, first.tokens_out)
    except _UnusableError as complaint:
        again = [*turns, Turn(Role.ASSISTANT, first.text or "(empty)"), Turn(Role.USER, mend(str(complaint)))]
    second = ask(again)
    try:
        value = _read(second, shape)
    except _UnusableError:
        raise ModelUnavailable(
            "The language model twice gave an answer that could not be used.",
            code="model.nonsense",
            remedy="Use a model that can answer in JSON, or leave GENKLANG_LLM_MODEL empty.",
        ) from None
    return Completion(
        value, second.model, first.tokens_in + second.tokens_in, first.tokens_out + second.tokens_out
    )


def _read(answer: RawAnswer, shape: type[Answer]) -> Answer:
    if answer.cut_off:
        raise _UnusableError("The answer was cut off before its end. Answer more briefly.")
    try:
        return shape.model_validate(_first_object(answer.text))
    except ValidationError as error:
        raise _UnusableError("; ".join(_in_words(error))) from None


def _first_object(text: str) -> object:
    start = text.find("{")
    if start < 0:
        raise _UnusableError("There is no JSON object in the answer.")
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "too deeply nested"
        raise _UnusableError(f"The JSON is not valid: {reason}") from None
    return found


def _in_words(error: ValidationError) -> list[str]:
    return [f"{'.'.join(map(str, fault['loc'])) or 'answer'}: {fault['msg']}" for fault in error.errors()[:8]]
