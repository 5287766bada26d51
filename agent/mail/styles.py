"""Which elements of an HTML letter its reader does not see.

Text can be there for machines alone: not displayed, of no size, in the colour of its background, off the page.
We read style attributes, the few presentational attributes, and the simple rules of `<style>` blocks; media
queries are passed over, since what they hide on one screen is shown on another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

Colour = tuple[int, int, int]
WHITE: Final[Colour] = (255, 255, 255)
_NAMED: Final[dict[str, Colour]] = {
    "white": WHITE,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "lime": (0, 255, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "aqua": (0, 255, 255),
    "fuchsia": (255, 0, 255),
    "silver": (192, 192, 192),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "lightgray": (211, 211, 211),
    "lightgrey": (211, 211, 211),
    "navy": (0, 0, 128),
    "green": (0, 128, 0),
}
_ALIKE: Final = 12  # of 255 in each channel: what an eye cannot tell apart on a screen
_SMALLEST: Final = 3.0  # px or pt: text below this size is not meant to be read
_FAR: Final = 400.0  # px: moved this far to the left or up, an element is off the page
_NUMBER: Final = re.compile(r"(-?\d{0,6}(?:\.\d{1,6})?)\s*(px|pt|em|rem|%|)")
_RGB: Final = re.compile(
    r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]{1,8})(%?))?\s*\)"
)
_CUT_AWAY: Final = {
    "clip": re.compile(r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]"),
    "clip-path": re.compile(r"inset\(\s*(?:[5-9]\d|100)%|circle\(\s*0"),
    "transform": re.compile(r"scale[xy]?\(\s*0*\.?0*\s*[,)]"),
}
"""How an element is cut or shrunk to nothing, by property."""

_SIMPLE_SELECTOR: Final = re.compile(r"[a-z0-9]{0,20}(?:[.#][\w-]{1,80})?", re.IGNORECASE)
_RULES: Final = 200
_MATCHES: Final = 20_000  # elements that rules are matched to, over all rules


@dataclass(frozen=True, slots=True)
class Paint:
    """What an element inherits: the colour of its text, and of its ground (None: a picture, unknown)."""

    text: Colour | None = (0, 0, 0)
    ground: Colour | None = WHITE


def declarations(style: str) -> dict[str, str]:
    """Property and value of a style attribute or rule body, lower-cased, without `!important`."""
    found = {}
    for part in style[:4_000].split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip().lower()] = value.replace("!important", "").strip().lower()
    return found


def style_of(node: LexborNode, from_rules: dict[int, dict[str, str]]) -> dict[str, str]:
    """All declarations that count for one element: from simple rules, attributes and its style attribute."""
    attributes = node.attributes
    found = dict(from_rules.get(node.mem_id, {}))
    if (background := attributes.get("bgcolor")) is not None:
        found["background-color"] = background.lower()
    if attributes.get("background"):
        found["background-image"] = "url()"
    if node.tag == "font":
        found.update({"color": (attributes["color"] or "").lower()} if attributes.get("color") else {})
        found.update({"font-size": "0"} if attributes.get("size") == "0" else {})
    if style := attributes.get("style"):
        found.update(declarations(style))
    return found


def painted(style: dict[str, str], inherited: Paint) -> Paint:
    """The colours inside an element with this style."""
    if not style:
        return inherited
    text, ground = inherited.text, inherited.ground
    shorthand = style.get("background", "")
    if "url(" in shorthand or "gradient" in shorthand or "background-image" in style:
        ground = None
    elif colour := _colour(style.get("background-color", "") or shorthand):
        ground = colour
    if value := style.get("color"):
        text = ground if _is_transparent(value) else _colour(value)
    return Paint(text, ground)


def hides(style: dict[str, str]) -> bool:
    """Whether an element with this style cannot be seen, nor anything in it."""
    return bool(style) and (_not_shown(style) or _too_small(style) or _moved_away(style))


def blends_in(paint: Paint) -> bool:
    """Whether text has the colour of its ground."""
    if paint.text is None or paint.ground is None:
        return False
    return all(abs(a - b) <= _ALIKE for a, b in zip(paint.text, paint.ground, strict=True))


def hiding_rules(tree: LexborHTMLParser) -> dict[int, dict[str, str]]:
    """Declarations from `<style>` blocks by element (its `mem_id`), for simple selectors that may hide."""
    found: dict[int, dict[str, str]] = {}
    count = matched = 0
    for block in tree.css("style"):
        for selector, body in _simple_rules((block.text() or "")[:100_000]):
            style = declarations(body)
            if not _worth_matching(style):
                continue
            count += 1
            if count > _RULES:
                return found
            for node in tree.css(selector):
                matched += 1
                if matched > _MATCHES:
                    return found
                found.setdefault(node.mem_id, {}).update(style)
    return found


def _simple_rules(css: str) -> Iterator[tuple[str, str]]:
    """Selector and body of each rule outside at-rules whose selector is a tag, class or id."""
    css = re.sub(r"/\*.*?\*/|<!--|-->", " ", css, flags=re.DOTALL)
    position = 0
    while (opening := css.find("{", position)) >= 0:
        prelude = css[position:opening].rpartition(";")[2].strip()
        if prelude.startswith("@"):
            position = _end_of_block(css, opening)
            continue
        closing = css.find("}", opening)
        if closing < 0:
            return
        for selector in prelude.split(",")[:20]:
            if (name := selector.strip()) and _SIMPLE_SELECTOR.fullmatch(name):
                yield name, css[opening + 1 : closing]
        position = closing + 1


def _end_of_block(css: str, opening: int) -> int:
    depth = 0
    for match in re.compile(r"[{}]").finditer(css, opening):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end()
    return len(css)


def _worth_matching(style: dict[str, str]) -> bool:
    if "color" in style or "background-color" in style or "background" in style:
        return True
    return _not_shown(style) or _too_small(style) or _moved_away(style)


def _not_shown(style: dict[str, str]) -> bool:
    if style.get("display") == "none" or style.get("visibility") in {"hidden", "collapse"}:
        return True
    if style.get("mso-hide") == "all":
        return True
    if "opacity" in style and (opacity := _length(style["opacity"])) is not None and opacity < 0.1:
        return True
    if any(pattern.search(style.get(name, "")) for name, pattern in _CUT_AWAY.items()):
        return True
    closed = "hidden" in style.get("overflow", "")
    sides = ("height", "max-height", "width", "max-width")
    return closed and any(re.match(r"(?:0(?![\d.]*[1-9])|1px)", style.get(side, "")) for side in sides)


def _too_small(style: dict[str, str]) -> bool:
    value = style.get("font-size", "")
    size = _length(value)
    if size is None:
        return False
    if value.endswith(("em", "%")):
        size *= 0.16 if value.endswith("%") else 16
    return size < _SMALLEST


def _moved_away(style: dict[str, str]) -> bool:
    sides = ["text-indent", "margin-left", "margin-top"]
    if style.get("position") in {"absolute", "fixed", "relative"}:
        sides += ["left", "top"]
    return any((_length(style.get(side, "")) or 0) <= -_FAR for side in sides)


def _length(value: str) -> float | None:
    match = _NUMBER.match(value)
    if match is None or match[1] in {"", "-", "."}:
        return None
    return float(match[1])


def _is_transparent(value: str) -> bool:
    if value.startswith("transparent"):
        return True
    if match := _RGB.match(value):
        return match[4] is not None and float(match[4]) < (10 if match[5] else 0.1)
    return re.fullmatch(r"#(?:[0-9a-f]{6}[01][0-9a-f]|[0-9a-f]{3}[01])", value) is not None


def _colour(value: str) -> Colour | None:
    value = value.strip()
    word = value.split(" ", 1)[0]
    if word in _NAMED:
        return _NAMED[word]
    digits = word.removeprefix("#")
    if re.fullmatch(r"[0-9a-f]{3}", digits) and word.startswith("#"):
        digits = "".join(digit * 2 for digit in digits)
    if re.fullmatch(r"[0-9a-f]{6}(?:[0-9a-f]{2})?", digits):
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    if match := _RGB.match(value):
        red, green, blue = (min(255, int(match[number])) for number in (1, 2, 3))
        return red, green, blue
    return None
