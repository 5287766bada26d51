"""The draft as people work with it: its sentences and sources both ways, its checks with their places, its tone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from agent.desk.articles.finding_sources import Found
from agent.desk.replies.settling import MUST_SETTLE
from agent.drafting.answering import answered_by
from agent.errors import GenklangError
from agent.store.queries.case_page import CasePage
from agent.store.tables import DraftRow
from api.web import wording
from api.web.draft.letter import Paragraph, Piece, lay_out, number_sources, restore_for_eyes
from api.web.draft.shared_words import Run, mark_shared
from api.web.draft.tone_controls import Control
from api.web.draft.words import FALLBACK_SENTENCE, JUDGED, MADE
from api.web.pages import Reader, person_name

Words = Callable[..., str]
_SHOWN_OF_A_SOURCE = 600  # characters
_SNIPPET = 60
_FEW = 3  # a letter of so few sentences, greeting and closing among them, answers nothing yet


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of the draft as something to jump to."""

    number: int
    snippet: str


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A source with the sentences that rest on it; `chosen_by` names the person who gave it to one of them.

    `runs` are its passage with the words that those sentences share set apart; `url` is where all of it is read,
    empty where there is no such page.
    """

    number: int
    id: str
    kind: str
    title: str
    runs: tuple[Run, ...]
    language: str
    url: str = ""
    places: tuple[Place, ...] = ()
    chosen_by: str = ""


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One thing that a check found; `anchor` is the sentence or question it is about, empty for the whole letter."""

    words: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class ShownCheck:
    name: str
    label: str
    passed: bool
    findings: tuple[ShownFinding, ...]
    must_settle: bool
    vouched: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the mail, and the sentences of the draft that answer it."""

    number: int
    words: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """A person looks for a source of one sentence; `problem` says why nothing was looked for."""

    sentence: int
    words: str
    found: Found | None = None
    problem: GenklangError | None = None


@dataclass(frozen=True, slots=True)
class DraftPanel:
    """The newest version and all that stands around it. Everything is empty where there is no draft."""

    page: CasePage
    reader: Reader
    words: Words  # gettext
    vouched: tuple[str, ...] = ()
    tone: tuple[Control, ...] = ()
    search: Search | None = None
    _cache: dict[str, Any] = field(default_factory=dict)

    @property
    def draft(self) -> DraftRow | None:
        return self.page.draft

    @property
    def _sentences(self) -> Sequence[Mapping[str, Any]]:
        return self.draft.sentences if self.draft else ()

    def name_of(self, person_id: int | None) -> str:
        return person_name(self.page.people.get(person_id or 0)) or self.words("Somebody")

    # sentences

    @property
    def _laid_out(self) -> tuple[tuple[Paragraph, ...], tuple[Piece, ...]]:
        if "laid_out" not in self._cache:
            draft = self.draft
            self._cache["laid_out"] = (
                lay_out(draft.text, draft.sentences, vouched=self.vouched) if draft else ((), ())
            )
        laid_out: tuple[tuple[Paragraph, ...], tuple[Piece, ...]] = self._cache["laid_out"]
        return laid_out

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return self._laid_out[0]

    @property
    def loose(self) -> tuple[Piece, ...]:
        return self._laid_out[1]

    def place(self, number: int) -> Place:
        text = " ".join(str(self._sentences[number - 1]["text"]).split())
        return Place(number, text if len(text) <= _SNIPPET else f"{text[: _SNIPPET - 1].rstrip()}…")

    def voucher(self, number: int) -> str:
        """Who vouches for a sentence; empty for nobody."""
        by = self._sentences[number - 1].get("vouched_by") if number else None
        return self.name_of(by) if by else ""

    def judged(self, number: int) -> str:
        """What was found of the source that a person chose for a sentence, where that needs a word."""
        verdict = str(self._sentences[number - 1].get("judged", "")) if number else ""
        return self.words(JUDGED[verdict]) if verdict in JUDGED else ""

    @property
    def first_unsettled(self) -> int:
        """The number of the first sentence to settle; 0 where there is none."""
        open_ones = (n for n, one in enumerate(self._sentences, start=1) if not one.get("supported", True))
        return next(open_ones, 0)

    # sources

    @property
    def sources(self) -> list[ShownSource]:
        shown = []
        for source, number in number_sources(self._sentences).items():
            row = self.page.sources.get(source)
            passage = "" if row is None else (getattr(row, "passage", "") or getattr(row, "body", ""))
            resting = [
                (n, one) for n, one in enumerate(self._sentences, start=1) if source in one.get("sources", ())
            ]
            chosen = next((one["chosen_by"] for _, one in resting if one.get("chosen_by")), None)
            shown.append(
                ShownSource(
                    number,
                    source,
                    row.kind if row else "",
                    row.title if row else self.words("No longer there"),
                    mark_shared(
                        passage[:_SHOWN_OF_A_SOURCE],
                        [str(one["text"]) for _, one in resting],
                        self.draft.language if self.draft else "",
                    ),
                    row.language if row else "",
                    self.url_of(source),
                    tuple(self.place(n) for n, _ in resting),
                    self.name_of(chosen) if chosen else "",
                )
            )
        return shown

    def url_of(self, document: str) -> str:
        """Where all of an article or solved case is read; empty for what was removed or learnt."""
        return f"/knowledge/edit?{urlencode({'id': document})}" if document in self.page.in_library else ""

    @property
    def sourced(self) -> str:
        stating = [s for s in self._sentences if s.get("sources") or not s.get("supported", True)]
        with_source = sum(bool(s.get("sources")) for s in stating)
        words = self.words("%(with)s of %(all)s with a source")
        return words % {"with": with_source, "all": len(stating)} if stating else ""

    # checks and questions

    @property
    def checks(self) -> list[ShownCheck]:
        return [
            ShownCheck(
                check["name"],
                wording.CHECKS.get(check["name"], check["name"]),
                check["passed"],
                tuple(self._findings(check)),
                check["name"] in MUST_SETTLE,
                f"check:{check['name']}" in self.vouched,
            )
            for check in (self.draft.checks if self.draft else ())
        ]

    def _findings(self, check: Mapping[str, Any]) -> list[ShownFinding]:
        told = [
            (one["words"], int(one.get("sentence", 0)), int(one.get("ask", 0)))
            for one in check.get("findings") or ()
        ]
        if not told and check.get("detail"):
            told = [(check["detail"], 0, 0)]
        return [
            ShownFinding(restore_for_eyes(words, self.page.placeholders), self._anchor(sentence, ask))
            for words, sentence, ask in told
        ]

    def _anchor(self, sentence: int, ask: int) -> str:
        if 1 <= sentence <= len(self._sentences):
            return f"sentence-{sentence}"
        return f"ask-{ask}" if 1 <= ask <= len(self.asked) else ""

    @property
    def failed_checks(self) -> list[ShownCheck]:
        return [check for check in self.checks if not check.passed]

    @property
    def passed_checks(self) -> list[ShownCheck]:
        return [check for check in self.checks if check.passed]

    @property
    def asked(self) -> list[Asked]:
        """What the mail asks, in its order; empty where nothing was understood as a question."""
        asks, newest = tuple(self.page.reading.get("asks") or ()), self.page.newest_in
        if not asks or newest is None or self.draft is None or self.draft.message_id != newest.id:
            return []
        by_person = self.draft.engine == "person" and len(self._sentences) > _FEW
        told = tuple(
            (number, str(one["text"]))
            for number, one in enumerate(self._sentences, start=1)
            if one.get("sources") or not one.get("supported", True) or one.get("vouched_by") or by_person
        )
        whole = f"{newest.redacted_subject or ''}\n{newest.redacted_new_text or newest.new_text}"
        found = _answered(asks, whole, told, self.draft.language)
        return [
            Asked(
                number,
                restore_for_eyes(ask, self.page.placeholders),
                tuple(self.place(n) for n in sentences),
            )
            for number, (ask, sentences) in enumerate(zip(asks, found, strict=True), start=1)
        ]

    # versions

    @property
    def origin(self) -> str:
        """Who or what wrote this version."""
        return self.origin_of(self.draft) if self.draft else ""

    def origin_of(self, draft: DraftRow) -> str:
        if draft.made in MADE:
            values = {"name": self.name_of(draft.author_id), "version": draft.copy_of}
            return self.words(MADE[draft.made]) % values
        if draft.engine == "person":
            return self.words("by %(name)s") % {"name": self.name_of(draft.author_id)}
        if draft.engine == "local":
            return self.words("by the local engine")
        return self.words("by the language model")

    @property
    def undoable(self) -> bool:
        """Whether the last change can be undone: the version before answers the same mail."""
        draft = self.draft
        if draft is None or draft.state != "ready" or not draft.made_from_id:
            return False
        return any(old.id == draft.made_from_id for old in self.page.drafts)

    @property
    def unreachable(self) -> str:
        """What kept the language model from writing this version; empty where it did, or was not to."""
        if self.draft is None or not self.draft.fell_back:
            return ""
        return next((one for one in self.draft.warnings if FALLBACK_SENTENCE in one), FALLBACK_SENTENCE)

    @property
    def warnings(self) -> list[str]:
        return [one for one in self.draft.warnings if one != self.unreachable] if self.draft else []


@lru_cache(maxsize=256)  # a page that looks for news again and again asks the same
def _answered(
    asks: tuple[str, ...], whole: str, told: tuple[tuple[int, str], ...], language: str
) -> tuple[tuple[int, ...], ...]:
    return answered_by(asks, whole, told, language)
