"""Are the article and the solved case that help found, and found first?"""

from evals.material import Material
from evals.outcome import Miss, Outcome
from evals.samples import Seen, readable
from evals.scorers.parts import by_language, flat
from evals.statistics import share

DEPTHS = (1, 5)
KINDS = ("article", "case")


def score(material: Material) -> Outcome:
    """Recall by depth, articles and cases ranked apart; robots are not searched for and do not count."""
    wanted = {
        kind: [one for one in readable(material.seen) if one.gold.get(kind) and one.out["kind"] == "customer"]
        for kind in KINDS
    }
    return Outcome(
        flat(
            by_language(
                wanted[kind],
                lambda one: one.language,
                lambda own, part, kind=kind, depth=depth: share(  # type: ignore[misc]
                    f"{kind} recall@{depth}", [one.gold[kind] in ids(one, kind)[:depth] for one in own], part
                ),
            )
            for kind in KINDS
            for depth in DEPTHS
        ),
        misses=tuple(
            Miss(one.id, one.gold[kind], " ".join(ids(one, kind)))
            for kind in KINDS
            for one in wanted[kind]
            if one.gold[kind] not in ids(one, kind)[:1]
        ),
    )


def ids(seen: Seen, kind: str) -> list[str]:
    """What was found of one kind, best first."""
    return [str(match["id"]) for match in seen.out["similar"] if match["kind"] == kind]
