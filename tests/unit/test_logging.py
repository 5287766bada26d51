"""Logs keep ids and facts, and lose whatever a customer may have written."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from agent.errors import NotFound
from agent.logging import LONGEST_VALUE, configure
from agent.privacy.redaction import seal


class Lines:
    """What the log has said since the last look."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    def read(self) -> list[dict[str, object]]:
        said = self._stream.getvalue()
        self._stream.truncate(0)
        return [json.loads(line) for line in said.splitlines()]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    before = logging.getLogger().handlers[:], logging.getLogger().level
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure("INFO", "json")
    yield Lines(stream)
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = before[0]
    logging.getLogger().setLevel(before[1])


def test_ids_numbers_and_redacted_text_pass(lines: Lines) -> None:
    structlog.get_logger("agent.desk").info(
        "mail_stored", message_id="<a@b.example>", size=3, said=seal("Hej [PERSON_1]")
    )
    (line,) = lines.read()
    assert line["event"] == "mail_stored"
    assert (line["message_id"], line["size"], line["said"]) == ("<a@b.example>", 3, "Hej [PERSON_1]")


def test_long_text_addresses_and_objects_do_not(lines: Lines) -> None:
    structlog.get_logger("agent.desk").info(
        "e",
        text="x" * (LONGEST_VALUE + 1),
        two="a\nb",
        who="Anna <anna@x.dk>",
        raw=b"Anna",
        deep={"a": ["b@c.dk"]},
    )
    (line,) = lines.read()
    assert "Anna" not in str(line["raw"])
    assert "anna@x.dk" not in str(line)
    assert "b@c.dk" not in str(line)
    assert line["text"] == f"<text of {LONGEST_VALUE + 1} characters>"
    assert line["two"] == "<text of 3 characters>"


def test_a_sentence_is_no_event_name(lines: Lines) -> None:
    structlog.get_logger("agent.desk").info("Kunden Hansen: hjælp!")
    assert lines.read()[0]["event"] == "unnamed_event"


def test_an_exception_leaves_type_code_and_place_but_no_message(lines: Lines) -> None:
    error = NotFound("Kære Hansen", code="case.missing")
    structlog.get_logger("agent.desk").error("step_failed", case="c1", exc_info=error)
    (line,) = lines.read()
    assert (line["error"], line["code"]) == ("NotFound", "case.missing")
    assert "Hansen" not in str(line)


def test_a_library_cannot_log_a_mail(lines: Lines) -> None:
    logging.getLogger("imapclient").warning("Body: %s", "Kære Hansen")
    (line,) = lines.read()
    assert (line["event"], line["logger"]) == ("library_message", "imapclient")
    assert "Hansen" not in str(line)


def test_the_level_holds_back_the_rest(lines: Lines) -> None:
    structlog.get_logger("agent.desk").debug("quiet")
    assert lines.read() == []
