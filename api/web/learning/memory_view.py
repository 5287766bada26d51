"""What the page says of one memory: no markup here, no decisions in the template."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.desk.learning.judging_memories import VALUES
from agent.drafting.draft import Topic
from agent.memories.memory import Scope
from agent.store.queries.memory_list import ListedMemory
from agent.store.tables import MemoryRow
from agent.triage.taxonomy import Taxonomy
from api.web.language import marked

KINDS = {
    "fact": marked("Fact"),
    "preference": marked("Habit"),
    "procedure": marked("Next step"),
}

TOPICS = {
    Topic.GREETING: marked("Greeting"),
    Topic.SIGN_OFF: marked("Sign-off"),
    Topic.ADDRESS: marked("Form of address"),
    Topic.PHRASE: marked("Wording"),
    Topic.LENGTH: marked("Length"),
}

VALUE_NAMES = {
    "familiar": marked("familiar"),
    "polite": marked("polite"),
    "short": marked("short"),
    "detailed": marked("detailed"),
}

MANNERS = {"formal": marked("in formal letters"), "informal": marked("in informal letters")}

CHANGES = {"confirmed": marked("Confirmed"), "edited": marked("Edited"), "retired": marked("Retired")}


@dataclass(frozen=True, slots=True)
class MemoryView:
    """One memory before the eyes of a reader of `language`. `typed` is what they had written when it was refused."""

    listed: ListedMemory
    taxonomy: Taxonomy
    language: str
    words: Callable[..., str]
    typed: str | None = None

    @property
    def row(self) -> MemoryRow:
        return self.listed.row

    @property
    def name(self) -> str:
        """What it is about: greeting, wording, …; fact or next step for a statement."""
        return self.words(TOPICS.get(Topic(self.row.topic), KINDS[self.row.kind]))

    @property
    def before(self) -> str:
        return self._said(self.row.before)

    @property
    def after(self) -> str:
        return self._said(self.row.after)

    @property
    def is_value(self) -> bool:
        """Whether it says one of few words of ours, and nothing in the letter's language."""
        return Topic(self.row.topic) in VALUES

    @property
    def values(self) -> list[tuple[str, str]]:
        return [(value, self._said(value)) for value in VALUES.get(Topic(self.row.topic), ())]

    def _said(self, text: str) -> str:
        return self.words(VALUE_NAMES[text]) if self.is_value and text in VALUE_NAMES else text

    @property
    def manner(self) -> str:
        return self.words(MANNERS[self.row.manner]) if self.row.manner in MANNERS else ""

    @property
    def holds_for(self) -> str:
        return self._scope(self.row.scope, self.row.scope_key)

    @property
    def scopes(self) -> list[tuple[str, str]]:
        """The choices of whom it may hold for, the present one first, as form value and words."""
        present = (self.row.scope, self.row.scope_key)
        wider = [(Scope.CATEGORY.value, slug) for slug in self.taxonomy.slugs] + [(Scope.ALL.value, "")]
        choices = [present] if self.row.tied else list(dict.fromkeys([present, *wider]))
        return [(f"{scope}:{key}" if key else scope, self._scope(scope, key)) for scope, key in choices]

    def _scope(self, scope: str, key: str) -> str:
        if scope == Scope.CATEGORY:
            return self.taxonomy[key].name(self.language) if key in self.taxonomy else key
        return self.words("everybody") if scope == Scope.ALL else key

    @property
    def last_change(self) -> str:
        return self.words(CHANGES[self.listed.undoable]) if self.listed.undoable in CHANGES else ""
