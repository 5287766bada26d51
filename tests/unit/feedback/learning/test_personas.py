"""Personas are found from outcomes and described in words."""

import tomllib

import numpy as np
import pytest

from agent.feedback.learning.attempts import columns
from agent.feedback.learning.personas import Persona, described, find_personas, in_words
from agent.feedback.notation import DATA
from tests.unit.feedback.learnt_scenes import LEARNING, attempt, customers, predictor

LANGUAGES = ("da", "de", "en", "nb", "sv")


def test_three_likings_are_found_with_their_shares() -> None:
    found = described(predictor().everyone.personas, LEARNING.personas)
    assert [one.name for one in found] == ["instant", "planner", "project"]
    assert all(0.2 < one.share < 0.47 for one in found)
    assert sum(one.share for one in found) == pytest.approx(1)
    assert all(one.rate > 0.6 for one in found)


def test_people_who_answer_alike_are_one_group() -> None:
    draw = np.random.default_rng(3)
    alike = [
        columns(
            [attempt(n, int(draw.integers(0, 14)), answered=bool(draw.random() < 0.3)) for n in range(12)]
        )
        for _ in range(60)
    ]
    assert len(find_personas(alike, LEARNING.personas).shares) == 1


def test_the_order_of_customers_carries_no_meaning() -> None:
    turned = find_personas([columns(past) for past in customers()[::-1]], LEARNING.personas)
    np.testing.assert_allclose(turned.rates, predictor().everyone.personas.rates)


def test_membership_is_shared_out_among_the_groups() -> None:
    personas = predictor().everyone.personas
    bands = personas.rates.shape[1]
    nothing = personas.membership(np.zeros((1, bands)), np.zeros((1, bands)))
    np.testing.assert_allclose(nothing[0], personas.shares)
    late = np.zeros((1, bands))
    late[0, 8] = 3
    assert personas.membership(late, late)[0].argmax() == 2


@pytest.mark.parametrize(
    ("persona", "text"),
    [
        (
            Persona("planner", 0.45, 2.5, 5.5, 0.61),
            "Thoughtful planner: 45% of the customers. They answer best 3 to 5 days after the event, then 61% of the time.",
        ),
        (
            Persona("instant", 0.3, 0, 1.5, 0.5),
            "Answers at once: 30% of the customers. They answer best within a day of the event, then 50% of the time.",
        ),
        (
            Persona("planner", 0.33, 3.5, 4.5, 0.86),
            "Thoughtful planner: 33% of the customers. They answer best on day 4 after the event, then 86% of the time.",
        ),
    ],
)
def test_a_persona_in_words(persona: Persona, text: str) -> None:
    assert in_words(persona, "en") == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("until", [0.5, 1.5, 2.5, 5.5, None])
@pytest.mark.parametrize("begin", [0, 1.5])
def test_every_persona_has_words_in_every_language(language: str, begin: float, until: float | None) -> None:
    for name in ("instant", "planner", "project", "any_time"):
        text = in_words(Persona(name, 0.25, begin, until, 0.5), language)
        assert text.endswith((".", "%."))
        assert "{" not in text


def test_names_and_sentences_exist_in_all_languages() -> None:
    texts = tomllib.loads((DATA / "personas.toml").read_text(encoding="utf-8"))
    assert set(texts["name"]) == set(texts["when"])
    for table in (*texts["name"].values(), *texts["sentence"].values()):
        assert set(table) == set(LANGUAGES)
