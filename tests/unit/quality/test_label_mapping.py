"""The company's labels and the categories they stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import WrongUse
from agent.quality.label_mapping import mapping_file, named, parse_mapping, parse_pair, suggest
from agent.triage.taxonomy import load

TAXONOMY = load()


@pytest.mark.parametrize(
    ("label", "category"),
    [("billing", "billing"), ("Lieferung", "delivery"), ("LEVERING ", "delivery"), ("Kündigung", "billing")],
)
def test_a_label_called_like_a_category_or_a_part_of_it_stands_for_it(label: str, category: str) -> None:
    assert named(label, TAXONOMY) == category


def test_the_classifier_suggests_where_the_name_says_nothing_but_is_never_sure_alone() -> None:
    made = suggest("Team 7", [{"delivery": 0.9}, {"delivery": 0.7}], TAXONOMY)
    assert (made.category, made.sure) == ("delivery", False)
    assert made.by_votes == pytest.approx(0.8)


def test_a_similar_name_is_sure_only_when_the_classifier_says_the_same() -> None:
    agreeing = suggest("Lieferungen", [{"delivery": 0.9}], TAXONOMY)
    contradicting = suggest("Lieferungen", [{"billing": 0.9}], TAXONOMY)
    assert (agreeing.category, agreeing.sure) == ("delivery", True)
    assert (contradicting.category, contradicting.sure) == ("delivery", False)


def test_nothing_is_suggested_where_both_witnesses_are_silent() -> None:
    assert suggest("xyz", [dict.fromkeys(TAXONOMY.slugs, 1 / 7)], TAXONOMY).category == ""


@given(st.lists(st.text(min_size=1), unique=True, max_size=5))
def test_the_file_for_editing_is_read_back_whatever_labels_are_called(labels: list[str]) -> None:
    suggestions = [suggest(label, [{"billing": 0.9}], TAXONOMY) for label in labels]
    text = mapping_file(suggestions, TAXONOMY).replace('= ""', '= "service"')
    expected = {one.label: one.category if one.sure else "service" for one in suggestions}
    assert parse_mapping(text, TAXONOMY) == expected


def test_undecided_labels_of_the_file_stay_undecided() -> None:
    assert parse_mapping('[labels]\n"a" = ""\n"b" = "-"\n', TAXONOMY) == {"b": "-"}


@pytest.mark.parametrize("pair", ["a=nonsense", "billing", "=billing"])
def test_a_pair_that_cannot_be_meant_is_refused(pair: str) -> None:
    with pytest.raises(WrongUse):
        parse_pair(pair, TAXONOMY)


def test_a_label_with_an_equals_sign_is_split_at_the_last_one() -> None:
    assert parse_pair("a=b=billing", TAXONOMY) == ("a=b", "billing")
