"""What people type to find cases."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.cases.query import IS, Query, Term, parse

PIECES = st.sampled_from(
    ["login", '"two words"', "is:open", "-is:spam", "from:anne", 'from:"Anne N"', "lang:da", "before:2026-11-01",
     "tag:vip", "-x", "re:", '"', "-", ":", "sort:due", "is:urgnt", "100%", "#12", "a@b.example", "\u00e6r\u00f8", "https://x"]
)  # fmt: skip


def test_words_phrases_filters_and_minus() -> None:
    assert parse('login -"already solved" from:Anne -is:spam lang:DA').terms == (
        Term("", "login"),
        Term("", "already solved", True, True),
        Term("from", "Anne"),
        Term("is", "spam", True),
        Term("lang", "da"),
    )


def test_a_mistyped_value_names_the_nearest_that_exists() -> None:
    (problem,) = parse("is:critcal").problems
    assert (problem.part, problem.nearest) == ("is:critcal", "critical")
    assert set(problem.known) == set(IS)


def test_a_mistyped_filter_names_the_nearest_that_exists() -> None:
    (problem,) = parse("form:anne").problems
    assert (problem.part, problem.nearest) == ("form:", "from")


@pytest.mark.parametrize("text", ["before:yesterday", "after:2026-13-01", "before:", "lang:d4"])
def test_what_cannot_be_meant_is_left_out_and_named(text: str) -> None:
    query = parse(f"login {text}")
    assert query.terms == (Term("", "login"),)
    assert len(query.problems) == 1


def test_a_category_must_be_one_of_the_companys() -> None:
    assert parse("category:billing", categories=["billing"]).terms == (Term("category", "billing"),)
    assert parse("category:biling", categories=["billing"]).problems[0].nearest == "billing"


def test_a_colon_in_words_is_no_filter() -> None:
    query = parse("https://nordlys.example/login")
    assert not query.problems
    assert query.terms[0].field == ""


def test_sorting_alone_asks_for_nothing() -> None:
    assert not parse("sort:due")
    assert parse("x sort:due").sort == "due"
    assert parse("x").sort == "newest"
    assert str(parse("x sort:due").sorted_by("newest")) == "x"


@settings(deadline=None)
@given(st.text(max_size=600))
def test_reading_never_fails_and_reads_back_as_the_same(text: str) -> None:
    query = parse(text)
    again = parse(str(query))
    assert again.terms == query.terms or len(str(query)) > 500
    assert not again.problems or len(str(query)) > 500


@settings(deadline=None)
@given(st.lists(PIECES, max_size=8))
def test_any_mixture_reads_back_as_the_same(pieces: list[str]) -> None:
    query = parse(" ".join(pieces))
    assert parse(str(query)) == Query(query.terms)
