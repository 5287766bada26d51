"""A person looks for a source: what they type is redacted like a customer's words before anything is searched."""

from dataclasses import dataclass

from agent.desk.casework.cases import placeholders_of
from agent.desk.house import House
from agent.errors import NotFound, WrongUse
from agent.privacy.redaction import KnownPeople
from agent.store.tables import CaseRow, CustomerRow
from knowledge.search import Match

MOST_FOUND = 6
MAX_WORDS = 1_000  # characters


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked for, as the search saw it, and what it brought, best first."""

    query: str
    matches: tuple[Match, ...] = ()


def find_sources(house: House, *, case_id: int, words: str) -> Found:
    """Articles and solved cases for `words`, in the case's language first.

    Raises `WrongUse` for nothing or too much to look for, `PrivacyRefused` where the words cannot be examined, and
    `IndexUnavailable` when the search index does not answer.
    """
    words = " ".join(words.split())
    if not words or len(words) > MAX_WORDS:
        raise WrongUse(
            "There is nothing to look for.", code="source.no_words", remedy="Type a sentence or a few words."
        )
    with house.store.reading() as session:
        case = session.get(CaseRow, case_id)
        if case is None:
            raise NotFound(f"There is no case {case_id}.", code="case.unknown", remedy="Check the number.")
        customer = session.get(CustomerRow, case.customer_id) if case.customer_id else None
        names = tuple(filter(None, (case.customer_name, customer.name if customer else "")))
        known = KnownPeople(names, (case.customer_email,), (house.company.name, *house.company.brands))
        given, language = placeholders_of(session, case_id), case.language
    hidden = house.understanding.redactor.redact(words, language=language, known=known, placeholders=given)
    found = house.understanding.finder.find([hidden.text], language=language, limit=MOST_FOUND)
    return Found(str(hidden.text), tuple(found))


def found_source(house: House, *, case_id: int, words: str, document_id: str) -> Match:
    """The match that a person chose among what `words` brought. Raises as `find_sources`, and `NotFound`."""
    found = find_sources(house, case_id=case_id, words=words)
    for match in found.matches:
        if match.id == document_id:
            return match
    raise NotFound(
        "This source is no longer found.", code="source.unknown", remedy="Look for another one, or remove it."
    )
