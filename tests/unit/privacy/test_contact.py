"""E-mail addresses, also disguised, and addresses of machines, but no versions."""

import pytest

from agent.privacy.contact import find_emails, find_ip_addresses
from agent.privacy.finding import settle


def _emails(text: str) -> list[str]:
    return [text[f.start : f.end] for f in settle(find_emails(text), text)]


def _addresses(text: str) -> list[str]:
    return [text[f.start : f.end] for f in settle(find_ip_addresses(text), text)]


@pytest.mark.parametrize(
    "email",
    [
        "anna.holm+faktura@firma.example",
        "søren@blåbærgrød.dk",
        "a@xn--d1acufc.xn--p1ai",
        "anna (at) firma (dot) dk",
        "anna at firma dot com",
        "anna [at] firma.dk",
        "anna snabel-a firma punktum dk",
        "anna @ firma.dk",
    ],
)
def test_emails(email: str) -> None:
    assert _emails(f"Skriv til {email}, tak.") == [email]


@pytest.mark.parametrize(
    "text", ["Kom kl. 8 at the latest.", "5 stk @ 20 kr.", "Sag er lukket. Punktum.", "@firma"]
)
def test_no_emails(text: str) -> None:
    assert _emails(text) == []


@pytest.mark.parametrize("address", ["192.168.12.40", "2001:db8:85a3::8a2e:370:7334", "203.0.113.9"])
def test_ip_addresses(address: str) -> None:
    assert _addresses(f"Server {address} svarer ikke.") == [address]


@pytest.mark.parametrize(
    "text", ["version 10.0.19.45", "Build 5.2.1.0", "kl. 14:30:00", "999.1.1.1", "1.2.3"]
)
def test_versions_and_times_are_no_addresses(text: str) -> None:
    assert _addresses(text) == []
