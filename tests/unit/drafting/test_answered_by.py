"""Which sentence answers which question."""

from agent.drafting.answering import answered_by

ASKS = ("Hvordan skifter jeg filteret i varmepumpen?", "Hvad koster levering til Bornholm?")
WHOLE = " ".join(ASKS)
TOLD = (
    (2, "Sluk varmepumpen, åbn lågen, og træk filteret ud."),
    (3, "Filteret i varmepumpen skal skiftes to gange om året."),
)


def test_a_question_points_at_the_sentences_that_speak_to_it() -> None:
    first, second = answered_by(ASKS, WHOLE, TOLD, "da")
    assert first
    assert set(first) <= {2, 3}
    assert second == ()


def test_a_letter_that_states_nothing_answers_nothing() -> None:
    assert answered_by(ASKS, WHOLE, (), "da") == ((), ())
