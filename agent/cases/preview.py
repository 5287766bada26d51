"""What changed points, thresholds or overrides would have made of past cases, before they are switched on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.cases.case import CustomerRecord, Priority
from agent.cases.priority import Rules, judged_by_words
from agent.triage.reading import Reading

MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class PastMail:
    """One mail of a past case, as it was understood, with the customer's record of today."""

    case_id: int
    reading: Reading
    customer: CustomerRecord


@dataclass(frozen=True, slots=True)
class Move:
    """Cases that would go from one level to another (or stay), the first few of them by number."""

    before: Priority
    after: Priority
    cases: int
    examples: Sequence[int]


@dataclass(frozen=True, slots=True)
class Preview:
    """All moves, the most urgent level before them first. The counts add up to `cases`."""

    cases: int
    moves: Sequence[Move]

    @property
    def changed(self) -> int:
        """How many cases would have another level."""
        return sum(move.cases for move in self.moves if move.before is not move.after)

    def totals(self) -> Mapping[Priority, tuple[int, int]]:
        """Cases of each level, before and after."""
        return {
            level: (
                sum(move.cases for move in self.moves if move.before is level),
                sum(move.cases for move in self.moves if move.after is level),
            )
            for level in Priority
        }


def preview(past: Iterable[PastMail], before: Rules, after: Rules) -> Preview:
    """Compare the level of each case under both rules. A case counts as urgent as the most urgent of its mails.

    What a person set by hand and what happened while a case waited are left out: this is about the words.
    """
    levels: dict[int, tuple[Priority, Priority]] = {}
    for mail in past:
        here = [judged_by_words(mail.reading, mail.customer, rules).level for rules in (before, after)]
        old, new = levels.get(mail.case_id, here)
        levels[mail.case_id] = (_more_urgent(old, here[0]), _more_urgent(new, here[1]))
    counts = Counter(levels.values())
    examples: defaultdict[tuple[Priority, Priority], list[int]] = defaultdict(list)
    for case_id, moved in sorted(levels.items(), reverse=True):
        if len(examples[moved]) < MOST_EXAMPLES:
            examples[moved].append(case_id)
    return Preview(
        len(levels),
        tuple(
            Move(*moved, counts[moved], tuple(examples[moved]))
            for moved in sorted(counts, key=lambda moved: (moved[0].rank, moved[1].rank))
        ),
    )


def _more_urgent(one: Priority, other: Priority) -> Priority:
    return min(one, other, key=lambda level: level.rank)
