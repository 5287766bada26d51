"""Which mails get drafts that people see: a company starts small, and one category at a time.

Categories say what is wanted, and a mailbox is the ceiling: whatever the categories say, no mail gets more than its
mailbox allows. With a pilot share, that part of a mailbox' conversations alone is handled with drafts; the others
are drafted unseen, for comparison.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

EVERYTHING = ""
"""The category that stands for all that have no setting of their own."""

UNSEEN = "shadow"
"""State of a stored draft that is kept from the agents."""


class Mode(StrEnum):
    """`off`: nothing is drafted. `shadow`: drafted unseen, to be compared with what people send. `on`: shown."""

    OFF = "off"
    SHADOW = "shadow"
    ON = "on"

    @property
    def rank(self) -> int:
        """How far it goes: 0 for off."""
        return list(Mode).index(self)


@dataclass(frozen=True, slots=True)
class Setting:
    """What was decided for one category (`EVERYTHING` for the rest), or for the mailbox `mailbox_id`.

    `share` is the part of a mailbox' conversations, in per cent, for which `on` holds.
    """

    mode: Mode
    category: str = EVERYTHING
    mailbox_id: int | None = None
    share: int = 100


def mode_for(settings: Iterable[Setting], *, category: str, mailbox_id: int, case_id: int) -> Mode:
    """What holds for a case. Nothing decided means `on`."""
    standing = tuple(settings)
    by_category = {one.category: one.mode for one in standing if one.mailbox_id is None}
    wanted = by_category.get(category, by_category.get(EVERYTHING, Mode.ON))
    ceiling = next((one for one in standing if one.mailbox_id == mailbox_id), Setting(Mode.ON))
    mode = min(wanted, ceiling.mode, key=lambda one: one.rank)
    if mode is Mode.ON and not in_pilot(case_id, mailbox_id, ceiling.share):
        return Mode.SHADOW
    return mode


def in_pilot(case_id: int, mailbox_id: int, share: int) -> bool:
    """Whether a conversation belongs to the `share` per cent of its mailbox.

    Always the same for the same conversation; and who is in at 20 % is in at 50 % too.
    """
    digest = hashlib.sha256(f"pilot/{mailbox_id}/{case_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100 < share
