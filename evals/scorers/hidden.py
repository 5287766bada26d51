"""The figures of a redaction's tally."""

from evals.outcome import Better, Figure, Miss, Outcome
from evals.scorers.redaction import Score
from evals.statistics import share_of

STRUCTURED = frozenset({"EMAIL", "PHONE", "IBAN", "CREDIT_CARD", "NATIONAL_ID", "ORG_ID", "IP_ADDRESS"})
"""Kinds whose form can be recognised; names and addresses need reading."""


def figures(total: Score, part: str = "", extra: tuple[Figure, ...] = ()) -> Outcome:
    """Recall over all and by kind, and the share of ordinary words hidden; `part` names the set."""
    structured = [kind for kind in total.gold if kind in STRUCTURED]
    by_kind = [
        share_of("hidden", total.hidden[kind], total.gold[kind], f"{part} {kind}".strip())
        for kind in sorted(total.gold)
    ]
    together = share_of(
        "structured ids hidden",
        sum(total.hidden[kind] for kind in structured),
        sum(total.gold[kind] for kind in structured),
        part,
    )
    return Outcome(
        figures=(
            share_of("hidden", total.hidden.total(), total.gold.total(), part),
            *extra,
            *by_kind,
            *((together,) if structured and len(by_kind) > len(structured) else ()),
            share_of("ordinary words hidden", total.words_hidden, total.words, part, better=Better.LOWER),
        ),
        misses=(
            *(Miss(miss.split(" ", 1)[0], "hidden", miss.split(" ", 1)[-1]) for miss in total.misses),
            *(Miss(one.split(" ", 1)[0], "not hidden", one.split(" ", 1)[-1]) for one in total.excess),
        ),
    )
