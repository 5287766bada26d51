"""Does a mail try to command the agent? A warning for people; the fence of `agent.llm.untrusted` does not
need it.

The patterns are data (`data/commands.toml`): ideas (set aside, rules, reveal, secret …) as words of five
languages, and rules that say which ideas in one sentence make a command. What hides from people is looked
at as well: letters of the Unicode tag block, letters spaced out, and encoded blobs, which are unpacked and
read again.
"""

import base64
import binascii
import re
import tomllib
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from agent.llm.untrusted import visible

_MOST_CHARACTERS = 60_000
_LINE_START = r"(?:^|(?<=[.!?] )|(?<=[.!?]\n))[ \t>|*#\"'“„»«-]{0,20}"
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n\s*\n|\n(?=\s*[-*•\d])")
_BLOB = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
_SPACED_OUT = re.compile(r"(?:\b\w[ .\-_]){6,}\w\b")
_FILE_ENDING = re.compile(r"\.\w{1,8}$")
_BETWEEN_WORDS_OF_NAMES = re.compile(r"(?:[\s_\-.+]|%20)+|(?<=[^\W\d_A-ZÆØÅÄÖÜ])(?=[A-ZÆØÅÄÖÜ][^\W\d_])")
_FEWEST_WORDS = 4  # honest names of two or three ("Cancel order form") would fire as well
_FEWEST_WORDS_OF_RULE = {"exfiltration": 6}  # "Customer list, export of March" is what files are called


@dataclass(frozen=True, slots=True)
class Command:
    """An order to the agent found in a mail: the rule, what it means for people, and whether it hides from
    them.

    One that is not `grave` misuses the agent rather than turning it against somebody.
    """

    rule: str
    says: str
    hidden: bool = False
    grave: bool = True


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    says: str
    needs: tuple[re.Pattern[str], re.Pattern[str]]
    within: int


@dataclass(frozen=True, slots=True)
class _Phrase:
    name: str
    says: str
    pattern: re.Pattern[str]
    grave: bool


def find_commands(text: str, hidden: str = "") -> tuple[Command, ...]:
    """Every kind of command in `text`, and in `hidden` (what the mail keeps from the eye), once each."""
    rules, phrases = _patterns()
    found: dict[tuple[str, bool], Command] = {}
    for words, is_hidden in _layers(text[:_MOST_CHARACTERS], hidden[:_MOST_CHARACTERS]):
        lowered = unicodedata.normalize("NFKC", visible(words)).casefold()
        for phrase in phrases:
            if phrase.pattern.search(lowered):
                found.setdefault(
                    (phrase.name, is_hidden), Command(phrase.name, phrase.says, is_hidden, phrase.grave)
                )
        for sentence in _SENTENCE_END.split(lowered):
            flat = " ".join(sentence.split())
            for rule in rules:
                if _fires(rule, flat):
                    found.setdefault((rule.name, is_hidden), Command(rule.name, rule.says, is_hidden))
    return tuple(found.values())


def detect_instructions(text: str, hidden_text: str = "") -> list[str]:
    """Warnings for people, one a kind of command; empty for an ordinary mail. They hold none of its words."""
    return [
        f"{'Text hidden in the mail' if command.hidden else 'The mail'} {command.says}; it was not followed."
        for command in find_commands(text, hidden_text)
    ]


def commands_in_name(name: str) -> tuple[Command, ...]:
    """Grave commands in what somebody or a file is called, whatever stands between its words."""
    words = _BETWEEN_WORDS_OF_NAMES.sub(" ", _FILE_ENDING.sub("", name.strip())).strip()
    count = sum(not word.isdigit() for word in words.split())
    if count < _FEWEST_WORDS:
        return ()
    return tuple(
        command
        for command in find_commands(words)
        if command.grave and count >= _FEWEST_WORDS_OF_RULE.get(command.rule, 0)
    )


def commands_agent(text: str) -> bool:
    """Whether `text` turns the agent against somebody, so that a model had better not read it."""
    return any(command.grave for command in find_commands(text))


def _layers(text: str, hidden: str) -> Iterator[tuple[str, bool]]:
    """What is to be read: the text, what is hidden, and what either keeps encoded."""
    yield text, False
    if hidden.strip():
        yield hidden, True
    for layer in (text, hidden):
        if tagged := "".join(
            chr(ord(letter) - 0xE0000) for letter in layer if "\U000e0020" <= letter <= "\U000e007e"
        ):
            yield tagged, True
        for spaced in _SPACED_OUT.findall(layer):
            yield re.sub(r"[ .\-_](?=\w\b)", "", spaced), True
        for blob in _BLOB.findall(layer)[:50]:
            if words := _decoded(blob):
                yield words, True


def _decoded(blob: str) -> str:
    """The words a base64 or hexadecimal blob stands for, or nothing where it stands for none."""
    for decode in (
        bytes.fromhex,
        lambda text: base64.b64decode(text + "=" * (-len(text) % 4), altchars=None),
    ):
        try:
            words = decode(blob).decode("utf-8")
        except (ValueError, binascii.Error):
            continue
        if words.isprintable() and words.count(" ") > 1:
            return words
    return ""


def _fires(rule: _Rule, sentence: str) -> bool:
    """Whether both ideas of the rule stand in the sentence, near each other.

    Matches that overlap are one idea said once and prove nothing.
    """
    first, second = ([found.span() for found in idea.finditer(sentence)] for idea in rule.needs)
    return _near(first, second, sentence, rule.within) or _near(second, first, sentence, rule.within)


def _near(before: list[tuple[int, int]], after: list[tuple[int, int]], sentence: str, within: int) -> bool:
    """Whether some span of `after` begins at most `within` words behind the end of one of `before`."""
    starts = [start for start, _ in after]
    for _, end in before:
        following = bisect_left(starts, end)
        if following < len(starts) and sentence.count(" ", end, starts[following]) <= within:
            return True
    return False


@cache
def _patterns() -> tuple[tuple[_Rule, ...], tuple[_Phrase, ...]]:
    raw = tomllib.loads(files("agent.llm").joinpath("data/commands.toml").read_text(encoding="utf-8"))
    ideas = {
        name: re.compile(
            rf"(?<!\w)(?:{'|'.join(piece for pieces in by_language.values() for piece in pieces)})(?!\w)"
        )
        for name, by_language in raw["words"].items()
    }
    rules = tuple(
        _Rule(rule["name"], rule["says"], (ideas[rule["needs"][0]], ideas[rule["needs"][1]]), rule["within"])
        for rule in raw["rule"]
    )
    phrases = tuple(
        _Phrase(
            phrase["name"],
            phrase["says"],
            re.compile(
                (_LINE_START if phrase.get("lines") else "") + f"(?:{phrase['pattern']})", re.MULTILINE
            ),
            phrase.get("grave", True),
        )
        for phrase in raw.get("phrase", ())
    )
    return rules, phrases
