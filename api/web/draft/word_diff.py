"""Two texts side by side, word by word: what is in one only, and what is in both."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row. `own` says that only this side has them."""

    text: str
    own: bool = False


def side_by_side(left: str, right: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Both texts in runs. White space counts as words, so that nothing is lost when the runs are joined."""
    old, new = _WORD.findall(left), _WORD.findall(right)
    before: list[Run] = []
    after: list[Run] = []
    for kind, start, end, from_, to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = kind == "equal"
        before.append(Run("".join(old[start:end]), not same))
        after.append(Run("".join(new[from_:to]), not same))
    return _joined(before), _joined(after)


def _joined(runs: list[Run]) -> tuple[Run, ...]:
    """Without empty runs; a lone space between two changes belongs to them, so that a phrase reads as one change."""
    kept = [run for run in runs if run.text]
    joined: list[Run] = []
    for place, run in enumerate(kept):
        between = 0 < place < len(kept) - 1 and not run.text.strip() and "\n" not in run.text
        own = run.own or (between and joined[-1].own and kept[place + 1].own)
        if joined and joined[-1].own == own:
            joined[-1] = Run(joined[-1].text + run.text, own)
        else:
            joined.append(Run(run.text, own))
    return tuple(joined)
