"""What a rule found, and how rival findings are settled.

Rules speak in `Finding`: a kind, a stretch of the text they were given, and how sure they are. Rules overlap (an
e-mail address holds a name, a street holds a surname); `settle` keeps every hidden character hidden once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from agent.privacy.redaction import PiiType


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data at `[start, end)` of the text a rule was given; `score` in 0..1, `rule` names who found it."""

    type: PiiType
    start: int
    end: int
    score: float
    rule: str = ""

    @property
    def length(self) -> int:
        return self.end - self.start


Rule = Callable[[str], Iterable[Finding]]
"""A rule reads text and tells what it found, in any order, overlapping or not."""

_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (
            PiiType.EMAIL,
            PiiType.PASSWORD,
            PiiType.IBAN,
            PiiType.CREDIT_CARD,
            PiiType.IP_ADDRESS,
            PiiType.NATIONAL_ID,
            PiiType.ORG_ID,
            PiiType.DATE_OF_BIRTH,
            PiiType.PHONE,
            PiiType.LICENSE_PLATE,
            PiiType.ADDRESS,
            PiiType.USERNAME,
            PiiType.PERSON,
        )
    )
}
"""Which kind wins the same characters: the more strictly shaped first, the name in the street last."""


def settle(findings: Iterable[Finding], text: str) -> list[Finding]:
    """Findings without overlap, in order, that together hide every character that any of them hid.

    The winner of an overlap keeps its stretch; the loser keeps what sticks out, if that holds a letter or digit.
    A finding inside a larger one of the same kind vanishes, and so does one with nothing but space.
    """
    ordered = sorted(findings, key=lambda f: (_RANK[f.type], -f.score, -f.length, f.start))
    taken = bytearray(len(text))
    settled: list[Finding] = []
    for finding in _swallow(ordered):
        for start, end in _free(finding, taken):
            kept = _trimmed(replace(finding, start=start, end=end), text)
            if kept is not None:
                taken[kept.start : kept.end] = b"\x01" * kept.length
                settled.append(kept)
    return sorted(settled, key=lambda f: f.start)


def _swallow(ordered: list[Finding]) -> list[Finding]:
    """Drop what lies wholly inside another finding of a kind that may hold it: a number in a longer address."""
    by_start = sorted(ordered, key=lambda f: (f.start, -f.end))
    swallowed: set[Finding] = set()
    outer: Finding | None = None
    for finding in by_start:
        if outer is not None and finding.end <= outer.end and finding != outer:
            if finding.length < outer.length and outer.score >= finding.score - 0.2:
                swallowed.add(finding)
        elif outer is None or finding.end > outer.end:
            outer = finding
    return [finding for finding in ordered if finding not in swallowed]


def _free(finding: Finding, taken: bytearray) -> list[tuple[int, int]]:
    """The stretches of a finding that nobody has taken yet."""
    stretches: list[tuple[int, int]] = []
    at = finding.start
    while at < finding.end:
        start = taken.find(b"\x00", at, finding.end)
        if start < 0:
            break
        end = taken.find(b"\x01", start, finding.end)
        end = finding.end if end < 0 else end
        stretches.append((start, end))
        at = end
    return stretches


def _trimmed(finding: Finding, text: str) -> Finding | None:
    """Without space at its ends; None where nothing that could identify anyone is left."""
    start, end = finding.start, finding.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if not any(character.isalnum() for character in text[start:end]):
        return None
    return replace(finding, start=start, end=end)
