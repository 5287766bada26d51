"""User names and passwords are known by the words around them."""

import pytest

from agent.privacy.credentials import find_credentials, find_near_credentials
from agent.privacy.finding import settle


def _found(text: str) -> dict[str, str]:
    findings = settle([*find_credentials(text), *find_near_credentials(text)], text)
    return {f.type.value: text[f.start : f.end] for f in findings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("brugernavn: okpeter, kodeord: Sommer-77", {"USERNAME": "okpeter", "PASSWORD": "Sommer-77"}),
        ("Das Passwort lautet Wolke7x.", {"PASSWORD": "Wolke7x"}),
        ("pinkoden er 4711", {"PASSWORD": "4711"}),
        ("log in as mlarsen42 please", {"USERNAME": "mlarsen42"}),
        ("Das Passwort geht wieder, bei Bedarf Winter2031", {"PASSWORD": "Winter2031"}),
        ("I kan logge ind med testbutik og Lins!88x", {"USERNAME": "testbutik", "PASSWORD": "Lins!88x"}),
        ("https://x.example/a?token=abcDEF123456", {"PASSWORD": "abcDEF123456"}),
        ("ftp://anna:hemmelig1@server.example/", {"USERNAME": "anna", "PASSWORD": "hemmelig1"}),
    ],
)
def test_credentials(text: str, expected: dict[str, str]) -> None:
    assert _found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "My password is wrong",
        "Adgangskoden virker ikke",
        "Fejlkode 503 ved login",
        "Das Passwort ist abgelaufen.",
        "Jag har glömt mitt lösenord",
        "The user interface is slow",
        "org.nr. står på fakturaen",
    ],
)
def test_talk_about_credentials_stays(text: str) -> None:
    assert _found(text) == {}
