"""What is behind a link: who is asked what, how far they are, and what they are shown next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.feedback.sending.requests import subject_of_request
from agent.desk.feedback.surveys.links import LinkOver, Pass, Purpose, UnknownLink, read_token
from agent.desk.house import House
from agent.feedback.history import Value
from agent.feedback.surveys.questions import Answers, Question, Survey
from agent.store.tables import (
    CaseRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    SurveyAnswerRow,
    SurveyLinkRow,
)

ANSWERING = (Purpose.SURVEY, Purpose.OPEN, Purpose.ANSWER)
KIOSK = "kiosk"
IN_A_WEBSITE = (Purpose.WIDGET, Purpose.ANSWER)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at a survey. Either `request` or `link` is there; `answer` once they have begun.

    `language` is the one they are asked in, empty where only their browser tells. `subject` fills `{subject}`.
    """

    allowed: Pass
    survey: Survey
    request: FeedbackRequestRow | None
    link: SurveyLinkRow | None
    answer: SurveyAnswerRow | None
    case: CaseRow | None
    language: str
    subject: str

    @property
    def answers(self) -> dict[str, Value]:
        """What was answered so far, as far as it still fits the survey; None for what was passed over."""
        return fitting(self.survey, self.answer.answers if self.answer else {})

    @property
    def is_complete(self) -> bool:
        return self.answer is not None and self.answer.completed_at is not None

    @property
    def at_kiosk(self) -> bool:
        """Whether they stand at a screen that the next visitor will stand at, too."""
        return self.link is not None and self.link.kind == KIOSK

    def question(self, wanted: str = "") -> Question | None:
        """The question to show: the one that is wanted, if it is asked at all, else the first without an answer."""
        if self.at_kiosk and self.is_complete:  # whoever stands there now is somebody else
            return None
        named = (
            each for each in self.survey.questions if each.name == wanted and each.is_asked(self.answers)
        )
        return next(named, None) or (None if self.is_complete else self.survey.next_question(self.answers))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands on this person's way: the how-manieth of how many at most, and the one before."""

    number: int
    of: int
    before: Question | None


def visit_of(session: Session, house: House, token: str, purposes: tuple[Purpose, ...] = ANSWERING) -> Visit:
    """What `token` leads to. Raises `UnknownLink` or `LinkOver`."""
    allowed = read_token(house, token, *purposes)
    answer: SurveyAnswerRow | None = None
    request: FeedbackRequestRow | None = None
    link: SurveyLinkRow | None = None
    if allowed.purpose is Purpose.SURVEY:
        request = session.get(FeedbackRequestRow, allowed.id)
        answer = session.scalar(select(SurveyAnswerRow).where(SurveyAnswerRow.request_id == allowed.id))
    elif allowed.purpose is Purpose.ANSWER:
        answer = session.get(SurveyAnswerRow, allowed.id)
        link = session.get(SurveyLinkRow, answer.link_id) if answer and answer.link_id else None
    else:
        link = session.get(SurveyLinkRow, allowed.id)
    if link is not None and is_over(link, house.clock()):
        raise LinkOver
    asked = request or link
    survey = asking_rules_of(house.company).surveys.by_name.get(asked.survey) if asked else None
    if asked is None or survey is None:
        raise UnknownLink
    case = session.get(CaseRow, request.case_id) if request and request.case_id else None
    return Visit(
        allowed,
        survey,
        request,
        link,
        answer,
        case,
        (answer.language if answer else "") or asked.language,
        _subject(session, house, request),
    )


def place_of(survey: Survey, answers: Answers, question: Question) -> Place:
    """Where `question` stands for somebody with these answers."""
    asked = [each for each in survey.questions if each.is_asked(answers)]
    before = asked[: asked.index(question)]
    given = {each.name: answers.get(each.name) for each in before}
    return Place(len(before) + 1, len(before) + survey.most_questions(given), before[-1] if before else None)


def fitting(survey: Survey, answers: Mapping[str, Value]) -> dict[str, Value]:
    """Those of `answers` that the survey's questions accept as it is now; a company may have changed it since."""
    by_name = {each.name: each for each in survey.questions}
    return {
        name: answer
        for name, answer in answers.items()
        if name in by_name and (answer is None or by_name[name].accepts(answer))
    }


def is_over(link: SurveyLinkRow, now: datetime) -> bool:
    """Whether an open link was closed, or has run out."""
    return link.closed_at is not None or (link.expires_at is not None and link.expires_at <= now)


def last_message(session: Session, request_id: int) -> FeedbackMessageRow | None:
    """The newest message of a request that has left: the one whose link was most likely followed."""
    return session.scalar(
        select(FeedbackMessageRow)
        .where(FeedbackMessageRow.request_id == request_id, FeedbackMessageRow.sent_at.is_not(None))
        .order_by(FeedbackMessageRow.sent_at.desc(), FeedbackMessageRow.id.desc())
        .limit(1)
    )


def _subject(session: Session, house: House, request: FeedbackRequestRow | None) -> str:
    """What a survey is about: the same words as in the letter; behind an open link the company."""
    return house.company.name if request is None else subject_of_request(session, house, request)
