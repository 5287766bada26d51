"""Who was told of an escalation, in the reader's words: »lead by mail 10:02«."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from agent.store.queries.case_page import CasePage
from agent.store.tables import EscalationNoticeRow, EscalationRow
from api.web.language import marked
from api.web.pages import Reader

ROLES = {"lead": marked("lead"), "owner": marked("account owner"), "management": marked("management")}

# One sentence each: languages order these words differently.
_BY = {
    ("mail", "sent"): marked("%(who)s by mail %(time)s"),
    ("chat", "sent"): marked("%(who)s by chat %(channel)s %(time)s"),
    ("mail", "waiting"): marked("%(who)s by mail, on its way"),
    ("chat", "waiting"): marked("%(who)s by chat %(channel)s, on its way"),
    ("mail", "failed"): marked("%(who)s not reached by mail"),
    ("chat", "failed"): marked("%(who)s not reached by chat %(channel)s"),
    ("mail", "uncertain"): marked("%(who)s by mail, not confirmed"),
    ("chat", "uncertain"): marked("%(who)s by chat %(channel)s, not confirmed"),
}


@dataclass(frozen=True, slots=True)
class ToldItem:
    """One line of who was told; `outcome` says more, `failed` that somebody did not hear of it."""

    words: str
    outcome: str
    failed: bool


@dataclass(frozen=True, slots=True)
class ShownEscalation:
    """An escalation on the page of its case."""

    row: EscalationRow
    told: list[ToldItem]


def shown_escalations(page: CasePage, reader: Reader, words: Callable[..., str]) -> list[ShownEscalation]:
    """The last ones that somebody took, and those that wait."""
    return [
        ShownEscalation(row, told_items(page.told.get(row.id, ()), reader, words))
        for row in (*page.taken, *page.escalations)
    ]


def told_items(
    rows: Iterable[EscalationNoticeRow], reader: Reader, words: Callable[..., str]
) -> list[ToldItem]:
    """Notices as lines; people of one role who were told by the same step and way share one."""

    def kind(row: EscalationNoticeRow) -> tuple[int, str, str, str, str]:
        channel = row.target if row.way == "chat" else ""
        return (row.step, row.role, row.way, channel, "waiting" if row.state == "sending" else row.state)

    items = []
    for (_, role, way, channel, state), group in groupby(rows, key=kind):
        told = list(group)
        times = [row.told_at for row in told if row.told_at is not None]
        line = words(_BY[way, state]) % {
            "who": words(ROLES[role]) if role in ROLES else role,
            "channel": channel,
            "time": reader.moment(max(times)) if times else "",
        }
        items.append(ToldItem(line, told[-1].outcome, state == "failed"))
    return items
