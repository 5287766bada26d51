"""Words that go out over SMS, WhatsApp and chat: how long they may be, and what they cost.

A text message is sent in parts: 160 characters alone, 153 each when there are several (3GPP TS 23.038, the GSM alphabet).
One character outside that alphabet, such as an emoji, makes it 70 and 67.
"""

import re

LONGEST = 459
"""Characters of a whole message with its links: three parts in the GSM alphabet."""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("\f^{}\\[~]|€")
"""In the alphabet's second table: each takes two places."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def opening_within(opening: str, room: int) -> str:
    """The sentences of an opening, from its first on, that fit into so many characters; empty where none does."""
    told = ""
    for sentence in _SENTENCE_END.split(" ".join(opening.split())):
        longer = f"{told} {sentence}".strip()
        if len(longer) > room:
            break
        told = longer
    return told


def as_sentence(words: str) -> str:
    """The words with an end, so that something may follow them."""
    return words if not words or words[-1] in ".!?…:" else f"{words}."


def parts_of(text: str) -> int:
    """How many parts it is sent in as a text message, which is what operators count."""
    if set(text) <= _GSM | _GSM_TWICE:
        places, alone, each = len(text) + sum(one in _GSM_TWICE for one in text), 160, 153
    else:
        places, alone, each = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if places <= alone else -(-places // each)
