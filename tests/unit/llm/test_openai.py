"""The adapter against an endpoint that behaves as servers really do: well, slowly, badly, or not at all."""

import importlib
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from pydantic import BaseModel

from agent.llm.model import ModelUnavailable, Prompt
from agent.llm.openai import Limits, OpenAIModel
from agent.privacy.redaction import seal
from prompts.catalogue import Catalogue
from tests.servers.chat_endpoint import (
    ChatEndpoint,
    answers,
    breaks_off,
    chat_endpoint,
    drips,
    refuses,
    responds,
    stays_silent,
)

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PROMPT = Prompt("draft/v1/da", "Svar venligt.", {"mail": seal("Hej, hvor er [PERSON_1]?")}, after="Svar nu.")
GOOD = '{"word": "ja"}'


class Answer(BaseModel):
    word: str


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """The import takes seconds and must not count where time is measured."""
    importlib.import_module("langchain_openai")


@pytest.fixture
def endpoint() -> Iterator[ChatEndpoint]:
    with chat_endpoint() as started:
        yield started


def model_at(endpoint: ChatEndpoint, **limits: float) -> OpenAIModel:
    return OpenAIModel(
        "test-model",
        catalogue=Catalogue(),
        base_url=endpoint.url,
        api_key="key-1",
        limits=Limits(**{"deadline": 10.0, **limits}),  # type: ignore[arg-type]
        clock=lambda: NOW,
    )


def test_the_answer_comes_back_as_an_object_with_its_cost(endpoint: ChatEndpoint) -> None:
    endpoint.script = [answers(GOOD)]
    completion = model_at(endpoint).complete(PROMPT, Answer)
    assert completion.value == Answer(word="ja")
    assert (completion.model, completion.tokens_in, completion.tokens_out) == ("test-model-2026", 11, 7)


def test_the_request_is_cold_bounded_and_bound_to_the_schema(endpoint: ChatEndpoint) -> None:
    endpoint.script = [answers(GOOD)]
    model_at(endpoint).complete(PROMPT, Answer)
    request = endpoint.requests[0]
    assert request["temperature"] == 0
    assert request["max_completion_tokens"] == 2_000
    assert request["response_format"]["json_schema"]["schema"]["required"] == ["word"]
    assert endpoint.headers[0]["authorization"] == "Bearer key-1"
    assert endpoint.headers[0]["accept-encoding"] == "identity"


def test_the_mail_stands_fenced_between_instructions_and_last_word(endpoint: ChatEndpoint) -> None:
    endpoint.script = [answers(GOOD)]
    model_at(endpoint).complete(PROMPT, Answer)
    system, user = endpoint.requests[0]["messages"]
    assert system == {"role": "system", "content": "Svar venligt."}
    assert user["content"].startswith("<<<mail ")
    assert "\n| Hej, hvor er [PERSON_1]?\n" in user["content"]
    assert user["content"].endswith("mail>>>\n\nSvar nu.")


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(answers("I am sorry, I cannot."), id="prose"),
        pytest.param(answers('{"word": '), id="half JSON"),
        pytest.param(answers('{"other": 1}'), id="wrong shape"),
        pytest.param(answers(""), id="empty"),
        pytest.param(answers('{"word": "j', finish_reason="length"), id="cut off by the token limit"),
        pytest.param(responds(200, b"<html>gateway</html>", {"content-type": "text/html"}), id="a web page"),
        pytest.param(responds(200, {"choices": []}), id="no choices"),
        pytest.param(responds(200, b"\x00\xff\x00"), id="bytes"),
        pytest.param(breaks_off(), id="connection cut in the middle"),
        pytest.param(responds(200, b" " * 10_000_000), id="10 MB"),
        pytest.param(responds(200, b"x", {"content-encoding": "gzip"}), id="compressed though not asked for"),
    ],
)
class TestUnusableAnswers:
    def test_one_repeat_mends_it(self, endpoint: ChatEndpoint, bad: object) -> None:
        endpoint.script = [bad, answers(GOOD)]  # type: ignore[list-item]
        assert model_at(endpoint).complete(PROMPT, Answer).value.word == "ja"
        assert len(endpoint.requests) == 2

    def test_a_second_one_gives_up(self, endpoint: ChatEndpoint, bad: object) -> None:
        endpoint.script = [bad]  # type: ignore[list-item]
        with pytest.raises(ModelUnavailable) as caught:
            model_at(endpoint).complete(PROMPT, Answer)
        assert caught.value.code == "model.nonsense"
        assert len(endpoint.requests) == 2


def test_the_repair_says_what_was_wrong_in_the_prompts_language(endpoint: ChatEndpoint) -> None:
    endpoint.script = [answers('{"other": 1}'), answers(GOOD)]
    model_at(endpoint).complete(PROMPT, Answer)
    repair = endpoint.requests[1]["messages"][-1]["content"]
    assert repair.startswith("Dit svar kunne ikke læses: word: Field required")
    assert '"word"' in repair


@pytest.mark.parametrize("act", [stays_silent(), drips()], ids=["silent", "one byte now and then"])
def test_a_slow_server_is_cut_at_the_deadline(endpoint: ChatEndpoint, act: object) -> None:
    endpoint.script = [act]  # type: ignore[list-item]
    model = model_at(endpoint, deadline=1.0)
    began = time.monotonic()
    with pytest.raises(ModelUnavailable) as caught:
        model.complete(PROMPT, Answer)
    assert caught.value.code == "model.deadline"
    assert time.monotonic() - began < 10


