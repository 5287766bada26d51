"""How a letter may greet its reader: by the name in the mail's From, where that is a person's name and nothing else.

The display name is the sender's own text. An address, a link, a company or a sentence in it is not greeted, and is
never sent back to anybody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.privacy.lexicon import lexicon
from agent.privacy.placeholders import PlaceholderBook
from agent.privacy.redaction import PiiType

_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,4}")
_TITLE = re.compile(
    r"(?:(?:Dr|Prof|Mag|Ing|Dipl|Lic|Hr|Mr|Mrs|Ms)\.?(?:[- ]?(?:Ing|Kfm|med|rer|nat|jur|phil)\.?)*|Herrn?|Frau|Fru) ",
    re.IGNORECASE,
)
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Salutation:
    """A person's full name and first name, or two empty strings."""

    full: str = ""
    first: str = ""

    def by(self, formality: str) -> str:
        """The first name for an informal letter, the full one for a formal."""
        return self.first if formality == "informal" else self.full


def salutation(display_name: str) -> Salutation:
    """The names to greet by; a title stays with the full one. Nothing where no given name that we know comes first."""
    name = " ".join(display_name.strip("\"' ").split())
    if "," in name:  # "Berg, Anne"
        last, _, first = name.partition(",")
        name = f"{first.strip()} {last.strip()}"
    untitled = name
    while title := _TITLE.match(untitled):
        untitled = untitled[title.end() :]
    if len(name) > _LONGEST or not _NAME.fullmatch(untitled):
        return Salutation()
    first = untitled.partition(" ")[0]
    return Salutation(name, first) if lexicon().is_given(first) else Salutation()


def with_tokens(person: Salutation, placeholders: Mapping[str, str]) -> tuple[Salutation, dict[str, str]]:
    """The same as placeholders of this conversation, and the conversation's placeholders with them added."""
    book = PlaceholderBook.open(placeholders)
    if not person.full:
        return person, book.tokens
    full = book.token(PiiType.PERSON, person.full)
    return Salutation(full, book.token(PiiType.PERSON, person.first)), book.tokens
