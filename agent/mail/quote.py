"""What the sender newly wrote, apart from the signature and from what is quoted.

A mail's text is read line by line, once; each rule looks at a few neighbouring lines of bounded length, so that
the time is linear in the text (patterns over whole texts are how others came to minutes for one mail).

Three things mark quoted text: `>` in front of lines, a line that says who wrote what follows ("On … wrote:"),
and Outlook's header block or a ruled line ("-----Original Message-----"). `>` lines end where they end, so that
answers between and below them are new text; after the others everything is quoted. What is forwarded is quoted.
"""

import re
from typing import Final, NamedTuple

from agent.mail import quote_marks as marks
from agent.mail.signature import cut_signature

_LINK_END: Final = re.compile(r"\(https?://\S{1,300}\)(?: >)?|\S{1,300}[=&/?]\S{0,300}\)")
"""What is left of a link within quoted lines: the whole of it in brackets, or its end with the bracket."""


class Split(NamedTuple):
    """The three parts of a mail's text; each keeps the words and the order of the whole."""

    new_text: str
    signature: str
    quoted: str


def split(text: str, html_text: str = "", *, sender_name: str = "") -> Split:
    """Split a mail's text.

    `html_text` is the text of the HTML form, where the mail has both: quotes that only the HTML marks are found
    through it. `sender_name` helps to see where a signature starts.
    """
    lines = marks.part_shared_lines(text.split("\n"))
    quoted = _quoted_lines(marks.with_arrows(lines))
    if html_text and not any(quoted):
        quoted = _quoted_by_html(lines, html_text)
    new = _join(lines, quoted, wanted=False)
    new_lines, signature = cut_signature(new, sender_name)
    old = [line for line, is_quoted in zip(lines, quoted, strict=True) if is_quoted]
    return Split(_text(new_lines), _text(signature), _text(old))


def _quoted_lines(lines: list[str]) -> list[bool]:
    quoted = [False] * len(lines)
    position = 0
    while position < len(lines):
        line = lines[position]
        if not line.strip():
            position += 1
        elif marks.is_quote(line):
            quoted[position] = True
            position += 1
        elif end := marks.attribution(lines, position):
            quoted[position:end] = [True] * (end - position)
            following = marks.next_words(lines, end)
            if following < len(lines) and not marks.is_quote(lines[following]):
                # With nothing above it, the answer can only stand below, unless the rest is set in as a quote.
                nothing_above = not any(line.strip() for line in lines[:position])
                if nothing_above and not lines[following].startswith("    "):
                    position = end
                    continue
                return quoted[:end] + [True] * (len(lines) - end)
            position = end
        elif marks.starts_rest(lines, position):
            following = marks.next_words(lines, position + 1)
            soft = marks.is_ruled(line) and not marks.is_forward(line)
            if soft and following < len(lines) and marks.is_quote(lines[following]):
                quoted[position] = True
                position += 1
                continue
            start = marks.rule_above(lines, position)
            return quoted[:start] + [True] * (len(lines) - start)
        else:
            position += 1
    _close_wrapped(lines, quoted)
    return quoted


def _close_wrapped(lines: list[str], quoted: list[bool]) -> None:
    """A long quoted line or link that some program broke leaves its end without `>`: it is quoted all the same."""
    for position in range(1, len(lines) - 1):
        before, line = lines[position - 1].rstrip(), lines[position]
        if quoted[position] or not (quoted[position - 1] and quoted[position + 1]):
            continue
        if _LINK_END.fullmatch(line.strip()) or (
            len(before) >= 65 and before[-1] not in ".?!:" and line[:1].islower() and marks.is_quote(before)
        ):
            quoted[position] = True


def _quoted_by_html(lines: list[str], html_text: str) -> list[bool]:
    """Quotes seen only in the HTML: everything from the line where its first quoted line of some length stands."""
    for html_line in html_text.split("\n"):
        if not marks.is_quote(html_line):
            continue
        wanted = " ".join(html_line.lstrip("> ").split())[:60]
        if len(wanted) < 20:
            continue
        for position, line in enumerate(lines):
            if " ".join(line.split()).startswith(wanted):
                return [number >= position for number in range(len(lines))]
        break
    return [False] * len(lines)


def _join(lines: list[str], quoted: list[bool], *, wanted: bool) -> list[str]:
    """The lines that are (not) quoted, with an empty line where something between them was left out."""
    joined: list[str] = []
    for position, line in enumerate(lines):
        if quoted[position] is wanted:
            if joined and joined[-1].strip() and line.strip() and quoted[position - 1] is not wanted:
                joined.append("")
            joined.append(line)
    return joined


def _text(lines: list[str]) -> str:
    """Lines as text, trailing blanks and repeated empty lines gone."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1]):
            kept.append(line.rstrip())
    return "\n".join(kept).strip("\n")
