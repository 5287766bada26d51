"""A letter follows what people taught, in the words and places that they chose."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drafting.draft import Draft, DraftRequest, Learnt, Topic
from agent.drafting.learnt import notes, offered, replaced
from agent.drafting.local import LocalWriter
from agent.drafting.model_answer import DraftAnswer
from agent.drafting.with_model import ModelWriter
from agent.llm.scripted import ScriptedModel
from agent.memories.compare import Edit, lessons_of
from agent.triage.reading import LANGUAGES
from prompts.catalogue import Catalogue
from tests.unit.drafting.requests import FILTER_DA, reading, request

ASK = "Hvornår har I åbent i telefonen?"
FACT = "Telefonen er åben på hverdage fra 8 til 16."
TAUGHT = Learnt("memory:1", Topic.SENTENCE, FACT, about="Hvornår er telefonen åben?")


def asking(*memories: Learnt, ask: str = ASK, **more: str) -> DraftRequest:
    return replace(request(f"Hej. {ask}", reading("da", asks=(ask,), **more)), memories=memories)


def written(asked: DraftRequest) -> Draft:
    return LocalWriter().write(offered(asked))


def test_a_statement_answers_the_question_it_was_taught_for_and_names_its_memory() -> None:
    draft = written(asking(TAUGHT))
    assert {one.text: one.sources for one in draft.sentences}[FACT] == ("memory:1",)
    assert "kollega" not in draft.text, "nothing is left open"


def test_a_statement_about_something_else_is_not_offered() -> None:
    asked = asking(TAUGHT, ask="Hvordan skifter jeg filteret i varmepumpen?")
    assert offered(asked).matches == asked.matches


def test_what_was_taught_stands_beside_what_was_found() -> None:
    ask = "Hvordan skifter jeg filteret i varmepumpen?"
    both = replace(
        request(f"Hej. {ask} {ASK}", reading("da", asks=(ask, ASK)), FILTER_DA), memories=(TAUGHT,)
    )
    cited = {source for one in written(both).sentences for source in one.sources}
    assert cited == {"memory:1", "filter"}


def test_greeting_and_sign_off_are_those_that_people_write() -> None:
    greeting = Learnt("memory:2", Topic.GREETING, "Goddag {name}", "Hej {name}", manner="informal")
    sign_off = Learnt("memory:3", Topic.SIGN_OFF, "De bedste hilsner", "Venlig hilsen")
    draft = written(asking(greeting, sign_off))
    assert draft.text.startswith("Goddag [PERSON_1]\n")
    assert draft.text.endswith("De bedste hilsner\nNordvarme")
    assert written(asking(greeting, formality="formal")).text.startswith("Kære [PERSON_1]"), "another manner"


def test_a_greeting_by_name_is_not_used_for_somebody_without_one() -> None:
    greeting = Learnt("memory:2", Topic.GREETING, "Goddag {name}", "Hej {name}")
    nameless = replace(asking(greeting), greeting_name="")
    assert written(nameless).text.startswith("Hej\n")


def test_a_phrase_that_people_leave_out_is_gone_and_its_paragraph_with_it() -> None:
    plain = written(asking())
    phrase = next(one.text for one in plain.sentences[1:-1] if one.text.startswith("Tak"))
    draft = written(asking(Learnt("memory:4", Topic.PHRASE, "", phrase)))
    assert phrase not in draft.text
    assert "\n\n\n" not in draft.text


def test_quoted_sentences_keep_their_sources_words() -> None:
    ask = "Hvordan skifter jeg filteret i varmepumpen?"
    asked = request(f"Hej. {ask}", reading("da", asks=(ask,)), FILTER_DA)
    asked = replace(asked, memories=(Learnt("memory:4", Topic.PHRASE, "apparatet", "varmepumpen"),))
    assert "Sluk varmepumpen på kontakten." in written(asked).text


def test_polite_address_is_kept_where_people_settled_on_it() -> None:
    assert "Dem" in written(asking(Learnt("memory:5", Topic.ADDRESS, "polite", "familiar"))).text


@pytest.mark.parametrize(
    ("text", "before", "after", "expected"),
    [
        ("Thank you for your mail.", "Thank you", "Thanks", "Thanks for your mail."),
        ("We are, unfortunately, closed.", "unfortunately,", "", "We are, closed."),
        ("Soon.", "Soon.", "", ""),
        ("Sooner or later.", "soon", "late", "Sooner or later."),
    ],
)
def test_words_are_replaced_whole(text: str, before: str, after: str, expected: str) -> None:
    assert replaced(text, before, after) == expected


def test_a_model_is_told_of_preferences_and_not_of_statements() -> None:
    told = notes(
        asking(
            TAUGHT,
            Learnt("memory:2", Topic.GREETING, "Goddag {name}", "Hej {name}", manner="informal"),
            Learnt("memory:4", Topic.PHRASE, "", "hurtigst muligt"),
            Learnt("memory:6", Topic.LENGTH, "short", "detailed"),
        )
    )
    assert told.splitlines() == [
        "- Begynd med »Goddag [PERSON_1]«.",
        "- Skriv ikke »hurtigst muligt«.",
        "- Hold svaret kort.",
    ]


@given(
    greeting=st.sampled_from(["Hej igen {name}", "Goddag {name}", "Kære {name}", "Hejsa {name}"]),
    sign_off=st.sampled_from(["De bedste hilsner", "Hilsen", "Mange venlige hilsner"]),
    manner=st.sampled_from(["formal", "informal"]),
)
def test_what_an_edit_taught_makes_the_edited_letter_and_without_it_the_old_one_returns(
    greeting: str, sign_off: str, manner: str
) -> None:
    before = written(asking(formality=manner)).text
    lines = before.splitlines()
    lines[0], lines[-2] = greeting.replace("{name}", "[PERSON_1]"), sign_off
    edited = "\n".join(lines)
    lessons = lessons_of(Edit(written=before, sent=edited, language="da", manner=manner))
    memories = tuple(
        Learnt(f"memory:{n}", one.topic, one.after, one.before, manner=one.manner)
        for n, one in enumerate(lessons)
    )
    assert written(asking(*memories, formality=manner)).text == edited
    assert written(asking(formality=manner)).text == before


def test_a_model_gets_preferences_as_notes_and_statements_as_sources_it_may_cite() -> None:
    sign_off = Learnt("memory:3", Topic.SIGN_OFF, "De bedste hilsner", "Venlig hilsen")
    answer = DraftAnswer.model_validate(
        {
            "greeting": "Hej [PERSON_1]",
            "paragraphs": [[{"text": FACT, "kind": "fact", "sources": ["memory:1"]}]],
            "closing": "De bedste hilsner",
        }
    )
    model = ScriptedModel([answer])
    draft = ModelWriter(model, Catalogue(), LocalWriter()).write(offered(asking(TAUGHT, sign_off)))
    (prompt,) = model.prompts
    assert "- Slut med »De bedste hilsner«." in prompt.system
    assert "<<<source memory:1 " in f"{prompt.system}{prompt.after}"
    assert draft.engine == "llm"
    assert {one.text: (one.sources, one.supported) for one in draft.sentences}[FACT] == (("memory:1",), True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_has_room_for_notes_and_is_silent_without_them(language: str) -> None:
    for task in ("draft", "rewrite"):
        file = Catalogue().get(task, language)
        values = dict.fromkeys(file.variables, "x")
        assert "- Do so." in file.render(values | {"notes": "- Do so."})
        assert "Do so" not in file.render(values | {"notes": ""})
