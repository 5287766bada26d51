"""The letter groups of a text: what it is worded like, beside what it means.

Groups of three to five letters inside words know compounds and inflections of five languages without a list of
words ("Rechnungs-", "-faktura"). They are hashed into a fixed number of places, so no vocabulary has to be kept.
"""

import re
from collections import Counter
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from agent.triage.sentences import MAX_CHARACTERS, without_placeholders

PLACES = 2**15
_SIZES = (3, 4, 5)
_WORD = re.compile(r"\S+")

Lettering = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Places and their values: a sparse vector of `PLACES` entries."""


def count(text: str) -> Lettering:
    """1 + log of how often each group occurs (tf-idf's sublinear term frequency), not yet weighed by rarity."""
    counts: Counter[int] = Counter()
    for word in _WORD.findall(without_placeholders(text[:MAX_CHARACTERS]).lower()):
        padded = f" {word} "
        for size in _SIZES:
            if len(padded) < size:
                continue
            counts.update(
                crc32(padded[at : at + size].encode()) % PLACES for at in range(len(padded) - size + 1)
            )
    places = np.array(sorted(counts), dtype=np.int64)
    return places, np.array([1.0 + np.log(counts[int(place)]) for place in places], dtype=np.float32)


def weigh(lettering: Lettering, rarity: NDArray[np.float32]) -> Lettering:
    """Each group times its `rarity` (inverse document frequency, shape `(PLACES,)`), scaled to length 1."""
    places, values = lettering
    weighed = values * rarity[places]
    length = float(np.linalg.norm(weighed))
    return places, (weighed if length == 0.0 else np.asarray(weighed / length, dtype=np.float32))
