"""What is learnt from people's edits: small typed memories with evidence, a scope and a state.

A *lesson* is what one edit teaches; a *memory* is a lesson that is kept, strengthened by each further case in which
people made the same change. States: proposed (seen, not used yet) → active (used in drafts) → retired.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from agent.drafting.draft import Topic


class Kind(StrEnum):
    FACT = "fact"  # a statement that answers what a customer asked
    PREFERENCE = "preference"  # how the company writes: greeting, sign-off, address, phrases, length
    PROCEDURE = "procedure"  # a next step that people add


class Scope(StrEnum):
    """Whom a memory holds for, the narrowest first."""

    CUSTOMER = "customer"
    COMPANY = "company"  # everybody at the customer's company
    CATEGORY = "category"
    ALL = "all"


class State(StrEnum):
    PROPOSED = "proposed"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one edit teaches. Holds no placeholder: what is personal is no lesson.

    `before` and `after` are words; one of them is empty where something was added or left out. In a greeting
    `{name}` stands for the customer's name; of the form of address and of length, `after` is the value
    (familiar, polite; short, detailed). `about` is the question that a statement answers, without numbers.
    `manner` (formal, informal) is the kind of letter that a greeting or sign-off belongs to. What is `tied` speaks of
    one customer's own matter and can never hold for others.
    """

    kind: Kind
    topic: Topic
    language: str
    before: str
    after: str
    about: str = ""
    manner: str = ""
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """Where an edit was made: the case, and whom it concerned. `customer` is the address, `company` their employer."""

    case_id: int
    customer: str
    company: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of `rules.toml`; see there for their meaning."""

    most_per_edit: int
    evidence: Mapping[str, int]
    likeness: Mapping[str, float]
    length: Mapping[str, float]
    statement: Mapping[str, float]


@cache
def shipped_rules() -> Rules:
    return Rules(**_read("rules"))


@cache
def words_of(language: str) -> Mapping[str, tuple[str, ...]]:
    """The word lists of one language in `words.toml`. Raises `KeyError` for a language that is not written."""
    return {name: tuple(words) for name, words in _read("words")[language].items()}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("agent.memories") / f"{name}.toml").read_text(encoding="utf-8"))
