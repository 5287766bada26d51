"""Finds what is to be translated, for Babel: marked words, and the sentences that rules and errors say to people.

The layers beneath the desk write plain English, much of it into the database, and know of no reader. Their sentences
are found by their form, and get the context `sentence`; `api.web.sentences` finds them again when they are shown.
"""

import ast
import io
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from babel.messages.extract import extract_python

from api.web.sentences import CONTEXT

Found = tuple[int, str, Any, list[str]]
"""Line, name of the gettext function, its arguments, comments."""

_SENTENCE = re.compile(r"(?:[A-Z]|%\()[^\n]* [^\n]*(?:[.?]|: %\(\w+\)s)")
_CLAUSE = re.compile(r"[A-Z][a-z]*(?: [a-z]+)+")  # becomes a part of a sentence
_PART = re.compile(r"(?:[a-z]+|%\(\w+\)s) [a-z%][^\n]*")
_QUOTED_BEFORE = re.compile(r"^%\(\w+\)s (?=[A-Z])")  # another sentence, which has an entry of its own
_FILLED = re.compile(r"%\(\w+\)s")
_WORD = re.compile(r"[a-z]{2}")
_SLOT = re.compile(r"\{(\w+)\}")
_NAMES = re.compile(r"[A-Za-z]\w*(?<!_)")


def sentences(
    file: IO[bytes], keywords: Collection[str], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Marked words, and every string that is a sentence; with the option `fragments`, clauses too."""
    content = file.read()
    for line, function, words, comments in extract_python(
        io.BytesIO(content), dict.fromkeys(keywords), tags, {}
    ):
        yield line, str(function), words, list(comments or ())
    forms = (_SENTENCE, _CLAUSE, _PART) if options.get("fragments") else (_SENTENCE, _CLAUSE)
    tree = ast.parse(content)
    left_out = set(_not_said(tree, keywords))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in left_out:
            template = _QUOTED_BEFORE.sub("", _template(node))
            if any(form.fullmatch(template) for form in forms) and _WORD.search(_FILLED.sub("", template)):
                yield node.lineno, "pgettext", (CONTEXT, template), []


def spoken_values(
    file: IO[bytes], keywords: Collection[str], tags: Collection[str], options: Mapping[str, str]
) -> Iterator[Found]:
    """The values of one key, wherever it stands in a TOML file."""
    for value in _values(tomllib.load(file), options["key"]):
        yield 1, "pgettext", (CONTEXT, value), []


def _not_said(tree: ast.AST, keywords: Collection[str]) -> Iterator[int]:
    """Docstrings, marked words, and the pieces of f-strings that are taken as a whole."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield id(node.value)
        elif isinstance(node, ast.JoinedStr):
            yield from (id(part) for part in node.values if isinstance(part, ast.Constant))
            yield from (id(part.format_spec) for part in node.values if isinstance(part, ast.FormattedValue))
        elif isinstance(node, ast.Call) and _called(node) in keywords:
            yield from (id(argument) for argument in node.args)


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _template(node: ast.Constant | ast.JoinedStr) -> str:
    """The string with `%(name)s` for what is filled in, by an f-string or by `format`."""
    if isinstance(node, ast.Constant):
        return _SLOT.sub(r"%(\1)s", node.value) if isinstance(node.value, str) else ""
    names: list[str] = []
    pieces = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            names.append(_slot_name(part.value, names))
            pieces.append(f"%({names[-1]})s")
        elif isinstance(part, ast.Constant):
            pieces.append(str(part.value).replace("%", "%%"))
    return "".join(pieces)


def _slot_name(expression: ast.expr, taken: list[str]) -> str:
    """The last name of the expression, such as `email` for `sender.email`; numbered where it would be taken twice."""
    name = (_NAMES.findall(ast.unparse(expression)) or ["value"])[-1]
    same = sum(other.rstrip("0123456789") == name for other in taken)
    return f"{name}{same + 1}" if same else name


def _values(table: object, key: str) -> Iterator[str]:
    if isinstance(table, Mapping):
        for name, value in table.items():
            if name == key and isinstance(value, str):
                yield value
            else:
                yield from _values(value, key)
    elif isinstance(table, list):
        for entry in table:
            yield from _values(entry, key)
