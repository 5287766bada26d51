"""Sentences, and the matter without greeting and closing."""

from agent.triage.sentences import matter, split, without_placeholders


def test_abbreviations_do_not_end_a_sentence() -> None:
    assert split("Vi kom kl. 9 med ca. 3 dele. Så gik vi.") == ["Vi kom kl. 9 med ca. 3 dele.", "Så gik vi."]


def test_list_items_are_sentences() -> None:
    assert split("Wir brauchen:\n- einen Termin\n- einen Ersatz") == [
        "Wir brauchen:",
        "- einen Termin",
        "- einen Ersatz",
    ]


def test_greeting_and_closing_are_no_matter() -> None:
    letter = "Hej igen\n\nPumpen lækker.\n\nMed venlig hilsen\nAnna"
    assert matter(letter) == ["Pumpen lækker."]


def test_a_greeting_with_the_matter_in_the_same_line_stays() -> None:
    assert matter("Hei, kan dere ringe?") == ["Hei, kan dere ringe?"]


def test_a_text_of_greetings_alone_is_kept() -> None:
    assert matter("Hello") == ["Hello"]


def test_placeholders_are_no_words() -> None:
    assert without_placeholders("Hi [PERSON_1]!").split() == ["Hi", "!"]
