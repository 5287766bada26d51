"""Many small expectations of one mail, each met or not, gathered by name."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from evals.outcome import Figure, Miss, Outcome
from evals.statistics import share, words

FOUND = 0.95
"""The share of the expected words from which a body counts as read: makers lay out HTML differently."""

BROKEN = "\N{REPLACEMENT CHARACTER}"
"""What a maker wrote for bytes it could not decode: any letters may stand there."""

_MADE_UP = re.compile(
    r"(?:file|attachment-\d+|(?:document|message)\d*\.html|image\d*(?:\.\w+)?|video\d*\.mov"
    r"|delivery[ -](?:report|status)\.txt|[\d.]+|.*\.eml)?",
    re.IGNORECASE,
)
"""Names that a maker gives to parts without one."""


@dataclass
class Expectations:
    """What was expected of the mails of one set, and whether it came."""

    part: str
    met: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    misses: list[Miss] = field(default_factory=list)

    def expect(self, item: str, name: str, wanted: object, came: object) -> None:
        """Two values must be equal, but for what the maker could not decode."""
        self._note(item, name, matches(wanted, came), wanted, came)

    def expect_words(self, item: str, name: str, wanted: str, came: str) -> None:
        """Nearly all words of one text must stand in the other, which may have more (embedded mails, links)."""
        sought = Counter(word for word in wanted.lower().split() if BROKEN not in word)
        bag = Counter(words(" ".join(sought.elements())))
        found = (bag & Counter(words(came))).total() / bag.total() if bag else 1.0
        self._note(item, name, found >= FOUND, f"{FOUND:.0%} of the words", f"{found:.0%}")

    def expect_names(self, item: str, wanted: Sequence[str], came: Sequence[str]) -> None:
        """The same attachments, those left out to which the sender gave no name."""
        self.expect(
            item,
            "attachment names",
            *([one for one in sorted(names) if not _MADE_UP.fullmatch(one)] for names in (wanted, came)),
        )

    def _note(self, item: str, name: str, met: bool, wanted: object, came: object) -> None:
        self.met[name].append(met)
        if not met:
            self.misses.append(Miss(f"{self.part}/{item} {name}", str(wanted)[:160], str(came)[:160]))

    def outcome(self) -> Outcome:
        """The share of all expectations met, and of each by name."""
        together = [met for own in self.met.values() for met in own]
        figures: list[Figure] = [share("expectations met", together, self.part)]
        figures += [share(f"{name} as expected", own, self.part) for name, own in self.met.items()]
        return Outcome(tuple(figures), misses=tuple(self.misses))


def matches(wanted: object, came: object) -> bool:
    """Whether two values are the same; each stretch of `BROKEN` stands for any characters."""
    if isinstance(wanted, str) and isinstance(came, str):
        pieces = re.split(f"{BROKEN}+", unicodedata.normalize("NFC", wanted))
        return re.fullmatch(".+".join(map(re.escape, pieces)), unicodedata.normalize("NFC", came)) is not None
    if isinstance(wanted, list | tuple) and isinstance(came, list | tuple):
        return len(wanted) == len(came) and all(map(matches, wanted, came))
    return wanted == came
