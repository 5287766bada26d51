"""Words of a search as each database's full-text index wants them asked for.

Words come folded (`agent.store.words`), letters and digits only: nothing in them can mean anything to an index.
An unquoted word also finds longer ones that begin with it; a quoted phrase means exactly these words, in a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, bindparam, column, func, literal_column, select, table
from sqlalchemy.orm import Session

from agent.cases.query import Term
from agent.store.tables import CaseRow, CaseWordsRow
from agent.store.words import words_of

_FTS = table("case_words_fts", column("rowid"))
_FOUND_BY: ColumnElement[str] = literal_column("case_words.found_by")


@dataclass(frozen=True, slots=True)
class Sought:
    """Words in a row. `beginning` says that the last may go on; `customer` that only the customer is looked at."""

    words: tuple[str, ...]
    beginning: bool
    customer: bool
    negated: bool


def sought(terms: Sequence[Term]) -> tuple[Sought, ...]:
    """The words of a search. A term without a letter or digit asks for nothing."""
    texts = [(term, tuple(words_of(term.value))) for term in terms if term.field in {"", "from"}]
    return tuple(
        Sought(words, not term.phrase, term.field == "from", term.negated) for term, words in texts if words
    )


def matching(session: Session, wanted: Sequence[Sought]) -> Select[int]:
    """Case numbers by the index; on SQLite they come in the order of the index, which is that of the numbers."""
    if session.get_bind().dialect.name == "sqlite":
        return select(_FTS.c.rowid).where(_fts(wanted))
    return select(CaseWordsRow.case_id).where(_tsquery(wanted))


def newest_matching(session: Session, wanted: Sequence[Sought], *, below: int | None) -> Select[int]:
    """The same joined with `cases`, the highest number first, so that reading ends with the page."""
    if session.get_bind().dialect.name == "sqlite":
        # the left side of a LEFT JOIN is read first: the index leads, and no hit is read that the page does not need
        query = (
            select(_FTS.c.rowid)
            .select_from(_FTS.outerjoin(CaseRow, CaseRow.id == _FTS.c.rowid))
            .where(_fts(wanted))
            .order_by(_FTS.c.rowid.desc())
        )
        return query.where(_FTS.c.rowid < below) if below is not None else query
    query = (
        select(CaseRow.id)
        .join(CaseWordsRow, CaseWordsRow.case_id == CaseRow.id)
        .where(_tsquery(wanted))
        .order_by(CaseRow.id.desc())
    )
    return query.where(CaseRow.id < below) if below is not None else query


def _fts(wanted: Sequence[Sought]) -> ColumnElement[bool]:
    parts = {
        negated: [_fts_phrase(one) for one in wanted if one.negated is negated] for negated in (False, True)
    }
    match = " AND ".join(parts[False]) + "".join(f" NOT {part}" for part in parts[True])
    return literal_column("case_words_fts").bool_op("MATCH")(bindparam(None, match))


def _fts_phrase(one: Sought) -> str:
    phrase = f'"{" ".join(one.words)}"{"*" if one.beginning else ""}'
    return f"({{customer}} : {phrase})" if one.customer else f"({phrase})"


def _tsquery(wanted: Sequence[Sought]) -> ColumnElement[bool]:
    parts = []
    for one in wanted:
        weight = "A" if one.customer else ""
        words = [f"'{word}':{weight}" if weight else f"'{word}'" for word in one.words]
        if one.beginning:
            words[-1] = f"'{one.words[-1]}':*{weight}"
        parts.append(("!" if one.negated else "") + f"({' <-> '.join(words)})")
    return _FOUND_BY.bool_op("@@")(func.to_tsquery(literal_column("'simple'"), " & ".join(parts)))
