"""What a reader's role and warmth change in a letter: which source comes first, and what is offered at the end.

The facts stay the same: passages are put in another order, never added, left out or reworded for a role. An offer
invites a reply; it says nothing about products, prices or dates.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby

from agent.drafting.extract import Piece
from agent.drafting.plan import Plan
from knowledge.features import codes

_FIGURE = re.compile(r"\d")

_OFFERS_WITHOUT_ANSWER = {
    "operations_manager": "operations_manager",
    "purchaser": "purchaser",
    "beginner": "call",
}
"""Where nothing could be answered yet, technical detail has nothing to be about; a call helps a beginner on."""


def for_reader(plan: Plan, role: str) -> Plan:
    """The same passages with the source first that helps this reader most.

    Who does the work themselves (technician, beginner) gets the steps first, IT what names codes and commands, who
    decides about time and money (operations manager, purchaser) what names amounts and times. Among equals, and for
    everybody else, the order stays. Passages of one source stay together and in their order.
    """
    helps = _HELPS.get(role)
    if helps is None:
        return plan
    sources = [list(group) for _, group in groupby(plan.quotes, key=lambda quote: quote.source)]
    sources.sort(key=lambda group: -max(map(helps, group)))
    return replace(plan, quotes=tuple(quote for group in sources for quote in group))


def offers_for(plan: Plan, role: str, warmth: str) -> tuple[str, ...]:
    """The phrases of the book's section `extra` that suit the reader, beside those an agent wishes for."""
    if plan.occasion != "question":
        return ()
    offer = role if plan.quotes else _OFFERS_WITHOUT_ANSWER.get(role, "")
    return (*((offer,) if offer else ()), *(("warm",) if warmth == "warm" else ()))


def _is_step(quote: Piece) -> bool:
    return quote.block.marker[:1].isdigit()


def _names_code(quote: Piece) -> bool:
    return bool(codes(quote.block.text))


def _names_figure(quote: Piece) -> bool:
    return any(_FIGURE.search(sentence) for sentence in quote.block.sentences)


_HELPS: dict[str, Callable[[Piece], bool]] = {
    "technician": _is_step,
    "beginner": _is_step,
    "it": _names_code,
    "operations_manager": _names_figure,
    "purchaser": _names_figure,
}
