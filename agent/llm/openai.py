"""Any OpenAI-compatible endpoint as a `LanguageModel`, through LangChain.

LangChain shapes the request (messages, structured output by JSON schema); the `openai` client beneath it
carries the call and gives typed errors. What neither does is done here: one deadline over everything (a
server that stays silent, or drips a token a second for ever, is cut), a cap on bytes, a server's pause
obeyed, and older servers met in their own dialect.

Nothing else is called: no tracing (LangSmith), no gateway from the environment, no token counting that would
fetch an encoding.
"""

import asyncio
import importlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openai
from pydantic import BaseModel, SecretStr

from agent.clock import Clock, system_clock
from agent.llm.dialect import Dialect, JsonMode, simpler
from agent.llm.endpoint import capped_client, in_words, pause_asked, silent, was_broken
from agent.llm.model import Answer, Completion, ModelUnavailable, Prompt
from agent.llm.structured import RawAnswer, Role, Turn, opening, settle
from prompts.catalogue import Catalogue

if TYPE_CHECKING:
    import httpx2
    from langchain_core.language_models import LanguageModelInput
    from langchain_core.messages import AIMessage
    from langchain_core.runnables import Runnable

OPENAI = "https://api.openai.com/v1"
"""Where a model without OPENAI_BASE_URL is asked."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`deadline` in seconds over a whole answer, its repair and pauses included; `patience` the longest pause
    in seconds that is waited out instead of handing over to the local engine."""

    deadline: float = 60.0
    patience: float = 5.0
    answer_bytes: int = 512_000
    answer_tokens: int = 2_000


@dataclass(frozen=True, slots=True)
class Probe:
    """What `doctor` says of an endpoint: the models it offers, and whether ours is among them."""

    models: tuple[str, ...]
    offers_ours: bool
    sentence: str


