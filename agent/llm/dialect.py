"""What an OpenAI-compatible server understands: the name is one, the dialects are many.

The richest request is tried first. When the server refuses it (400 or 422) its complaint usually names the
part it does not know; that part is dropped for the rest of the process. A complaint that names nothing costs
one step of the ways of asking for JSON: enforced schema, JSON mode, and at last words alone.
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class JsonMode(StrEnum):
    """How the server is made to answer in JSON; each is understood by more servers than the one before."""

    SCHEMA = "json_schema"
    OBJECT = "json_object"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Dialect:
    """`temperature`: whether it may be set (reasoning models refuse it). `modern_limit`: whether the answer's
    length is limited by `max_completion_tokens`, or by the older `max_tokens`."""

    json_mode: JsonMode = JsonMode.SCHEMA
    temperature: bool = True
    modern_limit: bool = True


def simpler(dialect: Dialect, complaint: str) -> Dialect | None:
    """What to try after a request in `dialect` was refused with `complaint`; None when nothing is left."""
    words = complaint.lower()
    if "temperature" in words and dialect.temperature:
        return replace(dialect, temperature=False)
    if "max_completion_tokens" in words and dialect.modern_limit:
        return replace(dialect, modern_limit=False)
    ways = list(JsonMode)
    position = ways.index(dialect.json_mode)
    return replace(dialect, json_mode=ways[position + 1]) if position + 1 < len(ways) else None
