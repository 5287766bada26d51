"""How like two letters are in what they tell."""

from agent.backtest.likeness import CLOSE, likeness

DRAFT = "Hi Anne, please restart the bookkeeping app; the export of the ledger then works again. Kind regards"
REWORDED = "Dear Anne, restart the app for bookkeeping, and exporting your ledger works again. Best wishes"
OTHER = "Good morning Mr Lund, the parcel left our warehouse in Aarhus yesterday and arrives on Thursday."


def test_the_same_letter_is_wholly_alike() -> None:
    assert likeness(DRAFT, DRAFT, "en") == 1.0


def test_the_same_answer_in_other_words_is_close_and_another_answer_is_not() -> None:
    assert likeness(DRAFT, REWORDED, "en") >= CLOSE
    assert likeness(DRAFT, OTHER, "en") < CLOSE


def test_it_does_not_matter_which_is_which() -> None:
    assert likeness(DRAFT, REWORDED, "en") == likeness(REWORDED, DRAFT, "en")


def test_letters_without_a_telling_word_are_alike_only_if_they_are_the_same() -> None:
    assert likeness("and it is", "and it is", "en") == 1.0
    assert likeness("and it is", "it is and so", "en") == 0.0