class OpenAIModel:
    """One model behind one endpoint. Each call opens its own connection and leaves nothing open.

    Raises `ModelUnavailable` for all that can go wrong. Must not be called from inside an event loop.
    """

    def __init__(
        self,
        model: str,
        *,
        catalogue: Catalogue,
        base_url: str = "",
        api_key: str = "",
        limits: Limits = Limits(),
        clock: Clock = system_clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model = model
        self._catalogue = catalogue
        # Given outright, so that no other variable of the environment can turn the traffic elsewhere. Servers
        # of one's own rarely ask for a key; the client insists on one.
        self._base_url = base_url or OPENAI
        self._api_key = api_key or "none"
        self._limits = limits
        self._clock = clock
        self._monotonic = monotonic
        self._dialect = Dialect()

    def complete(self, prompt: Prompt, shape: type[Answer]) -> Completion[Answer]:
        """Ask, mend once where needed, and give the object with what it cost."""
        # LangChain takes seconds to import: only a process that asks a model pays, and not out of its deadline.
        importlib.import_module("langchain_openai")
        until = self._monotonic() + self._limits.deadline
        language = prompt.id.rpartition("/")[2]
        schema = json.dumps(shape.model_json_schema(), ensure_ascii=False)

        def ask(asked: Sequence[Turn]) -> RawAnswer:
            return asyncio.run(self._ask(asked, shape, schema, language, until))

        def mend(complaint: str) -> str:
            return self._catalogue.render("repair", language, complaint=complaint, schema=schema).text

        return settle(ask, opening(prompt), shape, mend=mend)

    def probe(self) -> Probe:
        """Ask the endpoint which models it has. Raises `ModelUnavailable` with a sentence and a remedy."""

        async def names() -> tuple[str, ...]:
            timeout = min(10.0, self._limits.deadline)
            async with (
                asyncio.timeout(timeout),
                capped_client(max_bytes=self._limits.answer_bytes, timeout=timeout) as wire,
                openai.AsyncOpenAI(
                    base_url=self._base_url, api_key=self._api_key, max_retries=0, http_client=wire
                ) as client,
            ):
                return tuple(sorted([found.id async for found in client.models.list()]))

        try:
            models = asyncio.run(names())
        except (openai.OpenAIError, TimeoutError) as error:
            raise in_words(error, model=self._model, now=self._clock()) from None
        except (TypeError, ValueError, AttributeError) as error:  # a body that is no list of models
            raise in_words(error, model=self._model, now=self._clock()) from None
        if self._model in models:
            return Probe(models, True, f"The endpoint answers and offers {self._model}.")
        some = ", ".join(models[:5]) or "none"
        return Probe(
            models, False, f"The endpoint answers, but does not list {self._model}. It lists: {some}."
        )

    async def _ask(
        self, turns: Sequence[Turn], shape: type[BaseModel], schema: str, language: str, until: float
    ) -> RawAnswer:
        left = until - self._monotonic()
        if left <= 0:
            raise silent()
        try:
            async with (
                asyncio.timeout(left),
                capped_client(max_bytes=self._limits.answer_bytes, timeout=left) as wire,
            ):
                return await self._ask_in_some_dialect(turns, shape, schema, language, wire)
        except TimeoutError:
            raise silent() from None

    async def _ask_in_some_dialect(
        self,
        turns: Sequence[Turn],
        shape: type[BaseModel],
        schema: str,
        language: str,
        wire: "httpx2.AsyncClient",
    ) -> RawAnswer:
        waited = False
        while True:
            asked = list(turns)
            if self._dialect.json_mode is not JsonMode.SCHEMA:
                asked.append(Turn(Role.USER, self._catalogue.render("shape", language, schema=schema).text))
            try:
                return await self._send(asked, shape, wire)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                next_dialect = simpler(self._dialect, str(error.message))
                if next_dialect is None:
                    raise in_words(error, model=self._model, now=self._clock()) from None
                self._dialect = next_dialect
            except openai.APIStatusError as error:
                pause = pause_asked(error, self._clock())
                if waited or pause is None or pause > self._limits.patience:
                    raise in_words(error, model=self._model, now=self._clock()) from None
                waited = True
                await asyncio.sleep(pause)

    async def _send(
        self, turns: Sequence[Turn], shape: type[BaseModel], wire: "httpx2.AsyncClient"
    ) -> RawAnswer:
        from langchain.messages import AIMessage, HumanMessage, SystemMessage
        from langsmith import tracing_context

        message = {Role.SYSTEM: SystemMessage, Role.USER: HumanMessage, Role.ASSISTANT: AIMessage}
        try:
            with tracing_context(enabled=False):
                answer = await self._chain(shape, wire).ainvoke(
                    [message[turn.role](turn.text) for turn in turns]
                )
        except openai.LengthFinishReasonError as error:
            usage = error.completion.usage
            return RawAnswer(
                "",
                self._model,
                usage.prompt_tokens if usage else 0,
                usage.completion_tokens if usage else 0,
                cut_off=True,
            )
        except openai.APIConnectionError as error:
            if was_broken(
                error
            ):  # an answer had begun: unusable, and worth the one repeat that nonsense gets
                return RawAnswer("", self._model, cut_off=True)
            raise in_words(error, model=self._model, now=self._clock()) from None
        except openai.APIStatusError:
            raise
        except (openai.OpenAIError, TypeError, ValueError, AttributeError, LookupError):
            return RawAnswer("", self._model)  # the body was none of the protocol
        return _raw(answer, self._model)

    def _chain(
        self, shape: type[BaseModel], wire: "httpx2.AsyncClient"
    ) -> "Runnable[LanguageModelInput, AIMessage]":
        """The chat model with its output bound to `shape`, as far as the server's dialect goes."""
        from langchain.agents.structured_output import ProviderStrategy
        from langchain_openai import ChatOpenAI

        dialect, limit = self._dialect, self._limits.answer_tokens
        length: dict[str, Any] = (
            {"max_completion_tokens": limit}
            if dialect.modern_limit
            else {"extra_body": {"max_tokens": limit}}
        )
        chat = ChatOpenAI(
            model=self._model,
            base_url=self._base_url,
            api_key=SecretStr(self._api_key),
            temperature=0 if dialect.temperature else None,
            max_retries=0,
            use_responses_api=False,
            http_async_client=wire,
            cache=False,
            **length,
        )
        if dialect.json_mode is JsonMode.SCHEMA:
            return chat.bind(**ProviderStrategy(shape, strict=True).to_model_kwargs())
        if dialect.json_mode is JsonMode.OBJECT:
            return chat.bind(response_format={"type": "json_object"})
        return chat


def _raw(answer: "AIMessage", model: str) -> RawAnswer:
    usage = answer.usage_metadata
    facts = answer.response_metadata
    return RawAnswer(
        text=str(answer.text),
        model=str(facts.get("model_name") or model),
        tokens_in=usage["input_tokens"] if usage else 0,
        tokens_out=usage["output_tokens"] if usage else 0,
        cut_off=facts.get("finish_reason") == "length",
    )


__all__ = ["OPENAI", "Limits", "ModelUnavailable", "OpenAIModel", "Probe"]
