"""Frozen values of the domain as JSON columns, and back again."""

from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

Value = TypeVar("Value")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(value: Any) -> Any:
    """A dataclass as plain lists, objects and strings."""
    return _adapter(cast(Any, type(value))).dump_python(value, mode="json")


def load(kind: type[Value], data: Any) -> Value:
    """The dataclass that `dump` made the data from. Raises pydantic's `ValidationError` when it does not fit."""
    value: Value = _adapter(cast(Any, kind)).validate_python(data)
    return value
