"""Can the judges be trusted? What the rubric, and a language model, say of drafts whose fault is known."""

from collections.abc import Callable, Sequence

from agent.llm.model import ModelUnavailable
from agent.triage.language import detect
from evals.material import Material
from evals.outcome import Better, Figure, Miss, Outcome
from evals.rows import evenly
from evals.scorers.judging.pairs import Judged, read_pairs
from evals.scorers.judging.rubric import Fault, Verdict, judge
from evals.scorers.parts import by_language
from evals.statistics import share

MOST_FOR_A_MODEL = 12

Heard = tuple[Judged, Verdict]


def score(material: Material) -> Outcome:
    """Share of rightly judged drafts: good ones without a fault, bad ones with (at least) theirs."""
    pairs = read_pairs()
    rubric = [(pair, judge(pair.draft, pair.request, detect)) for pair in pairs]
    found, misses = _figures("rubric", rubric), _misses("rubric", rubric)
    if material.engine != "local":
        from evals.scorers.judging.endpoint import endpoint
        from evals.scorers.judging.model import ModelJudge

        model = _by(
            ModelJudge(*endpoint()).judge, material, evenly(pairs, material.limit or MOST_FOR_A_MODEL)
        )
        found += _figures("model", model)
        misses += _misses("model", model)
        agreed = {pair.id: verdict.faultless for pair, verdict in rubric}
        found.append(share("judges agree", [agreed[pair.id] == verdict.faultless for pair, verdict in model]))
    return Outcome(tuple(found), misses=tuple(misses))


def _by(judged: Callable[..., Verdict], material: Material, pairs: Sequence[Judged]) -> list[Heard]:
    heard = []
    for pair in material.each("judged by the model", pairs):
        try:
            heard.append((pair, judged(pair.draft, pair.request)))
        except ModelUnavailable:
            continue
    return heard


def is_right(pair: Judged, verdict: Verdict) -> bool:
    return verdict.faultless if pair.fault is None else pair.fault in verdict.faults


def _figures(judge_name: str, heard: Sequence[Heard]) -> list[Figure]:
    found = by_language(
        heard,
        lambda one: one[0].draft.language,
        lambda own, part: share(f"{judge_name} right", [is_right(*one) for one in own], part),
    )
    good = [verdict for pair, verdict in heard if pair.fault is None]
    found.append(
        share(f"{judge_name} blames a good draft", [not one.faultless for one in good], better=Better.LOWER)
    )
    for fault in Fault:
        own = [is_right(pair, verdict) for pair, verdict in heard if pair.fault is fault]
        if own:
            found.append(share(f"{judge_name} finds", own, fault.value))
    return found


def _misses(judge_name: str, heard: Sequence[Heard]) -> list[Miss]:
    return [
        Miss(
            pair.id,
            pair.fault.value if pair.fault else "no fault",
            f"{judge_name}: {', '.join(verdict.faults)}",
        )
        for pair, verdict in heard
        if not is_right(pair, verdict)
    ]
