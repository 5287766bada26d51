"""What are the drafts like: which checks do they pass, and how many rest on a source?"""

from typing import Any

from agent.drafting.draft import CheckName
from evals.material import Material
from evals.outcome import Miss, Outcome
from evals.samples import Seen, readable
from evals.scorers.parts import by_language, flat
from evals.statistics import share

Draft = dict[str, Any]


def score(material: Material) -> Outcome:
    """Pass rate of each check, share of drafts with a sourced sentence, and with the labelled source."""
    mails = [one for one in readable(material.seen) if one.out.get("draft")]
    names = list(dict.fromkeys(check["name"] for one in mails for check in _draft(one)["checks"]))
    names = [
        name for name in names if name != CheckName.SENSITIVE
    ]  # a topic of the mail, no fault of the draft
    helped = [one for one in mails if gold_sources(one)]
    return Outcome(
        figures=(
            *by_language(
                mails,
                _language,
                lambda own, part: share("with a sourced sentence", [bool(sources(one)) for one in own], part),
            ),
            share("with the labelled source", [bool(sources(one) & gold_sources(one)) for one in helped]),
            *flat(
                by_language(
                    mails,
                    _language,
                    lambda own, part, name=name: share(  # type: ignore[misc]
                        f"check {name} passed", [passed(_draft(one), name) for one in own], part
                    ),
                )
                for name in names
            ),
        ),
        misses=tuple(
            Miss(one.id, f"check {name}", "failed")
            for one in mails
            for name in names
            if not passed(_draft(one), name)
        ),
    )


def sources(seen: Seen) -> set[str]:
    """What the sentences of the draft rest on."""
    return {str(source) for sentence in _draft(seen)["sentences"] for source in sentence["sources"]}


def gold_sources(seen: Seen) -> set[str]:
    return {str(seen.gold[kind]) for kind in ("article", "case") if seen.gold.get(kind)}


def passed(draft: Draft, name: str) -> bool:
    return all(check["passed"] for check in draft["checks"] if check["name"] == name)


def _draft(seen: Seen) -> Draft:
    draft: Draft = seen.out["draft"]
    return draft


def _language(seen: Seen) -> str:
    return seen.language
