"""The whole redactor: exact restoring of any text, conversations, disguises, and refusal instead of guessing."""

import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.errors import PrivacyRefused
from agent.privacy import engine
from agent.privacy.engine import LONGEST_TEXT, PresidioRedactor
from agent.privacy.lexicon import lexicon
from agent.privacy.people import PeopleFinder
from agent.privacy.placeholders import restore
from agent.privacy.redaction import KnownPeople, PiiType, Redactor, part_of

_PIECES = st.sampled_from(
    [
        "Hej Mette,\n", "Mvh\nLars Skovgaard\n", "[PERSON_1]", "[LITERAL_1]", "(", "[", "]", "<b>", "</b>", "<br>",
        "&nbsp;", "kode: Abc!123",
        "20 12 34 56", "lars@x.dk", "DK50 0040 0440 1162 43", "Nørregade 14, 8000 Aarhus C", "cpr 070761-4285",
        "\u200b", "\u00ad", "\u0301", "４５", "\ud800", "\x00", " ", "\n> ", "_1]", "PERSON", "Anne", "ANNE", "annes",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=10).map("".join))
def test_redacting_and_restoring_gives_back_any_text(redactor: Redactor, text: str) -> None:
    redaction = redactor.redact(text, known=KnownPeople(names=("Anne Nørrelund",)))
    assert restore(redaction.text.shareable(), redaction.placeholders) == text
    at = 0
    for span in redaction.spans:
        assert at <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.text == redaction.placeholders[span.placeholder]
        at = span.end


def test_a_conversation_keeps_its_placeholders(redactor: Redactor) -> None:
    first = redactor.redact("Hej Mette\n\nMvh\nLars Skovgaard, lars@x.example")
    second = redactor.redact("Lars skrev fra lars@x.example. Mvh Bo Ek", placeholders=first.placeholders)
    by_text = {span.text: span.placeholder for span in second.spans}
    assert by_text["lars@x.example"] == "[EMAIL_1]"
    assert by_text["Lars"].startswith("[PERSON_1")
    assert first.placeholders.items() <= second.placeholders.items()


def test_the_sender_can_be_greeted_without_having_signed(redactor: Redactor) -> None:
    redaction = redactor.redact(
        "Det virker ikke.", known=KnownPeople(names=("Anne Nørrelund", "Kobalt Support"))
    )
    assert dict(redaction.placeholders) == {"[PERSON_1]": "Anne Nørrelund"}


def test_what_a_sender_types_like_a_placeholder_is_never_somebody(redactor: Redactor) -> None:
    text = "Send [PERSON_1] og [PER\u200bSON_2] til [EMAIL_1].\n\nMvh Anne Holm"
    redaction = redactor.redact(text)
    assert redaction.text.shareable().startswith("Send [LITERAL_1] og [LITERAL_2] til [LITERAL_3].")
    assert restore(redaction.text.shareable(), redaction.placeholders) == text


def test_a_part_keeps_the_escape_of_what_was_typed(redactor: Redactor) -> None:
    text = "Hej Anne\n\nSend [PERSON_1] nu."
    redaction = redactor.redact(text)
    part = part_of(redaction, text, text.index("Send"), len(text))
    assert restore(part.shareable(), redaction.placeholders) == "Send [PERSON_1] nu."


@pytest.mark.parametrize(
    "sent",
    [
        "DK50 0040 0440 1162 43",
        "DK50 0040\n0440 1162 43",
        "DK\u200b50\u200b00400440116243",
        "DK50<wbr>0040<b>0440</b>116243",
        "DK50&nbsp;0040&nbsp;0440&nbsp;1162&nbsp;43",
        "ＤＫ５０ ００４０ ０４４０ １１６２ ４３",
        "DK50\u00a00040\u202f0440\u20091162\u200743",
    ],
)
def test_an_iban_is_hidden_however_it_is_split(redactor: Redactor, sent: str) -> None:
    redaction = redactor.redact(f"Konto: {sent}. Tak")
    assert [span.type for span in redaction.spans] == [PiiType.IBAN]
    assert redaction.spans[0].text == sent


def test_a_long_text_is_examined_to_its_end(redactor: Redactor) -> None:
    filler = "Det virker stadig ikke, og vi venter på svar.\n" * 700
    text = f"Hej Mette\n{filler}Jeg hedder Zbigniew Xarkowtz.\n{filler}xarkowtz, lars@x.example"
    redacted = redactor.redact(text).text.shareable()
    assert "lars@" not in redacted
    assert "arkowtz" not in redacted


def test_a_text_beyond_all_measure_is_refused(redactor: Redactor) -> None:
    with pytest.raises(PrivacyRefused):
        redactor.redact("a" * (LONGEST_TEXT + 1))


def test_whatever_breaks_is_a_refusal_without_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = PresidioRedactor(PeopleFinder(lexicon(), None))

    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("Anne Nørrelund")

    monkeypatch.setattr(engine, "settle", fail)
    with pytest.raises(PrivacyRefused) as refusal:
        broken.redact("Mvh Anne Nørrelund")
    assert "Anne" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_without_the_model_what_is_in_doubt_is_hidden() -> None:
    redactor = PresidioRedactor(PeopleFinder(lexicon(), None))
    assert "Quxalotl" not in redactor.redact("Det sagde Quxalotl i går.").text.shareable()


def test_nothing_is_looked_up_anywhere(monkeypatch: pytest.MonkeyPatch, redactor: Redactor) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a redactor needs no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    redactor.redact(
        "Skriv til anna@firma.example eller www.firma.example, tlf. +45 20 12 34 56. Mvh Anna Holm"
    )
