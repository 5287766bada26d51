"""Text from outside, as a model may see it: fenced, literal, and without the characters nobody sees.

Nothing a customer writes is an instruction. Three measures keep it so:

- each piece stands in a fence whose mark is a hash over all the pieces of the prompt, so that no writer can
  know it beforehand, let alone close the fence from within;
- every line inside is led by `| `, so that no line can pass for a heading of the prompt (`System:`, `###`);
- role tokens of chat templates (`<|im_start|>`, `[INST]`) are taken apart, because servers read them as
  control tokens wherever they stand, and invisible characters (zero width, direction, Unicode tags) go.

`agent.llm.commands` tells people when a mail tries all the same.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

_MARK_DIGITS: Final = 16

# Control tokens of the usual chat templates: ChatML and Llama 3 (<|…|>), Llama 2 and Mistral ([INST],
# <<SYS>>, <s>), Gemma (<start_of_turn>), DeepSeek (full-width bars), and the tags models are trained to
# think in.
_ROLE_TOKEN: Final = re.compile(
    r"<\s*[|｜][^<>\n]{0,40}[|｜]\s*>"
    r"|<<\s*/?\s*SYS\s*>>"
    r"|\[\s*/?\s*(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\s*\]"
    r"|<\s*/?\s*(?:s|bos|eos|start_of_turn|end_of_turn|think|tool_call|tool_response|system|assistant)\s*>",
    re.IGNORECASE,
)


def visible(text: str) -> str:
    """`text` without the characters that people do not see and models do.

    Control and format characters go (zero width, bidirectional marks, the tag block U+E0000, variation
    selectors beyond those of emoji); line breaks and tabs stay.
    """
    return "".join(
        character
        for character in text.replace("\r\n", "\n").replace("\r", "\n")
        if character in "\n\t"
        or (
            unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
            and not "\U000e0100" <= character <= "\U000e01ef"
        )
    )


def literal(text: str) -> str:
    """`text` with every role token spaced out (`< |im_start| >`), so that a server reads plain characters."""
    return _ROLE_TOKEN.sub(lambda found: " ".join(_pieces(found.group())), visible(text))


def _pieces(token: str) -> Iterable[str]:
    """`<|x|>` → `<`, `|`, `x`, `|`, `>`: the words stay readable, the token is gone."""
    return [piece.strip() for piece in re.findall(r"[\w ]*\w[\w ]*|[^\w\s]", token)]


def mark_for(texts: Iterable[str]) -> str:
    """A mark for the fences around `texts`: 16 hex digits that none of them contains.

    It is their hash: the same prompt gets the same mark (answers can be cached and tests repeated), while a
    writer who wants to close the fence would have to write a text that contains its own hash.
    """
    pieces = tuple(texts)
    digest = hashlib.sha256("\0".join(pieces).encode("utf-8", "surrogatepass"))
    while any(digest.hexdigest()[:_MARK_DIGITS] in piece for piece in pieces):
        digest.update(b"again")
    return digest.hexdigest()[:_MARK_DIGITS]


def fence(name: str, text: str, mark: str) -> str:
    """One piece of outside text between `<<<name mark` and `mark name>>>`, each line led by `| `."""
    body = "\n".join(f"| {line}" for line in literal(text).split("\n"))
    return f"<<<{name} {mark}\n{body}\n{mark} {name}>>>"


def fence_all(pieces: Mapping[str, str], mark: str) -> str:
    """Several pieces, in order, a blank line between."""
    return "\n\n".join(fence(name, text, mark) for name, text in pieces.items())
