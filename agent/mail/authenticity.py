"""What is known of whether a mail comes from whom it says, and what about its sender should make people look twice.

Nothing here proves anything: the result is shown to people and keeps privileges away, it never grants them.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agent.mail.message import Address, ParsedMessage

_RESULT: Final = re.compile(r"\s*(spf|dkim|dmarc)(?:/\d+)?\s*=\s*([a-z]{1,20})", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63})+)")
_WORD: Final = re.compile(r"\w{2,}")
_FEWEST_WORDS: Final = 2  # of a name that strangers may not bear: too many customers are called "Ida"
_NOBODY: Final[Mapping[str, str]] = {}


class Verdict(StrEnum):
    """One check by our own mail server, or `unknown` where it said nothing that we may believe."""

    PASS = "pass"  # noqa: S105 - the word of RFC 8601, not a password
    FAIL = "fail"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Authenticity:
    """SPF, DKIM and DMARC as our own server saw them, and sentences for people about an odd sender."""

    spf: Verdict = Verdict.UNKNOWN
    dkim: Verdict = Verdict.UNKNOWN
    dmarc: Verdict = Verdict.UNKNOWN
    warnings: tuple[str, ...] = ()


def assess(
    message: ParsedMessage, *, authserv_ids: Collection[str] = (), people: Mapping[str, str] = _NOBODY
) -> Authenticity:
    """Judge a mail's origin.

    `authserv_ids` are the names that our own mail servers write into Authentication-Results (RFC 8601 2.5);
    headers under any other name could be the sender's own and are not read, nor any without it.
    `people` are the names of our people by their addresses; strangers may not bear them unremarked.
    """
    verdicts = _verdicts(message, {name.lower() for name in authserv_ids})
    return Authenticity(
        spf=verdicts.get("spf", Verdict.UNKNOWN),
        dkim=verdicts.get("dkim", Verdict.UNKNOWN),
        dmarc=verdicts.get("dmarc", Verdict.UNKNOWN),
        warnings=(*_odd_sender(message, people), *_failed(verdicts, message.sender)),
    )


def names_one_sender(message: ParsedMessage) -> bool:
    """Whether From names one address once: with several, mail programs disagree about who wrote the mail."""
    addresses = {
        match[0].lower() for value in message.headers.get("from", ()) for match in _ADDRESS.finditer(value)
    }
    return len(message.headers.get("from", ())) <= 1 and addresses <= {message.sender.email.lower()}


def _odd_sender(message: ParsedMessage, people: Mapping[str, str]) -> tuple[str, ...]:
    """What looks wrong about From and Reply-To."""
    sender = message.sender
    found = []
    shown = _ADDRESS.search(sender.name)
    if shown and shown[0].lower() != sender.email.lower():
        found.append(f"The sender's name shows another address than the real one, {sender.email}.")
    if _bears_name_of(sender, people):
        found.append(f"The sender bears the name of someone here, but writes from {sender.email}.")
    if elsewhere := foreign_reply_to(message):
        found.append(f"Answers would go to another house than the sender's: {elsewhere[0].email}.")
    return tuple(found)


def _bears_name_of(sender: Address, people: Mapping[str, str]) -> bool:
    """Whether a stranger shows the whole name of one of our people, in whatever order and whatever beside it."""
    if sender.email.lower() in {address.lower() for address in people}:
        return False
    borne = _words(sender.name)
    return any(
        len(words) >= _FEWEST_WORDS and words <= borne for words in (_words(name) for name in people.values())
    )


def foreign_reply_to(message: ParsedMessage) -> tuple[Address, ...]:
    """Addresses in Reply-To of another domain than the sender's: a person confirms before anything goes there."""
    domain = _domain(message.sender.email)
    return tuple(address for address in message.reply_to if not _same_house(_domain(address.email), domain))


def _verdicts(message: ParsedMessage, trusted: Collection[str]) -> dict[str, Verdict]:
    """Results of the topmost header under a trusted name: our server adds on top, so lower ones are forged."""
    for value in message.headers.get("authentication-results", ()):
        authserv_id, *results = _bare(value).split(";")
        if (authserv_id.split() or [""])[0].lower() not in trusted:
            continue
        found: dict[str, Verdict] = {}
        for match in filter(None, map(_RESULT.match, results)):
            method, verdict = match[1], _verdict(match[2].lower())
            previous = found.get(method.lower())
            found[method.lower()] = Verdict.PASS if Verdict.PASS in {verdict, previous} else verdict
        return found
    return {}


def _bare(value: str) -> str:
    """Without comments, nested ones too, and quoted strings: senders fill both, and neither holds a result."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for sign in value:
        if escaped or sign == "\\":
            escaped = not escaped
        elif sign == '"' and not depth:
            quoted = not quoted
        elif quoted:
            continue
        elif sign == "(":
            depth += 1
            kept.append(" ")
        elif sign == ")":
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(sign)
    return "".join(kept)


def _verdict(word: str) -> Verdict:
    if word == "pass":
        return Verdict.PASS
    if word in {"fail", "softfail", "policy", "hardfail"}:
        return Verdict.FAIL
    return Verdict.NONE if word in {"none", "neutral"} else Verdict.UNKNOWN


def _failed(verdicts: dict[str, Verdict], sender: Address) -> tuple[str, ...]:
    """A warning for any failed check, unless DMARC passed: forwarding breaks one of the others, seldom both."""
    if verdicts.get("dmarc") is Verdict.PASS or Verdict.FAIL not in verdicts.values():
        return ()
    return (f"Our mail server could not confirm that this comes from {_domain(sender.email)}.",)


def _words(name: str) -> set[str]:
    return set(_WORD.findall(unicodedata.normalize("NFKC", name).casefold()))


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()


def _same_house(one: str, other: str) -> bool:
    return one == other or one.endswith("." + other) or other.endswith("." + one)