def test_the_deadline_covers_the_repair_too(endpoint: ChatEndpoint) -> None:
    endpoint.script = [answers("nonsense"), stays_silent()]
    began = time.monotonic()
    with pytest.raises(ModelUnavailable) as caught:
        model_at(endpoint, deadline=1.0).complete(PROMPT, Answer)
    assert caught.value.code == "model.deadline"
    assert time.monotonic() - began < 10


def test_a_short_pause_is_waited_out_once(endpoint: ChatEndpoint) -> None:
    endpoint.script = [refuses(429, retry_after="0.2"), answers(GOOD)]
    began = time.monotonic()
    assert model_at(endpoint).complete(PROMPT, Answer).value.word == "ja"
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120.0), (format_datetime(NOW.replace(minute=5), usegmt=True), 300.0), ("soon", None)],
)
def test_a_long_pause_is_passed_on_and_nothing_is_repeated(
    endpoint: ChatEndpoint, header: str, seconds: float | None
) -> None:
    endpoint.script = [refuses(429, retry_after=header)]
    with pytest.raises(ModelUnavailable) as caught:
        model_at(endpoint).complete(PROMPT, Answer)
    assert (caught.value.code, caught.value.retry_after) == ("model.busy", seconds)
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize(
    ("status", "code", "names"),
    [
        (401, "model.key_refused", "OPENAI_API_KEY"),
        (404, "model.unknown", "GENKLANG_LLM_MODEL"),
        (500, "model.failed", "log"),
        (503, "model.failed", "log"),
    ],
)
def test_each_refusal_names_what_to_look_at(
    endpoint: ChatEndpoint, status: int, code: str, names: str
) -> None:
    endpoint.script = [refuses(status)]
    with pytest.raises(ModelUnavailable) as caught:
        model_at(endpoint).complete(PROMPT, Answer)
    assert caught.value.code == code
    assert names in caught.value.remedy
    assert len(endpoint.requests) == 1


def test_nobody_listening_names_the_address() -> None:
    with chat_endpoint() as gone:
        pass
    with pytest.raises(ModelUnavailable) as caught:
        model_at(gone).complete(PROMPT, Answer)
    assert caught.value.code == "model.unreachable"
    assert "OPENAI_BASE_URL" in caught.value.remedy


def test_an_older_server_is_met_in_its_own_dialect_and_remembered(endpoint: ChatEndpoint) -> None:
    endpoint.script = [
        refuses(400, "Unrecognized request argument: max_completion_tokens"),
        refuses(400, "'temperature' does not support 0 with this model"),
        refuses(422, "response_format type json_schema is not supported"),
        refuses(400, "response_format is unknown"),
        answers(f"Gladly:\n```json\n{GOOD}\n```"),
    ]
    model = model_at(endpoint)
    assert model.complete(PROMPT, Answer).value.word == "ja"
    last = endpoint.requests[-1]
    assert last["max_tokens"] == 2_000
    assert not {"max_completion_tokens", "temperature", "response_format"} & set(last)
    assert json.dumps(Answer.model_json_schema()) in last["messages"][-1]["content"]
    assert [request.get("response_format", {}).get("type") for request in endpoint.requests] == [
        "json_schema",
        "json_schema",
        "json_schema",
        "json_object",
        None,
    ]
    model.complete(PROMPT, Answer)
    assert len(endpoint.requests) == 6


def test_a_request_that_no_dialect_makes_acceptable_is_given_up(endpoint: ChatEndpoint) -> None:
    endpoint.script = [refuses(400, "this prompt is too long")]
    with pytest.raises(ModelUnavailable) as caught:
        model_at(endpoint).complete(PROMPT, Answer)
    assert caught.value.code == "model.refused"


def test_tracing_and_gateways_of_the_environment_change_nothing(
    endpoint: ChatEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    with chat_endpoint() as elsewhere:
        elsewhere.script = [answers(GOOD)]
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_GATEWAY"):
            monkeypatch.setenv(name, "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "x")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", elsewhere.url)
        monkeypatch.setenv("OPENAI_BASE_URL", elsewhere.url)
        monkeypatch.setenv("OPENAI_API_BASE", elsewhere.url)
        endpoint.script = [answers(GOOD)]
        model_at(endpoint).complete(PROMPT, Answer)
        time.sleep(0.3)
        assert elsewhere.requests == []
    assert len(endpoint.requests) == 1


class TestProbe:
    def test_it_says_whether_the_model_is_offered(self, endpoint: ChatEndpoint) -> None:
        listed = {
            "object": "list",
            "data": [{"id": "test-model", "object": "model", "created": 0, "owned_by": ""}],
        }
        endpoint.script = [responds(200, listed)]
        probe = model_at(endpoint).probe()
        assert probe.models == ("test-model",)
        assert probe.offers_ours

    def test_it_names_what_there_is_instead(self, endpoint: ChatEndpoint) -> None:
        listed = {
            "object": "list",
            "data": [{"id": "other", "object": "model", "created": 0, "owned_by": ""}],
        }
        endpoint.script = [responds(200, listed)]
        probe = model_at(endpoint).probe()
        assert not probe.offers_ours
        assert "It lists: other." in probe.sentence

    @pytest.mark.parametrize(
        ("act", "code"),
        [
            (refuses(401), "model.key_refused"),
            (stays_silent(), "model.deadline"),
            (responds(200, b"<html>"), "model.protocol"),
        ],
        ids=["wrong key", "silent", "a web page"],
    )
    def test_it_says_what_is_wrong(self, endpoint: ChatEndpoint, act: object, code: str) -> None:
        endpoint.script = [act]  # type: ignore[list-item]
        with pytest.raises(ModelUnavailable) as caught:
            model_at(endpoint, deadline=1.0).probe()
        assert caught.value.code == code
