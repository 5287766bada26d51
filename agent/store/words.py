"""What a case is found by: folded words, written beside the case in the same transaction as what they come from.

Folding is done here and not by the databases, whose own rules differ with their version and locale: a search finds
the same on SQLite and PostgreSQL, and on a server that knows no Nordic capitals.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session, UOWTransaction, sessionmaker

from agent.store.tables import (
    AttachmentRow,
    CaseRow,
    CaseTagRow,
    CaseWordsRow,
    CustomerRow,
    MessageRow,
    NoteRow,
    TagRow,
)

LONGEST_WORD = 60
MOST_OF_A_TEXT = 30_000  # characters: what follows in a mail is a log that was pasted in
MOST_WORDS = 12_000  # of a case: PostgreSQL keeps 16,383 places of a text apart
_AT_ONCE = 300
_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "œ": "oe"})
_CHANGED = "genklang_case_words"
_FED_BY: dict[type[Any], tuple[str, ...]] = {
    CaseRow: ("subject", "summary", "customer_name", "customer_email", "customer_id"),
    MessageRow: ("case_id", "subject", "new_text", "signature", "from_name", "from_email"),
    AttachmentRow: ("message_id", "filename"),
    NoteRow: ("case_id", "text"),
    CaseTagRow: ("case_id", "tag_id"),
    CustomerRow: ("name", "company"),
    TagRow: ("name",),
}
"""From which columns the words come."""


def fold(text: str) -> str:
    """Lower case without accents: »Ærø« and »aero«, »MÜLLER« and »muller« are the same. May change the length."""
    plain = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKD", text).casefold()
    )  # »𝐀« has a small letter
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(_LETTERS)


def words_of(text: str) -> list[str]:
    """The folded words of a text, in their order; an endless one is cut."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text[:MOST_OF_A_TEXT]))]


def keep_in_step(sessions: "sessionmaker[Session]") -> None:
    """Let every transaction of `sessions` write the words of the cases it changes, just before it commits."""
    event.listen(sessions, "after_flush", _note)
    event.listen(sessions, "before_commit", _write_noted)
    event.listen(sessions, "after_rollback", lambda session: session.info.pop(_CHANGED, None))


def write_words(session: Session, case_ids: Collection[int]) -> None:
    """Write the words of these cases anew, after changes that went past the session (bulk statements)."""
    wanted = sorted(case_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        _write(session, wanted[start : start + _AT_ONCE])


def _note(session: Session, _flush: UOWTransaction) -> None:
    """Remember which cases, customers and tags a flush has changed."""
    noted: dict[str, set[int]] = session.info.setdefault(_CHANGED, defaultdict(set))
    for row in (*session.new, *session.dirty, *session.deleted):
        columns = _FED_BY.get(type(row))
        if columns is None:
            continue
        state = inspect(row)
        if row in session.dirty and not any(state.attrs[c].history.has_changes() for c in columns):
            continue
        if isinstance(row, CaseRow):
            noted["case"].add(row.id)
        elif isinstance(row, CustomerRow):
            noted["customer"].add(row.id)
        elif isinstance(row, TagRow):
            noted["tag"].add(row.id)
        elif isinstance(row, AttachmentRow):
            noted["mail"].add(row.message_id)
        else:
            history = state.attrs["case_id"].history
            noted["case"].update(one for one in (row.case_id, *(history.deleted or ())) if one)


def _write_noted(session: Session) -> None:
    session.flush()
    noted = session.info.pop(_CHANGED, None)
    if not noted:
        return
    cases = set(noted["case"])
    if noted["customer"]:
        cases.update(session.scalars(select(CaseRow.id).where(CaseRow.customer_id.in_(noted["customer"]))))
    if noted["mail"]:
        of = select(MessageRow.case_id).where(MessageRow.id.in_(noted["mail"]))
        cases.update(case_id for case_id in session.scalars(of) if case_id)
    if noted["tag"]:
        cases.update(session.scalars(select(CaseTagRow.case_id).where(CaseTagRow.tag_id.in_(noted["tag"]))))
    write_words(session, cases)
    session.flush()
    session.info.pop(_CHANGED, None)


def _write(session: Session, case_ids: Sequence[int]) -> None:
    cases = session.execute(
        select(
            CaseRow.id,
            CaseRow.subject,
            CaseRow.summary,
            CaseRow.customer_name,
            CaseRow.customer_email,
            CustomerRow.name,
            CustomerRow.company,
        )
        .outerjoin(CustomerRow, CustomerRow.id == CaseRow.customer_id)
        .where(CaseRow.id.in_(case_ids))
    ).all()
    said: dict[int, list[str]] = defaultdict(list)
    who: dict[int, list[str]] = defaultdict(list)
    mails = (
        select(
            MessageRow.case_id,
            MessageRow.subject,
            MessageRow.new_text,
            MessageRow.signature,
            MessageRow.direction,
            MessageRow.from_name,
            MessageRow.from_email,
        )
        .where(MessageRow.case_id.in_(case_ids))
        .order_by(MessageRow.id)
    )
    for number, subject, text, signature, direction, name, email in session.execute(mails):
        case_id = number or 0  # never none: the query asks for cases
        said[case_id] += [subject, text, signature]
        if direction == "in":
            who[case_id] += [name, email]
    notes = select(NoteRow.case_id, NoteRow.text).where(NoteRow.case_id.in_(case_ids)).order_by(NoteRow.id)
    tags = (
        select(CaseTagRow.case_id, TagRow.name)
        .join(TagRow, TagRow.id == CaseTagRow.tag_id)
        .where(CaseTagRow.case_id.in_(case_ids))
    )
    files = (
        select(MessageRow.case_id, AttachmentRow.filename)
        .join(MessageRow, MessageRow.id == AttachmentRow.message_id)
        .where(MessageRow.case_id.in_(case_ids))
        .order_by(AttachmentRow.id)
    )
    for query in (notes, tags, files):
        for number, text in session.execute(query):
            said[number or 0].append(text)
    present = {
        row.case_id: row
        for row in session.scalars(select(CaseWordsRow).where(CaseWordsRow.case_id.in_(case_ids)))
    }
    for case_id, subject, summary, *customer in cases:
        row = present.get(case_id)
        if row is None:
            session.add(row := CaseWordsRow(case_id=case_id))
        row.customer = joined((*customer, *dict.fromkeys(who[case_id])))
        row.words = joined((subject, summary, *said[case_id]))


def joined(texts: Iterable[str | None]) -> str:
    """The words of several texts, one after the other, up to the most that is kept of a case."""
    words: list[str] = []
    for text in texts:
        words += words_of(text or "")
        if len(words) >= MOST_WORDS:
            break
    return " ".join(words[:MOST_WORDS])
