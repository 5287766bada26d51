"""Where a letter ends and its signature begins.

The greeting and the name under it belong to the letter; title, company, ways to reach the sender, legal notices
and what telephones add do not. A postscript does.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

_LOOKED_AT: Final = 40  # lines from the end: no honest signature is longer
_DELIMITER: Final = re.compile(r"\s{0,2}(?:--|—|–) ?")
_RULE: Final = re.compile(r"\s*([-_=*~–—])\1{3,}\s*")
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,60}\.[\w.-]{2,60}|(?:https?://|www\.)\S{3,200}")
_PHONE: Final = re.compile(r"(?<![\w/#-])(?:\+|00)?\(?\d[\d\s()./–-]{4,22}\d(?!\w)")
_DATE: Final = re.compile(r"\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}|\d{4}-\d\d-\d\d")
_POSTCODE: Final = re.compile(
    r"(?<!\w)(?:[A-Z]{1,2}-)?(?:\d{4,5}|\d{3} \d{2})\s+[A-ZÆØÅÄÖÜ][\w.-]{2,}"
    r"|(?<!\w)[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?!\w)"
)
_HOUSE: Final = re.compile(r"([^\W\d_]{2,}\.?)\s+\d{1,4}\s?[a-zA-Z]?(?!\d)")
_NAME_WORD: Final = re.compile(r"(?:[^\W\d_]|['’.-])+")
_PARTS: Final = re.compile(r"\s*[,|·•]\s*|\s[-–—/]\s")
_BARS: Final = re.compile(r"\s[|·•‖]\s|\s//\s")
_PGP: Final = "-----BEGIN PGP SIGNATURE-----"


@cache
def _words() -> dict[str, list[str]]:
    return tomllib.loads((files(__package__) / "signature_words.toml").read_text("utf-8"))


@cache
def _closings() -> tuple[str, ...]:
    return tuple(sorted(_words()["closings"], key=len, reverse=True))


@cache
def _label_pattern() -> re.Pattern[str]:
    labels = sorted(_words()["contact_labels"], key=len, reverse=True)
    return re.compile(
        r"(?<![\w@.])(?:" + "|".join(map(re.escape, labels)) + r")\.?[ \t]?(?:nr\.?|no\.?)?[:. ]\s*[\d+(@\w]",
        re.IGNORECASE,
    )


@cache
def _company_pattern() -> re.Pattern[str]:
    names = sorted(_words()["companies"], key=len, reverse=True)
    return re.compile(
        r"(?<=\S\s)(?:" + "|".join(map(re.escape, names)) + r")\.?(?=$|[\s,|·;:)–-])", re.IGNORECASE
    )


@cache
def _streets() -> tuple[str, ...]:
    return tuple(_words()["streets"])


def cut_signature(lines: list[str], sender_name: str = "") -> tuple[list[str], list[str]]:
    """The letter's lines and the signature's."""
    body, signature = _trimmed(_without_armour(lines)), list[str]()
    for cut in (_at_delimiter, _devices, _after_closing, lambda rest: _without_greeting(rest, sender_name)):
        body, cut_off = cut(body)
        body = _trimmed(body)
        signature = cut_off + signature
    return body, _trimmed(signature)


def _without_armour(lines: list[str]) -> list[str]:
    """A letter signed by PGP, without the armour around it."""
    if "-----BEGIN PGP SIGNED MESSAGE-----" in lines[:3]:
        start = next((number for number, line in enumerate(lines) if not line.strip()), -1)
        lines = lines[start + 1 :]
    end = next((number for number, line in enumerate(lines) if line.strip() == _PGP), len(lines))
    return lines[:end]


def _trimmed(lines: list[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return lines[start:end]


def _at_delimiter(lines: list[str]) -> tuple[list[str], list[str]]:
    """`-- ` on a line of its own (RFC 3676 4.3), or a ruled line with ways to reach somebody below it."""
    floor = max(0, len(lines) - _LOOKED_AT)
    for number in range(floor, len(lines)):
        if _DELIMITER.fullmatch(lines[number]):
            return lines[:number], lines[number:]
        if _RULE.fullmatch(lines[number][:200]) and number > 0:
            rest = [line for line in lines[number + 1 :] if line.strip()]
            if _is_footer(lines[number], rest):
                return lines[:number], lines[number:]
            if not rest or (len(rest) <= 15 and any(_is_contact(line) for line in rest) and not _asks(rest)):
                return lines[:number], lines[number:]
    return lines, []


def _is_footer(rule: str, below: list[str]) -> bool:
    """Whether a line drawn in underscores has little below it: so do mailing lists and old mail programs."""
    return set(rule.strip()) == {"_"} and len(below) <= 2 and sum(map(len, below)) <= 120 and not _asks(below)


def _asks(lines: list[str]) -> bool:
    return any(line.rstrip().endswith("?") for line in lines)


def _devices(lines: list[str]) -> tuple[list[str], list[str]]:
    kept, cut = list[str](), list[str]()
    floor = len(lines) - _LOOKED_AT
    for number, line in enumerate(lines):
        (cut if number >= floor and _is_device(line) else kept).append(line)
    return kept, cut


def _is_device(line: str) -> bool:
    words = line.strip().strip("*_-–[]<>( ").lower()
    return len(words) <= 140 and words.startswith(tuple(_words()["devices"])) and not words.endswith("?")


def _after_closing(lines: list[str]) -> tuple[list[str], list[str]]:
    """Below the last greeting: the name directly under it and postscripts stay, the rest is signature."""
    floor = max(0, len(lines) - _LOOKED_AT)
    for number in range(len(lines) - 1, floor - 1, -1):
        if not is_closing(lines[number]):
            continue
        keep_to = number + 1
        if keep_to < len(lines) and _is_name(lines[keep_to]):
            keep_to += 1
        body, signature = lines[:keep_to], []
        below = _paragraphs(lines[keep_to:])
        if any(_is_prose(paragraph) and not _is_postscript(paragraph) for paragraph in below[:1]):
            continue
        for paragraph in below:
            if _is_postscript(paragraph) or (_is_prose(paragraph) and not _is_disclaimer(paragraph)):
                body += ["", *paragraph]
            else:
                signature += [*paragraph, ""]
        return body, signature
    return lines, []


def is_closing(line: str) -> bool:
    """Whether a line is a greeting at the end, with or without a name on it."""
    words = line.strip().strip("*_–- ").lower()
    if not words or len(words) > 70 or words.endswith("?"):
        return False
    for closing in _closings():
        if words.startswith(closing) and not words[len(closing) : len(closing) + 1].isalpha():
            return _may_follow_closing(line.strip().strip("*_–- ")[len(closing) :], short=len(closing) < 7)
    return len(words.split()) <= 6 and any(stem in words for stem in _words()["closing_stems"])


def _may_follow_closing(rest: str, *, short: bool) -> bool:
    """Nothing, a mark, or a name may stand behind a greeting: "Thanks, Anne" but not "Thanks for the reply"."""
    rest = rest.strip(" ,.!:;-–/&+\t🙂😊")
    words = rest.split()
    if not words:
        return True
    if len(words) > (4 if short else 6) or any(character.isdigit() for character in rest):
        return False
    return (
        words[0][:1].isupper() or words[0].lower() in _words()["linking"] or (len(words) <= 2 and not short)
    )


def _paragraphs(lines: list[str]) -> list[list[str]]:
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _is_postscript(paragraph: list[str]) -> bool:
    return re.match(r"(?:p\.?\s?s\b|n\.?b\b)", paragraph[0].strip().lower()) is not None


def _is_prose(paragraph: list[str]) -> bool:
    """Sentences rather than a block of names and numbers."""
    words = " ".join(paragraph).split()
    if any(_is_contact(line) for line in paragraph if len(line) < 100):
        return False
    ordinary = sum(word.strip(".,!?:;")[:1].islower() for word in words)
    ends = words[-1][-1:] in ".!?…)" and len(words) >= 3
    share = ordinary / len(words)
    return ordinary >= 8 or (ends and share >= 0.5) or (len(words) >= 4 and share >= 0.6)


def _is_disclaimer(paragraph: list[str]) -> bool:
    text = " ".join(paragraph).lower()
    return any(word in text for word in _words()["disclaimers"])


def _without_greeting(lines: list[str], sender_name: str) -> tuple[list[str], list[str]]:
    """A signature without a greeting above it: a block of particulars, or one line that begins with a name."""
    body, block = _contact_block(lines, sender_name)
    if not block and lines and _is_one_line_signature(lines[-1], lines[:-1]):
        return lines[:-1], lines[-1:]
    return body, block


def _contact_block(lines: list[str], sender_name: str) -> tuple[list[str], list[str]]:
    """A block at the end without a greeting above it: a name, then ways to reach its bearer."""
    start = len(lines)
    while (
        start > 0
        and start > len(lines) - 15
        and lines[start - 1].strip()
        and _is_block_line(lines[start - 1], sender_name)
    ):
        start -= 1
    block = lines[start:]
    if not block:
        return lines, []
    if not any(_is_contact(line) for line in block):
        is_own = len(block) == 1 and _starts_with_name(block[0], sender_name) and "," in block[0]
        return (
            (lines[:start], block) if is_own and start > 0 and not lines[start - 1].strip() else (lines, [])
        )
    if start == 0:
        return (lines[:1], block[1:]) if _is_name(block[0]) and len(block) > 1 else (lines, [])
    above = next(line.rstrip() for line in reversed(lines[:start]) if line.strip())
    if above.endswith(":"):
        return lines, []  # "The address for the delivery is:"
    by_sender = _starts_with_name(block[0], sender_name)
    apart = not lines[start - 1].strip() or above[-1] in ".!?…" or by_sender
    if _is_name(block[0]) and len(block) > 1:
        return (lines[: start + 1], block[1:]) if apart else (lines, [])
    particulars = sum(_contact_kinds(line) for line in block) >= 2 or by_sender
    return (lines[:start], block) if apart and particulars else (lines, [])


def _is_one_line_signature(line: str, above: list[str]) -> bool:
    """`K. Holm, Procurement, Gate 4`: a full name first and few words in each part, where a sentence has ended."""
    text = line.strip().lstrip("/-–~ ")
    before = next((words.rstrip() for words in reversed(above) if words.strip()), "")
    ended = before[-1:] in {".", "!", "?", "…", ")"} or (
        above and not above[-1].strip() and before[-1:] != ":"
    )
    if not ended or len(text) > 110 or text[-1:] in "?!:.":
        return False
    closing = next((words for words in _closings() if text.lower().startswith(words)), "")
    if closing and not text[len(closing) : len(closing) + 1].isalpha():
        text = text[len(closing) :].lstrip(" ,.!:;-–")
    name, *rest = _PARTS.split(text)
    words = name.split()
    return (
        0 < len(rest) <= 5
        and 2 <= len(words) <= 4
        and all(_NAME_WORD.fullmatch(word) for word in words)
        and words[0][:1].isupper()
        and words[-1][:1].isupper()
        and all(part and len(part.split()) <= 5 for part in rest)
        and (len(rest) == 1 or any(_is_contact(part) or part[:1].isupper() for part in rest))
    )


def _is_block_line(line: str, sender_name: str) -> bool:
    """Whether a line can stand in a signature: particulars, a name, or a few words that begin with capitals."""
    text = line.strip()
    words = text.split()
    ordinary = sum(word[:1].islower() and len(word) > 2 and "@" not in word for word in words)
    if len(text) > 140 or text[:1] in "-*•<" or text.endswith(("?", "!", ":")) or ordinary > 4:
        return False
    if _is_contact(line) or _is_name(line) or _starts_with_name(line, sender_name):
        return True
    if text.endswith(".") or not words[0][:1].isupper():
        return False
    return len(words) <= 5 or ("," in text and ordinary <= 0.3 * len(words))


def _starts_with_name(line: str, sender_name: str) -> bool:
    names = sender_name.lower().split()
    return len(names) >= 2 and line.strip().lower().startswith(" ".join(names))


def _is_name(line: str) -> bool:
    """One to four words of letters, each a name by its shape; "/Anne" and "- Anne" too."""
    text = line.strip().lstrip("/-–~ ").rstrip(" ,.")
    words = text.split()
    if not 1 <= len(words) <= 4 or _is_contact(line) or text[-1:] in "?!:":
        return False
    return all(_NAME_WORD.fullmatch(word) for word in words) and (
        all(word[:1].isupper() or word.lower() in _words()["linking"] for word in words) or len(words) == 1
    )


def _is_contact(line: str) -> bool:
    return _contact_kinds(line) > 0


def _contact_kinds(line: str) -> int:
    """How many kinds of particulars a short line holds: address, phone, web, number of a register, company."""
    if len(line) > 200:
        return 0
    runs = _PHONE.finditer(_DATE.sub(" ", line))
    has_digit = any(character.isdigit() or character == "@" for character in line)
    return sum((
        _ADDRESS.search(line) is not None,
        any(sum(character.isdigit() for character in run[0]) >= 7 for run in runs),
        has_digit and _label_pattern().search(line) is not None,
        _POSTCODE.search(line) is not None,
        any(match[1].lower().endswith(_streets()) for match in _HOUSE.finditer(line)),
        _company_pattern().search(line) is not None,
        _BARS.search(line) is not None,
    ))  # fmt: skip
