"""E-mail addresses, also disguised ones, and IP addresses."""

import ipaddress
import re
from collections.abc import Iterator

from agent.privacy.context import other_thing
from agent.privacy.finding import Finding
from agent.privacy.redaction import PiiType

_LOCAL = r"[\w!#$%&*+/=?^{|}~-](?:[\w.!#$%&'*+/=?^{|}~-]{0,62}[\w!#$%&*+/=?^{|}~-])?"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_EMAIL = re.compile(
    rf"(?:mailto:)?({_LOCAL}@{_LABEL}(?:\.{_LABEL})*\.(?:xn--[a-z0-9-]+|[^\W\d_]{{2,24}}))", re.IGNORECASE
)
_QUOTED_LOCAL = re.compile(rf'"[^"\n@]{{1,64}}"@{_LABEL}(?:\.{_LABEL})+')
_BARE_HOST = re.compile(rf"(?<![\w.@/])({_LOCAL}@(?:{_LABEL}|\[[0-9a-fA-F.:]+\]))(?![\w@.-]*\w)")

_AT = (
    r"(?:\s*[\(\[\{<]\s*(?:at|ät|a|snabel-?a|alfakrøll|kringla|@)\s*[\)\]\}>]\s*|\s*@\s*"
    r"|\s+(?:at|ät|snabel-?a|alfakrøll|krøllalfa)\s+)"
)
_SPOKEN_DOT = (
    r"(?:\s*[\(\[\{<]\s*(?:dot|punkt|punktum|prik|\.)\s*[\)\]\}>]\s*|\s+(?:dot|punkt|punktum|prik)\s+)"
)
_DOT = rf"(?:{_SPOKEN_DOT}|\s?\.\s?)"
_DISGUISED = re.compile(
    rf"(?<![\w.])[\w+-]+(?:(?:\.|{_SPOKEN_DOT})[\w+-]+){{0,3}}{_AT}[\w-]+(?:{_DOT}[\w-]+){{0,2}}?{_DOT}"
    r"(?:com|net|org|info|biz|eu|dk|no|se|de|uk|co|fi|is|at|ch|nl|be|fr|io|online|shop|example|test|email)(?!\w)",
    re.IGNORECASE,
)
_DISGUISE = re.compile(
    r"[\(\[\{<@]|\b(?:dot|punkt|punktum|prik|snabel-?a|alfakrøll|krøllalfa)\b", re.IGNORECASE
)

_PREFIX = r"(?:/\d{1,3}(?![\w/]))?"
"""How many bits of it name the network (CIDR, RFC 4632)."""

_IPV4 = re.compile(rf"(?<![\w.-])((?:\d{{1,3}}\.){{3}}\d{{1,3}})(?!\w|-[a-z]|\.\d){_PREFIX}")
_IPV6 = re.compile(
    r"(?<![\w:.])((?=[0-9a-f:]*:[0-9a-f:]*:)(?:[0-9a-f:]{2,32}:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f:]{2,39}))(?:%\w+)?"
    rf"(?![\w:]|\.\d){_PREFIX}",
    re.IGNORECASE,
)


def find_emails(text: str) -> Iterator[Finding]:
    """Addresses in plain writing, with `(at)` and `dot`, and without a domain suffix."""
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield Finding(PiiType.EMAIL, *match.span(1), 0.99, "email")
        for match in _QUOTED_LOCAL.finditer(text):
            yield Finding(PiiType.EMAIL, *match.span(), 0.95, "email_quoted")
        for match in _BARE_HOST.finditer(text):
            yield Finding(PiiType.EMAIL, *match.span(1), 0.6, "email_host")
    for match in _DISGUISED.finditer(text):
        if _DISGUISE.search(match[0]):
            yield Finding(PiiType.EMAIL, *match.span(), 0.85, "email_disguised")


def find_ip_addresses(text: str) -> Iterator[Finding]:
    """IPv4 and IPv6 addresses that are neither version numbers nor times of day."""
    for match in _IPV4.finditer(text):
        if _is_address(match[1]) and not other_thing(text, match.start(), "numbers.of_versions"):
            yield Finding(PiiType.IP_ADDRESS, *match.span(), 0.95, "ipv4")
    for match in _IPV6.finditer(text):
        if _is_address(match[1]) and (len(match[0]) > 4 or match[0] == "::1"):
            yield Finding(PiiType.IP_ADDRESS, *match.span(), 0.95, "ipv6")


def _is_address(candidate: str) -> bool:
    try:
        ipaddress.ip_address(candidate)
    except ValueError:
        return False
    return True
