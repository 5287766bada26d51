"""The placeholders of one conversation in another: the same person keeps one name, two persons never share one."""

import json
import re
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from agent.store.session import Unit
from agent.store.tables import DraftRow, MessageRow, TriageRow

_TOKEN = re.compile(r"\[[A-Z][A-Z_]*_\d+\]")


def renamed(here: Mapping[str, str], there: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What each placeholder of `there` is called among those of `here`, and those that are new here by value."""
    known = {value: token for token, value in here.items()}
    taken = set(here)
    names: dict[str, str] = {}
    added: dict[str, str] = {}
    for token, value in there.items():
        new = known.get(value, "")
        if not new:
            new = token if token not in taken else _free(token, taken)
            known[value], added[new] = new, value
            taken.add(new)
        names[token] = new
    return names, added


def rewrite(
    unit: Unit, message_ids: Sequence[int], draft_ids: Sequence[int], names: Mapping[str, str]
) -> None:
    """Put the new names into the redacted texts of these mails and drafts, and into what was read from them."""
    if all(old == new for old, new in names.items()):
        return

    def put(text: str) -> str:
        return _TOKEN.sub(lambda found: names.get(found[0], found[0]), text)

    for mail in unit.session.scalars(select(MessageRow).where(MessageRow.id.in_(message_ids))):
        for name in ("redacted_subject", "redacted_new_text", "redacted_text"):
            if (text := getattr(mail, name)) is not None:
                setattr(mail, name, put(text))
    for draft in unit.session.scalars(select(DraftRow).where(DraftRow.id.in_(draft_ids))):
        draft.redacted_text = put(draft.redacted_text)
    for read in unit.session.scalars(select(TriageRow).where(TriageRow.message_id.in_(message_ids))):
        read.reading = json.loads(put(json.dumps(read.reading, ensure_ascii=False)))


def _free(token: str, taken: set[str]) -> str:
    kind = token[1:].rpartition("_")[0]
    number = 1
    while f"[{kind}_{number}]" in taken:
        number += 1
    return f"[{kind}_{number}]"
