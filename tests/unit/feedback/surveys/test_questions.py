"""The ready surveys: five languages, branching on the answer, short enough for their channel."""

from typing import Any

import pytest

from agent.company import Company
from agent.errors import SettingError, WrongUse
from agent.feedback.history import Channel, Value
from agent.feedback.rules import load_rules
from agent.feedback.surveys.questions import LANGUAGES, Kind, TooLong, load_surveys, wording

SURVEYS = load_surveys()
READY = ("nps", "csat", "ces", "product", "service")
TEXT = {"en": "?"}


def way(name: str, **answers: Value) -> list[str]:
    """The questions that somebody meets who answers so, and passes over the rest."""
    met: list[str] = []
    given: dict[str, Value] = {}
    while question := SURVEYS.by_name[name].next_question(given):
        met.append(question.name)
        given[question.name] = answers.get(question.name)
    return met


def test_the_ready_surveys() -> None:
    assert set(SURVEYS.by_name) == set(READY)


@pytest.mark.parametrize("name", READY)
def test_every_wording_is_there_in_five_languages(name: str) -> None:
    for question in SURVEYS.by_name[name].questions:
        texts = [question.text, *question.options.values()]
        if question.kind in {Kind.SCALE, Kind.EMOJI}:
            texts += [question.low, question.high]
        for text in texts:
            assert set(text) == set(LANGUAGES)
            assert all(words.strip() for words in text.values())
            assert len({words.count("{") for words in text.values()}) == 1, "a name is missing in a language"


@pytest.mark.parametrize(
    ("name", "score", "met"),
    [
        ("nps", 6, ["score", "missing"]),
        ("nps", 7, ["score", "lacking"]),
        ("nps", 8, ["score", "lacking"]),
        ("nps", 9, ["score", "liked"]),
        ("nps", None, ["score"]),
        ("csat", 2, ["score", "why", "call"]),
        ("csat", 3, ["score", "why"]),
        ("csat", 4, ["score"]),
        ("ces", 4, ["score", "hard"]),
        ("ces", 5, ["score"]),
        ("product", 5, ["score", "expected", "better"]),
        ("service", 3, ["score", "solved", "what"]),
        ("service", 4, ["score", "solved"]),
    ],
)
def test_the_next_question_depends_on_the_score(name: str, score: int | None, met: list[str]) -> None:
    assert way(name, score=score) == met


@pytest.mark.parametrize(
    ("name", "most"), [("nps", 2), ("csat", 3), ("ces", 2), ("product", 3), ("service", 3)]
)
def test_ready_surveys_fit_on_a_phone(name: str, most: int) -> None:
    survey = SURVEYS.by_name[name]
    assert survey.most_questions() == most
    assert SURVEYS.warnings(survey, Channel) == ()


def test_too_many_questions_give_a_warning_per_channel() -> None:
    def long(count: int) -> Any:
        surveys = load_surveys({"long": {f"q{n}": {"kind": "text", "text": TEXT} for n in range(count)}})
        return surveys.warnings(surveys.by_name["long"], [Channel.EMAIL, Channel.SMS])

    assert long(3) == ()
    assert long(4) == (TooLong(Channel.SMS, 4, 3),)
    assert long(8) == (TooLong(Channel.EMAIL, 8, 7), TooLong(Channel.SMS, 8, 3))


def test_answers_to_questions_that_were_not_asked_do_not_count() -> None:
    survey = SURVEYS.by_name["nps"]
    assert survey.checked({"score": 9, "missing": "everything", "liked": "the speed"}) == {
        "score": 9,
        "liked": "the speed",
    }
    assert survey.checked({"score": 9, "liked": None}) == {"score": 9}


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("nps", {"score": 11}), ("nps", {"score": -1}), ("nps", {"score": "9"}), ("nps", {"score": True}),
        ("nps", {"score": 9, "liked": "x" * 4001}), ("nps", {"score": 9, "liked": "  "}), ("nps", {"colour": 1}),
        ("service", {"solved": "yes"}), ("service", {"score": 1, "what": "weather"}),
    ],
)  # fmt: skip
def test_impossible_answers_are_refused(name: str, answers: dict[str, Value]) -> None:
    with pytest.raises(WrongUse):
        SURVEYS.by_name[name].checked(answers)


def test_wordings_fall_back_and_carry_names() -> None:
    text = SURVEYS.by_name["nps"].questions[0].text
    assert "vil anbefale Nordlys til" in wording(text, "da", company="Nordlys")
    assert wording(text, "fi", company="Nordlys") == wording(text, "en", company="Nordlys")
    assert wording({"da": "Hej"}, "sv") == "Hej"
    assert "{subject}" in wording(text, "en", company="{subject}", subject="x"), "a name is not a wording"


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ({"kind": "riddle", "text": TEXT}, "riddle"),
        ({"kind": "text"}, "text"),
        ({"kind": "text", "text": {}}, r"own\.q\.text"),
        ({"kind": "scale", "text": TEXT}, r"own\.q has no scale"),
        ({"kind": "choice", "text": TEXT, "options": {"a": TEXT}}, r"own\.q\.options"),
        ({"kind": "text", "text": TEXT, "only_if": {"later": True}}, "later"),
        ({"kind": "text", "text": TEXT, "colour": "red"}, r"own\.q\.colour"),
    ],
)
def test_a_question_that_cannot_be_meant_is_named(question: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        load_surveys({"own": {"q": question}})


def test_a_survey_without_questions_is_refused() -> None:
    with pytest.raises(SettingError, match="asks nothing"):
        load_surveys({"own": {}})


def test_a_company_raises_the_limits_and_a_trigger_may_name_its_own_survey() -> None:
    own = {"fair": {"q": {"kind": "yes_no", "text": TEXT}}, "limits": {"phone": 5}}
    rules = load_rules(
        Company(overrides={"feedback": {"surveys": own, "triggers": {"meeting": {"survey": "fair"}}}})
    )
    assert rules.surveys.phone_limit == 5
    with pytest.raises(SettingError, match="no survey"):
        load_rules(Company(overrides={"feedback": {"triggers": {"meeting": {"survey": "fair"}}}}))
