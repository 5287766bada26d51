"""What a translation for colleagues' eyes is, and who makes one."""

from dataclasses import dataclass
from typing import Final, Protocol

from agent.privacy.redaction import RedactedText

MOST: Final = 8_000
"""Characters of a text that are translated."""


@dataclass(frozen=True, slots=True)
class Translation:
    """`text` still holds its placeholders."""

    text: str
    model: str
    prompt: str
    tokens_in: int
    tokens_out: int


class Translator(Protocol):
    """Says in one language what was written in another."""

    def translate(self, text: RedactedText, *, source: str, target: str) -> Translation:
        """`source` and `target` are codes such as `da`. Raises `ModelUnavailable`."""
        ...
