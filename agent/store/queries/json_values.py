"""Values of flat JSON columns in SQL, by type and without ever failing to read one, on SQLite and PostgreSQL.

`text_in`, `bool_in` and `number_in` are NULL where the value is of another type or missing; `known_in` says whether
there is any.
"""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Float, Text, case, func, literal, or_, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.expression import cast, null


def known_in(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[bool]:
    return func.coalesce(_kind(column, name, dialect), "null") != "null"


def text_in(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[str | None]:
    text = "text" if dialect == "sqlite" else "string"
    return case((_kind(column, name, dialect) == text, _value(column, name, dialect)), else_=null())


def bool_in(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[bool | None]:
    kind = _kind(column, name, dialect)
    if dialect == "sqlite":
        return case((kind == "true", True), (kind == "false", False), else_=null())
    return case((kind == "boolean", cast(_value(column, name, dialect), Boolean)), else_=null())


def number_in(
    column: ColumnElement[Any], name: str, dialect: str, *, from_text: bool = False
) -> ColumnElement[float | None]:
    """`from_text`: a whole number of up to 15 digits that came as text is one too (as `histories` reads attributes)."""
    kind, value = _kind(column, name, dialect), _value(column, name, dialect)
    numbers = ("integer", "real") if dialect == "sqlite" else ("number",)
    is_number: ColumnElement[bool] = kind.in_(numbers)
    if from_text:
        is_number = or_(is_number, _is_number_as_text(column, name, dialect))
    return case((func.coalesce(is_number, False), cast(value, Float(53))), else_=null())


def plain_text_in(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[str | None]:
    """Text that is no whole number (see `number_in`)."""
    text = text_in(column, name, dialect)
    return case((_is_number_as_text(column, name, dialect), null()), else_=text)


def _is_number_as_text(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[bool]:
    text = text_in(column, name, dialect)
    length = func.length(text)
    whole = (length > 0) & (length <= 15) & (func.rtrim(text, "0123456789") == "")
    whole &= (text == "0") | (func.substr(text, 1, 1) != "0")
    return func.coalesce(whole, False)


def _kind(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[str | None]:
    if dialect == "sqlite":
        return func.json_type(column.op("->")(literal(name, Text)))
    return func.jsonb_typeof(_jsonb(column).op("->")(literal(name, Text)), type_=Text)


def _value(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[Any]:
    document = column if dialect == "sqlite" else _jsonb(column)
    return type_coerce(document.op("->>")(literal(name, Text)), Text)


def _jsonb(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(column, JSONB)
