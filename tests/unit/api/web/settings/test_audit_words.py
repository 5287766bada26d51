"""Every kind of event has words, and the page says them with the code below."""

import ast
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

from api.web.settings.audit_words import WORDS
from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.settings.test_audit import PAGE, happened

ROOT = Path(__file__).parents[5]
SILENT = {"document.unchanged"}
"""What the source can compose but leaves out on purpose: a file that was already there."""


def test_every_recorded_action_has_words() -> None:
    recorded = _passed("record", "action", 1) - SILENT
    assert {"person.signed_in", "draft.vouched", "memory.confirmed", "case.tagged"} <= recorded
    assert recorded == set(WORDS)


def test_the_page_says_words_and_code(leading: WebDesk) -> None:
    happened(leading, "draft.approved")
    happened(leading, "something.unheard_of")
    html = leading.get(PAGE).text
    assert "Draft approved<small><code>draft.approved</code></small>" in html
    assert '<option value="draft.approved">Draft approved</option>' in html
    assert "<td><code>something.unheard_of</code></td>" in html
    assert "23 Nov 2026" in html


def test_the_csv_keeps_the_code(leading: WebDesk) -> None:
    happened(leading, "draft.approved", case_id=5)
    assert ",draft.approved,5," in leading.get(f"{PAGE}.csv?case=5").text


@cache
def _trees() -> tuple[ast.Module, ...]:
    files = [file for part in ("agent", "api") for file in sorted((ROOT / part).rglob("*.py"))]
    return tuple(ast.parse(file.read_text()) for file in files)


def _passed(function: str, parameter: str, place: int, within: ast.Module | None = None) -> set[str]:
    """What calls of `function` give for a parameter: followed through the functions that hand it on."""
    found: set[str] = set()
    for tree in (within,) if within else _trees():
        for outer in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for call in (node for node in ast.walk(outer) if isinstance(node, ast.Call)):
                if getattr(call.func, "id", getattr(call.func, "attr", None)) != function:
                    continue
                given = [word.value for word in call.keywords if word.arg == parameter]
                for value in given or call.args[place : place + 1]:
                    found |= set(_values(value, outer, tree))
    return found


def _values(value: ast.expr, outer: ast.FunctionDef, tree: ast.Module) -> Iterator[str]:
    """The texts that an expression may become."""
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _values(one, outer, tree)
            yield from _values(other, outer, tree)
        case ast.FormattedValue(value=inner) | ast.Subscript(value=inner):
            yield from _values(inner, outer, tree)
        case ast.JoinedStr(values=parts):
            yield from map("".join, product(*(tuple(_values(part, outer, tree)) for part in parts)))
        case ast.Dict(values=several):
            for one in several:
                yield from _values(one, outer, tree)
        case ast.Name(id=name):
            yield from _named(name, outer, tree)


def _named(name: str, outer: ast.FunctionDef, tree: ast.Module) -> Iterator[str]:
    """What a name stands for: a parameter for what the callers give, any other for what is assigned to it."""
    parameters = [one.arg for one in outer.args.args]
    if name in parameters:
        private = tree if outer.name.startswith("_") else None
        yield from _passed(outer.name, name, parameters.index(name), private)
    for node in ast.walk(tree if name.isupper() else outer):
        if isinstance(node, ast.Assign) and any(getattr(one, "id", "") == name for one in node.targets):
            yield from _values(node.value, outer, tree)
