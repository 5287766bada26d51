"""An HTML letter laid out as plain text, the way its reader sees it.

Paragraphs, lists, table rows and links keep their shape; quoted blocks get `> ` in front, so that the rules for
plain text find them. What is not visible goes to a separate text. One walk without recursion.
"""

import re
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from agent.mail.styles import Paint, blends_in, hides, hiding_rules, painted, style_of

_RULES: Final = tomllib.loads((files(__package__) / "html_rules.toml").read_text("utf-8"))["layout"]
_BLOCKS: Final = frozenset(_RULES["blocks"])
_SPACED: Final = frozenset(_RULES["spaced"])
_SILENT: Final = frozenset(_RULES["silent"])
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_COMMENT_WORDS: Final = re.compile(r"\w{2,}(?:\W+\w{2,}){3}")
_REPLY_HEADER_IDS: Final = frozenset(
    {"divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container"}
)
_DESCRIPTIONS: Final = frozenset({"alt", "title", "aria-label", "placeholder", "summary"})
_CODE: Final = frozenset({"script", "style"})
_LONGEST_DESCRIPTION: Final = 4_000
_MAX_NODES: Final = 50_000


@dataclass(slots=True)
class Laid:
    """Visible text, hidden text, the hidden elements (to be cut), and how many pictures lie on other servers.

    `described` is what stands behind the page: descriptions of pictures, titles shown under the pointer.
    """

    text: str
    hidden: str
    described: str
    unseen: list[LexborNode]
    remote_pictures: int
    complete: bool


@dataclass(slots=True)
class _State:
    """What holds inside an element."""

    paint: Paint = field(default_factory=Paint)
    hidden: bool = False
    quotes: int = 0
    preformatted: bool = False


