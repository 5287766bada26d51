"""What each report tells, put together from one look at its days. The page of the desk and the mail show the same."""

from collections.abc import Callable, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.desk.boards import daily, monthly, weekly
from agent.desk.boards.looking import Look
from agent.desk.house import House
from agent.insight.advice import advice
from agent.insight.figures import Name
from agent.insight.report_letter import Words
from agent.insight.reports import Kind, Line, Report, Section, Span
from agent.store.tables import CorrectionRow


def compose(session: Session, house: House, kind: Kind, span: Span, language: str, words: Words) -> Report:
    """The report of `span` with its figures in words."""
    look = Look(session, house, span, language, words)
    return Report(kind, span, _SECTIONS[kind](look), advice(kind, look.known()))


def _quarter(look: Look) -> list[Section]:
    return [
        Section("value", monthly.value_lines(look)),
        Section("processes", look.lines((Name.NEW, Name.HANDLING, Name.ONE_ANSWER, Name.CAME_BACK))),
    ]


def _half_year(look: Look) -> list[Section]:
    corrected = look.session.scalar(
        select(func.count(CorrectionRow.id)).where(
            CorrectionRow.created_at >= look.start,
            CorrectionRow.created_at < look.end,
            CorrectionRow.undone_at.is_(None),
        )
    )
    lines = look.lines((Name.RIGHT_CATEGORY, Name.UNCHANGED, Name.REJECTED))
    return [Section("learnt", [Line("corrections", look.number(corrected or 0), path="/accuracy"), *lines])]


_SECTIONS: Mapping[Kind, Callable[[Look], list[Section]]] = {
    Kind.DAILY: daily.sections,
    Kind.WEEKLY: weekly.sections,
    Kind.MONTHLY: monthly.sections,
    Kind.QUARTERLY: _quarter,
    Kind.HALF_YEARLY: _half_year,
}
