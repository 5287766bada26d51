"""What people said of sources: how far it goes, and how far it must not go."""

import pytest

from knowledge.finder import SemanticFinder
from knowledge.search import Document
from knowledge.usefulness import Record, Usefulness
from tests.unit.knowledge.library import HEATING, RETURNS, Words, article, finder

TWINS = (
    article("one", "Coffee tastes of nothing", "coffee taste water hard"),
    article("two", "Coffee tastes of nothing", "coffee taste water hard"),
)


def taught(*records: Record, documents: tuple[Document, ...] = TWINS) -> SemanticFinder:
    search = finder(*documents)
    search._usefulness = lambda: Usefulness(records)
    return search


def first(search: SemanticFinder, question: str = "coffee taste", category: str = "technical") -> str:
    return search.find([Words(question)], language="en", category=category)[0].id


def test_nothing_said_is_nothing_held_for_or_against() -> None:
    assert Usefulness().prior("one", "billing") == 0


def test_one_vote_says_less_than_five_and_none_is_certain() -> None:
    priors = [Usefulness([Record("one", "billing", helped=n)]).prior("one", "billing") for n in (1, 5, 5_000)]
    assert 0 < priors[0] < priors[1] < priors[2] < 1


def test_votes_against_mirror_votes_for() -> None:
    for_, against = (
        Usefulness([Record("one", "billing", helped=3)]).prior("one", "billing"),
        Usefulness([Record("one", "billing", not_helped=3)]).prior("one", "billing"),
    )
    assert for_ == pytest.approx(-against)


def test_what_helped_in_another_category_counts_less() -> None:
    known = Usefulness([Record("one", "billing", helped=4)])
    assert 0 < known.prior("one", "delivery") < known.prior("one", "billing")


def test_a_quotation_counts_less_than_a_word() -> None:
    said = Usefulness([Record("one", "billing", helped=1)]).prior("one", "billing")
    assert 0 < Usefulness([Record("one", "billing", quoted=1)]).prior("one", "billing") < said


@pytest.mark.parametrize("winner", ["one", "two"])
def test_two_votes_decide_between_equals(winner: str) -> None:
    assert first(taught(Record(winner, "technical", helped=2))) == winner


@pytest.mark.parametrize("loser", ["one", "two"])
def test_two_votes_against_put_a_twin_behind(loser: str) -> None:
    assert first(taught(Record(loser, "technical", not_helped=2))) != loser


def test_no_number_of_votes_buries_an_exact_hit() -> None:
    """Everybody says that the article on the fault helps nobody, and that the other always helps."""
    search = taught(
        Record("heating", "technical", not_helped=10_000),
        Record("returns", "technical", helped=10_000),
        documents=(HEATING, RETURNS),
    )
    assert first(search, "The heat pump shows fault H-12") == "heating"


def test_what_has_nothing_to_do_with_the_question_is_not_lifted_by_votes() -> None:
    search = taught(Record("returns", "technical", helped=10_000), documents=(HEATING, RETURNS))
    assert search.find([Words("zzz qqq")], language="en", category="technical") == []


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (Record("one", "technical", helped=4), "helped in 4 similar cases"),
        (Record("one", "technical", helped=1), "helped in a similar case"),
        (Record("one", "technical", quoted=3), "quoted in 3 replies to similar cases"),
        (Record("one", "technical", not_helped=2), "did not help in 2 similar cases"),
    ],
)
def test_the_reason_says_what_people_said(record: Record, words: str) -> None:
    found = taught(record).find([Words("coffee taste")], language="en", category="technical")
    reasons = {match.id: match.reason for match in found}
    assert words in reasons["one"]
    assert words not in reasons["two"]


def test_votes_of_another_category_give_no_reason() -> None:
    search = taught(Record("one", "billing", helped=4))
    found = search.find([Words("coffee taste")], language="en", category="technical")
    assert all("helped" not in match.reason for match in found)
