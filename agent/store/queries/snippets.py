"""Where a search found its words: a stretch of a mail or note with the words marked. Plain text, never HTML."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.store.queries.case_pages import Piece
from agent.store.queries.full_text import Sought
from agent.store.tables import AttachmentRow, MessageRow, NoteRow
from agent.store.words import fold

_WORD = re.compile(r"[^\W_]+")
_BEFORE, _AFTER = 40, 110  # characters kept around the first hit
_LOOKED_AT = 4_000  # characters of a mail: what was found further down is shown by opening it
_NEWEST = 12  # of the mails, notes and files of a case

Span = tuple[int, int]


def snippets(
    session: Session, case_ids: Sequence[int], wanted: Sequence[Sought]
) -> dict[int, tuple[Piece, ...]]:
    """For each case the first place that holds a word: in its mails, the newest first, its notes or names of files."""
    said = [one for one in wanted if not one.customer]
    if not said or not case_ids:
        return {}
    found: dict[int, tuple[Piece, ...]] = {}
    mails = (
        select(MessageRow.case_id, MessageRow.new_text)
        .where(MessageRow.case_id.in_(case_ids))
        .order_by(MessageRow.id.desc())
    )
    notes = select(NoteRow.case_id, NoteRow.text).where(NoteRow.case_id.in_(case_ids)).order_by(NoteRow.id)
    files = (
        select(MessageRow.case_id, AttachmentRow.filename)
        .join(MessageRow, MessageRow.id == AttachmentRow.message_id)
        .where(MessageRow.case_id.in_(case_ids))
        .order_by(AttachmentRow.id.desc())
    )
    for query in (mails, notes, files):
        looked: dict[int, int] = defaultdict(int)
        for number, text in session.execute(query):
            case_id = int(number or 0)  # never none: the query asks for cases
            looked[case_id] += 1
            if case_id not in found and looked[case_id] <= _NEWEST and (piece := mark(text, said)):
                found[case_id] = piece
    return found


def mark(text: str, wanted: Sequence[Sought]) -> tuple[Piece, ...]:
    """A stretch of `text` around the first hit with all hits in it marked; empty where there is none."""
    text = " ".join(text[:_LOOKED_AT].split())
    hits = sorted(set(_hits(text, wanted)))
    if not hits:
        return ()
    start = max(0, hits[0][0] - _BEFORE)
    start = text.find(" ", start) + 1 if start else 0
    start = min(start, hits[0][0])
    end = min(len(text), hits[0][1] + _AFTER)
    inside = [hit for n, hit in enumerate(hits) if hit[1] <= end and (n == 0 or hit[0] >= hits[n - 1][1])]
    edges = [start, *(edge for hit in inside for edge in hit), end]
    pieces = [Piece(text[a:b], hit=n % 2 == 1) for n, (a, b) in enumerate(pairwise(edges)) if a < b]
    before = [Piece("… ")] if start else []
    return (*before, *pieces, *([Piece(" …")] if end < len(text) else []))


def _hits(text: str, wanted: Sequence[Sought]) -> Iterator[Span]:
    # one word of the text may fold into several (»½«): those are told apart by the same rule that folds them
    words = [(part, found.span()) for found in _WORD.finditer(text) for part in _WORD.findall(fold(found[0]))]
    for one in wanted:
        length = len(one.words)
        for at in range(len(words) - length + 1):
            run = [word for word, _ in words[at : at + length]]
            begins = one.beginning and run[-1].startswith(one.words[-1])
            if run[:-1] == list(one.words[:-1]) and (run[-1] == one.words[-1] or begins):
                for _, span in words[at : at + length]:
                    yield span
