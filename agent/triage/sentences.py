"""Cuts a mail into sentences, and drops the greeting and the closing that say nothing of the matter."""

import re
from functools import cache

from agent.triage.patterns import compile_all, load_table

MAX_CHARACTERS = 6_000
"""What is looked at of one mail; a longer one is a log or a quote, and its matter stands at the top."""

_BREAK = re.compile(
    r"""(?<=[.!?…])["»”')]*\s+(?=[^\s])      # an end mark and white space
      | \n\s*\n                               # an empty line
      | \n(?=\s*(?:[-*•–]|\d{1,2}[.)])\s)     # a list item
      | \n(?=[^\n]*[?!]\s*$)                  # a line that is a question of its own
      | (?<=[?!,])\n                          # a line that ends one
    """,
    re.VERBOSE | re.MULTILINE,
)

_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:\d{1,4}|[A-Za-zÅÄÖÆØ]|[a-zæøå]\.[a-zæøå]|ca|kl|nr|tlf|bl\.a|evt|f\.eks|ev|t\.ex|bzw|z\.B|usw|inkl|exkl|"
    r"mr|mrs|ms|dr|hr|fr|no|st|tel|str|art|jf|vgl|pr|mm|m\.m|approx|incl|e\.g|i\.e|vs|etc|Nr|Tel|Dr|Hr|Fr|Abs)\.$"
)


_PLACEHOLDER = re.compile(r"\[[A-Z_]+_\d+\]")


def without_placeholders(text: str) -> str:
    """`text` without the marks of redaction, whose capitals would look like shouting or another language."""
    return _PLACEHOLDER.sub(" ", text)


def split(text: str) -> list[str]:
    """The sentences of `text` in order, white space joined, empty ones left out."""
    pieces: list[str] = []
    carried = ""
    for piece in _BREAK.split(text[:MAX_CHARACTERS]):
        joined = f"{carried} {piece}".strip() if carried else piece.strip()
        if _ABBREVIATION.search(joined) and "\n\n" not in piece:
            carried = joined
            continue
        carried = ""
        pieces.append(joined)
    pieces.append(carried)
    return [" ".join(piece.split()) for piece in pieces if any(c.isalnum() for c in piece)]


@cache
def frame() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How greetings and closing lines begin."""
    phrases = load_table("style", "openings")
    return compile_all(phrases["greetings"]), compile_all(phrases["closings"])


def matter(text: str) -> list[str]:
    """The sentences without greeting and closing lines, in whichever of our languages these are."""
    greeting, closing = frame()
    lines = text[:MAX_CHARACTERS].strip().splitlines()
    kept: list[str] = []
    for number, line in enumerate(lines):
        words = line.split()
        if (
            len(words) <= 6
            and number <= 2
            and greeting.match(line.strip())
            and not line.rstrip().endswith("?")
        ):
            continue
        if len(words) <= 7 and kept and closing.match(line.strip(" ,.!-\t")):
            break
        kept.append(line)
    return split("\n".join(kept)) or split(text)
