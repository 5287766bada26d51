"""Templates are offered where they fit, and filled only with what is known."""

import pytest

from agent.drafting.reply_template import (
    PLACEHOLDERS,
    Conditions,
    ReplyTemplate,
    Situation,
    checked,
    fill,
    fits,
    shipped,
    text_for,
)
from agent.errors import WrongUse
from agent.triage.reading import LANGUAGES

FACTS = dict.fromkeys(PLACEHOLDERS, "known")


def situation(**more: object) -> Situation:
    values: dict[str, object] = {
        "category": "billing", "language": "da", "priority": "high", "tier": "a", "open_now": True,
    }  # fmt: skip
    return Situation(**(values | more))  # type: ignore[arg-type]


def template(**conditions: object) -> ReplyTemplate:
    return ReplyTemplate("t", {"": "T"}, {"da": "Hej {customer_name}"}, Conditions(**conditions))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("conditions", "case", "offered"),
    [
        ({}, {}, True),
        ({}, {"language": "sv"}, False),
        ({"categories": ("billing", "delivery")}, {}, True),
        ({"categories": ("technical",)}, {}, False),
        ({"priorities": ("high",)}, {}, True),
        ({"priorities": ("low",)}, {}, False),
        ({"tiers": ("A",)}, {}, True),
        ({"tiers": ("A",)}, {"tier": ""}, False),
        ({"hours": "open"}, {}, True),
        ({"hours": "open"}, {"open_now": False}, False),
        ({"hours": "closed"}, {"open_now": False}, True),
    ],
)
def test_every_condition_must_hold(
    conditions: dict[str, object], case: dict[str, object], *, offered: bool
) -> None:
    assert fits(template(**conditions), situation(**case)) is offered


def test_known_facts_fill_the_placeholders() -> None:
    assert fill("Hej {customer_name}, {case_number}", {"customer_name": "Anne", "case_number": "#7"}) == (
        "Hej Anne, #7"
    )


def test_an_unknown_fact_is_refused_by_name() -> None:
    with pytest.raises(WrongUse, match="respond_by"):
        fill("Senest {respond_by}", {"customer_name": "Anne"})


def test_a_fact_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    assert fill("{customer_name}", {"customer_name": "{agent_name}", "agent_name": "Ida"}) == "{agent_name}"


@pytest.mark.parametrize("text", ["{name}", "{customer_name", "a } b", "{{customer_name}}", "{}"])
def test_an_unknown_placeholder_or_a_loose_brace_is_refused(text: str) -> None:
    with pytest.raises(WrongUse):
        checked({"": "Name"}, {"da": text})


def test_a_language_without_a_text_is_refused() -> None:
    with pytest.raises(WrongUse, match="language"):
        text_for(template(), "sv", FACTS)


def test_a_template_needs_a_name_and_a_text() -> None:
    with pytest.raises(WrongUse, match="name"):
        checked({"": " "}, {"da": "x"})
    with pytest.raises(WrongUse, match="text"):
        checked({"": "Name"}, {"da": " "})


@pytest.mark.parametrize("slug", sorted(shipped()))
def test_the_shipped_ones_have_five_languages_and_only_known_placeholders(slug: str) -> None:
    one = shipped()[slug]
    assert set(one.texts) == set(one.names) == set(LANGUAGES)
    assert all(fill(text, FACTS) for text in one.texts.values())
