"""One look at a span of time for a report: its facts and those of the time before, read once, and lines from them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from agent.company import Company
from agent.desk.feedback.answers.answer_facts import AnswerFacts, answer_facts
from agent.desk.house import House
from agent.desk.insight import facts_of
from agent.desk.learning.accuracy import accuracy_report
from agent.desk.worth import Worth, worth
from agent.feedback.answers import scores
from agent.feedback.answers.figures import LEAST, funnel, scores_by_kind
from agent.feedback.loop.loops import LoopFigures, loop_figures
from agent.insight import report_letter as letter
from agent.insight.effort import ContactCost, Output, contact_cost, output
from agent.insight.facts import Facts
from agent.insight.figures import Figure, Kind, Name, figures
from agent.insight.report_letter import Words
from agent.insight.reports import Line, Span
from agent.insight.value import Scenario, load_assumptions
from agent.quality.accuracy import AccuracyReport

MOST_IN_ADDRESS = 400  # numbers of answers that the address of a page may hold
YEAR = timedelta(days=365)


def instants(span: Span, company: Company) -> tuple[datetime, datetime]:
    """From the beginning of the first day up to the end of the last, in the company's zone."""
    return _midnight(span.first, company), _midnight(span.last + timedelta(days=1), company)


@dataclass(frozen=True, slots=True)
class Seen:
    """What happened in a span of time, as it is known now."""

    facts: Facts
    figures: Mapping[Name, Figure]
    answers: AnswerFacts
    scores: Mapping[str, scores.Figure]
    loops: LoopFigures
    output: Output