class _Page:
    """Collects lines: breaks are asked for by several elements and made once, before the next words."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._asked = 0  # 1 a new line, 2 an empty line between
        self._quotes = 0
        self._blank = False

    def ask(self, breaks: int) -> None:
        self._asked = max(self._asked, breaks)

    def line_break(self, quotes: int) -> None:
        if self._asked:
            self._settle(quotes)
        self._end_line()

    def write(self, words: str, quotes: int, *, preformatted: bool = False) -> None:
        if preformatted:
            for number, line in enumerate(words.split("\n")):
                if number:
                    self.line_break(quotes)
                if line:
                    self._put(line, quotes)
            return
        words = _BLANKS.sub(" ", words)
        if not words.strip(" "):
            self._blank = self._blank or bool(words)
            return
        if (self._blank or words[0] == " ") and self._line and not self._asked:
            self._line.append(" ")
        self._put(words.strip(" "), quotes)
        self._blank = words[-1] == " "

    def _put(self, words: str, quotes: int) -> None:
        if self._asked or quotes != self._quotes:
            self._settle(quotes)
        self._line.append(words)

    def _settle(self, quotes: int) -> None:
        if self._line:
            self._end_line()
        if self._asked == 2 and self._lines and self._lines[-1].strip("> "):
            self._lines.append((">" * min(quotes, self._quotes)).rstrip())
        self._asked, self._blank, self._quotes = 0, False, quotes

    def _end_line(self) -> None:
        prefix = ">" * self._quotes + " " if self._quotes else ""
        self._lines.append((prefix + "".join(self._line)).rstrip())
        self._line.clear()
        self._blank = False

    def text(self) -> str:
        if self._line:
            self._end_line()
        joined = "\n".join(self._lines).replace("\xa0", " ")
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ ]+\n", "\n", joined)).strip("\n")


class _Walk:
    """One pass over the tree, entering and leaving each element."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.rules = hiding_rules(tree)
        self.page = _Page()
        self.hidden: list[str] = []
        self.described: list[str] = []
        self.unseen: list[LexborNode] = []
        self.remote_pictures = 0
        self.rest_is_quote = 0
        self.numbers: list[int | None] = []
        self.links: list[str] = []

    def run(self, root: LexborNode) -> bool:
        """False when the letter had more elements than we lay out."""
        stack: list[tuple[LexborNode, _State, bool]] = [(root, _State(), False)]
        count = 0
        while stack:
            node, state, leaving = stack.pop()
            if leaving:
                self.leave(node, state)
                continue
            count += 1
            if count > _MAX_NODES:
                return False
            inside = self.enter(node, state)
            if inside is None:
                continue
            stack.append((node, inside, True))
            children = []
            child = node.child
            while child is not None:
                children.append(child)
                child = child.next
            stack.extend((child, inside, False) for child in reversed(children))
        return True

    def enter(self, node: LexborNode, state: _State) -> _State | None:
        """Write what comes before an element's children; None when there is nothing to go into."""
        tag = node.tag or ""
        if node.is_text_node:
            self.words(node, state)
            return None
        if node.is_comment_node:
            self.comment(node)
            return None
        for name in _DESCRIPTIONS & node.attributes.keys():
            self.describe(node.attributes[name] or "")
        if tag in _SILENT:
            for unseen in node.css("title") if tag == "head" else [node] if tag not in _CODE else []:
                self.describe(unseen.text() or "")
            return None
        inside = self.state_inside(node, tag, state)
        if not inside.hidden:
            self.open(node, tag, inside)
        return inside

    def comment(self, node: LexborNode) -> None:
        """Keep a comment that holds words and is no condition for Outlook."""
        comment = node.comment_content or ""
        if not comment.lstrip().startswith("[") and _COMMENT_WORDS.search(comment):
            self.hidden.append(comment.strip())

    def describe(self, words: str) -> None:
        """Keep a description of more than a few words: a short one names a picture or a button."""
        if _COMMENT_WORDS.search(words[:_LONGEST_DESCRIPTION]):
            self.described.append(_BLANKS.sub(" ", words[:_LONGEST_DESCRIPTION]).strip())

    def open(self, node: LexborNode, tag: str, inside: _State) -> None:
        if tag == "br":
            self.page.line_break(inside.quotes)
        elif tag == "img":
            source = (node.attributes.get("src") or "").strip().lower()
            self.remote_pictures += bool(source) and not source.startswith(("cid:", "data:"))
        elif tag in _BLOCKS:
            self.page.ask(2 if tag in _SPACED and not self.is_tight(node, tag) else 1)
            self.list_item(node, tag, inside)
        elif tag in {"td", "th"}:
            self.page.write(" ", inside.quotes)
        elif tag == "a":
            self.links.append((node.attributes.get("href") or "").strip())

    def leave(self, node: LexborNode, inside: _State) -> None:
        tag = node.tag or ""
        if inside.hidden:
            return
        if tag in _BLOCKS:
            self.page.ask(2 if tag in _SPACED and not self.is_tight(node, tag) else 1)
            if tag in {"ol", "ul"} and self.numbers:
                self.numbers.pop()
        elif tag in {"td", "th"}:
            self.page.write(" ", inside.quotes)
        elif tag == "a" and self.links:
            target = self.links.pop()
            shown = node.text() or ""
            if (
                target.startswith(("http://", "https://"))
                and shown.strip()
                and _host(target) not in shown.lower()
            ):
                self.page.write(f" <{target[:200]}>", inside.quotes)

    def state_inside(self, node: LexborNode, tag: str, state: _State) -> _State:
        style = style_of(node, self.rules)
        paint = painted(style, state.paint)
        hidden = state.hidden or "hidden" in node.attributes or hides(style)
        if hidden and not state.hidden:
            self.unseen.append(node)
        quotes = max(state.quotes, self.rest_is_quote)
        if not hidden and self.starts_quoted_rest(node, style):
            self.rest_is_quote = quotes = max(quotes, 1)
        if tag == "blockquote" and not _is_indentation(node, style):
            quotes += 1
        return _State(paint, hidden, quotes, state.preformatted or tag == "pre")

    def starts_quoted_rest(self, node: LexborNode, style: dict[str, str]) -> bool:
        """Whether Outlook's mark for the mail that is answered starts here; all that follows belongs to it."""
        if (node.attributes.get("id") or "").lower().removeprefix("x_") in _REPLY_HEADER_IDS:
            return True
        line = style.get("border-top", "")
        if node.tag != "div" or "solid" not in line or not style.get("padding", "").startswith("3"):
            return False
        return ":" in (node.text() or "")[:200]

    def words(self, node: LexborNode, state: _State) -> None:
        words = node.text_content or ""
        if state.hidden or (blends_in(state.paint) and words.strip()):
            if words.strip():
                self.hidden.append(_BLANKS.sub(" ", words).strip())
            if not state.hidden:
                self.unseen.append(node)
            return
        self.page.write(words, max(state.quotes, self.rest_is_quote), preformatted=state.preformatted)

    def list_item(self, node: LexborNode, tag: str, inside: _State) -> None:
        if tag == "ol":
            start = node.attributes.get("start") or "1"
            self.numbers.append(int(start) if re.fullmatch(r"\d{1,6}", start) else 1)
        elif tag == "ul":
            self.numbers.append(None)
        elif tag == "li":
            number = self.numbers[-1] if self.numbers else None
            self.page.write("- " if number is None else f"{number}. ", inside.quotes)
            if number is not None:
                self.numbers[-1] = number + 1

    @staticmethod
    def is_tight(node: LexborNode, tag: str) -> bool:
        """Paragraphs without a margin are lines: Word's, and those whose style says so; lists within lists too."""
        if tag in {"ul", "ol"} and node.parent is not None and node.parent.tag == "li":
            return True
        attributes = node.attributes
        if "mso" in (attributes.get("class") or "").lower():
            return True
        return re.search(r"margin(?:-top|-bottom)?\s*:\s*0", attributes.get("style") or "") is not None


def _is_indentation(node: LexborNode, style: dict[str, str]) -> bool:
    """Mail programs indent with an unbordered blockquote; a quoted mail is marked as such."""
    if "cite" in node.attributes or node.attributes.get("type") == "cite" or node.attributes.get("class"):
        return False
    return style.get("border", "").startswith("none") or style.get("border-left", "").startswith("none")


def _host(target: str) -> str:
    return target.split("/", 3)[2].lower().removeprefix("www.") if target.count("/") >= 2 else target


def lay_out(tree: LexborHTMLParser) -> Laid:
    """Plain text of a parsed letter, with what its reader does not see apart."""
    walk = _Walk(tree)
    root = tree.root
    complete = walk.run(root) if root is not None else True
    beside = root.parent.child if root is not None and root.parent is not None else None
    while beside is not None:  # comments before and behind the page
        if beside.is_comment_node:
            walk.comment(beside)
        beside = beside.next
    text = walk.page.text()
    read = " ".join(text.split())
    described = "\n".join(words for words in dict.fromkeys(walk.described) if words not in read)
    return Laid(text, "\n".join(walk.hidden), described, walk.unseen, walk.remote_pictures, complete)
