"""Two versions of a draft as a reader compares them."""

from dataclasses import dataclass

from agent.store.tables import DraftRow
from api.web.draft.panel import DraftPanel
from api.web.draft.word_diff import Run, side_by_side


@dataclass(frozen=True, slots=True)
class Side:
    """One version: its row, who or what wrote it, its words in runs, and whether it can be taken again."""

    draft: DraftRow
    origin: str
    subject: tuple[Run, ...]
    runs: tuple[Run, ...]
    current: bool
    takeable: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """The older version stands on the left."""

    left: Side
    right: Side
    same: bool


def compared(panel: DraftPanel, left: int, right: int) -> Compared:
    """The versions with these numbers, or the newest two where there are none such."""
    by_number = {draft.version: draft for draft in panel.page.drafts}
    newest = panel.page.drafts[0]
    chosen_right = by_number.get(right, newest)
    before = next((draft for draft in panel.page.drafts if draft.version < chosen_right.version), newest)
    chosen_left = by_number.get(left, before)
    if chosen_left.version > chosen_right.version:
        chosen_left, chosen_right = chosen_right, chosen_left
    texts = side_by_side(chosen_left.text, chosen_right.text)
    subjects = side_by_side(chosen_left.subject, chosen_right.subject)
    return Compared(
        _side(panel, chosen_left, subjects[0], texts[0]),
        _side(panel, chosen_right, subjects[1], texts[1]),
        (chosen_left.text, chosen_left.subject) == (chosen_right.text, chosen_right.subject),
    )


def _side(panel: DraftPanel, draft: DraftRow, subject: tuple[Run, ...], runs: tuple[Run, ...]) -> Side:
    case, newest = panel.page.case, panel.page.drafts[0]
    current = panel.draft is not None and draft.id == panel.draft.id
    takeable = (
        not current
        and draft.message_id == case.latest_in_id
        and newest.state not in {"approved", "sent"}
        and case.draft_state != "writing"
    )
    return Side(draft, panel.origin_of(draft), subject, runs, current, takeable)
