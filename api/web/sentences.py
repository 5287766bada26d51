"""Sentences that were written down in English, in the reader's language.

Errors, warnings, notices and the findings of checks are told by layers that know of no reader, and many are kept in
the database. What was filled into them is found again by their catalogue entry (`There is no case %(number)s.`); a sentence that
is in no catalogue stays as it is.
"""

import re
from collections.abc import Callable, Iterable

CONTEXT = "sentence"
"""The context (msgctxt) of catalogue entries that are matched rather than marked where they are shown."""

_SLOT = re.compile(r"%\((\w+)\)s")
_BREAK = re.compile(r"(?<=[.?!;”]) (?=\S)")
_WITHIN_ONE_SENTENCE = r"(?:(?![.?!] ).)+?"
_MOST_PIECES, _LONGEST_RUN = 40, 4

Name = Callable[[str], str]


def _unchanged(value: str) -> str:
    return value


class Sentences:
    """The catalogue's sentences of one language, given as pairs of template (msgid) and translation."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        self._plain: dict[str, str] = {}
        patterns: list[tuple[int, re.Pattern[str], str]] = []
        for template, translation in entries:
            if _SLOT.search(template):
                fixed = len(_SLOT.sub("", template))
                patterns.append((fixed, _pattern(template), translation))
            else:
                self._plain[template] = translation
        # the more of a sentence is fixed, the surer is the match
        patterns.sort(key=lambda entry: -entry[0])
        self._patterns = [(pattern, translation) for _, pattern, translation in patterns]

    def said(self, text: str, name: Name = _unchanged) -> str:
        """`text`, one sentence or several, translated as far as it is known; `name` translates filled-in values."""
        if not self._plain and not self._patterns:
            return text
        whole = self._whole(text, name)
        return self._piece_by_piece(text, name) if whole is None else whole

    def _whole(self, text: str, name: Name) -> str | None:
        if text in self._plain:
            return self._plain[text]
        for pattern, translation in self._patterns:
            if found := pattern.fullmatch(text):
                return translation % {
                    slot: name(self.said(value, name)) for slot, value in found.groupdict().items()
                }
        return None

    def _piece_by_piece(self, text: str, name: Name) -> str:
        """Several sentences, one after the other. One that quotes may hold full stops of its own."""
        pieces = _BREAK.split(text, _MOST_PIECES)
        if len(pieces) == 1:
            return text
        told, start = [], 0
        while start < len(pieces):
            translated, end = self._run(pieces, start, name)
            told.append(translated)
            start = end
        return " ".join(told)

    def _run(self, pieces: list[str], start: int, name: Name) -> tuple[str, int]:
        """The shortest run of pieces that is known, and where the next one starts."""
        for end in range(start + 1, min(start + _LONGEST_RUN, len(pieces)) + 1):
            if end - start == len(pieces):
                break
            one = " ".join(pieces[start:end])
            for text, ending in ((one, ""), (one.removesuffix(";"), ";")):
                translated = self._whole(text, name)
                if translated is not None:
                    return translated + (ending if text != one else ""), end
        return pieces[start], start + 1


def _pattern(template: str) -> re.Pattern[str]:
    """What fits the template. A value stays within one sentence, unless the template ends with it."""
    parts = _SLOT.split(template)  # fixed text and names take turns
    pieces = []
    for place, part in enumerate(parts):
        if place % 2 == 0:
            pieces.append(re.escape(part.replace("%%", "%")))
        else:
            is_last = place == len(parts) - 2 and not parts[-1]
            pieces.append(f"(?P<{part}>{'.+' if is_last else _WITHIN_ONE_SENTENCE})")
    return re.compile("".join(pieces), re.DOTALL)
