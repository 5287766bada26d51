"""Reply templates: a company's own passages, offered where they fit and filled only with what is known.

Shipped templates are data (`reply_templates/<slug>.toml`). A placeholder is a known name in braces; one whose fact is
not known is refused, so that no gap and no invention reaches a customer.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from agent.errors import WrongUse
from agent.triage.reading import LANGUAGES

PLACEHOLDERS: Final = ("customer_name", "case_number", "agent_name", "company", "respond_by")
MAX_TEXT: Final = 10_000  # characters in one language
MAX_NAME: Final = 80
_SLOT: Final = re.compile(r"\{([^{}\n]*)\}")

Hours = Literal["", "open", "closed"]


@dataclass(frozen=True, slots=True)
class Conditions:
    """Where a template is offered; an empty part holds everywhere. `hours`: only while we are open, or closed.

    The language needs no condition: a template fits the languages in which it has a text.
    """

    categories: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    hours: Hours = ""


@dataclass(frozen=True, slots=True)
class ReplyTemplate:
    """`names` by language of the interface, with "" for a company's one name; `texts` by language of the customer."""

    slug: str
    names: Mapping[str, str]
    texts: Mapping[str, str]
    conditions: Conditions = field(default_factory=Conditions)

    def name(self, language: str) -> str:
        return self.names.get(language) or self.names.get("") or self.names.get("en") or self.slug


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides whether a template fits a case now. `tier` in any case of letters; empty parts are not known."""

    category: str
    language: str
    priority: str
    tier: str
    open_now: bool


def fits(template: ReplyTemplate, situation: Situation) -> bool:
    """Whether to offer this template: all its conditions hold, and it has a text in the customer's language."""
    wanted = template.conditions
    return (
        bool(template.texts.get(situation.language))
        and (not wanted.categories or situation.category in wanted.categories)
        and (not wanted.priorities or situation.priority in wanted.priorities)
        and (not wanted.tiers or situation.tier.casefold() in {tier.casefold() for tier in wanted.tiers})
        and (not wanted.hours or (wanted.hours == "open") == situation.open_now)
    )


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with its placeholders filled. Raises `WrongUse` naming the first one whose fact is not known."""
    check_placeholders(text)
    for name in _SLOT.findall(text):
        if not facts.get(name):
            raise WrongUse(
                f"The template needs {{{name}}}, and that is not known for this case.",
                code="template.unknown_fact",
                remedy="Choose another template, or write it yourself.",
            )
    return _SLOT.sub(lambda slot: facts[slot[1]], text)


def text_for(template: ReplyTemplate, language: str, facts: Mapping[str, str]) -> str:
    """The template as a customer of this language reads it. Raises `WrongUse` where a fact or the text is missing."""
    text = template.texts.get(language, "").strip()
    if not text:
        raise WrongUse(
            "The template has no text in the customer's language.",
            code="template.language",
            remedy="Choose another one, or ask a lead to write it.",
        )
    return fill(text, facts)


def check_placeholders(text: str) -> None:
    """Raise `WrongUse` for a placeholder that does not exist, or for a brace that belongs to none."""
    for name in _SLOT.findall(text):
        if name not in PLACEHOLDERS:
            raise WrongUse(
                f"{{{name}}} is not a placeholder.",
                code="template.placeholder",
                remedy=f"Use {', '.join(f'{{{one}}}' for one in PLACEHOLDERS)}.",
            )
    if set("{}") & set(_SLOT.sub("", text)):
        raise WrongUse(
            "A brace in the text belongs to no placeholder.",
            code="template.brace",
            remedy="Close it, or leave it out.",
        )


def checked(names: Mapping[str, str], texts: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Name and texts as they are kept. Raises `WrongUse` when the name or every text is missing, or one is too long."""
    name = " ".join((names.get("") or "").split())
    kept = {language: text.replace("\r\n", "\n").strip() for language, text in texts.items() if text.strip()}
    if not name or len(name) > MAX_NAME:
        raise WrongUse(
            f"A template needs a name of up to {MAX_NAME} characters.",
            code="template.name",
            remedy="Say in few words what it is for.",
        )
    if not kept or set(kept) - set(LANGUAGES):
        raise WrongUse(
            "A template needs a text in at least one language.", code="template.text", remedy="Write one."
        )
    if max(map(len, kept.values())) > MAX_TEXT:
        raise WrongUse("A text of this template is too long.", code="template.length", remedy="Shorten it.")
    for text in kept.values():
        check_placeholders(text)
    return name, kept


def conditions_of(data: Mapping[str, Any]) -> Conditions:
    """From plain lists and strings, as data files and the database hold them."""
    hours: Hours = data["hours"] if data.get("hours") in {"open", "closed"} else ""
    lists = {key: tuple(data.get(key, ())) for key in ("categories", "priorities", "tiers")}
    return Conditions(**lists, hours=hours)


@cache
def shipped() -> Mapping[str, ReplyTemplate]:
    """The templates that come with the product, by slug."""
    folder = files(__package__) / "reply_templates"
    found = {}
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        slug = path.name.removesuffix(".toml")
        raw = tomllib.loads(path.read_text("utf-8"))
        texts = {language: text.strip() for language, text in raw["texts"].items()}
        found[slug] = ReplyTemplate(slug, raw["names"], texts, conditions_of(raw["conditions"]))
    return found
