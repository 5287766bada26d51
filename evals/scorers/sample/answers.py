"""The labels of the sample mails beside what the analysis says."""

from collections.abc import Callable, Sequence
from typing import Any

from evals.samples import Seen
from evals.scorers.labels import Answer


def answers(
    mails: Sequence[Seen],
    label: Callable[[dict[str, Any]], str],
    given: Callable[[dict[str, Any]], str],
    confidence: Callable[[dict[str, Any]], float] = lambda _: 1.0,
) -> list[Answer]:
    """One answer a mail: `label` reads the gold label, `given` and `confidence` what was printed."""
    return [
        Answer(one.id, one.language, label(one.gold), given(one.out), confidence(one.out)) for one in mails
    ]
