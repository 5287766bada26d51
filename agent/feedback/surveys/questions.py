"""Surveys: their questions in five languages, what is asked after which answer, and how many are too many."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from agent.errors import SettingError, WrongUse
from agent.feedback.conditions import Test
from agent.feedback.evaluation import is_number, passes
from agent.feedback.history import Channel, Value
from agent.feedback.notation import Table, only_keys, rule_file, tests_of, wrong

LANGUAGES = ("en", "da", "nb", "sv", "de")
LONGEST_TEXT = 4000
"""Characters of a free answer."""

_NAMED = re.compile(r"\{(\w+)\}")
_KEYS = {"kind", "from", "to", "scale", "options", "only_if", "text"}

Answers = Mapping[str, Value]
Wording = Mapping[str, str]


class Kind(StrEnum):
    """What a question looks like."""

    SCALE = "scale"
    EMOJI = "emoji"
    YES_NO = "yes_no"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Wordings are by language; `only_if` holds tests of earlier answers by their names.

    `low` and `high` are the words at the ends of a scale, `between` those of every step between them, if it has them.
    """

    name: str
    kind: Kind
    text: Wording
    lowest: int = 0
    highest: int = 0
    low: Wording = field(default_factory=dict)
    high: Wording = field(default_factory=dict)
    between: tuple[Wording, ...] = ()
    options: Mapping[str, Wording] = field(default_factory=dict)
    only_if: tuple[Test, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether its answers are numbers on a scale."""
        return self.kind in {Kind.SCALE, Kind.EMOJI}

    def word_of(self, number: int) -> Wording:
        """The words for a number on the scale; empty where it has none."""
        words = dict(enumerate((self.low, *self.between, self.high), start=self.lowest))
        ends = {self.lowest: self.low, self.highest: self.high}
        return (words if len(words) == self.highest - self.lowest + 1 else ends).get(number, {})

    def is_asked(self, answers: Answers) -> bool:
        return all(passes(test, answers.get(test.column)) for test in self.only_if)

    def accepts(self, answer: Value) -> bool:
        """Whether this is an answer to the question at all; an empty text is none."""
        match self.kind:
            case Kind.SCALE | Kind.EMOJI:
                return is_number(answer) and answer == int(answer) and self.lowest <= answer <= self.highest
            case Kind.YES_NO:
                return isinstance(answer, bool)
            case Kind.CHOICE:
                return answer in self.options
            case Kind.TEXT:
                return isinstance(answer, str) and 0 < len(answer.strip()) <= LONGEST_TEXT


@dataclass(frozen=True, slots=True)
class Survey:
    """Questions in their order."""

    name: str
    questions: tuple[Question, ...]

    @property
    def score_question(self) -> Question | None:
        """The first question that is answered with a number: the survey's score."""
        return next((each for each in self.questions if each.is_number), None)

    def next_question(self, answers: Answers) -> Question | None:
        """The first question that is to be asked and has no answer yet; None when all are answered.

        A question that was passed over stands in `answers` with None.
        """
        return next(
            (each for each in self.questions if each.name not in answers and each.is_asked(answers)), None
        )

    def checked(self, answers: Answers) -> dict[str, Value]:
        """The answers that count: those to questions that were asked. Raises `WrongUse` for an impossible one."""
        kept: dict[str, Value] = {}
        for question in self.questions:
            answer = answers.get(question.name)
            if answer is None or not question.is_asked(kept):
                continue
            if not question.accepts(answer):
                raise WrongUse(
                    f"The answer to {question.name} cannot be meant.", remedy="Choose one that is offered."
                )
            kept[question.name] = answer
        if unknown := sorted(set(answers) - {question.name for question in self.questions}):
            raise WrongUse(f"{unknown[0]} is not a question of this survey.", remedy="Open the survey again.")
        return kept

    def most_questions(self, answers: Answers | None = None) -> int:
        """How many questions one person can meet, on the longest way on from these answers."""
        return self._longest(answers or {})

    def _longest(self, answers: Answers) -> int:
        question = self.next_question(answers)
        if question is None:
            return 0
        ways = self._telling_answers(question)
        return 1 + max(self._longest({**answers, question.name: answer}) for answer in ways)

    def _telling_answers(self, question: Question) -> Iterable[Value]:
        """One answer for each way in which later questions tell the answers to this one apart."""
        tests = [test for each in self.questions for test in each.only_if if test.column == question.name]
        return {
            tuple(passes(test, answer) for test in tests): answer for answer in _answers(question)
        }.values()


def _answers(question: Question) -> Iterable[Value]:
    match question.kind:
        case Kind.SCALE | Kind.EMOJI:
            return range(question.lowest, question.highest + 1)
        case Kind.YES_NO:
            return True, False
        case Kind.CHOICE:
            return tuple(question.options)
        case Kind.TEXT:
            return "…", None


@dataclass(frozen=True, slots=True)
class TooLong:
    """A warning: this channel's readers meet more questions than they put up with."""

    channel: Channel
    questions: int
    limit: int


@dataclass(frozen=True, slots=True)
class Surveys:
    """All surveys of a company, and the most questions for a phone and for a desk."""

    by_name: Mapping[str, Survey]
    phone_limit: int
    desk_limit: int
    on_phone: frozenset[Channel]

    def warnings(self, survey: Survey, channels: Iterable[Channel]) -> tuple[TooLong, ...]:
        """The channels over which the survey is too long: 3 questions on a phone, 7 by e-mail."""
        met = survey.most_questions()
        limits = {each: self.phone_limit if each in self.on_phone else self.desk_limit for each in channels}
        return tuple(TooLong(channel, met, limit) for channel, limit in limits.items() if met > limit)


def wording(texts: Wording, language: str, **names: str) -> str:
    """The text in the language, else in English, else in any; `{company}` and `{subject}` filled in."""
    text = texts.get(language) or texts.get("en") or next(iter(texts.values()))
    return _NAMED.sub(lambda found: names.get(found[1], found[0]), text)


def load_surveys(changes: Table | None = None) -> Surveys:
    """The shipped surveys with a company's table `feedback.surveys`, where surveys of its own may stand.

    Raises `SettingError` naming what cannot be meant.
    """
    table = rule_file("surveys")
    own = {name: questions for name, questions in (changes or {}).items() if name not in {"limits", "scales"}}
    if "limits" in (changes or {}):
        table = rule_file("surveys", {"limits": (changes or {})["limits"]})
    scales = {**table["scales"], **(changes or {}).get("scales", {})}
    try:
        return Surveys(
            by_name={
                name: _survey(name, questions, scales)
                for name, questions in {**table["surveys"], **own}.items()
            },
            phone_limit=int(table["limits"]["phone"]),
            desk_limit=int(table["limits"]["desk"]),
            on_phone=frozenset(Channel(name) for name in table["limits"]["on_phone"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingError(
            f"The table feedback.surveys is not valid: {error}.",
            remedy="Compare it with agent/feedback/data/surveys.toml.",
        ) from error


def _survey(name: str, tables: Mapping[str, Any], scales: Mapping[str, Any]) -> Survey:
    questions: list[Question] = []
    for key, table in tables.items():
        place = f"feedback.surveys.{name}.{key}"
        question = _question(key, table, scales, place)
        if unknown := {test.column for test in question.only_if} - {each.name for each in questions}:
            raise wrong(
                f"{place}.only_if", f"asks for {min(unknown)}", "Name a question that stands before it."
            )
        questions.append(question)
    if not questions:
        raise wrong(f"feedback.surveys.{name}", "asks nothing", "Add a question.")
    return Survey(name, tuple(questions))


def _question(name: str, table: Mapping[str, Any], scales: Mapping[str, Any], place: str) -> Question:
    only_keys(table, _KEYS, place)
    kind = Kind(table["kind"])
    ends = scales[table["scale"]] if "scale" in table else {"low": {}, "high": {}}
    question = Question(
        name=name,
        kind=kind,
        text=dict(table["text"]),
        lowest=int(table.get("from", 0)),
        highest=int(table.get("to", 0)),
        low=ends["low"],
        high=ends["high"],
        between=tuple(ends.get("between", ())),
        options=table.get("options", {}),
        only_if=tests_of(table.get("only_if", {}), f"{place}.only_if"),
    )
    if not question.text:
        raise wrong(f"{place}.text", "is empty", 'Write text = { en = "…" }.')
    if kind in {Kind.SCALE, Kind.EMOJI} and question.lowest >= question.highest:
        raise wrong(place, "has no scale", "Write from = 1 and to = 5.")
    if kind is Kind.CHOICE and len(question.options) < 2:
        raise wrong(f"{place}.options", "leaves no choice", "Offer two options or more.")
    return question
