"""Reading in a child process: the same messages, and no mail that stops or fills the parent."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import OutsideUnavailable, Unreadable
from agent.mail import wire
from agent.mail.message import Attachment
from agent.mail.parse import parse
from agent.mail.reader import Reader
from agent.mail.reader_child import _place
from tests.unit.mail.letters import HEAD, html_mail, mail, message

MAILS = sorted((Path(__file__).parents[2] / "mails").glob("*.eml"))
SLOW = html_mail("&" * 900_000)  # seconds in the HTML parser
HUNGRY = mail(body=b"x" * 24 * 2**20)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as running:
        yield running


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def child_of(reader: Reader) -> int:
    assert reader._child is not None
    return reader._child.pid


def test_the_child_reads_what_parse_reads(reader: Reader) -> None:
    for path in MAILS:
        raw = path.read_bytes()
        assert reader.read(raw) == parse(raw)


def test_a_message_survives_the_wire() -> None:
    sent = message(
        "æøå \U0001f600",
        attachments=(Attachment("a", "b/c", b"\0\xff", "id", True), Attachment("d", "e/f", b"")),
    )
    assert wire.decode(wire.encode(sent)) == sent


@pytest.mark.parametrize("payload", [b"", b"\0\0\0\5{}", b"\0\0\0\2[]", b"\0\0\0\2{}", b"\xff" * 40])
def test_nonsense_on_the_wire_is_no_message(payload: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own errors are ValueErrors too
        wire.decode(payload)


def test_a_mail_that_takes_too_long_is_read_briefly_by_a_new_child() -> None:
    with Reader(seconds=0.3) as reader:
        reader.read(mail())
        before = child_of(reader)
        read = reader.read(SLOW)
        assert read.subject == "Hello"
        assert read.text.startswith("&&&")
        assert any("could not be read in full" in warning for warning in read.warnings)
        assert child_of(reader) != before
        assert not alive(before)
        assert reader.read(mail()).text == "token-4711 in the body"


def test_a_mail_that_needs_too_much_memory_breaks_only_the_child() -> None:
    with Reader(memory=80 * 2**20) as reader:
        assert any("could not be read in full" in warning for warning in reader.read(HUNGRY).warnings)
        assert reader.read(mail()).text == "token-4711 in the body"


def test_what_cannot_be_read_even_briefly_is_refused_with_the_reason() -> None:
    with Reader(memory=48 * 2**20) as reader, pytest.raises(Unreadable, match=r"memory|broke"):
        reader.read(HUNGRY)


def test_a_child_that_cannot_start_is_no_fault_of_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Reader() as reader, pytest.raises(OutsideUnavailable, match="does not start"):
        reader.read(mail())


def test_a_fault_of_ours_in_the_child_is_told_by_its_place_without_words_of_the_mail() -> None:
    place = _place(ValueError("secret words"))
    assert "secret" not in place
    assert place.startswith("ValueError at ")


def test_a_refusal_of_the_parser_comes_through_and_the_child_stays(reader: Reader) -> None:
    reader.read(mail())
    before = child_of(reader)
    with pytest.raises(Unreadable, match="nested too deeply") as refused:
        reader.read(HEAD + b"Content-Type: message/rfc822\n\n" * 2_000)
    assert refused.value.code == "mail.nested"
    assert child_of(reader) == before


def test_a_killed_child_is_replaced(reader: Reader) -> None:
    reader.read(mail())
    os.kill(child_of(reader), signal.SIGKILL)
    assert reader.read(mail()).text == "token-4711 in the body"


def test_threads_share_a_reader(reader: Reader) -> None:
    found: dict[int, str] = {}

    def read(number: int) -> None:
        found[number] = reader.read(mail(body=b"token %d" % number)).text

    threads = [threading.Thread(target=read, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == {number: f"token {number}" for number in range(12)}


def test_the_child_ends_when_it_is_closed() -> None:
    reader = Reader()
    reader.read(mail())
    pid = child_of(reader)
    reader.close()
    assert not alive(pid)


def test_the_child_ends_when_its_parent_is_killed() -> None:
    program = (
        "import sys; from agent.mail.reader import Reader; r = Reader(); r.read(b'Subject: x\\n\\nhi');"
        "print(r._child.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 10
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(pid)


def test_the_child_starts_fast() -> None:
    """Under 0.3 s of processor time: none of the heavy libraries may be imported by it."""
    program = "import agent.mail.reader_child, sys, time; print(time.process_time(), *sys.modules)"
    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert float(output[0]) < 0.6  # twice the budget, for slow machines
    assert not {"structlog", "babel", "charset_normalizer", "lxml", "numpy", "pydantic"} & set(output[1:])


def test_the_parent_does_not_load_the_parsers() -> None:
    program = "import agent.mail.reader, sys; print(*sys.modules)"
    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"nh3", "selectolax", "agent.mail.html"} & set(output)
