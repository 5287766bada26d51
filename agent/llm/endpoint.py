"""The wire to an OpenAI-compatible endpoint: bounded in bytes, and every failure said in one sentence.

The HTTP client bounds each read but not their sum, and nothing bounds the size; both are ours to do. The
deadline over the whole call is in `agent.llm.openai`, where the call is made.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
import openai

from agent.llm.model import ModelUnavailable


class AnswerTooLargeError(httpx2.ReadError):
    """The endpoint sent more than an answer can be; one of the client's errors, so that all treat it so."""

    def __init__(self) -> None:
        super().__init__("the answer is larger than allowed")


class _Capped(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, limit: int) -> None:
        self._stream = stream
        self._limit = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received = 0
        async for chunk in self._stream:
            received += len(chunk)
            if received > self._limit:
                raise AnswerTooLargeError()
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def capped_client(*, max_bytes: int, timeout: float) -> httpx2.AsyncClient:
    """A client that gives up on an answer of more than `max_bytes`, before it is in memory.

    Compression is not asked for and not accepted: a small body must not unfold into a large one. Proxies and
    certificates come from the environment as usual.
    """

    async def cap(response: httpx2.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise AnswerTooLargeError()
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _Capped(response.stream, max_bytes)

    return httpx2.AsyncClient(
        timeout=timeout,
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [cap]},
    )


def was_broken(error: BaseException) -> bool:
    """Whether an answer had begun and came to nothing: too large, or cut off on the way."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, httpx2.RemoteProtocolError | httpx2.ReadError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def pause_asked(error: openai.APIStatusError, now: datetime) -> float | None:
    """Seconds of the Retry-After header (a number or an HTTP date, RFC 9110 §10.2.3), or None."""
    value = error.response.headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())


def in_words(error: Exception, *, model: str, now: datetime) -> ModelUnavailable:
    """The sentence for a failure of the `openai` client or of the wire beneath it."""
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return silent()
    if isinstance(error, openai.APIConnectionError):
        return ModelUnavailable(
            "The language model's endpoint cannot be reached.",
            code="model.unreachable",
            remedy="Check OPENAI_BASE_URL, and that the server runs.",
        )
    if not isinstance(error, openai.APIStatusError):
        return ModelUnavailable(
            "The language model's endpoint gave an answer that is none of the OpenAI protocol.",
            code="model.protocol",
            remedy="Check OPENAI_BASE_URL; it usually ends in /v1.",
        )
    status = error.status_code
    if status in {401, 403}:
        sentence, code, remedy = "The endpoint refused the key.", "model.key_refused", "Check OPENAI_API_KEY."
    elif status == 404:
        sentence = f"The endpoint does not know the model {model!r}, or the address is wrong."
        code, remedy = "model.unknown", "Check GENKLANG_LLM_MODEL and OPENAI_BASE_URL."
    elif status == 429:
        sentence, code = "The endpoint asks for a pause: too many requests, or no credit left.", "model.busy"
        remedy = "Wait, or raise the limit with the provider."
    elif status >= 500:
        sentence, code = f"The language model's endpoint failed (HTTP {status}).", "model.failed"
        remedy = "Wait, or look at that server's log."
    else:
        sentence, code = f"The endpoint refused the request (HTTP {status}).", "model.refused"
        remedy = "Check that GENKLANG_LLM_MODEL is a chat model with room for a mail and its sources."
    return ModelUnavailable(sentence, retry_after=pause_asked(error, now), code=code, remedy=remedy)


def silent() -> ModelUnavailable:
    """The error for an endpoint that was connected to and did not finish in time."""
    return ModelUnavailable(
        "The language model did not answer in time.",
        code="model.deadline",
        remedy="Use a faster model, or raise GENKLANG_LLM_TIMEOUT_S.",
    )
