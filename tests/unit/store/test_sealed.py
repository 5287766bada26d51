"""Stored passwords: readable with the key they were stored with, and with no other."""

import pytest

from agent.errors import SettingError
from agent.store.sealed import seal, unseal

KEY = b"one secret key"


@pytest.mark.parametrize("text", ["", "hunter2", "pässwörd 🔑"])
def test_what_was_sealed_can_be_read_again(text: str) -> None:
    assert unseal(KEY, seal(KEY, text)) == text


def test_the_stored_form_does_not_show_the_password_and_differs_each_time() -> None:
    first, second = seal(KEY, "hunter2"), seal(KEY, "hunter2")
    assert "hunter2" not in first
    assert first != second


def test_another_key_is_said_in_words() -> None:
    with pytest.raises(SettingError) as refused:
        unseal(b"another key", seal(KEY, "hunter2"))
    assert refused.value.code == "secret_key.changed"
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("stored", ["", "nonsense", "ø"])
def test_a_damaged_password_is_said_in_words(stored: str) -> None:
    with pytest.raises(SettingError):
        unseal(KEY, stored)
