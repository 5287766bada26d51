"""Text as a reader sees it, with the way back to the characters as they were sent.

Zero-width characters, soft hyphens, full-width digits, no-break spaces, combining accents and leftover HTML hide an
IBAN from a pattern but not from a person. Rules read a `Readable`; `original` turns what they found into positions
of the text as it came, so that nothing of the sender's text is ever changed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_SAME_FOR_READERS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("’‘ʼ´`＇", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys(
            "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
            " ",
        ),
        **dict.fromkeys("\u2028\u2029\u0085\x0b\x0c", "\n"),
    }
)
"""One character for one: as many as there were, so plain text needs no map."""

_ODD = re.compile(r"[^\x00-\x7fÀ-ÖØ-öø-ÿĀ-ſ€‐-―‘’“”„…«»\u00a0·•´§°–—]")
_CLUSTER = re.compile(r".[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\ufe00-\ufe0f]*", re.DOTALL)
_INLINE_TAG = re.compile(
    r"</?(?:b|i|u|s|a|em|strong|span|font|wbr|sub|sup|small|big|code|tt|mark|ins|del|o:p)(?:\s[^<>]{0,300})?/?>"
    r"|<!--.{0,300}?-->|&(?:zwnj|zwj|shy|lrm|rlm|#8203|#x200b|#173);",
    re.IGNORECASE | re.DOTALL,
)
_BLOCK_TAG = re.compile(
    r"</?(?:br|p|div|td|th|tr|table|tbody|li|ul|ol|hr|h[1-6]|blockquote|pre)(?:\s[^<>]{0,300})?/?>"
    r"|&(?:nbsp|ensp|emsp|thinsp|#160|#xa0);",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Readable:
    """`text` for rules to read. `starts[i]`/`ends[i]` bound the original characters behind `text[i]`.

    Both are empty where every character stands for itself.
    """

    text: str
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original text behind `text[start:end]`."""
        if not self.starts or start >= end:
            return start, end
        return self.starts[start], self.ends[end - 1]


def readable(original: str) -> Readable:
    """The text with look-alikes made alike and invisible characters left out."""
    if not _ODD.search(original):
        return Readable(original.translate(_SAME_FOR_READERS))
    return _assemble(
        (cluster.start(), cluster.end(), _seen(cluster[0])) for cluster in _CLUSTER.finditer(original)
    )


def without_markup(original: str) -> Readable | None:
    """The text with leftover HTML tags taken for what they do on a page; None where there are none."""
    if "<" not in original and "&" not in original:
        return None
    inline = {match.start(): match.end() for match in _INLINE_TAG.finditer(original)}
    block = {match.start(): match.end() for match in _BLOCK_TAG.finditer(original)}
    if not inline and not block:
        return None

    def pieces() -> Iterator[tuple[int, int, str]]:
        at = 0
        while at < len(original):
            if at in inline:
                yield at, inline[at], ""
                at = inline[at]
            elif at in block:
                yield at, block[at], " " if original[at] == "&" else "\n"
                at = block[at]
            else:
                yield at, at + 1, _seen(original[at])
                at += 1

    return _assemble(pieces())


def _assemble(pieces: Iterator[tuple[int, int, str]]) -> Readable:
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, seen in pieces:
        for character in seen:
            characters.append(character)
            starts.append(start)
            ends.append(end)
    return Readable("".join(characters), tuple(starts), tuple(ends))


def _seen(cluster: str) -> str:
    """What a reader sees of one character with its accents; empty for what nobody sees."""
    if len(cluster) == 1:
        category = unicodedata.category(cluster)
        if category == "Cf" or cluster == "\u034f":
            return ""
        if category == "Cs":  # half of a surrogate pair: tokenizers stumble over it
            return "\ufffd"
        if category == "Nd":
            return str(unicodedata.decimal(cluster))
    return unicodedata.normalize("NFKC", cluster.translate(_SAME_FOR_READERS)).translate(_SAME_FOR_READERS)
