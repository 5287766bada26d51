"""How customers feel, in small: each score of the last weeks with its interval and how it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from agent.desk.feedback.answers.answer_facts import scores
from agent.desk.house import House
from agent.feedback.answers.figures import LEAST, Week, score_of, weekly
from agent.feedback.answers.scores import Figure
from agent.insight.period import Period
from api.web import drawing
from api.web.pages import Reader

WEEKS = 12
KINDS = ("csat", "nps", "ces")
"""The scores that companies compare themselves by; others stand on the page of answers."""


@dataclass(frozen=True, slots=True)
class Feeling:
    """One kind of score over the weeks. `figure` is None where too few answered to say anything."""

    kind: str
    figure: Figure | None
    answers: int
    spark: drawing.Spark
    weeks: Sequence[tuple[str, Week]]


def feelings(session: Session, house: House, period: Period, reader: Reader) -> list[Feeling]:
    """The scores of the twelve weeks up to the end of the period, as far as they were asked for."""
    zone = house.company.zone
    end = min(period.end, house.clock())
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    first = last - timedelta(days=last.weekday() + 7 * (WEEKS - 1))
    start = end - timedelta(days=(last - first).days + 1)
    given = scores(session, house.company, start, end)
    return [
        _feeling(kind, of_kind, weekly(given, kind, first, last, zone), reader)
        for kind in KINDS
        if (of_kind := [one.score for one in given if one.kind == kind])
    ]


def _feeling(kind: str, of_kind: Sequence[float], weeks: Sequence[Week], reader: Reader) -> Feeling:
    figures = [week.figure for week in weeks]
    return Feeling(
        kind=kind,
        figure=score_of(kind, of_kind) if len(of_kind) >= LEAST else None,
        answers=len(of_kind),
        spark=drawing.spark(
            [None if one is None else one.value for one in figures],
            [(None, None) if one is None else (one.low, one.high) for one in figures],
        ),
        weeks=[(reader.date(week.monday), week) for week in weeks],
    )
