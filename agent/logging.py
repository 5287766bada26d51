"""Logs that say what happened and to which id, and never what a customer wrote.

`configure` sets structlog up once for a process. Every line passes `guard` before it is rendered: the event is a
static name, values are ids, numbers and redacted text, and whatever could hold a customer's words is refused.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal

import structlog

from agent.errors import GenklangError
from agent.privacy.redaction import RedactedText

LONGEST_VALUE = 120
"""Characters of a plain string: enough for an id, an address of a file, a sentence of ours."""

_PLAIN_LIBRARIES = ("uvicorn.error", "alembic", "supervisor")
"""Loggers whose lines are about this program alone; of these the unfilled template is kept."""

_OURS = ("agent", "api", "evals", "knowledge", "prompts")

_EVENT = re.compile(r"[a-z0-9_]+(?:[. ][a-z0-9_]+){0,9}", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^\s<>]{1,200}@[^\s<>]{1,120}>")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w+")


def configure(level: str = "INFO", format: Literal["console", "json"] = "console") -> None:  # noqa: A002 - the setting's name
    """Send this process's logs to stderr, readable for people or one JSON object a line.

    The standard library's loggers take the same way, so that a library's line is guarded like ours.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_exception,
        guard,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer() if format == "json" else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[name_foreign, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.raiseExceptions = (
        False  # a line that cannot be written must not be printed with its arguments instead
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(
        max(logging.WARNING, logging.getLevelName(level.upper()))
    )  # a library speaks up when it matters
    for ours in _OURS:
        logging.getLogger(ours).setLevel(level.upper())


def guard(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Let through what cannot be a customer's words.

    An event that is no static name becomes `unnamed_event`. `RedactedText` passes in full; a long string, one of
    several lines and one with an e-mail address are replaced by their kind and length; bytes and objects by their
    type.
    """
    event = line.get("event")
    if not isinstance(event, str) or not _EVENT.fullmatch(event):
        line["event"] = "unnamed_event"
    for key, value in line.items():
        if key not in ("event", "timestamp", "level") and not key.startswith("_"):
            line[key] = _harmless(value)
    return line


def describe_exception(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception by type and place, and our own by their code: a message may quote the mail that caused it."""
    raised = line.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    error = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        line["error"] = type(error).__name__
        if isinstance(error, GenklangError):
            line["code"] = error.code
        if place := _place(error):
            line["raised_at"] = place
    return line


def name_foreign(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A line of a library: its text is not ours to vouch for, so its name and level have to do."""
    record = line.get("_record")
    line["event"] = "library_message"
    line["logger"] = getattr(record, "name", "unknown")
    if isinstance(record, logging.LogRecord):
        if record.exc_info:
            line["exc_info"] = record.exc_info
        if record.name.startswith(_PLAIN_LIBRARIES) and isinstance(record.msg, str):
            line["said"] = record.msg
    return line


def _harmless(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str | RedactedText):
        return value.shareable() if isinstance(value, RedactedText) else _harmless_text(value)
    if isinstance(value, Mapping):
        return {str(key): _harmless(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_harmless(item) for item in value]
    return f"<{type(value).__name__}>"


def _harmless_text(value: str) -> str:
    if _MESSAGE_ID.fullmatch(value):
        return value
    if len(value) > LONGEST_VALUE or "\n" in value:
        return f"<text of {len(value)} characters>"
    return _EMAIL.sub("<e-mail>", value)


def _place(error: BaseException) -> str:
    """File and line where it was raised."""
    step = error.__traceback__
    if step is None:
        return ""
    while step.tb_next:
        step = step.tb_next
    return f"{step.tb_frame.f_globals.get('__name__', '?')}:{step.tb_lineno}"
