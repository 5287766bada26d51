"""Canaries in every part of a mail: none is left in what a model, an index or a log would see."""

import logging
from email.message import EmailMessage

import pytest

from agent.mail.parse import parse
from agent.privacy.placeholders import restore
from agent.privacy.redaction import KnownPeople, Redactor

CANARIES = (
    "Zbigniew",
    "Xarkowtz",
    "xarkowtz",
    "Quillebeuf",
    "4285",
    "55512398",
    "Kanariegade",
    "canary@",
    "2001:db8",
)


def _mail() -> bytes:
    mail = EmailMessage()
    mail["From"] = '"Zbigniew Xarkowtz" <canary@xarkowtz.example>'
    mail["To"] = '"Ottilie Quillebeuf" <support@firma.example>'
    mail["Subject"] = "Xarkowtz: kontrakt 070761-4285"
    mail.set_content(
        "Hej Ottilie\n\nRing til mig på 55512398. Zbigniews konto er låst fra 2001:db8::1/64.\n\n"
        "Med venlig hilsen\nZbigniew Xarkowtz\nKanariegade 14, 8000 Aarhus C\n\n"
        "Den 3. maj 2026 kl. 10.12 skrev Ottilie Quillebeuf <support@firma.example>:\n> Hej xarkowtz\n"
    )
    mail.add_attachment(b"x", maintype="text", subtype="csv", filename="Zbigniew Xarkowtz.csv")
    return mail.as_bytes()


def test_no_canary_is_left_anywhere(redactor: Redactor, caplog: pytest.LogCaptureFixture) -> None:
    mail = parse(_mail())
    known = KnownPeople((mail.sender.name, mail.to[0].name), (mail.sender.email, mail.to[0].email))
    names = " ".join(file.filename for file in mail.attachments)
    text = f"{mail.subject}\n{mail.new_text}\n{mail.signature}\n{mail.quoted}\n{names}"
    with caplog.at_level(logging.DEBUG):
        redaction = redactor.redact(text, known=known)
    for seen in (redaction.text.shareable(), caplog.text):
        assert [canary for canary in CANARIES if canary in seen] == []
    assert restore(redaction.text.shareable(), redaction.placeholders) == text


def test_who_was_named_in_full_is_known_by_a_part_in_the_next_mail(redactor: Redactor) -> None:
    first = redactor.redact("Hej\n\nMvh\nZbigniew Xarkowtz")
    for later in ("xarkowtz her igen", "Zbigniews konto", "Tak, Z. Xarkowtz"):
        second = redactor.redact(later, placeholders=first.placeholders)
        assert {span.placeholder.split("_")[1].rstrip("]") for span in second.spans} == {"1"}
        assert restore(second.text.shareable(), second.placeholders) == later


@pytest.mark.parametrize(
    "text",
    [
        "Bahnhofstraße 8 in Kiel", "Kungsg 44, Stockholm", "Via Roma 12, 20121 Milano", "7 rue de Rivoli",
        "An der Alster 42, Hamburg", "Lindenhofstr.3, 70174 Stuttgart", "10.0.0.0/8", "2001:db8::/32",
        "0101074231", "2107919967", "133/8150/8159", "HRB 12345",
    ],
)  # fmt: skip
def test_addresses_networks_and_numbers_are_hidden(redactor: Redactor, text: str) -> None:
    shared = redactor.redact(f"Hej\n{text}\nTak").text.shareable()
    figures = [figure for figure in text.replace("/", " ").replace(",", " ").split() if figure[0].isdigit()]
    assert [figure for figure in figures if figure in shared.replace("_1]", "")] == []


@pytest.mark.parametrize("text", ["Ordrenr. 0101074231", "Version 8.1.2.3", "Am Montag 12 Uhr", "12:30:45"])
def test_what_is_no_personal_data_stays(redactor: Redactor, text: str) -> None:
    assert text in redactor.redact(f"Hej\n{text}\nTak").text.shareable()
