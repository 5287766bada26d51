"""People are found by where they stand and by their names; brands, days and ordinary words are not people."""

import pytest

from agent.privacy.redaction import KnownPeople, PiiType, Redactor


def _people(redactor: Redactor, text: str, *names: str) -> list[str]:
    spans = redactor.redact(text, known=KnownPeople(names=names)).spans
    return [span.text for span in spans if span.type is PiiType.PERSON]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hej Mette\n\nTak for hjælpen.", "Mette"),
        ("Sehr geehrte Frau Dr. Kohlhaas,\n\ndanke.", "Kohlhaas"),
        ("Kære Hr. Bjerregaard\n\nTak.", "Bjerregaard"),
        ("hej pernille\n\nvirker ikke", "pernille"),
        ("Det virker ikke.\n\nMvh Torben", "Torben"),
        ("Funktioniert nicht.\n\nMit freundlichen Grüßen\n\nWiebke Hartmann\nEinkauf", "Wiebke Hartmann"),
        ("Det funkar inte.\n\nVänliga hälsningar,\nGöran Ek", "Göran Ek"),
        ("Broken again. Kind regards, Niamh O'Shea", "Niamh O'Shea"),
        ("Jeg hedder Louise Grønbech og skriver om regningen.", "Louise Grønbech"),
        ("Hi, my name is Rachel Whitmore and I cannot log in.", "Rachel Whitmore"),
        ("hallo hier ist nochmal jasmin, ich warte noch", "jasmin"),
        ("Den 5. jan. 2026 kl. 10.03 skrev Lene Dahl <lene@x.example>:", "Lene Dahl"),
        ("On Mon, 5 Jan 2026 at 10:03, Owen Price wrote:", "Owen Price"),
        ("Von: Ulrike Sommer <c@x.example>", "Ulrike Sommer"),
        ("Jeg talte med Yusuf i går om fejlen.", "Yusuf"),
        ("Vores revisor Per Lund ringer i morgen.", "Per Lund"),
        ("K. J. Philipsen har skrevet under.", "K. J. Philipsen"),
        ("Der Monteur Uwe Lehmann ist nicht erschienen.", "Uwe Lehmann"),
        ("Abonnementet står på Hassan Al-Rashid nu.", "Hassan Al-Rashid"),
    ],
)
def test_names(redactor: Redactor, text: str, name: str) -> None:
    assert name in _people(redactor, text)


@pytest.mark.parametrize(
    "text",
    [
        "Hej support\n\nDet virker ikke.",
        "Sehr geehrte Damen und Herren,\n\ndie Rechnung fehlt.",
        "Kobalt Pro lukker ned på mandag, og i marts var det det samme.",
        "Nordlund Systems svarer ikke.",
        "Wir warten seit Montag auf die Lieferung und die Rechnung.",
        "Vi är ett litet företag, Lindqvists Bygg AB, och har fått fel faktura.",
        "Jeg bruger FortiGate og MitID, og DKIM er slået til.",
        "Thanks for the new app, it is lovely and easy to use.",
        "Will you mark the case as solved in May?",
        "Kontoen er lukket. Hvorfor? Ring i morgen.",
        "Mvh\nRegnskabsafdelingen",
    ],
)
def test_ordinary_words_are_not_people(redactor: Redactor, text: str) -> None:
    assert _people(redactor, text) == []


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("Er det Nørrelund, der har sagt det?", "Nørrelund"),
        ("anne har ringet to gange", "anne"),
        ("ANNE NØRRELUND HAR RINGET", "ANNE NØRRELUND"),
        ("Noerrelund ringede", "Noerrelund"),
        ("Annes bil holder her", "Anne"),
        ("Nørrelunds faktura mangler", "Nørrelund"),
    ],
)
def test_people_of_the_envelope_in_every_form(redactor: Redactor, text: str, mention: str) -> None:
    assert mention in _people(redactor, text, "Anne Nørrelund")


def test_a_company_in_the_from_header_is_no_person(redactor: Redactor) -> None:
    assert _people(redactor, "Caféen har lukket.", "Café Solsiden ApS") == []


def test_somebody_met_once_is_hidden_everywhere(redactor: Redactor) -> None:
    text = (
        "Jeg har aftalt det med Zbigniew Xarkowtz.\n\nMen xarkowtz svarer ikke, og Xarkowtz' telefon er død."
    )
    assert "arkowtz" not in redactor.redact(text).text.shareable().replace("[PERSON_1]", "")
