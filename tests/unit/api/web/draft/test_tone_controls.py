"""Four controls that stand at words: where they begin, and what their places mean in each language."""

import pytest

from agent.drafting.tone_wish import ToneWish
from agent.errors import WrongUse
from api.web.draft.tone_controls import Control, controls, wish_of

CUSTOMER = ToneWish("formal", "polite", "short", "expert", "warm")


def at(language: str, start: ToneWish = CUSTOMER) -> dict[str, Control]:
    return {control.name: control for control in controls(language, start, str)}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", ("Informal, “du”", "Formal, “du”", "Formal, “De”")),
        ("nb", ("Informal, “du”", "Formal, “du”", "Formal, “De”")),
        ("sv", ("Informal, “du”", "Formal, “du”", "Formal, “Ni”")),
        ("de", ("Informal, “du”", "Informal, “Sie”", "Formal, “Sie”")),
        ("en", ("Informal", "Formal")),
    ],
)
def test_formality_speaks_of_the_letters_own_forms_of_address(language: str, words: tuple[str, ...]) -> None:
    assert at(language)["manner"].words == words


@pytest.mark.parametrize("language", ["da", "nb", "sv", "de", "en"])
def test_the_controls_begin_at_the_customers_tone_and_give_it_back(language: str) -> None:
    standing = at(language)
    wish = wish_of(language, {name: control.at for name, control in standing.items()})
    expected = CUSTOMER.levels | ({"address": ""} if language == "en" else {})
    assert wish.levels == expected
    assert [standing[name].word for name in ("length", "expertise", "warmth")] == [
        "Short",
        "Technical",
        "Warm",
    ]


@pytest.mark.parametrize("places", [{}, {"manner": 9, "length": 0, "expertise": 0, "warmth": 0}])
def test_a_place_that_is_not_there_is_refused(places: dict[str, int]) -> None:
    with pytest.raises(WrongUse, match="no such tone"):
        wish_of("da", places)
