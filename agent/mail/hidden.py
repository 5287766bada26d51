"""Characters that take no room: text written in them is read by machines alone.

Zero-width characters split words so that filters miss them; Unicode tag characters and supplementary variation
selectors can spell whole sentences that no screen shows.
"""

import re
from typing import Final

_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)
# A zero-width joiner belongs between the parts of an emoji, and nowhere else in the languages we read.
_PICTURES: Final = "\u2190-\u3299\U0001f000-\U0001faff"
_JOINER: Final = re.compile(f"(?<![\ufe0f{_PICTURES}])\u200d|\u200d(?![{_PICTURES}])")
_FLAG: Final = re.compile(
    "\U0001f3f4[\U000e0020-\U000e007e]{2,7}\U000e007f"
)  # the flags of Scotland and others
_TAG_FIRST, _TAG_LAST = 0xE0020, 0xE007E


def without_invisible(text: str) -> tuple[str, str]:
    """`text` without characters that cannot be seen, and what they spelt (empty where they spelt nothing)."""
    if text.isascii():
        return text, ""
    flags: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        flags.append(match[0])
        return "\U0001f3f4\ue000"

    text = _FLAG.sub(put_aside, text.replace("\ue000", ""))
    spelt = "".join(_spelt(match[0]) for match in _INVISIBLE.finditer(text))
    text = _JOINER.sub("", _INVISIBLE.sub("", text))
    if flags:
        put_back = iter(flags)
        text = re.sub("\U0001f3f4\ue000", lambda _: next(put_back), text)
    return text, spelt.strip()


def _spelt(characters: str) -> str:
    letters = []
    for character in characters:
        code = ord(character)
        if _TAG_FIRST <= code <= _TAG_LAST:
            letters.append(chr(code - 0xE0000))
        elif 0xE0110 <= code <= 0xE01EF:  # a byte, less 16, as a variation selector
            letters.append(chr(code - 0xE0110 + 16))
    return "".join(letter for letter in letters if letter.isprintable())
