"""Text cut into sentences, in the five languages, with paragraphs and list items kept apart.

Rules instead of a library: the segmenters on PyPI for these languages bring a language model or do not know
ordinals such as "10. marts". Support text is short, and a wrong cut costs little.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_ITEM = re.compile(r"^\s*(?:\d{1,2}[.)]|[-–•*])\s+")
_END = re.compile(r"[.!?…]+[\"'”’»«)\]]*(?=\s)")
_OPENER = re.compile(r"\s+[\"'“„”»«(\[]*[A-ZÆØÅÄÖÜÉ0-9]")
_ORDINAL = re.compile(r"(?:^|[\s(])\d{1,2}\.$")
_LAST_WORD = re.compile(r"[^\s(\[„“\"'»«]+$")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or one item of a list (`marker` is then "1." or "-")."""

    sentences: tuple[str, ...]
    marker: str = ""

    @property
    def text(self) -> str:
        return " ".join(self.sentences)

    @property
    def words(self) -> int:
        return len(self.text.split())


def blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs and list items in order. A line break inside a paragraph is a space."""
    made: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", text):
        loose: list[str] = []
        for line in paragraph.splitlines():
            if found := _ITEM.match(line):
                made += _block(loose)
                loose = []
                made += _block([line[found.end() :]], marker=found.group().strip())
            else:
                loose.append(line.strip())
        made += _block(loose)
    return tuple(made)


def sentences(text: str) -> tuple[str, ...]:
    """All sentences of `text` in order, list markers removed."""
    return tuple(sentence for block in blocks(text) for sentence in block.sentences)


def _block(lines: list[str], marker: str = "") -> list[Block]:
    cut = _cut(" ".join(line for line in lines if line))
    return [Block(cut, marker)] if cut else []


def _cut(text: str) -> tuple[str, ...]:
    found, start = [], 0
    for end in _END.finditer(text):
        if _OPENER.match(text, end.end()) and not _goes_on(text[start : end.end()]):
            found.append(text[start : end.end()].strip())
            start = end.end()
    found.append(text[start:].strip())
    return tuple(sentence for sentence in found if sentence)


def _goes_on(head: str) -> bool:
    """Whether the full stop at the end of `head` belongs to an abbreviation, an ordinal or an initial."""
    if not head.endswith("."):
        return False
    last = _LAST_WORD.search(head)
    word = last.group().lower() if last else ""
    return (
        word in _abbreviations() or bool(_ORDINAL.search(head)) or bool(re.fullmatch(r"[a-zæøåäöü]\.", word))
    )


@cache
def _abbreviations() -> frozenset[str]:
    text = (files("agent.drafting") / "abbreviations.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
