"""Words and phrases that are looked for in comments: `word*` for all that begin so, several words for that phrase."""

import re
from collections.abc import Iterable


def pattern_of(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of `words` as whole words, however they are capitalised and spaced. Never matches for no words."""
    alternatives = [
        r"\s+".join(re.escape(part.removesuffix("*")) + (r"\w*" if part.endswith("*") else "") for part in word.split())
        for word in sorted(words, key=len, reverse=True)
    ]  # fmt: skip
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives) or '(?!)'})(?!\w)", re.IGNORECASE)
