"""Words of a search as each database's full-text index wants them asked for.

Words come folded (`agent.store.words`), letters and digits only: nothing in them can mean anything to an index.
An unquoted word also finds longer ones that begin with it; a quoted phrase means exactly these words, in a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    not_,
    or_,
    select,
    table,
)
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


def matching_by_number(
    session: Session, wanted: Sequence[Sought], *, after: int | None, newest_first: bool
) -> Select[int]:
    """The same joined with `cases`, along their numbers, so that reading ends with the page."""
    if session.get_bind().dialect.name == "sqlite":
        # the left side of a LEFT JOIN is read first: the index leads, and no hit is read that the page does not need
        number: ColumnElement[int] = _FTS.c.rowid
        query = select(number).select_from(_FTS.outerjoin(CaseRow, CaseRow.id == number)).where(_fts(wanted))
    else:
        number = CaseRow.id.expression
        joined = CaseWordsRow.case_id == CaseRow.id
        query = select(number).join(CaseWordsRow, joined).where(_tsquery(wanted))
    if after is not None:
        query = query.where(number < after if newest_first else number > after)
    return query.order_by(number.desc() if newest_first else number)


def matches(session: Session, wanted: Sequence[Sought]) -> ColumnElement[bool]:
    """Whether a case that is read anyway holds the words, for words that many have.

    SQLite looks at the words themselves: asked for one case, its index would first gather every case of a beginning.
    """
    own = CaseWordsRow.case_id == CaseRow.id
    if session.get_bind().dialect.name == "sqlite":
        held = [not_(_holds(one)) if one.negated else _holds(one) for one in wanted]
        return select(and_(*held)).where(own).correlate(CaseRow).scalar_subquery()
    found = select(_tsquery(wanted)).where(own)  # a scalar is not turned into a join
    return found.correlate(CaseRow).scalar_subquery()


def _holds(one: Sought) -> ColumnElement[bool]:
    words = f" {' '.join(one.words)}{'' if one.beginning else ' '}"
    columns = [CaseWordsRow.customer] if one.customer else [CaseWordsRow.words, CaseWordsRow.customer]
    return or_(*(func.instr(" " + column + " ", words) > 0 for column in columns))


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
