"""What is known of whether a mail comes from whom it says, and what about its sender should make people look twice.

Nothing here proves anything: the result is shown to people and keeps privileges away, it never grants them.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agent.mail.message import Address, ParsedMessage

_RESULT: Final = re.compile(r"(?:^|[;\s])(spf|dkim|dmarc)\s*=\s*([a-z]{1,20})", re.IGNORECASE)
_COMMENT: Final = re.compile(r"\([^()]*\)")
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63})+)")
_WORD: Final = re.compile(r"\w{2,}")


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
    message: ParsedMessage, *, trusted_authserv_id: str = "", protected_names: Collection[str] = ()
) -> Authenticity:
    """Judge a mail's origin.

    `trusted_authserv_id` is the name our own mail server writes into Authentication-Results (RFC 8601 2.5);
    headers under any other name could be the sender's own and are not read, nor any without it.
    `protected_names` are names of our people and company, which strangers may not bear unremarked.
    """
    verdicts = _verdicts(message, trusted_authserv_id)
    return Authenticity(
        spf=verdicts.get("spf", Verdict.UNKNOWN),
        dkim=verdicts.get("dkim", Verdict.UNKNOWN),
        dmarc=verdicts.get("dmarc", Verdict.UNKNOWN),
        warnings=(*sender_warnings(message, protected_names), *_failed(verdicts, message.sender)),
    )


def names_one_sender(message: ParsedMessage) -> bool:
    """Whether From names one address once: with several, mail programs disagree about who wrote the mail."""
    addresses = {
        match[0].lower() for value in message.headers.get("from", ()) for match in _ADDRESS.finditer(value)
    }
    return len(message.headers.get("from", ())) <= 1 and addresses <= {message.sender.email.lower()}


def sender_warnings(message: ParsedMessage, protected_names: Collection[str] = ()) -> tuple[str, ...]:
    """What looks wrong about From and Reply-To."""
    sender = message.sender
    found = []
    shown = _ADDRESS.search(sender.name)
    if shown and shown[0].lower() != sender.email.lower():
        found.append(f"The sender's name shows another address than the real one, {sender.email}.")
    bearer = _words(sender.name)
    for name in protected_names:
        if (words := _words(name)) and words <= bearer:
            found.append(f"The sender bears the name of someone here, but writes from {sender.email}.")
            break
    if elsewhere := foreign_reply_to(message):
        found.append(f"Answers would go to another house than the sender's: {elsewhere[0].email}.")
    return tuple(found)


def foreign_reply_to(message: ParsedMessage) -> tuple[Address, ...]:
    """Addresses in Reply-To of another domain than the sender's: a person confirms before anything goes there."""
    domain = _domain(message.sender.email)
    return tuple(address for address in message.reply_to if not _same_house(_domain(address.email), domain))


def _verdicts(message: ParsedMessage, trusted: str) -> dict[str, Verdict]:
    """Results of the topmost header under the trusted name: our server adds on top, so lower ones are forged."""
    if not trusted:
        return {}
    for value in message.headers.get("authentication-results", ()):
        bare = _without_comments(value)
        authserv_id, _, results = bare.partition(";")
        if (authserv_id.split() or [""])[0].lower() != trusted.lower():
            continue
        found: dict[str, Verdict] = {}
        for method, word in _RESULT.findall(";" + results):
            verdict = _verdict(word.lower())
            previous = found.get(method.lower())
            found[method.lower()] = Verdict.PASS if Verdict.PASS in {verdict, previous} else verdict
        return found
    return {}


def _without_comments(value: str) -> str:
    """Comments gone, nested ones too: a result inside a comment is no result."""
    for _ in range(10):
        shorter = _COMMENT.sub(" ", value)
        if shorter == value:
            break
        value = shorter
    return value.partition("(")[0]


def _verdict(word: str) -> Verdict:
    if word == "pass":
        return Verdict.PASS
    if word in {"fail", "softfail", "policy", "hardfail"}:
        return Verdict.FAIL
    return Verdict.NONE if word in {"none", "neutral"} else Verdict.UNKNOWN


def _failed(verdicts: dict[str, Verdict], sender: Address) -> tuple[str, ...]:
    if verdicts.get("dmarc") is not Verdict.FAIL:
        return ()
    return (f"Our mail server could not confirm that this comes from {_domain(sender.email)}.",)


def _words(name: str) -> set[str]:
    return set(_WORD.findall(name.lower()))


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()


def _same_house(one: str, other: str) -> bool:
    return one == other or one.endswith("." + other) or other.endswith("." + one)
