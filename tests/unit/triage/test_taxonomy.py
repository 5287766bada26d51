"""The shipped categories, and what a company may change."""

import pytest

from agent.errors import SettingError
from agent.triage.reading import LANGUAGES
from agent.triage.taxonomy import load


def test_the_shipped_categories_have_names_in_all_languages() -> None:
    taxonomy = load()
    assert taxonomy.slugs == (
        "technical",
        "billing",
        "usability",
        "service",
        "delivery",
        "feedback",
        "other",
    )
    for slug in taxonomy.slugs:
        category = taxonomy[slug]
        assert all(category.names.get(language) for language in LANGUAGES)
        assert len(category.subcategories) >= 2
        for subcategory in category.subcategories.values():
            assert all(subcategory.names.get(language) for language in LANGUAGES)


def test_a_company_adds_renames_and_switches_off() -> None:
    taxonomy = load(
        {
            "boats": {"description": "Questions about boats and berths", "names": {"da": "Både"}},
            "billing": {"names": {"en": "Money"}},
            "delivery": {"enabled": False},
        }
    )
    assert "delivery" not in taxonomy
    assert taxonomy["boats"].name("da") == "Både"
    assert taxonomy["boats"].name("sv") == "boats"
    assert taxonomy["billing"].name("en") == "Money"
    assert taxonomy["billing"].name("de") == "Rechnung und Vertrag"


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({"boats": "yes"}, r"taxonomy\.boats"),
        ({"boats": {"names": {"en": "Boats"}}}, "no description"),
        ({"boats": {"description": "Boats", "names": {"xx": "?"}}}, "xx is not a language"),
        ({"other": {"enabled": False}}, "cannot be switched off"),
    ],
)
def test_what_cannot_be_meant_is_named(overrides: dict[str, object], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        load(overrides)
