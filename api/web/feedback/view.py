"""What the pages about asking say, worked out from the rows: no markup here, no decisions in the template."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_timedelta

from agent.company import Company
from agent.desk.feedback.answers.answer_facts import COUNTED_AS
from agent.desk.feedback.asking.wishes import reason_of
from agent.desk.feedback.loop.loop_rules import kind_of_survey
from agent.feedback.answers.figures import LEAST, score_of
from agent.feedback.history import Channel
from agent.feedback.reasons import sentence, trigger_name
from agent.feedback.timing.light import Colour, Light
from agent.feedback.timing.limits import Limits
from agent.store.queries.feedback_requests import RequestLine, Story, Tally
from agent.store.tables import CustomerRow, FeedbackMessageRow
from api.web.feedback import words as feedback_words
from api.web.feedback.answers_words import written
from api.web.feedback.loop_words import CHANNELS
from api.web.language import marked, sentences
from api.web.pages import Reader

Words = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class ShownTally:
    """One rule's line: how many were asked, what share answered, and their score as written; `few` where it says nothing."""

    rule: str
    survey: str
    asked: int
    share: float
    score: str
    few: bool


@dataclass(frozen=True, slots=True)
class ShownLight:
    """One customer's line in the list of lights."""

    customer: CustomerRow
    light: Light
    sentence: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a customer's story."""

    at: datetime
    icon: str
    title: str
    detail: str = ""
    case_id: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """One reader's view of asking."""

    reader: Reader
    words: Words  # gettext
    limits: Limits

    def rule(self, name: str) -> str:
        found = trigger_name(name, self.reader.language)
        return found[:1].upper() + found[1:]

    def survey(self, name: str) -> str:
        known = feedback_words.SURVEYS.get(name)
        return self.words(known) if known else name.replace("_", " ")

    def code(self, code: str) -> str:
        known = feedback_words.CODES.get(code)
        return self.words(known) if known else code.replace("_", " ")

    def why(self, line: RequestLine) -> str:
        """Why it is or is not asked, as it stands."""
        return sentence(reason_of(line.row.reason or line.row.cause), self.reader.language, self.reader.zone)

    def tallies(self, found: Sequence[Tally], company: Company) -> list[ShownTally]:
        """Scores by the definition and the least number of answers of the page of answers."""
        shown = []
        for one in found:
            kind = kind_of_survey(company, one.survey)
            figure = score_of(COUNTED_AS.get(kind, kind), one.scores)
            shown.append(
                ShownTally(
                    self.rule(one.name),
                    self.survey(one.survey),
                    one.asked,
                    one.answered / one.asked if one.asked else 0.0,
                    written(kind, figure.value, self.reader) if figure else "",
                    figure is not None and figure.answers < LEAST,
                )
            )
        return shown

    def light(self, customer: CustomerRow, light: Light, planned: Mapping[int, datetime]) -> ShownLight:
        """Under a red light no day is named: what is planned is decided anew when its time comes."""
        said = sentence(light.reason, self.reader.language, self.reader.zone)
        next_at = None if light.colour is Colour.RED else planned.get(customer.id)
        return ShownLight(customer, light, said, next_at)

    def others(self, light: Light) -> list[str]:
        """The further reasons behind the one shown, each as a sentence."""
        return [sentence(one, self.reader.language, self.reader.zone) for one in light.others]

    def span(self, length: timedelta) -> str:
        return format_timedelta(
            length, granularity="day", threshold=10_000, locale=self.reader.locale, format="long"
        )

    @property
    def limit_lines(self) -> list[tuple[str, str]]:
        """The limits that hold for each person: a figure and what it counts."""
        _, limits, window = self.words, self.limits, self.limits.windows["prompt"]
        lines = [
            (self.span(limits.cap_business.gap), _("between two requests to a company")),
            (self.span(limits.cap_private.gap), _("between two requests to a private person")),
            (self.span(limits.complaint.quiet_after), _("of quiet after a complaint")),
            (f"{window.opens:%H:%M}–{window.closes:%H:%M}", _("in the customer’s own time")),
        ]
        if limits.cap_business.in_a_year:
            lines.insert(2, (str(limits.cap_business.in_a_year), _("requests a year to a company at most")))
        return lines

    def story(self, story: Story) -> list[Moment]:
        """What happened, the newest first."""
        return sorted(self._moments(story), key=lambda moment: moment.at, reverse=True)

    def _moments(self, story: Story) -> Iterator[Moment]:
        requests = {row.id: row for row in story.requests}
        for event in story.events:
            if event.kind == "answered":
                continue  # the answer itself says more
            name = feedback_words.KINDS.get(event.kind)
            title = self.words(name) if name else event.kind.replace("_", " ").capitalize()
            case = event.data.get("case")
            yield Moment(event.at, "circle", title, case_id=case if isinstance(case, str) else "")
        for row in story.requests:
            if row.state == "not_asked" or (row.state == "open" and row.planned_for is None):
                why = sentence(reason_of(row.reason or row.cause), self.reader.language, self.reader.zone)
                title = self.words(marked("Not asked")) if row.closed_at else self.words(marked("Held back"))
                yield Moment(row.closed_at or row.created_at, "pause", f"{title}: {self.rule(row.name)}", why)
        for message in story.messages:
            request = requests.get(message.request_id)
            rule = self.rule(request.name) if request else ""
            yield from self._of_message(message, rule)
        for answer in story.answers:
            if answer.completed_at is not None:
                score = "" if answer.score is None else self.reader.number(answer.score)
                title = self.words(marked("Answered"))
                yield Moment(answer.completed_at, "check", title, f"{self.survey(answer.survey)} {score}")

    def _of_message(self, message: FeedbackMessageRow, rule: str) -> Iterator[Moment]:
        """How a message left, and what came back: mail returns by itself, of all else the gateway reports."""
        by_mail = message.channel == Channel.EMAIL
        named = feedback_words.MESSAGES if by_mail else feedback_words.SHORT_MESSAGES
        title = self.words(named.get(message.state, marked("Message")))
        if not by_mail:
            title = f"{title} · {self.words(CHANNELS.get(message.channel, message.channel))}"
        left = message.sent_at or message.handed_over_at or message.created_at
        if message.state == "uncertain":
            rule = f"{rule} · {self.words(marked('It is not sent again.'))}"
        yield Moment(left, "send", title, rule)
        if message.delivered_at is not None:
            yield Moment(message.delivered_at, "circle-check", self.words(marked("It arrived")), rule)
        if message.bounced_at is not None:
            came_back = marked("The mail came back") if by_mail else marked("It did not arrive")
            why = rule if by_mail else sentences(self.reader.language).said(message.outcome)
            yield Moment(message.bounced_at, "mail-x", self.words(came_back), why)


def counted(lights: Mapping[int, Light]) -> dict[Colour, int]:
    """How many customers have which light."""
    return {colour: sum(light.colour is colour for light in lights.values()) for colour in Colour}
