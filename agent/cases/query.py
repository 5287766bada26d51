"""What people type to find cases: words, "quoted phrases", filters such as `is:open`, and a minus for what is not.

    login from:anne is:critical lang:da after:2026-11-01 -"already solved" tag:vip

A query is a list of terms that must all hold. Reading never fails: what cannot be meant is kept beside the terms
as a problem in words, so that the rest still finds something.
"""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

MOST_CHARACTERS = 500
IS = (
    "open", "waiting", "done", "spam", "snoozed", "unassigned", "mine", "overdue", "escalated",
    "critical", "high", "medium", "low", "unsorted",
)  # fmt: skip
FILTERS = ("from", "is", "lang", "before", "after", "category", "tag", "assignee", "sort")
SORTS = ("newest", "oldest", "changed", "due")
_PIECE = re.compile(r'(-?)(?:([^\W\d_]+):)?(?:"([^"]*)"?|(\S*))')
_PLAIN = re.compile(r'[^\s"]+')


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. `field` is empty for words of the text; `phrase` says that it was quoted."""

    field: str
    value: str
    negated: bool = False
    phrase: bool = False

    def __str__(self) -> str:
        quoted = self.phrase or not _PLAIN.fullmatch(self.value)
        value = f'"{self.value}"' if quoted else self.value
        return f"{'-' if self.negated else ''}{self.field + ':' if self.field else ''}{value}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A part that cannot be meant: `part` as typed, `known` what could have been, `nearest` the likeliest of it."""

    part: str
    field: str
    known: tuple[str, ...] = ()
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """All terms must hold. `problems` are parts that were left out. Its text reads back as the same terms."""

    terms: tuple[Term, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    def __bool__(self) -> bool:
        return any(term.field != "sort" for term in self.terms)

    @property
    def sort(self) -> str:
        """How to sort: one of `SORTS`."""
        return next((term.value for term in reversed(self.terms) if term.field == "sort"), SORTS[0])

    def sorted_by(self, sort: str) -> "Query":
        """The same search, sorted otherwise."""
        terms = tuple(term for term in self.terms if term.field != "sort")
        return Query((*terms, *([Term("sort", sort)] if sort != SORTS[0] else [])), self.problems)


def parse(text: str, *, categories: Collection[str] = ()) -> Query:
    """Read what was typed. `categories` are the company's, by slug; without any, every one is taken as meant."""
    terms: list[Term] = []
    problems: list[Problem] = []
    for minus, name, quoted, plain in _PIECE.findall(text[:MOST_CHARACTERS]):
        read = _term(bool(minus), name, quoted, plain, frozenset(categories))
        if isinstance(read, Problem):
            problems.append(read)
        elif read is not None and read not in terms:
            terms.append(read)
    return Query(tuple(terms), tuple(problems))


def _term(
    negated: bool, name: str, quoted: str, plain: str, categories: frozenset[str]
) -> Term | Problem | None:
    value = " ".join((quoted or plain.replace('"', " ")).split())
    field = name.lower()
    if field and field not in FILTERS:
        if likely := _nearest(field, FILTERS):
            return Problem(f"{name}:", "", FILTERS, likely)
        return Term("", f"{name}:{value}", negated, True) if value else None  # »re: invoice«, »https://…«
    if not value:
        return Problem(f"{field}:", field, _choices(field, categories)) if field else None
    if not field:
        return Term("", value, negated, bool(quoted) or " " in value)
    return _filter(negated, field, value, categories)


def _filter(negated: bool, field: str, value: str, categories: frozenset[str]) -> Term | Problem:
    typed = f"{field}:{value}"
    if field in {"from", "tag", "assignee"}:
        return Term(field, value, negated)
    value = value.lower()
    if field in {"before", "after"}:
        try:
            return Term(field, date.fromisoformat(value).isoformat(), negated)
        except ValueError:
            return Problem(typed, field)
    known = _choices(field, categories)
    well_formed = value in known if known else value.isalpha() if field == "lang" else True
    if not well_formed:
        return Problem(typed, field, known, _nearest(value, known))
    return Term(field, value, negated and field != "sort")


def _choices(field: str, categories: frozenset[str]) -> tuple[str, ...]:
    return {"is": IS, "sort": SORTS, "category": tuple(sorted(categories))}.get(field, ())


def _nearest(value: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(value, known, n=1, cutoff=0.6)
    return close[0] if close else ""
