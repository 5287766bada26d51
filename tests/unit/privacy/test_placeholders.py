"""A token stands for one string for ever; restoring is exact or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import PrivacyRefused
from agent.privacy.placeholders import PLACEHOLDER, PlaceholderBook, restore
from agent.privacy.redaction import PiiType


def test_the_same_person_by_parts_of_the_name() -> None:
    book = PlaceholderBook()
    book.meet(["Anne", "Anne Nørrelund"])
    assert book.token(PiiType.PERSON, "Anne Nørrelund") == "[PERSON_1]"
    assert book.token(PiiType.PERSON, "Anne") == "[PERSON_1_FIRST]"
    assert book.token(PiiType.PERSON, "Nørrelund") == "[PERSON_1_LAST]"
    assert book.token(PiiType.PERSON, "ANNE") == "[PERSON_1_2]"
    assert book.token(PiiType.PERSON, "Bo Ek") == "[PERSON_2]"


def test_a_full_name_learnt_later_joins_the_person() -> None:
    book = PlaceholderBook.open({"[PERSON_1]": "Anne"})
    assert book.token(PiiType.PERSON, "Anne Nørrelund") == "[PERSON_1_FULL]"
    assert book.tokens["[PERSON_1]"] == "Anne"


def test_a_first_name_of_two_people_is_neither() -> None:
    book = PlaceholderBook.open({"[PERSON_1]": "Anne Holm", "[PERSON_2]": "Anne Ek"})
    assert book.token(PiiType.PERSON, "Anne") == "[PERSON_3]"


def test_the_same_number_written_otherwise_keeps_its_number() -> None:
    book = PlaceholderBook.open({"[PHONE_1]": "20 12 34 56"})
    assert book.token(PiiType.PHONE, "20123456") == "[PHONE_1_2]"


def test_numbers_count_on_through_a_conversation() -> None:
    book = PlaceholderBook.open({"[EMAIL_7]": "a@x.dk"})
    assert book.token(PiiType.EMAIL, "b@x.dk") == "[EMAIL_8]"


def test_restoring_puts_the_very_characters_back() -> None:
    given_tokens = {"[PERSON_1]": "Anne", "[LITERAL_1]": "[PERSON_1]"}
    assert restore("Hej [PERSON_1]s [LITERAL_1]", given_tokens) == "Hej Annes [PERSON_1]"


@pytest.mark.parametrize(
    "text",
    [
        "[PERSON_2]",
        "[person_1]",
        "[PERSON 1]",
        "[ PERSON_1 ]",
        "{PERSON_1}",
        "[PERSON_1_FIRST]",
        "(EMAIL_1)",
        "[PERSON_01]",
    ],
)
def test_unknown_and_bent_tokens_are_refused(text: str) -> None:
    with pytest.raises(PrivacyRefused) as refusal:
        restore(f"Kære {text}", {"[PERSON_1]": "Anne"})
    assert "Anne" not in str(refusal.value)


def test_a_conversation_with_a_damaged_key_is_refused() -> None:
    with pytest.raises(PrivacyRefused):
        PlaceholderBook.open({"[PERSON]": "Anne"})


@given(st.lists(st.tuples(st.sampled_from(list(PiiType)), st.text(min_size=1, max_size=12)), max_size=12))
def test_no_token_ever_changes_its_meaning(values: list[tuple[PiiType, str]]) -> None:
    book = PlaceholderBook()
    given_so_far: dict[str, str] = {}
    for kind, value in values:
        token = book.token(kind, value)
        assert PLACEHOLDER.fullmatch(token)
        assert given_so_far.setdefault(token, value) == value
        assert restore(token, book.tokens) == value
