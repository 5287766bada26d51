"""Analysed mails written by hand."""

from dataclasses import dataclass
from typing import Any

from agent.mail.message import ParsedMessage
from agent.mail.parse import parse
from evals.material import Material
from evals.samples import Seen

GOLD: dict[str, Any] = {
    "lang": "en", "kind": "customer", "subcategory": "crash", "new_text": "It crashes.", "category": "technical",
    "sentiment": "negative", "priority": "medium", "formality": "informal", "expertise": "beginner", "wants": "short",
    "factors": {"business_impact": False, "time_critical": False, "escalation_risk": False}, "pii": [],
    "article": "kb-1", "case": None,
}  # fmt: skip

OUT: dict[str, Any] = {
    "kind": "customer", "language": "en", "new_text": "It crashes.",
    "category": {"value": "technical", "confidence": 0.9, "needs_review": False},
    "sentiment": {"value": "negative", "confidence": 0.8},
    "priority": {"level": "medium", "factors": []},
    "style": {"formality": "informal", "expertise": "beginner", "length": "short"},
    "pii": [], "similar": [{"id": "kb-1", "kind": "article"}], "warnings": [], "timings_ms": {"parse": 1.0},
    "draft": {
        "sentences": [{"text": "Restart it.", "sources": ["kb-1"]}],
        "checks": [{"name": "language", "passed": True}],
    },
}  # fmt: skip


def seen(
    number: int,
    *,
    gold: dict[str, Any] | None = None,
    out: dict[str, Any] | None = None,
    body: str = "It crashes.",
) -> Seen:
    """A mail that is read rightly, but for what `gold` and `out` say otherwise."""
    mail: ParsedMessage = parse(f"From: a@example.com\nSubject: Help\n\n{body}\n".encode())
    return Seen(
        GOLD | {"id": f"m{number}"} | (gold or {}), OUT | (out or {}), mail, cpu_ms=10.0, wall_ms=12.0
    )


@dataclass
class Analysed(Material):
    """Material whose sample mails are given."""

    mails: tuple[Seen, ...]

    @property
    def seen(self) -> tuple[Seen, ...]:  # type: ignore[override]
        return self.mails
