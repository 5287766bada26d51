"""Every reason can be read in five languages."""

import string
import tomllib

import pytest

from agent.feedback.notation import DATA
from agent.feedback.reasons import Code, Reason, sentence
from tests.unit.feedback.scenes import COPENHAGEN, RULES, at

LANGUAGES = ("da", "de", "en", "nb", "sv")
FACTS = {"trigger": "meeting", "days": 30, "times": 4, "until": at("2026-12-02T00:30")}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_sentence(language: str, code: Code) -> None:
    text = sentence(Reason(code, FACTS), language, COPENHAGEN)
    assert text.endswith(".")
    assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_name_the_same_codes_and_facts(language: str) -> None:
    english, texts = (
        tomllib.loads((DATA / "reasons" / f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("en", language)
    )
    assert {code: fields(text) for code, text in texts.items()} == {
        code: fields(text) for code, text in english.items()
    }
    assert set(texts) == set(Code)


def test_every_shipped_trigger_has_a_name_in_every_language() -> None:
    names = tomllib.loads((DATA / "trigger_names.toml").read_text(encoding="utf-8"))
    assert set(names) == {trigger.name for trigger in RULES.triggers} | {"nps", "follow_up"}
    assert all(set(each) == set(LANGUAGES) for each in names.values())


def test_a_companys_own_trigger_is_called_by_its_name() -> None:
    text = sentence(Reason(Code.TRIGGER, {"trigger": "fair_visited"}), "de", COPENHAGEN)
    assert text == "Wird wegen der Regel „fair visited“ gefragt."


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("da", "2. december 2026"),
        ("de", "2. Dezember 2026"),
        ("en", "2 December 2026"),
        ("xx", "2 December 2026"),
    ],
)
def test_days_are_written_in_the_language_and_counted_in_the_zone(language: str, day: str) -> None:
    assert day in sentence(Reason(Code.ASKED_LATELY, FACTS), language, COPENHAGEN)
