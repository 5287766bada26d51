"""Which answers a person follows up, by when, and what they say."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.cases.clock_rules import calendar
from agent.errors import SettingError, WrongUse
from agent.feedback.loop.follow_up import due_at, is_bad, kind_of, load_follow_up_rules
from agent.feedback.loop.follow_up_script import Told, known_languages, script_of
from agent.feedback.surveys.questions import LANGUAGES, load_surveys
from agent.feedback.timing.limits import load_limits

RULES, LIMITS, SURVEYS = load_follow_up_rules(), load_limits(), load_surveys()
DK = calendar(
    ZoneInfo("Europe/Copenhagen"), "DK", {"opens": "08:00", "closes": "16:00", "weekdays": [1, 2, 3, 4, 5]}
)


@pytest.mark.parametrize(
    ("kind", "worst", "good"), [("nps", 6, 7), ("csat", 2, 3), ("ces", 3, 4), ("product", 2, 3)]
)
def test_an_answer_is_bad_up_to_the_limit_of_its_survey(kind: str, worst: float, good: float):
    assert is_bad(kind, worst, LIMITS)
    assert not is_bad(kind, good, LIMITS)
    assert not is_bad(kind, None, LIMITS)


def test_a_survey_of_the_companys_own_is_judged_by_its_scale():
    own = load_surveys(
        {"visit": {"how": {"kind": "scale", "from": 0, "to": 10, "text": {"en": "How was it?"}}}}
    ).by_name["visit"]
    assert kind_of("visit", own, LIMITS.unhappy.bad_answer, RULES) == "nps"
    assert kind_of("csat", SURVEYS.by_name["csat"], LIMITS.unhappy.bad_answer, RULES) == "csat"


def test_a_survey_that_is_no_longer_known_is_not_judged():
    assert not is_bad(kind_of("gone", None, LIMITS.unhappy.bad_answer, RULES), 0, LIMITS)


def test_two_business_days_pass_over_the_weekend_and_one_for_the_worst_answers():
    friday = datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert due_at(friday, "csat", 2, "", RULES, DK) == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert due_at(friday, "csat", 1, "", RULES, DK) == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert due_at(friday, "csat", 2, "A", RULES, DK) == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_public_holidays_do_not_count():
    before_christmas = datetime(2026, 12, 23, 10, tzinfo=UTC)
    # 24 December is a working day by the calendar, the 25th, 26th and 27th are not.
    assert due_at(before_christmas, "csat", 2, "", RULES, DK) == datetime(2026, 12, 28, 10, tzinfo=UTC)


def test_nobody_is_asked_again_who_was_not_reached():
    assert RULES.outcome("not_reached").ask_again is None
    assert not RULES.outcome("not_reached").talked
    assert timedelta(days=14) <= (RULES.outcome("solved").ask_again or timedelta()) <= timedelta(days=30)
    with pytest.raises(WrongUse):
        RULES.outcome("whatever")


def test_a_deadline_that_cannot_be_meant_is_refused():
    with pytest.raises(SettingError, match="deadline"):
        load_follow_up_rules({"deadline": {"urgent": 3}})


def test_there_is_a_script_in_each_of_the_five_languages_with_everything_in_it():
    assert known_languages() == set(LANGUAGES)
    for language in LANGUAGES:
        found = script_of(Told("Anne Berg", 2, 5, "csat", "Third\ncall", "Ida", "Nordlys"), language)
        assert len(found.steps) == 3
        assert "Anne Berg" in found.opening
        for text in (found.opening, found.mail):
            assert "2" in text
            assert "5" in text
            assert "Nordlys" in text
        assert "Third call" in found.words
        assert "Third call" in found.mail
        assert "{" not in "".join([found.opening, found.mail, found.words, *found.steps])


def test_braces_that_a_customer_typed_are_literal_and_long_words_are_cut():
    found = script_of(
        Told("", 2, 5, "ces", "{agent.secret} {{7*7}} " + "very " * 200, "Ida", "Nordlys"), "en"
    )
    assert "{agent.secret} {{7*7}}" in found.words
    assert len(found.words) < 400
    assert found.opening.startswith("Hello, this")


def test_a_language_without_a_script_gets_english():
    assert script_of(Told("", 1, 5, "csat", "", "Ida", "Nordlys"), "fi").language == "en"
