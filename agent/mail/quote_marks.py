"""The marks of quoted text: which lines quote, name an author, rule off, or start a header block."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

_LONGEST_MARK: Final = 500  # characters of an attribution, over at most this many lines:
_MARK_LINES: Final = 5
_BLOCK_LINES: Final = 14

_QUOTE: Final = re.compile(r"\s{0,3}>")
_BAR: Final = re.compile(r"\s{0,3}\|(?: |$)[^|]*")
_INITIALS: Final = re.compile(r"\s{0,2}[A-Z]{1,3}>(?: |$)")
_UNSEEN: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e]")
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,100}")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TIME: Final = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)")
_DAY: Final = re.compile(r"(?<!\d)\d{1,4}[./-]\s?\d{1,2}(?!\d)|(?<!\d)\d{1,2}\.? ")
_LABEL: Final = re.compile(r"[\s>*_|]{0,6}([^\W\d_][\w' ().-]{0,28}?)[\s*_]{0,3}[:：]")
_LABELS_IN_LINE: Final = re.compile(r"(?:^|[\s*])([^\W\d_][\w'-]{1,20})\*?:[\s*]")
_RULE: Final = re.compile(r"\s*([-_=*–—])\1{4,}\s*")
_GMAIL_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d")
_TRAILING: Final = "*_ \t\xa0\u200e"
_SHARED: Final = re.compile(
    r"(?<=\S) +(?=(?:On|Den|Am|Le|El|Il|Op|På) \S{1,12} ?\d|(?:On|Den|Am|Le) \S{2,10},? \S{1,12} ?\d)"
)


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files(__package__) / "quote_words.toml").read_text("utf-8"))


@cache
def _label_kinds() -> dict[str, str]:
    """Label to kind; a word that is a label of two kinds counts as the one listed first."""
    kinds: dict[str, str] = {}
    for kind, labels in _words()["labels"].items():
        for label in labels:
            kinds.setdefault(label, kind)
    return kinds


@cache
def _verb_pattern() -> re.Pattern[str]:
    verbs = sorted(_words()["attribution"]["verbs"], key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, verbs)) + r")(?!\w)")


@cache
def _month_pattern() -> re.Pattern[str]:
    return re.compile(r"(?<![^\W\d_])(?:" + "|".join(_words()["attribution"]["months"]) + r")")


@cache
def _separators(kind: str) -> tuple[str, ...]:
    return tuple(_words()["separators"][kind])


@cache
def _openers() -> frozenset[str]:
    return frozenset(_words()["attribution"]["openers"])


def is_quote(line: str) -> bool:
    return _QUOTE.match(line) is not None


def with_arrows(lines: list[str]) -> list[str]:
    """The lines with `>` in front of those that some programs mark by a bar (`| `) or by initials (`AB> `).

    Two lines in a row are asked for, and a bar at the left alone: a table has more.
    """
    shaped = [
        line if line.isascii() or len(line) > _LONGEST_MARK else _UNSEEN.sub("", line) for line in lines
    ]
    if not any("|" in line[:4] or ">" in line[1:6] for line in shaped):
        return shaped
    for mark in (_BAR, _INITIALS):
        marked = [len(line) <= _LONGEST_MARK and mark.match(line) is not None for line in shaped]
        if mark is _BAR:
            marked = [one and "|" not in line.lstrip()[1:] for one, line in zip(marked, shaped, strict=True)]
        for position, one in enumerate(marked):
            beside = marked[position - 1 : position] + marked[position + 1 : position + 2]
            if one and any(beside):
                shaped[position] = f"> {shaped[position]}"
    return shaped


def is_ruled(line: str) -> bool:
    """Whether a line names a kind of quoted mail ("-----Original Message-----", "Begin forwarded message:")."""
    return _names(line, "originals") or is_forward(line)


def is_forward(line: str) -> bool:
    """Whether a line names what follows as forwarded ("---------- Forwarded message ---------")."""
    return _names(line, "forwards")


def _names(line: str, kind: str) -> bool:
    bare = line[:_LONGEST_MARK].strip()
    words = bare[:120].strip("-_=*–—> :.\t").lower()
    ruled = bare[:3] in {"---", "___", "===", "***"}
    alone = len(bare) <= 70 and bare.endswith(":")
    return words.startswith(_separators(kind)) if ruled or alone else words in _separators(kind)


def is_rule(line: str) -> bool:
    return _RULE.fullmatch(line[:200]) is not None


def next_words(lines: list[str], position: int) -> int:
    """The next line with anything on it, from `position` on (which may be past the end)."""
    while position < len(lines) and not lines[position].strip():
        position += 1
    return position


def rule_above(lines: list[str], position: int) -> int:
    """Where the quote starts when a ruled line stands directly above `position`."""
    above = position - 1
    while above >= 0 and not lines[above].strip() and position - above < 3:
        above -= 1
    return above if above >= 0 and is_rule(lines[above]) else position


def starts_rest(lines: list[str], position: int) -> bool:
    """Whether everything from this line on is quoted: a ruled line, a header block, "reply above this line"."""
    line = lines[position]
    if is_ruled(line):
        return True
    lowered = line[:200].lower()
    if any(words in lowered for words in _words()["separators"]["above"]):
        return True
    return _starts_header_block(lines, position)


def _starts_header_block(lines: list[str], position: int) -> bool:
    """`From: … Sent: … To: … Subject: …`, each on its line or all on one, in any language we know.

    A date is asked for, and a subject or an address: "From: Oslo, To: Bergen" is a customer's own text, and the
    "From:/Subject:" of a web form has no date.
    """
    if _kind(lines[position]) not in {"from", "date", "to", "subject"}:
        return False
    kinds, has_address, unlabelled, timed = set[str](), False, 0, False
    for whole_line in lines[position : position + _BLOCK_LINES]:
        line = whole_line[:_LONGEST_MARK]
        if not line.strip():
            unlabelled += 1
        elif kind := _kind(line):
            if kind in kinds - {"cc", "other"}:
                break  # a header block has each once; this is a list of the sender's own
            kinds.add(kind)
            kinds.update(_kinds_in_line(line))
            has_address = has_address or "@" in line
            timed = timed or (kind == "date" and bool(_TIME.search(line) and _DAY.search(line)))
            unlabelled = 0
        else:
            unlabelled += 1
        if unlabelled > 1:
            break
    if {"from", "date"} <= kinds and (has_address or "subject" in kinds):
        return True
    # Telephones and some webmail leave out subject and addresses; a journey has no time of day with its date.
    return timed and ({"from", "date", "to"} <= kinds or ({"date", "to"} <= kinds and has_address))


def _kind(line: str) -> str:
    match = _LABEL.match(line[:120])
    return _label_kinds().get(match[1].strip().lower(), "") if match else ""


def _kinds_in_line(line: str) -> set[str]:
    return {kind for label in _LABELS_IN_LINE.findall(line) if (kind := _label_kinds().get(label.lower()))}


def attribution(lines: list[str], position: int) -> int:
    """The end of the words that name the author of a quote, when they start here; else 0.

    "On 3 May 2026 at 10:04, Anne <anne@example.org> wrote:" and its like, wrapped over up to four lines. Where
    no `>` line follows, a sentence of the customer's own could look alike: then an address or date and time
    are asked for.
    """
    if not _may_open(lines[position].strip()):
        return 0
    words = ""
    for end in range(position + 1, min(position + _MARK_LINES, len(lines)) + 1):
        line = lines[end - 1].strip()
        open_bracket = words.count("<") > words.count(">")
        if not line and words and lines[next_words(lines, end) : next_words(lines, end) + 1] == ["<"]:
            continue  # a program that puts the address on lines of its own
        if not line or (is_quote(line) and not open_bracket) or len(words) + len(line) > _LONGEST_MARK:
            return 0
        words = f"{words} {line}".strip()
        following = next_words(lines, end)
        if words.count("<") > words.count(">") and "".join(lines[end : end + 1]).startswith("> "):
            continue
        if _names_author(words, quote_follows=following < len(lines) and is_quote(lines[following])):
            # The words of an answer may stand directly above: then the attribution starts further down.
            own_start = _opens(lines[position]) or _EMAIL.search(lines[position])
            if not own_start and any(_opens(lines[start]) for start in range(position + 1, end)):
                return 0
            return end
    return 0


def _may_open(line: str) -> bool:
    """A cheap look at the first words: an attribution starts with a date, "On …", or a name and a verb or address."""
    if not line or len(line) > _LONGEST_MARK or _opens(line):
        return bool(line) and len(line) <= _LONGEST_MARK
    lowered = line.lower()
    return _EMAIL.search(line) is not None or bool(_verb_pattern().search(lowered)) or line.endswith(":")


def _opens(line: str) -> bool:
    """Whether a line begins as an attribution does: "On", "Den", a weekday, a month, a number."""
    line = line.strip("-*_ ") if line.startswith("----") else line.strip("*_ ")
    if not line or line[0] in "-#|":
        return False
    first, _, rest = line.partition(" ")
    first = first.strip(",.:").lower()
    if first in _words()["attribution"]["weekdays"]:
        return rest.lstrip()[:1].isdigit()
    return first in _openers() or line[0].isdigit() or _month_pattern().match(first) is not None


def _names_author(words: str, *, quote_follows: bool) -> bool:
    words = words.rstrip(_TRAILING)
    lowered = words.lower()
    ends = words.endswith((":", "：", "----")) or _GMAIL_DATE.match(words) is not None
    verb = _verb_pattern().search(lowered) is not None
    email = _EMAIL.search(words) is not None
    dated = bool(_YEAR.search(words) or _month_pattern().search(lowered)) and bool(_DAY.search(words))
    timed = _TIME.search(words) is not None
    if verb and ends:
        if email or (dated and timed):
            return True
        return quote_follows and (dated or timed or len(words.split()) <= 8)
    if ends and dated and (email or _GMAIL_DATE.match(words)):
        return True
    if quote_follows and verb and (email or (dated and timed)):
        return True
    return (
        quote_follows
        and (ends or (email and dated and _opens(words)))
        and (email or dated)
        and len(words) < 160
    )


def part_shared_lines(lines: list[str]) -> list[str]:
    """Some programs put "On … wrote:" behind the answer, on the same line: give it a line of its own."""
    parted: list[str] = []
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else ""
        if len(line) <= _LONGEST_MARK and line.rstrip(_TRAILING).endswith(":") and not is_quote(line):
            match = _SHARED.search(line)
            if match and _names_author(line[match.end() :], quote_follows=is_quote(following)):
                parted += [line[: match.start()], line[match.end() :]]
                continue
        parted.append(line)
    return parted
