"""Comments of five languages speak of the same themes; what no theme fits is put together by meaning."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import SettingError
from agent.feedback.answers.comment_quality import quality_of
from agent.feedback.answers.themes import find_themes, load_themes, new_themes, theme_name
from agent.feedback.answers.wordlist import pattern_of
from agent.feedback.surveys.questions import LANGUAGES

THEMES = load_themes()


@pytest.mark.parametrize(
    ("language", "text", "theme"),
    [
        ("en", "I waited nine days for a reply.", "waiting"),
        ("da", "Jeg ventede i ni dage på et svar.", "waiting"),
        ("nb", "Jeg ventet ni dager på svar.", "waiting"),
        ("sv", "Jag väntade nio dagar på svar.", "waiting"),
        ("de", "Ich habe neun Tage gewartet.", "waiting"),
        ("da", "I svarer noget nyt hver gang.", "consistent"),
        ("de", "Jeder Anruf, neue Antwort", "consistent"),
        ("sv", "Ni svarar på svenska. Det uppskattar vi.", "own_language"),
        ("nb", "Fakturaen var feil to måneder på rad.", "price"),
        ("en", "The lady on the phone was rude.", "friendly"),
    ],
)
def test_a_theme_is_found_in_every_language(language: str, text: str, theme: str):
    assert theme in find_themes(text, language, THEMES)


def test_themes_come_in_the_order_in_which_they_are_named():
    assert find_themes("The invoice was wrong and I waited for weeks.", "en", THEMES) == ("price", "waiting")


def test_a_word_within_another_is_none():
    assert find_themes("We await the costume.", "en", THEMES) == ()


def test_every_theme_has_a_name_and_words_in_each_of_the_five_languages():
    for theme in THEMES.values():
        assert set(theme.names) == set(LANGUAGES)
        assert set(theme.found_by) == set(LANGUAGES)


def test_a_company_adds_a_theme_and_words_to_one():
    own = load_themes(
        {
            "parking": {"name": {"en": "Parking"}, "words": {"en": ["parking*"]}},
            "price": {"words": {"en": ["krona"]}},
        }
    )
    assert find_themes("No parking, and a krona too much", "en", own) == ("parking", "price")
    assert theme_name("parking", "da", own) == "Parking"
    assert theme_name("gone_theme", "da", own) == "Gone theme"


@pytest.mark.parametrize("broken", [{"x": {"name": {"en": "X"}}}, {"x": {"wrds": {}}}, {"x": 3}])
def test_a_theme_that_cannot_be_meant_is_refused(broken: dict[str, object]):
    with pytest.raises(SettingError):
        load_themes(broken)


@given(st.text(max_size=300), st.sampled_from([*LANGUAGES, "fi", ""]))
def test_any_text_can_be_read(text: str, language: str):
    found = find_themes(text, language, THEMES)
    assert len(found) == len(set(found)) <= 4
    assert 0 <= quality_of(text, language, themes=len(found)).score <= 1


def test_no_words_find_nothing():
    assert pattern_of([]).search("anything") is None


def test_comments_about_the_same_are_put_together_and_named_by_their_words():
    rng = np.random.default_rng(1)
    one, other = rng.standard_normal((2, 32))
    rows = [one + 0.1 * rng.standard_normal(32) for _ in range(4)] + [
        other + 0.1 * rng.standard_normal(32) for _ in range(3)
    ]
    rows += [rng.standard_normal(32) for _ in range(3)]
    vectors = np.array([row / np.linalg.norm(row) for row in rows], np.float32)
    texts = [f"parking nowhere {n}" for n in range(4)] + ["coffee machine"] * 3 + ["alpha", "beta", "gamma"]
    found = new_themes(vectors, texts)
    assert [group.members for group in found] == [(0, 1, 2, 3), (4, 5, 6)]
    assert set(found[0].words) == {"parking", "nowhere"}


@given(st.integers(0, 30), st.integers(0, 5))
def test_no_comment_is_in_two_groups_and_none_is_small(count: int, seed: int):
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((count, 3)).astype(np.float32)
    vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    groups = new_themes(vectors, ["some words"] * count)
    members = [one for group in groups for one in group.members]
    assert len(members) == len(set(members))
    assert all(len(group.members) >= 3 for group in groups)


def test_a_reason_with_a_number_is_worth_more_than_many_empty_words():
    empty = quality_of(
        "It was really all very very bad and I am so unhappy with everything here", "en", themes=0
    )
    telling = quality_of("Because the invoice was wrong 3 times, please check it first", "en", themes=2)
    assert telling.score > 2 * empty.score
    assert quality_of("", "en", themes=0).score == 0
    assert quality_of("[PERSON_1]", "en", themes=0).score == 0
