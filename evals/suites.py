"""The evaluation suites: production code over the labelled sample mails, each figure between 0 and 1."""

import base64
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.clock import system_clock
from agent.desk.analysing import Analyser
from agent.desk.customers import import_customers
from agent.desk.remembering import add_documents, hide_people
from agent.sandbox import sample
from agent.settings import load_settings
from agent.wiring import build_analyser, build_house
from knowledge.search import Document
from knowledge.sources import read_articles, read_cases

Gold = dict[str, Any]
Seen = list[tuple[Gold, Gold]]
"""Pairs of what the label says and what `genklang process` printed, one a mail."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value with the number of mails it rests on."""

    name: str
    value: float
    count: int


def analyse_samples(said: Progress = lambda _done, _all: None) -> Seen:
    """Run the whole analysis over the sample mails, with the sample company's customers and knowledge."""
    labels = [
        json.loads(line) for line in (sample.FOLDER / "mails.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    seen = []
    with _sample_company() as analyser:
        for done, gold in enumerate(labels, 1):
            seen.append((gold, analyser.analyse(base64.b64decode(gold["eml_b64"]), gold["id"])))
            said(done, len(labels))
    return seen


@contextmanager
def _sample_company() -> Iterator[Analyser]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "company.toml").write_bytes(sample.company_file().read_bytes())
        settings = load_settings({"GENKLANG_HOME": folder}, home)
        house, now = build_house(settings, index=""), datetime.now(UTC)
        found = [
            *read_articles(sample.knowledge_file(), lambda _: "en"),
            *read_cases(sample.cases_file(), lambda _: "en"),
        ]
        documents = [one for one in found if isinstance(one, Document)]
        redactor = house.understanding.redactor
        with house.store.writing() as unit:
            add_documents(unit, [hide_people(redactor, one) for one in documents], now)
            lines = sample.customers_file().read_text(encoding="utf-8").splitlines(keepends=True)
            import_customers(unit, lines, now)
        house.store.close()
        yield build_analyser(settings, clock=system_clock)


def reading(seen: Seen) -> list[Figure]:
    """Robots told from people, and the language of people's mails."""
    people = _people(seen)
    return [
        Figure("kind", _share(seen, lambda gold, out: out["kind"] == gold["kind"]), len(seen)),
        Figure("language", _share(people, lambda gold, out: out["language"] == gold["lang"]), len(people)),
    ]


def triage(seen: Seen) -> list[Figure]:
    """Category and mood as macro-F1, level and form of address as accuracy."""
    people = _people(seen)
    pairs = {
        "category": [(gold["category"], out["category"]["value"]) for gold, out in people],
        "sentiment": [(gold["sentiment"], out["sentiment"]["value"]) for gold, out in people],
    }
    return [
        *(Figure(f"{name} macro-F1", macro_f1(values), len(people)) for name, values in pairs.items()),
        Figure(
            "priority",
            _share(people, lambda gold, out: out["priority"]["level"] == gold["priority"]),
            len(people),
        ),
        Figure(
            "formality",
            _share(people, lambda gold, out: out["style"]["formality"] == gold["formality"]),
            len(people),
        ),
    ]


def hiding(seen: Seen) -> list[Figure]:
    """How much of the labelled personal data is gone from what a model would see."""
    strings = [(entry["text"], out["redacted_text"]) for gold, out in seen for entry in gold["pii"]]
    return [
        Figure(
            "hidden", sum(text not in shown for text, shown in strings) / max(1, len(strings)), len(strings)
        )
    ]


def retrieval(seen: Seen) -> list[Figure]:
    """Whether the labelled article and case are the first, or among the first five of their kind."""
    figures = []
    for kind in ("article", "case"):
        wanted = [
            (gold[kind], _ids(out, kind)) for gold, out in seen if gold.get(kind) and out.get("similar")
        ]
        for places in (1, 5):
            value = sum(one in ids[:places] for one, ids in wanted) / max(1, len(wanted))
            figures.append(Figure(f"{kind} recall@{places}", value, len(wanted)))
    return figures


def drafts(seen: Seen) -> list[Figure]:
    """Shares of drafts that pass each check before a person sees them."""
    written = [out["draft"] for _, out in seen if out.get("draft")]
    names = list(dict.fromkeys(check["name"] for draft in written for check in draft["checks"]))
    shares = {name: sum(_passed(draft, name) for draft in written) / len(written) for name in names}
    return [Figure(f"check {name}", share, len(written)) for name, share in shares.items()]


SUITES: dict[str, Callable[[Seen], list[Figure]]] = {
    "reading": reading,
    "triage": triage,
    "hiding": hiding,
    "retrieval": retrieval,
    "drafts": drafts,
}


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """The mean of the F1 of each label that occurs; `pairs` are (gold, given)."""
    scores = []
    for label in {gold for gold, _ in pairs}:
        hits = sum(gold == given == label for gold, given in pairs)
        named = sum(gold == label for gold, _ in pairs) + sum(given == label for _, given in pairs)
        scores.append(2 * hits / named)
    return sum(scores) / max(1, len(scores))


def _people(seen: Seen) -> Seen:
    return [(gold, out) for gold, out in seen if gold["kind"] == "customer" and "error" not in out]


def _share(seen: Seen, right: Callable[[Gold, Gold], bool]) -> float:
    return sum("error" not in out and right(gold, out) for gold, out in seen) / max(1, len(seen))


def _ids(out: Gold, kind: str) -> list[str]:
    return [match["id"] for match in out["similar"] if match["kind"] == kind]


def _passed(draft: Gold, name: str) -> bool:
    return all(check["passed"] for check in draft["checks"] if check["name"] == name)
