"""What a person has to settle before a draft may leave: sentences without a source, and checks that found harm.

Each is removed, changed, or vouched for by name; the rule holds whichever door the approval comes through.
"""

from collections.abc import Callable, Collection

from agent.desk.casework.noting import add_note
from agent.desk.house import House
from agent.errors import WrongUse
from agent.store.session import Unit
from agent.store.tables import DraftRow, PersonRow

MUST_SETTLE = frozenset({"leak", "leftover_placeholder", "forbidden"})
"""Checks whose finding nobody may pass over unseen. The others are shown."""


VOUCHED = "I vouch for: “%(sentence)s”"
CHECKED = "I have checked: %(detail)s"


def unsettled(draft: DraftRow) -> dict[str, str]:
    """What has to be settled, by key: `3` for the third sentence, `check:leak` for a check; with its words."""
    sentences = {
        str(number): str(sentence["text"])
        for number, sentence in enumerate(draft.sentences, start=1)
        if not sentence.get("supported", True)
    }
    checks = {
        f"check:{check['name']}": str(check.get("detail") or check["name"])
        for check in draft.checks
        if not check["passed"] and check["name"] in MUST_SETTLE
    }
    return sentences | checks


def settle(
    unit: Unit,
    house: House,
    draft: DraftRow,
    vouched: Collection[str],
    person: PersonRow,
    words: Callable[[str], str] = str,
) -> None:
    """Write down, by name, what `person` vouches for, `words` saying it in their language.

    What somebody vouched for in an earlier version still stands, in their own name. Raises `WrongUse` while anything else is unsettled.
    """
    points = unsettled(draft)
    left = [key for key in points if key not in vouched]
    if left:
        raise WrongUse(
            "A check of this draft found something."
            if left[0].startswith("check:")
            else "A sentence of this draft has no source.",
            code="draft.unsettled",
            remedy="Remove it, change it, or say that you vouch for it; then approve again.",
        )
    lines = {person.id: [_line(key, found, words) for key, found in points.items()]}
    for sentence in draft.sentences:
        if by := sentence.get("vouched_by"):
            lines.setdefault(by, []).append(words(VOUCHED) % {"sentence": sentence["text"]})
    for person_id, said in lines.items():
        who = unit.session.get(PersonRow, person_id)
        if said and who is not None:
            add_note(unit, house, case_id=draft.case_id, text="\n".join(said), person=who)


def _line(key: str, found: str, words: Callable[[str], str]) -> str:
    return (
        words(CHECKED) % {"detail": found}
        if key.startswith("check:")
        else words(VOUCHED) % {"sentence": found}
    )
