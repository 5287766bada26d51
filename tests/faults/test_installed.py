"""One running installation whose helpers fail one after the other: model, broker folder, search index (rows 24 to 38).

`genklang up` as users start it, with a language model that refuses and babbles. The tests run in this order and
share it, for a start takes a while; at the end it is told to stop twice, and what came in is counted.
"""

import json
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from agent.clock import system_clock
from agent.store.session import open_store
from tests.faults.installed import Running, running_installation
from tests.faults.letters import tokens_of
from tests.faults.oracle import everything_finished, nothing_left_lying, nothing_lost, nothing_sent_twice
from tests.installation import knowledge_files
from tests.servers.chat_endpoint import ChatEndpoint, answers, chat_endpoint, refuses, responds
from tests.servers.dovecot import DovecotServer
from tests.servers.smtp_sink import AfterDot, Script, SmtpSink

pytestmark = [pytest.mark.server, pytest.mark.timeout(240), pytest.mark.xdist_group("installed")]

WORKED_ON_WITHIN_S = 45
QUESTION = "printer offline since this morning"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ChatEndpoint]:
    """A model server that has nothing sensible to say."""
    with chat_endpoint() as endpoint:
        endpoint.script = [answers("I would rather not answer in JSON.")]
        yield endpoint


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory,
    endpoint: ChatEndpoint,
    dovecot: DovecotServer,
    _smtp_sink: SmtpSink,
) -> Iterator[Running]:
    settings = {"GENKLANG_LLM_MODEL": "test-model", "OPENAI_BASE_URL": endpoint.url, "OPENAI_API_KEY": "none"}
    folder = tmp_path_factory.mktemp("installed")
    with running_installation(folder, settings, dovecot, _smtp_sink, knowledge_files(folder)[:1]) as running:
        running.write("warm-up")
        running.drafted("warm-up", 120)  # the models are loaded
        yield running


def test_a_model_that_babbles_leaves_the_draft_to_the_local_engine(
    desk: Running, endpoint: ChatEndpoint
) -> None:
    """Row 36: the warm-up met it; it was asked, asked again once a task, and not believed."""
    case = desk.drafted("warm-up", 1)
    assert case["drafts"][-1]["engine"] == "local"
    assert any("written by the local engine" in warning for warning in case["drafts"][-1]["warnings"])
    assert case["triage"]["engine"] == "local"
    assert 2 <= len(endpoint.requests) <= 4


def test_a_mail_server_that_says_nothing_holds_no_draft_up(desk: Running) -> None:
    """The acknowledgements wait for it, each for minutes; mails are read and answered with drafts."""
    desk.sink.script = Script(after_dot=AfterDot.SILENCE)
    waiting = [f"unheard {number}" for number in range(4)]
    for number in waiting:
        desk.write(number)
    for number in waiting:
        desk.drafted(number, WORKED_ON_WITHIN_S)
    assert [desk.letters_to(number) for number in waiting].count(["sent"]) == 0
    desk.sink.script = Script()
    desk.made.wait_until(
        lambda: all(desk.letters_to(number) == ["sent"] for number in waiting), 60, "the acknowledgements"
    )


def test_a_model_that_refuses_leaves_the_draft_to_the_local_engine(
    desk: Running, endpoint: ChatEndpoint
) -> None:
    """Row 34: and it is soon left alone, so that no mail waits for it."""
    endpoint.script = [refuses(500)]
    for number in range(3):
        desk.write(number)
    for number in range(3):
        draft = desk.drafted(number, WORKED_ON_WITHIN_S)["drafts"][-1]
        assert draft["engine"] == "local"
        assert any("written by the local engine" in warning for warning in draft["warnings"])
    asked = len(endpoint.requests)
    endpoint.script = [responds(200, b"\0" * 10_000_000)]
    desk.write("paused")
    desk.drafted("paused", WORKED_ON_WITHIN_S)
    assert len(endpoint.requests) - asked <= 1, "a model that failed several times is left alone for a while"


@pytest.mark.parametrize("content", [b"", b'{"body": "W10=", "hea', b"\xff\x00"])
def test_a_truncated_ring_costs_nothing(desk: Running, content: bytes) -> None:
    """Row 24."""
    broken = [
        desk.made.home / "broker" / f"0-broken.{queue}.msg" for queue in ("genklang", "genklang-sending")
    ]
    for file in broken:
        file.write_bytes(content)
    desk.write(f"broken ring {content!r}")
    desk.drafted(f"broken ring {content!r}", WORKED_ON_WITHIN_S)
    assert not any(file.exists() for file in broken)


def test_a_deleted_broker_folder_is_made_again_and_lost_rings_are_repeated(desk: Running) -> None:
    """Row 25."""
    desk.write("before the folder went")
    shutil.rmtree(desk.made.home / "broker")
    desk.write("after the folder went")
    for number in ("before the folder went", "after the folder went"):
        desk.drafted(number, WORKED_ON_WITHIN_S)


@contextmanager
def stopped(process: psutil.Process) -> Iterator[None]:
    """SIGSTOP: the process keeps its connections and answers nothing."""
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def test_without_the_index_drafts_have_no_sources_and_say_so(desk: Running) -> None:
    """Row 37."""
    with stopped(desk.process("chroma")):
        desk.write("no index")
        case = desk.drafted("no index", 90)
        assert case["matches"] == []
        assert any("written without sources" in warning for warning in case["messages"][0]["warnings"])
        assert all(not sentence["sources"] for sentence in case["drafts"][-1]["sentences"])
    desk.write("index again")
    assert desk.drafted("index again", WORKED_ON_WITHIN_S)["matches"][0]["document_id"] == "kb-1"


def test_a_deleted_index_is_rebuilt_by_one_command(desk: Running) -> None:
    """Row 38: the same question finds the same again."""
    before = search(desk)
    assert [match["id"] for match in before] == ["kb-1"]
    shutil.rmtree(desk.made.home / "chroma")
    desk.process("chroma").kill()
    desk.made.wait_until(desk.made.ready, 60, "the index back, empty")
    assert search(desk) == []
    said = desk.made.run("knowledge", "reindex").stdout
    assert "1 documents are indexed" in said
    assert search(desk) == before


def search(desk: Running) -> list[dict[str, object]]:
    return list(json.loads(desk.made.run("knowledge", "search", QUESTION, "--json").stdout))


def test_told_twice_to_stop_it_ends_in_time_and_leaves_nothing_running(desk: Running) -> None:
    """Row 26: in the middle of work, as an impatient person does it."""
    for number in range(10, 16):
        desk.write(number)
    desk.made.wait_until(lambda: len(desk.made.cases()) > 8, 60, "some of them in work")
    family, top = desk.made.processes(), desk.made.process
    assert top is not None
    begun = time.monotonic()
    for _ in range(2):
        top.send_signal(signal.SIGTERM)
        time.sleep(0.3)
    assert top.wait(35) == 0
    assert time.monotonic() - begun < 30
    _, alive = psutil.wait_procs(family, timeout=3)
    assert alive == []


def test_after_all_that_nothing_is_lost_or_sent_twice(desk: Running) -> None:
    """Started once more, it finishes what was in work when it was stopped."""
    store = open_store(f"sqlite:///{desk.made.home / 'genklang.db'}")
    desk.made.stop()
    desk.let_time_pass(minutes=6)
    desk.made.start(ready_within=120)
    desk.made.wait_until(lambda: everything_finished(store), 120, "all finished")
    nothing_lost(store, tokens_of(desk.written))
    nothing_sent_twice(store, [mail.raw for mail in desk.sink.mails])
    nothing_left_lying(store, system_clock())
