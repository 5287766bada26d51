"""Looking for a source of one sentence: begun with the sentence itself, and told honestly where it is not possible."""

from agent.desk.articles.finding_sources import find_sources
from agent.errors import OutsideUnavailable, PrivacyRefused, WrongUse
from agent.store.tables import DraftRow
from api.dependencies import Desk
from api.web.draft.panel import Search
from knowledge.search import IndexUnavailable


def look_for(desk: Desk, draft: DraftRow | None, sentence: int, q: str) -> Search | None:
    """What the house's search brings for `q`, or for the sentence itself; None where there is no such sentence."""
    if draft is None or not 1 <= sentence <= len(draft.sentences):
        return None
    words = " ".join(q.split()) or " ".join(str(draft.sentences[sentence - 1]["text"]).split())
    try:
        found = find_sources(desk.house, case_id=draft.case_id, words=words)
    except (WrongUse, PrivacyRefused) as problem:
        return Search(sentence, words, problem=problem)
    except IndexUnavailable:
        return Search(sentence, words, problem=no_index())
    return Search(sentence, words, found)


def no_index() -> OutsideUnavailable:
    return OutsideUnavailable(
        "The search index does not answer now.",
        code="index.away",
        remedy="Try again in a moment; the draft is as it was.",
    )
