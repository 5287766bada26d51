"""User names, passwords, PINs and keys: known by the words that introduce them, not by their shape."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from agent.privacy.context import alternatives
from agent.privacy.finding import Finding
from agent.privacy.lexicon import lexicon
from agent.privacy.redaction import PiiType

_IS = r"(?:er|is|ist|är|var|was|war|lautet|lyder|being|hedder|heter|heißt|nu|now|=>|->|=|:)"
_WORD = r"[^\s\"'“”„<>()\[\],;]{2,64}"
_URL_SECRET = re.compile(
    r"(?i)(?<=[?&#])(?:token|access_token|api_?key|apikey|key|secret|password|pwd|sig|signature|auth|code|session|sid|jwt)=([^\s&#\"'<>]{4,})"
)
_KEY_SHAPE = re.compile(
    r"(?<![\w-])(?:sk-[\w-]{16,}|(?:gh[pousr]|github_pat)_\w{16,}|xox[abpr]-[\w-]{10,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?)"
)
_URL_LOGIN = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://([^\s:/@]+):([^\s/@]+)@")
_PAIR = re.compile(r"(?:\s*(?:og|och|und|and|/|\||,|;|\+|-)\s*|\s+)(" + _WORD + ")")


def find_credentials(text: str) -> Iterator[Finding]:
    """What follows "brugernavn", "Passwort lautet", "log in as" and their like, and what has the shape of a key."""
    for match in _URL_SECRET.finditer(text):
        yield Finding(PiiType.PASSWORD, *match.span(1), 0.9, "url_secret")
    for match in _KEY_SHAPE.finditer(text):
        yield Finding(PiiType.PASSWORD, *match.span(), 0.9, "key")
    for match in _URL_LOGIN.finditer(text):
        yield Finding(PiiType.USERNAME, *match.span(1), 0.9, "url_login")
        yield Finding(PiiType.PASSWORD, *match.span(2), 0.9, "url_login")
    for match in _introduced("secrets.password").finditer(text):
        found = _value(match, text, PiiType.PASSWORD)
        if found:
            yield found
    for match in _introduced("secrets.username").finditer(text):
        found = _value(match, text, PiiType.USERNAME)
        if found is None:
            continue
        yield found
        # "login: testshop and Lens7": a second odd word right behind a user name is its password
        pair = _PAIR.match(text, found.end)
        if pair and _looks_secret(pair[1].rstrip(".!?")):
            start, end = pair.span(1)
            yield Finding(PiiType.PASSWORD, start, start + len(text[start:end].rstrip(".!?:")), 0.7, "pair")


_WORDS_NEAR = 160
_STRONG = re.compile(
    r"(?<![\w@./:-])(?=\S*[a-zæøåäöü])(?=\S*\d)(?=\S*(?:[A-ZÆØÅÄÖÜ]|[!#$%&*+?^~]))[\w!#$%&*+?^~-]{6,32}(?![\w@/:])"
)
_ACCOUNT_SHAPE = re.compile(r"(?<![\w@./:-])[a-zæøåäö]{1,20}[._][a-zæøåäö]{2,20}\d{0,4}(?![\w@/:.-]{0,60}\w)")
_BESIDE = re.compile(r"(?<![\w@./-])([^\W\d_][\w.-]{3,30})(?:\s*(?:og|och|und|and|/|\||,|;|\+)\s*|\s+)$")


def find_near_credentials(text: str) -> Iterator[Finding]:
    """Odd words in the neighbourhood of a word for credentials, and the account beside such a password."""
    near_password = _near(text, "secrets.password", "secrets.username", "secrets.near")
    near_login = _near(text, "secrets.username")
    for match in _STRONG.finditer(text):
        value = match[0].rstrip("!?") if match[0][-2:-1].isalpha() else match[0]
        if not near_password(match.start()) or not any(c.isdigit() for c in value):
            continue
        yield Finding(PiiType.PASSWORD, match.start(), match.end(), 0.65, "near_password")
        beside = _BESIDE.search(text[max(0, match.start() - 48) : match.start()])
        if beside and not lexicon().is_ordinary(beside[1]):
            start = max(0, match.start() - 48) + beside.start(1)
            yield Finding(PiiType.USERNAME, start, start + len(beside[1]), 0.65, "beside_password")
    for match in _ACCOUNT_SHAPE.finditer(text):
        if near_login(match.start()) and not re.search(
            r"\.(?:nr|dk|no|se|de|com|net|org|pdf|csv|xlsx?|txt|docx?|png|jpe?g|xml|json|log|exe|zip)$",
            match[0],
        ):
            yield Finding(PiiType.USERNAME, *match.span(), 0.65, "near_login")


def _near(text: str, *parts: str) -> Callable[[int], bool]:
    """Whether one of the words stands within reach before or after a place."""
    places = [match.start() for match in _spoken(parts).finditer(text)]
    return lambda at: any(abs(at - place) <= _WORDS_NEAR for place in places)


def _value(match: re.Match[str], text: str, kind: PiiType) -> Finding | None:
    """The introduced word, if it can be what was announced: "password is wrong" announces nothing."""
    start, end = match.span("value")
    value = text[start:end].rstrip(".,!?:")
    value = value.removesuffix("'s")
    if len(value) < 2 or "@" in value:  # an address is found as one
        return None
    quoted = text[start - 1 : start] in ('"', "'")
    word, link = match["word"].casefold(), (match["link"] or "").strip()
    explicit = bool(re.search(r"[:=]|->", link)) and word not in ("kode", "koden", "pass", "token", "secret")
    odd = (
        _looks_secret(value)
        if kind is PiiType.PASSWORD
        else _looks_account(value, text[start + len(value) : start + len(value) + 1])
    )
    short_pin = (
        value.isdigit()
        and 4 <= len(value) <= 8
        and ("pin" in word or "kod" in word or "code" in word or explicit)
    )
    if not (odd or quoted or short_pin or (explicit and not _is_word(value))):
        return None
    return Finding(kind, start, start + len(value), 0.9 if explicit or quoted else 0.75, kind.value.lower())


def _looks_secret(value: str) -> bool:
    """Letters mixed with digits or signs, or case inside the word: nobody writes ordinary words so."""
    if (
        not 4 <= len(value) <= 64
        or re.fullmatch(r"[\d.,:/-]+(?:kr|eur|%|:-)?", value, re.IGNORECASE)
        or re.match(r"https?://|www\.", value)
    ):
        return False
    has_letter = any(c.isalpha() for c in value)
    has_digit = any(c.isdigit() for c in value)
    has_sign = re.search(r"[!#$%&*+?^_~\\|{}]", value) is not None
    mixed = re.search(r"[a-zæøåäöü][A-ZÆØÅÄÖÜ]", value) is not None
    return has_letter and (has_digit or has_sign or mixed)


def _looks_account(value: str, next_character: str) -> bool:
    """`anna.h`, `ah1957`, `a_h`: a dot, underscore or digit inside, or a lower-case word nobody knows at a stop."""
    if (
        value.isalpha()
        and value.islower()
        and len(value) > 4
        and (not next_character or value + next_character != value + " ")
    ):
        return not lexicon().is_ordinary(value) and next_character in ".,;)\"'\n"
    if not 2 < len(value) <= 40 or re.match(r"https?:|www\.", value) or value[0].isdigit():
        return False
    return (
        bool(re.fullmatch(r"[\w.+-]+", value))
        and bool(re.search(r"\w[._]\w|[a-z]\d", value))
        and any(c.isalpha() for c in value)
    )


def _is_word(value: str) -> bool:
    return value.casefold() in {
        "is",
        "er",
        "ist",
        "är",
        "not",
        "ikke",
        "inte",
        "nicht",
        "the",
        "det",
        "og",
        "and",
        "und",
    }


@cache
def _spoken(parts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){alternatives(*parts)}(?!\w)", re.IGNORECASE)


@cache
def _introduced(phrases: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w-])(?P<word>{alternatives(phrases)})(?!\w)"
        rf"(?P<link>(?:\s*(?:nu|now|stadig|still|mein\w*|mit|min|til\s+\w+|für\s+\w+|for\s+\w+))?\s*[:=]?\s*{_IS}?\s*[:=]?|\s*\()"
        rf"\s*[\"'“„(]?(?P<value>{_WORD})",
        re.IGNORECASE,
    )
