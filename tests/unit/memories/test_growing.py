"""How memories grow, and what takes the place of what."""

from dataclasses import replace

import pytest

from agent.drafting.draft import Topic
from agent.memories.growing import contradicts, needed, same, scope_of, strength
from agent.memories.memory import Kind, Lesson, Scope, Seen

HELLO = Lesson(Kind.PREFERENCE, Topic.GREETING, "en", "Hi {name}", "Hello {name}", manner="informal")
PHRASE = Lesson(Kind.PREFERENCE, Topic.PHRASE, "en", "at your earliest convenience", "soon")
OPEN = Lesson(Kind.FACT, Topic.SENTENCE, "en", "", "The line is open from 8 to 16.", about="When is it open?")
ANNE = Seen(1, "anne@a.example", "A", "service")


def test_typing_mistakes_do_not_make_another_lesson() -> None:
    assert same(OPEN, replace(OPEN, after="The line is  open from 8 to 16"))
    assert not same(OPEN, replace(OPEN, after="The line is open from 8 to 17."))
    assert not same(HELLO, replace(HELLO, manner="formal"))


@pytest.mark.parametrize(
    "other",
    [
        replace(OPEN, after="The line is open from 9 to 17."),
        Lesson(Kind.PREFERENCE, Topic.PHRASE, "en", OPEN.after, ""),
        Lesson(Kind.FACT, Topic.SENTENCE, "en", OPEN.after, "Nobody answers telephones at weekends."),
    ],
)
def test_a_statement_is_contradicted_by_other_figures_by_its_removal_and_by_what_replaces_it(
    other: Lesson,
) -> None:
    assert contradicts(OPEN, other)
    assert contradicts(other, OPEN)


def test_a_letter_has_one_greeting_of_each_manner() -> None:
    other = replace(HELLO, after="Dear {name}")
    assert contradicts(HELLO, other)
    assert not contradicts(HELLO, replace(other, manner="formal"))
    assert not contradicts(HELLO, replace(other, language="da"))


def test_a_phrase_that_is_turned_back_contradicts() -> None:
    assert contradicts(PHRASE, replace(PHRASE, before="soon", after=PHRASE.before))
    assert contradicts(PHRASE, replace(PHRASE, after=""))
    assert not contradicts(PHRASE, replace(PHRASE, before="henceforth"))


def test_the_scope_is_the_narrowest_that_holds_all_that_was_seen() -> None:
    colleague, neighbour = (
        replace(ANNE, case_id=2, customer="bo@a.example"),
        Seen(3, "c@b.example", "B", "service"),
    )
    stranger = Seen(4, "d@c.example", "", "billing")
    assert scope_of(OPEN, [ANNE]) == (Scope.CUSTOMER, "anne@a.example")
    assert scope_of(OPEN, [ANNE, colleague]) == (Scope.COMPANY, "A")
    assert scope_of(OPEN, [ANNE, colleague, neighbour]) == (Scope.CATEGORY, "service")
    assert scope_of(OPEN, [ANNE, colleague, neighbour, stranger]) == (Scope.ALL, "")


def test_what_is_tied_never_leaves_the_customer() -> None:
    assert scope_of(replace(OPEN, tied=True), [ANNE, replace(ANNE, case_id=2)])[0] is Scope.CUSTOMER


def test_customers_without_a_company_are_not_colleagues() -> None:
    loose = [Seen(1, "a@x.example", "", "service"), Seen(2, "b@y.example", "", "service")]
    assert scope_of(OPEN, loose) == (Scope.CATEGORY, "service")


def test_many_edits_in_one_case_count_once() -> None:
    assert strength([ANNE, ANNE, replace(ANNE, case_id=2)]) == 2


def test_a_wider_memory_needs_more() -> None:
    assert needed(OPEN, Scope.CATEGORY) == 2
    assert needed(OPEN, Scope.ALL) == 3
    assert needed(PHRASE, Scope.CUSTOMER) == 3