class Look:
    """What the sections of a report are written from. What is still running is compared with as much of the time before."""

    def __init__(self, session: Session, house: House, span: Span, language: str, words: Words) -> None:
        self.session, self.house, self.span, self.language, self.words = session, house, span, language, words
        self.now = house.clock()
        self.start, self.end = instants(span, house.company)
        self.running = self.start <= self.now < self.end
        self.before_start, self.before_end = instants(span.before, house.company)
        if self.running:
            self.before_end = min(self.before_end, self.before_start + (self.now - self.start))

    @cached_property
    def seen(self) -> Seen:
        return self._see(self.start, self.end)

    @cached_property
    def before(self) -> Seen:
        return self._see(self.before_start, self.before_end)

    @cached_property
    def worth(self) -> Worth:
        return worth(self.session, self.house, self.start, max(self.end, self.start + timedelta(days=1)))

    @cached_property
    def cost(self) -> ContactCost:
        """Of the answered cases of the span, by the company's own cost of an hour."""
        assumed = load_assumptions(self.house.company.overrides.get("value"))
        running = self.worth.values[Scenario.REALISTIC].cost
        return contact_cost(self.seen.facts, hour=assumed.money["hour"], running=running)

    @cached_property
    def sorting(self) -> AccuracyReport:
        """How well mails were sorted, as it stood when the span ended."""
        at = min(self.end - timedelta(seconds=1), self.now)
        return accuracy_report(self.session, self.house.company, at)

    def known(self) -> dict[str, float | None]:
        """The figures that recommendations look at; None where they rest on too little."""
        told: dict[str, float | None] = {
            str(name): None if one.too_few or one.kind is not Kind.SHARE else one.value
            for name, one in self.seen.figures.items()
        }
        told |= {name: one.value if one.answers >= LEAST else None for name, one in self.seen.scores.items()}
        closed = self.seen.loops.closed
        realistic, based = self.worth.values[Scenario.REALISTIC], self.worth.before is not None
        return told | {
            "loops": None if closed is None else closed.value,
            "drifting": float(len(self.sorting.drifting)),
            "baseline": float(based),
            "roi": realistic.roi if based else None,
        }

    def lines(self, wanted: Sequence[Name]) -> list[Line]:
        """Figures of insight, each with that of the time before and the cases it rests on."""
        return [self._line(name) for name in wanted]

    def score_lines(self) -> list[Line]:
        """Satisfaction, recommendation and effort, each with its answers; those without an answer say so."""
        return [self._score_line(name) for name in ("csat", "nps", "ces")]

    def response_line(self) -> Line:
        now, before = funnel(self.seen.answers.contacts), funnel(self.before.answers.contacts)
        note = self.words["asked"].format(count=self.number(now.response.answers)) if now.response else ""
        return Line(
            "response", self._part(now.response), self._was(self._part(before.response)), note, "/feedback/answers?days=365"
        )  # fmt: skip

    def loop_lines(self) -> list[Line]:
        """How many unhappy customers somebody talked with, how fast, and how many stayed."""
        now, before, path = self.seen.loops, self.before.loops, "/feedback/follow-ups?stage=closed"
        opened = self.words["bad_answers"].format(count=self.number(now.opened))
        time_to = [
            self.words["none"] if one.median is None else self.time(one.median.total_seconds())
            for one in (now, before)
        ]
        return [
            Line(
                "loops",
                self._part(now.closed),
                self._was(self._part(before.closed)),
                opened if now.opened else "",
                path,
            ),
            Line("loop_time", time_to[0], self._was(time_to[1]), path=path),
            Line("stayed", self._part(now.stayed), self._was(self._part(before.stayed)), path=path),
        ]

    def output_line(self) -> Line:
        now, before = self.seen.output, self.before.output
        note = self.words["replies_on_days"].format(
            replies=self.number(now.replies), days=self.number(now.days)
        )
        path = self.path_of(Name.MAILS_OUT) if now.replies else ""
        return Line(
            "output", self._or_none(now.a_day, self.number), self._was(self._or_none(before.a_day, self.number)),
            note, path
        )  # fmt: skip

    def cost_line(self) -> Line:
        cost = self.cost
        note = self.words["work_and_running"].format(
            work=self.euros(cost.work), running=self.euros(cost.running), count=self.number(cost.cases)
        )
        value = self.words["too_few"] if cost.each is None else self.exact_euros(cost.each)
        return Line("contact_cost", value, note=note, path="/feedback/value")

    def accuracy_lines(self) -> list[Line]:
        """Mails sorted rightly in the last week of the span, and the categories that got worse."""
        *_, before, last = self.sorting.total.weeks
        shown = [self._or_none(week.accuracy, self.share) for week in (last, before)]
        worse = ", ".join(one.category for one in self.sorting.drifting) or self.words["none"]
        return [
            Line("case_accuracy", shown[0], self._was(shown[1]), path="/accuracy"),
            Line("drifting", worse, path="/accuracy"),
        ]

    def path_of(self, name: Name) -> str:
        """The page with the cases behind a figure of insight."""
        days = {"first": self.span.first.isoformat(), "last": self.span.last.isoformat()}
        return f"/insight/cases?{urlencode({'span': 'custom', **days, 'figure': str(name)})}"

    def share(self, value: float) -> str:
        return letter.a_share(value, self.language)

    def number(self, value: float) -> str:
        return letter.a_number(value, self.language)

    def euros(self, value: float) -> str:
        return letter.an_amount(value, self.language)

    def exact_euros(self, value: float) -> str:
        return letter.an_exact_amount(value, self.language)

    def time(self, seconds: float) -> str:
        return letter.a_time(seconds, self.words)

    def _see(self, start: datetime, end: datetime) -> Seen:
        company = self.house.company
        facts = facts_of(self.session, company, start, end, now=self.now)
        answers = answer_facts(self.session, company, start, end)
        return Seen(
            facts,
            figures(facts),
            answers,
            scores_by_kind(answers.given),
            loop_figures(answers.loops, self.now),
            output(facts.mails, company.zone),
        )

    def _line(self, name: Name) -> Line:
        now, before = self.seen.figures[name], self.before.figures[name]
        note = self.words["of_cases"].format(count=self.number(now.n)) if now.kind is not Kind.COUNT else ""
        return Line(
            str(name), self._shown(now), self._was(self._shown(before)), note if now.n else "",
            self.path_of(name) if now.n else "",
        )  # fmt: skip

    def _score_line(self, kind: str) -> Line:
        now, before = self.seen.scores.get(kind), self.before.scores.get(kind)
        write = self.share if kind == "csat" else self.number
        note = self.words["answers"].format(count=self.number(now.answers)) if now is not None else ""
        return Line(
            kind,
            self.words["none"] if now is None else write(now.value),
            "" if before is None else write(before.value),
            note,
            self._answers(kind) if now is not None else "",
        )

    def _answers(self, kind: str) -> str:
        """The page with the answers behind a score; all of the year's where an address cannot hold their numbers."""
        ids = [one.id for one in self.seen.answers.given if one.kind == kind and one.score is not None]
        if len(ids) > MOST_IN_ADDRESS or self.now - self.start > YEAR:
            return "/feedback/answers?days=365"
        return f"/feedback/answers?{urlencode({'days': 365, 'ids': ','.join(map(str, ids))}, safe=',')}"

    def _shown(self, figure: Figure) -> str:
        if figure.value is None:
            return self.words["none"]
        if figure.too_few:
            return self.words["too_few"]
        if figure.kind is Kind.SHARE:
            return self.share(figure.value)
        return self.time(figure.value) if figure.kind is Kind.TIME else self.number(figure.value)

    def _part(self, share: scores.Figure | None) -> str:
        return self.words["none"] if share is None else self.share(share.value)

    def _was(self, shown: str) -> str:
        """A figure of the time before; empty where there is none to compare with."""
        return "" if shown == self.words["none"] else shown

    def _or_none(self, value: float | None, write: Callable[[float], str]) -> str:
        return self.words["none"] if value is None else write(value)


def _midnight(day: date, company: Company) -> datetime:
    return datetime.combine(day, time(), company.zone)
