"""What people type into the form becomes a survey that can be meant, or says beside which field it cannot."""

from agent.company import Company
from agent.desk.feedback.surveys.own_surveys import (
    as_typed,
    fits_the_form,
    read,
    rearranged,
    slug_of,
    survey_of,
)
from agent.feedback.surveys.questions import Kind, load_surveys

COMPANY = Company(language="en")
FIELDS = {
    "name": "Portal, første uge",
    "order": "score,q1,q2",
    "score.kind": "emoji",
    "score.from": "1",
    "score.to": "5",
    "score.scale": "satisfied",
    "score.text.en": "How do you like the portal?",
    "q1.kind": "text",
    "q1.text.en": "What is missing?",
    "q1.if": "score",
    "q1.if_to": "3",
    "q2.kind": "choice",
    "q2.text.en": "Which part?",
    "q2.text.da": "Hvilken del?",
    "q2.options.en": "Search\n\n Orders ",
    "q2.options.da": "Søgning\nOrdrer",
}


def _problems(**changed: str) -> set[str]:
    return set(read(COMPANY, FIELDS | changed, new=True)[2])


def test_a_form_becomes_a_survey_with_its_branches() -> None:
    slug, table, problems = read(COMPANY, FIELDS, new=True)
    assert (slug, problems) == ("portal_forste_uge", {})
    survey = survey_of(slug, table)
    assert [each.name for each in survey.questions] == ["score", "q1", "q2"]
    assert survey.next_question({"score": 5}) == survey.questions[2]
    assert survey.next_question({"score": 2}) == survey.questions[1]
    assert survey.questions[2].options == {
        "a1": {"en": "Search", "da": "Søgning"},
        "a2": {"en": "Orders", "da": "Ordrer"},
    }


def test_the_form_shows_a_stored_survey_as_it_was_typed() -> None:
    _, table, _ = read(COMPANY, FIELDS, new=True)
    assert fits_the_form(table)
    again = read(COMPANY, as_typed(table) | {"slug": "portal"}, new=False)
    assert again[1:] == (table, {})


def test_what_cannot_be_meant_is_said_at_its_field() -> None:
    assert _problems(name="!") == {"name"}
    assert _problems(name="CSAT") == {"name"}  # shipped
    assert _problems(order="") == {"order"}
    assert _problems(**{"score.to": "1"}) == {"score.from"}
    assert _problems(**{"score.to": "11"}) == {"score.from"}
    assert _problems(**{"score.text.en": " "}) == {"score.text.en"}
    assert _problems(**{"q2.options.en": "Search"}) == {"q2.options.en", "q2.options.da"}
    assert _problems(**{"q2.options.da": "Søgning"}) == {"q2.options.da"}
    assert _problems(**{"q1.if": "q2"}) == {"q1.if"}
    assert _problems(**{"q1.if_to": ""}) == {"q1.if"}
    assert _problems(**{"q1.kind": "essay"}) == {"q1.kind"}


def test_a_branch_looks_back_and_never_ahead() -> None:
    assert _problems(order="q1,score,q2") == {"q1.if"}


def test_questions_are_added_moved_and_removed_without_losing_what_was_typed() -> None:
    more = rearranged(FIELDS, "add:yes_no")
    assert more["order"] == "score,q1,q2,q3"
    assert rearranged(more, "up:q3")["order"] == "score,q1,q3,q2"
    assert rearranged(more, "down:q3")["order"] == "score,q1,q2,q3"
    fewer = rearranged(more, "remove:score")
    assert fewer["order"] == "q1,q2,q3"
    assert "score.kind" not in fewer
    assert fewer["q1.text.en"] == "What is missing?"
    assert rearranged(fewer, "add:scale")["order"] == "q1,q2,q3,score"
    assert rearranged(FIELDS, "add:essay") == FIELDS


def test_what_was_written_by_hand_and_the_form_cannot_show_is_left_alone() -> None:
    shipped = load_surveys({"mine": {"a": {"kind": Kind.YES_NO, "text": {"en": "?"}}}})
    assert "mine" in shipped.by_name
    assert not fits_the_form({"b": {"kind": "text", "text": {"en": "?"}, "only_if": {"a": True}}})


def test_names_become_short_words() -> None:
    assert slug_of("  Größe & Preis: Ærlig?  ") == "grosse_preis_aerlig"
