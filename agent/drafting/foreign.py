"""What a good source in another language says, for the agent alone: nothing here can translate, so nothing is sent.

Steps, codes and numbers read much the same in every language; they are shown as the source has them, marked as such.
"""

import re

from agent.drafting.extract import is_instruction, quotable_blocks
from agent.drafting.facts import FactKind, facts_in
from agent.drafting.sentences import Block
from knowledge.search import Match

_MOST_STEPS = 4
_MOST_CHARACTERS = 420
_MENU_PATH = re.compile(r"\S > \S")


def summary_for_agent(match: Match, allowed: str) -> str:
    """One line on a source that the letter does not quote because of its language.

    `allowed` is text whose numbers may be repeated from a solved case: the customer's own mail.
    """
    document = match.document
    steps = [
        block for block in quotable_blocks(document, allowed) if _tells_what_to_do(block, document.language)
    ]
    nearest = " ".join(match.passage.split())
    steps.sort(key=lambda block: " ".join(block.text.split())[:60] not in nearest)
    told = " / ".join(block.text for block in steps[:_MOST_STEPS])
    if len(told) > _MOST_CHARACTERS:
        told = f"{told[: _MOST_CHARACTERS - 1]}…"
    source = f"{document.title[:80]} ({document.id}, {document.language})"
    head = f"For you, not in the letter, because it is in another language: {source}"
    return f"{head}: {told}" if told else f"{head}."


def _tells_what_to_do(block: Block, language: str) -> bool:
    if block.text.endswith(":"):
        return False
    codes_or_amounts = {FactKind.CODE, FactKind.AMOUNT, FactKind.NUMBER}
    return (
        bool(block.marker)
        or bool(_MENU_PATH.search(block.text))
        or any(is_instruction(sentence, language) for sentence in block.sentences)
        or any(fact.kind in codes_or_amounts for fact in facts_in(block.text, language))
    )
