"""What an edit teaches, and what it does not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drafting.draft import Topic
from agent.memories.compare import Edit, lessons_of
from agent.memories.memory import Kind, Lesson, shipped_rules

WRITTEN = (
    "Hi [PERSON_1_FIRST],\n\nThank you for getting in touch. A colleague is looking into your remaining points, and we "
    "will come back to you with answers.\n\nDo write again if anything is unclear.\n\nBest wishes\nNordvarme"
)
ASK = "When is your telephone line open?"
FACT = "Our telephone line is open on weekdays between 8:00 and 16:00."
EDIT = Edit(
    written=WRITTEN,
    sent=WRITTEN,
    language="en",
    manner="informal",
    mail=f"Hello. {ASK} Regards, [PERSON_1]",
    asks=(ASK,),
    left_open=True,
)


def taught(sent: str, **more: object) -> list[Lesson]:
    return list(lessons_of(replace(EDIT, sent=sent, **more)))  # type: ignore[arg-type]


def only(lessons: list[Lesson]) -> Lesson:
    assert len(lessons) == 1, lessons
    return lessons[0]


def with_sentence(text: str, written: str = WRITTEN) -> str:
    return written.replace("\n\nDo write", f"\n\n{text}\n\nDo write")


def test_a_letter_sent_as_it_was_teaches_nothing() -> None:
    assert taught(WRITTEN) == []


def test_another_greeting_is_a_preference_with_a_place_for_the_name() -> None:
    lesson = only(taught(WRITTEN.replace("Hi [PERSON_1_FIRST],", "Good morning [PERSON_1_FIRST],")))
    assert (lesson.kind, lesson.topic, lesson.manner) == (Kind.PREFERENCE, Topic.GREETING, "informal")
    assert (lesson.before, lesson.after) == ("Hi {name}", "Good morning {name}")


@pytest.mark.parametrize(
    ("language", "greeting", "tied"),
    [
        ("de", "Sehr geehrte Frau [PERSON_1],", True),
        ("de", "Lieber [PERSON_1],", True),
        ("de", "Hallo [PERSON_1],", False),
        ("en", "Dear Mr. [PERSON_1],", True),
        ("sv", "Kära [PERSON_1]", True),
        ("da", "Kære [PERSON_1]", False),
        ("nb", "Kjære [PERSON_1]", False),
    ],
)
def test_a_greeting_that_says_who_the_person_is_stays_with_them(
    language: str, greeting: str, tied: bool
) -> None:
    opening = {"de": "Guten Tag", "en": "Good day", "sv": "God dag", "da": "Goddag", "nb": "God dag"}[
        language
    ]
    written = f"{opening} [PERSON_1]\n\nx.\n\nNord"
    lesson = only(taught(f"{greeting}\n\nx.\n\nNord", written=written, language=language))
    assert (lesson.topic, lesson.tied) == (Topic.GREETING, tied)


def test_first_name_or_surname_is_no_habit() -> None:
    assert taught(WRITTEN.replace("[PERSON_1_FIRST]", "[PERSON_1]")) == []


def test_a_name_that_was_not_recognised_never_becomes_part_of_a_greeting() -> None:
    assert taught(WRITTEN.replace("Hi [PERSON_1_FIRST],", "Dear Bosse,")) == []


def test_another_sign_off_is_a_preference() -> None:
    lesson = only(taught(WRITTEN.replace("Best wishes", "Warm regards")))
    assert (lesson.topic, lesson.before, lesson.after) == (Topic.SIGN_OFF, "Best wishes", "Warm regards")


def test_the_name_under_the_sign_off_is_not_learnt() -> None:
    assert taught(WRITTEN.replace("Best wishes\n", "Best wishes\nBosse\n")) == []


def test_an_added_answer_is_a_fact_about_the_question() -> None:
    lesson = only(taught(with_sentence(FACT)))
    assert (lesson.kind, lesson.topic, lesson.after, lesson.about) == (Kind.FACT, Topic.SENTENCE, FACT, ASK)
    assert not lesson.tied


def test_what_made_room_for_an_answer_is_not_learnt_as_a_phrase() -> None:
    sent = with_sentence(FACT).replace(
        " A colleague is looking into your remaining points, and we will come back to you with answers.", ""
    )
    assert only(taught(sent)).kind is Kind.FACT


def test_an_added_next_step_is_a_procedure() -> None:
    lesson = only(
        taught(with_sentence("Please restart the control panel before you measure the pressure again."))
    )
    assert lesson.kind is Kind.PROCEDURE


@pytest.mark.parametrize(
    "sentence",
    [
        "The line of [PERSON_2] is open on weekdays between 8:00 and 16:00.",
        "Which telephone line did you call on that weekday?",
        "Hope this helps.",
        "Hello. When is your telephone line open, Regards.",
    ],
)
def test_personal_data_questions_courtesy_and_the_customers_own_words_teach_nothing(sentence: str) -> None:
    assert taught(with_sentence(sentence)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "I extended your telephone line opening until Friday evening.",
        "We guarantee that the telephone line is answered instantly.",
        "Your invoice is paid through the telephone line menu.",
    ],
)
def test_what_speaks_of_one_customers_matter_or_promises_something_stays_with_the_customer(
    sentence: str,
) -> None:
    assert only(taught(with_sentence(sentence))).tied


def test_a_sentence_left_out_is_a_phrase() -> None:
    lesson = only(taught(WRITTEN.replace("Do write again if anything is unclear.\n\n", "")))
    assert (lesson.topic, lesson.before, lesson.after) == (
        Topic.PHRASE, "Do write again if anything is unclear.", "",
    )  # fmt: skip


def test_words_replaced_within_a_sentence_are_a_phrase() -> None:
    lesson = only(taught(WRITTEN.replace("getting in touch", "your message to us")))
    assert (lesson.before, lesson.after) == ("getting in touch.", "your message to us.")


def test_a_figure_put_right_is_a_fact_in_place_of_the_old_one() -> None:
    told = "A new filter for the heat pump costs 240 kroner."
    written = with_sentence(told)
    sent = written.replace("240", "280")
    lesson = only(taught(sent, written=written, sources={told: ("kb-1",)}))
    assert (lesson.kind, lesson.before) == (Kind.FACT, told)
    assert "280" in lesson.after


def test_a_remembered_sentence_that_is_taken_out_speaks_against_it() -> None:
    written = with_sentence(FACT)
    lesson = only(taught(WRITTEN, written=written, sources={FACT: ("memory:3",)}))
    assert (lesson.topic, lesson.before, lesson.after) == (Topic.PHRASE, FACT, "")


def test_a_quoted_sentence_that_is_taken_out_teaches_nothing() -> None:
    assert taught(WRITTEN, written=with_sentence(FACT), sources={FACT: ("kb-1",)}) == []


def test_du_for_sie_is_the_form_of_address_and_nothing_else() -> None:
    written = "Guten Tag [PERSON_1],\n\nWir danken Ihnen für die Nachricht. Bitte sehen Sie in Ihr Konto.\n\nViele Grüße\nNord"
    sent = "Guten Tag [PERSON_1],\n\nWir danken dir für die Nachricht. Bitte sieh in dein Konto.\n\nViele Grüße\nNord"
    lesson = only(taught(sent, written=written, language="de"))
    assert (lesson.topic, lesson.before, lesson.after) == (Topic.ADDRESS, "polite", "familiar")


def test_half_a_letter_left_out_is_a_wish_for_short_ones() -> None:
    long = " ".join(
        f"Sentence {word} says a little more about it." for word in ("alpha", "beta", "gamma", "delta")
    )
    written = with_sentence(long)
    found = taught(WRITTEN, written=written, sources=dict.fromkeys(long.split(". "), ("kb-1",)))
    assert Topic.LENGTH in {lesson.topic for lesson in found}


def test_few_memories_an_edit() -> None:
    sent = "Dear customer\n\n" + " ".join(f"The {n} telephone line opens on weekdays." for n in "abcdefgh")
    assert len(taught(sent)) <= shipped_rules().most_per_edit


def test_a_language_that_is_not_written_teaches_nothing() -> None:
    assert taught("Bonjour", language="fr") == []


LONG_WORD = st.integers(min_value=0, max_value=10_000)


@given(
    place=LONG_WORD, letter=LONG_WORD, slip=st.sampled_from(["swap", "double", "drop"]), spaces=st.booleans()
)
def test_typing_mistakes_case_and_spaces_teach_nothing(
    place: int, letter: int, slip: str, spaces: bool
) -> None:
    words = with_sentence(FACT).split(" ")
    long = [n for n, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    at = long[place % len(long)]
    word = words[at]
    cut = 1 + letter % (len(word) - 2)
    words[at] = {
        "swap": word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :],
        "double": word[:cut] + word[cut] + word[cut:],
        "drop": word[:cut] + word[cut + 1 :],
    }[slip]
    sent = "  ".join(words) if spaces else " ".join(words)
    assert taught(sent, written=with_sentence(FACT)) == []
