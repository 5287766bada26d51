"""What is said about a search: which part was not understood and what was likely meant, and which filters there are."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request

from agent.cases.query import Problem, Query
from api.web.language import marked
from api.web.pages import gettext_of


@dataclass(frozen=True, slots=True)
class Mistake:
    """A part that was left out, in words; `instead` is the whole search with what was likely meant, or empty."""

    words: str
    instead: str
    address: str


@dataclass(frozen=True, slots=True)
class Help:
    """What stands above the hits of a search. `query` is what was understood, as it can be saved."""

    query: str
    mistakes: tuple[Mistake, ...]


FILTERS = (
    # an example of each filter, and what it finds
    ("is:open", marked("open; also waiting, done, spam, snoozed")),
    ("is:critical", marked("critical; also high, medium, low")),
    ("is:unassigned", marked("with nobody; also mine, overdue, escalated, unsorted")),
    ("from:anne", marked("the customer's name, address or company")),
    ("lang:da", marked("the customer's language")),
    ("after:2026-11-01", marked("came after that day; also before:")),
    ("category:billing", marked("sorted under that category")),
    ("tag:vip", marked("has that tag")),
    ("assignee:ida", marked("with that colleague; also me, nobody")),
    ('"cannot log in"', marked("exactly these words in a row")),
    ("-refund", marked("without that word; a minus works before any filter")),
)


def known_categories(request: Request) -> tuple[str, ...]:
    """The company's categories, by slug."""
    return tuple(request.app.state.taxonomy.slugs)


def explain(request: Request, query: Query, text: str) -> Help:
    return Help(str(query), tuple(_mistake(request, one, text) for one in query.problems))


def _mistake(request: Request, problem: Problem, text: str) -> Mistake:
    words = gettext_of(request)
    prefix = f"{problem.field}:" if problem.field else ""
    values = {
        "part": problem.part,
        "nearest": f"{prefix}{problem.nearest}" if prefix else f"{problem.nearest}:",
        "known": ", ".join(problem.known),
    }
    if problem.nearest:
        instead = text.replace(problem.part, values["nearest"], 1)
        return Mistake(
            words("“%(part)s” is not known. Did you mean “%(nearest)s”?") % values,
            instead,
            "/search?" + urlencode({"q": instead}),
        )
    if problem.field in {"before", "after"}:
        sentence = words("“%(part)s” is not a day. Write it as %(field)s:2026-11-01.") % {
            **values,
            "field": problem.field,
        }
    elif problem.known:
        sentence = words("“%(part)s” is not known. Known: %(known)s.") % values
    else:
        sentence = words("“%(part)s” is not known.") % values
    return Mistake(sentence, "", "")
