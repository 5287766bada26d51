"""The HTML of a letter: its visible text, its hidden text, and a clean version that is safe to show.

Only the reading child calls this (`agent.mail.reader`): HTML parsers can be made slow, and a child can be killed.
"""

import re
import tomllib
from dataclasses import dataclass
from html import unescape
from importlib.resources import files
from typing import Any, Final

import nh3
from selectolax.lexbor import LexborHTMLParser

from agent.mail.layout import lay_out
from agent.mail.limits import Limits

_RULES: Final[dict[str, Any]] = tomllib.loads((files(__package__) / "html_rules.toml").read_text("utf-8"))
_SHOWN: Final[dict[str, Any]] = _RULES["shown"]
_UNCOUNTED: Final = frozenset(_RULES["nesting"]["void"] + _RULES["nesting"]["open_ended"])
_PICTURE: Final = re.compile(
    r"cid:[^\s\"'<>]{1,400}|data:image/(?:png|jpe?g|gif);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE
)
_LINK: Final = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})")


@dataclass(frozen=True, slots=True)
class HtmlReading:
    """What an HTML letter says (`text`), keeps from view (`hidden`), and how it may be shown (`safe`).

    `described` is the text behind pictures and under the pointer: usual in honest letters, and read by machines.
    """

    text: str
    safe: str = ""
    hidden: str = ""
    warnings: tuple[str, ...] = ()
    described: str = ""


def read_html(markup: str, limits: Limits) -> HtmlReading:
    """Read one HTML part. A letter too large or nested too deep gives its plain words and no HTML to show."""
    warnings = []
    if nested_deeper(markup, limits.html_depth):
        warnings.append("The HTML of this mail is nested too deeply to be shown; it is shown as plain text.")
        return HtmlReading(strip_tags(markup), warnings=tuple(warnings))
    if len(markup) > limits.html:
        markup = markup[: limits.html]
        warnings.append("The HTML of this mail is very large; only its beginning was read.")
    tree = LexborHTMLParser(markup)
    laid = lay_out(tree)
    if not laid.complete:
        warnings.append("The HTML of this mail has too many elements; only its beginning was read.")
    for node in laid.unseen:
        node.remove(recursive=True)
    if laid.remote_pictures:
        warnings.append(f"{laid.remote_pictures} pictures from other servers were not loaded.")
    safe = sanitise(tree.html or "") if laid.complete else ""
    return HtmlReading(laid.text, safe, laid.hidden, tuple(warnings), laid.described)


def sanitise(markup: str) -> str:
    """HTML by an allow-list: runs nothing, loads nothing, covers nothing, carries no form.

    Pictures stay when they are parts of the mail (`cid:`) or in the HTML itself.
    """
    return _CLEANER.clean(markup)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if _PICTURE.fullmatch(value.strip()) else None
    if tag == "a" and name == "href":
        return value if _LINK.match(value.strip()) else None
    return value


_CLEANER: Final = nh3.Cleaner(
    tags=set(_SHOWN["tags"]),
    clean_content_tags=set(_SHOWN["dropped"]),
    attributes={tag: set(names) for tag, names in _SHOWN["attributes"].items()},
    attribute_filter=_attribute,
    filter_style_properties=set(_SHOWN["styles"]),
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    strip_comments=True,
)


def nested_deeper(markup: str, limit: int) -> bool:
    """Whether elements are nested beyond `limit`, seen from their tags alone: high where tags are left open."""
    depth = 0
    for match in _TAG.finditer(markup):
        tag = match[2].lower()
        if tag in _UNCOUNTED:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > limit:
            return True
    return False


def strip_tags(markup: str) -> str:
    """The words of HTML without parsing it: linear, for letters no parser should see."""
    words = []
    position, length = 0, len(markup)
    skip_until = ""
    while position < length:
        opening = markup.find("<", position)
        if opening < 0:
            opening = length
        if not skip_until:
            words.append(markup[position:opening])
        closing = markup.find(">", opening)
        if closing < 0:
            break
        tag = markup[opening + 1 : min(closing, opening + 12)].strip().lower()
        if skip_until:
            skip_until = "" if tag.startswith("/" + skip_until) else skip_until
        elif tag.startswith(("script", "style")):
            skip_until = "script" if tag.startswith("script") else "style"
        elif tag.lstrip("/").startswith(("p", "div", "br", "tr", "li", "h", "table", "blockquote")):
            words.append("\n")
        position = closing + 1
    lines = (" ".join(line.split()) for line in unescape("".join(words)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
