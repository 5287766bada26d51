"""The sample mails, labelled (`datasets/LABELS.md`), and what the whole analysis makes of each."""

import base64
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from agent.clock import system_clock
from agent.desk.articles.remembering import add_documents, hide_people
from agent.desk.customers.records import import_customers
from agent.desk.house import Understanding
from agent.desk.steps.analysing import Analyser
from agent.drafting.draft import Draft, DraftRequest
from agent.mail.message import ParsedMessage
from agent.mail.parse import parse
from agent.sandbox import sample
from agent.settings import load_settings
from agent.wiring import build_analyser, build_house
from evals.rows import Row, evenly, read_rows
from knowledge.search import Document
from knowledge.sources import read_articles, read_cases

Said = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Seen:
    """One mail: its label, what `genklang process` prints of it, the mail as read, and the time it took.

    `cpu_ms` is this process' processor time (the child that reads is not in it), `wall_ms` time by the clock.
    `asked` is what the writer was given, None where nothing was to be written.
    """

    gold: Row
    out: dict[str, Any]
    mail: ParsedMessage
    cpu_ms: float
    wall_ms: float
    asked: DraftRequest | None = None

    @property
    def id(self) -> str:
        return str(self.gold["id"])

    @property
    def language(self) -> str:
        return str(self.gold["lang"])

    @property
    def failed(self) -> bool:
        return "error" in self.out

    @property
    def text(self) -> str:
        """What the spans of `out["pii"]` count in."""
        return f"{self.mail.subject}\n{self.mail.text}"


def people(seen: tuple[Seen, ...]) -> list[Seen]:
    """The mails that a person wrote and waits for an answer to."""
    return [one for one in seen if one.gold["kind"] == "customer"]


def readable(seen: tuple[Seen, ...]) -> list[Seen]:
    """The mails of people whose analysis came to an end."""
    return [one for one in people(seen) if not one.failed]


def analyse_samples(said: Said, most: int | None = None) -> Iterator[Seen]:
    """Run the whole analysis over the sample mails, with the sample company's customers and knowledge."""
    labels = read_rows(sample.FOLDER / "mails.jsonl")
    chosen = labels if most is None else evenly(labels, most)
    said(0, len(chosen))
    with _sample_company() as company:
        overheard = Overheard(company.understanding)
        analyser = replace(company, understanding=cast(Understanding, overheard))
        for done, gold in enumerate(chosen, 1):
            raw = base64.b64decode(gold["eml_b64"])
            cpu, wall = time.process_time(), time.perf_counter()
            overheard.asked = None
            out = analyser.analyse(raw, gold["id"])
            cpu_ms, wall_ms = (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000
            yield Seen(gold, out, parse(raw), cpu_ms, wall_ms, overheard.asked)
            said(done, len(chosen))


class Overheard:
    """The parts of an understanding, whose writer is listened to: `asked` is the last request it was given."""

    def __init__(self, parts: Understanding) -> None:
        self._parts = parts
        self.asked: DraftRequest | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parts, name)

    @property
    def writer(self) -> "Overheard":
        return self

    def write(self, request: DraftRequest) -> Draft:
        self.asked = request
        return self._parts.writer.write(request)


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
