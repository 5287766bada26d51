"""What to tell the agent of a letter that was written again: whether it changed, and whether its facts did."""

from collections.abc import Iterable

from agent.drafting.draft import Draft, DraftRequest
from agent.drafting.facts import Fact, FactKind, facts_in

_NAMED = (FactKind.NUMBER, FactKind.AMOUNT, FactKind.DATE, FactKind.CODE)
SAME = "Nothing changed: the writer found no other words for what was asked for."
ANEW = "The local writer wrote this anew from its sources. What was changed by hand is kept under Versions."


def remarks(draft: Draft, request: DraftRequest, *, by_hand: bool) -> tuple[str, ...]:
    """Sentences for the agent about `draft`, which takes the place of `request.previous`.

    `by_hand` says that a person had changed that version. A change of tone must not change the facts, so those that
    are no longer in the letter, or newly in it, are named; where other words were wished for they may differ.
    """
    previous = str(request.previous)
    if not previous or not (request.wish or request.tone):
        return ()
    if draft.text.split() == previous.split():
        return (SAME,)
    said = [ANEW] if by_hand and draft.engine == "local" else []
    if request.tone and not request.wish:
        before, after = (facts_in(text, draft.language) for text in (previous, draft.text))
        if gone := _names(before - after):
            said.append(f"Facts that this version no longer names: {gone}")
        if new := _names(after - before):
            said.append(f"Facts that the version before did not name: {new}")
    return tuple(said)


def _names(facts: Iterable[Fact]) -> str:
    return ", ".join(sorted({fact.value for fact in facts if fact.kind in _NAMED}))
