"""What is newly written, what is signature, what is quoted: in five languages and the styles of mail programs."""

import pytest

from agent.mail.quote import split
from agent.mail.signature import is_closing

ATTRIBUTIONS = [
    "Den man. 2. mar. 2026 kl. 10.12 skrev Ida Holm <ida@holm.example>:",
    "man. 2. mars 2026 kl. 10:12 skrev Ida Holm <ida@holm.example>:",
    "Den mån 2 mars 2026 kl 10:12 skrev Ida Holm <ida@holm.example>:",
    "Am Mo., 2. März 2026 um 10:12 Uhr schrieb Ida Holm <ida@holm.example>:",
    "On Mon, Mar 2, 2026 at 10:12 AM Ida Holm <ida@holm.example> wrote:",
    "Le lun. 2 mars 2026 à 10:12, Ida Holm <ida@holm.example> a écrit :",
    "Op ma 2 mrt. 2026 om 10:12 schreef Ida Holm <ida@holm.example>:",
    "Ida Holm <ida@holm.example> schrieb am Mo., 2. März 2026, 10:12:",
    "2026-03-02 10:12 GMT+01:00 Ida Holm <ida@holm.example>:",
    "Den 02-03-2026 kl. 10:12 skrev Ida Holm:",
]


@pytest.mark.parametrize("line", ATTRIBUTIONS)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_the_line_above_a_quote_and_the_quote_are_not_new(line: str, mark: str) -> None:
    parts = split(f"Det virker ikke.\n\n{line}\n\n{mark}Har du prøvet igen?\n{mark}Hilsen Ida\n")
    assert parts.new_text == "Det virker ikke."
    assert "Har du prøvet igen?" in parts.quoted
    assert line in parts.quoted


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_the_same_line_wrapped_is_found_too(line: str) -> None:
    words = line.split(" ")
    wrapped = " ".join(words[:5]) + "\n" + " ".join(words[5:])
    parts = split(f"Det virker ikke.\n{wrapped}\n> Har du prøvet igen?\n")
    assert parts.new_text == "Det virker ikke."


@pytest.mark.parametrize(
    "block",
    [
        "Fra: Ida Holm\nSendt: 2. marts 2026 10:12\nTil: Bo\nEmne: Pumpe",
        "Fra: Ida Holm <ida@holm.example>\nDato: mandag 2. mars 2026 10:12\nTil: Bo\nEmne: Pumpe",
        "Från: Ida Holm\nSkickat: den 2 mars 2026 10:12\nTill: Bo\nÄmne: Pump",
        "Von: Ida Holm\nGesendet: Montag, 2. März 2026 10:12\nAn: Bo\nBetreff: Pumpe",
        "From: Ida Holm\nSent: Monday, March 2, 2026 10:12 AM\nTo: Bo\nSubject: Pump",
        "*From:* Ida Holm\n*Sent:* Monday, March 2, 2026\n*To:* Bo\n*Cc:* Eva\n*Subject:* Pump",
        "From: Ida Holm <ida@holm.example> Sent: 2 March 2026 To: Bo Subject: Pump",
        "De : Ida Holm\nEnvoyé : lundi 2 mars 2026\nÀ : Bo\nObjet : Pompe",
    ],
)
@pytest.mark.parametrize("rule", ["", "________________________________\n", "-----Original Message-----\n"])
def test_everything_from_an_outlook_header_block_on_is_quoted(block: str, rule: str) -> None:
    parts = split(f"Det virker ikke.\n\n{rule}{block}\n\nHar du prøvet igen?\n")
    assert parts.new_text == "Det virker ikke."
    assert parts.quoted.startswith((rule + block).split("\n", 1)[0])
    assert parts.quoted.endswith("Har du prøvet igen?")


@pytest.mark.parametrize(
    "line",
    ["-----Oprindelig meddelelse-----", "-----Ursprüngliche Nachricht-----", "-----Ursprungligt meddelande-----",
     "---------- Forwarded message ---------", "---------- Videresendt meddelelse ---------",
     "Anfang der weitergeleiteten Nachricht:",
     "Vidarebefordrat brev:", "Start på videresendt besked:"],
)  # fmt: skip
def test_ruled_lines_start_a_quote(line: str) -> None:
    assert split(f"Se nedenfor.\n\n{line}\nandre ord").new_text == "Se nedenfor."


def test_answers_between_quoted_lines_are_the_new_text() -> None:
    parts = split("> Hvor mange?\n\nTre.\n\n> Hvornår?\n\nI morgen.\n")
    assert parts.new_text == "Tre.\n\nI morgen."
    assert parts.quoted == "> Hvor mange?\n> Hvornår?"


def test_an_answer_below_the_quote_is_new() -> None:
    assert split("On 2 March 2026, Ida wrote:\n> How many?\n\nThree.").new_text == "Three."


def test_the_end_of_a_long_quoted_line_that_was_broken_is_quoted() -> None:
    long = "> dette er en meget lang linje som et program har brukket over midten for at"
    assert split(f"Ja.\n\n{long}\nden skulle passe\n> ind her").new_text == "Ja."


def test_a_reply_line_on_the_same_line_as_the_answer_is_parted() -> None:
    text = "Works now, thanks! On Mon, 2 Mar 2026 at 10:12, Ida <ida@holm.example> wrote:\n> Try again"
    assert split(text).new_text == "Works now, thanks!"


def test_a_mark_of_a_ticket_system_starts_the_quote() -> None:
    assert (
        split("Ja tak.\n\n##- Skriv svaret over denne linje -##\nSag 12 er opdateret").new_text == "Ja tak."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Am 12.01. schrieb ich Ihnen bereits:\ndas Gerät ist defekt.",
        "I går skrev jeres medarbejder: det er ordnet. Det er det ikke.",
        "From: Oslo\nTo: Bergen\nDate: 12 May\n\nCan you drive this?",
        "Fra: Esbjerg\nTil: Ribe\nDato: i morgen",
        "Temperaturen er > 40 grader og < 60.",
        "Den 3. marts kl. 10 kommer montøren, skrev I:\nhan kom ikke.",
    ],
)
def test_a_senders_own_sentences_are_not_taken_for_quotes(text: str) -> None:
    assert split(text) == (text, "", "")


def test_quotes_seen_only_in_the_html_are_found_through_it() -> None:
    plain = "Jeg venter stadig.\n\nVi sender en ny pumpe i løbet af ugen."
    html_text = "Jeg venter stadig.\n\n> Vi sender en ny pumpe i løbet af ugen."
    assert split(plain, html_text).new_text == "Jeg venter stadig."


@pytest.mark.parametrize(
    "block",
    [
        "-- \nIda Holm\nHolm Byg",
        "Ida Holm\nHolm Byg ApS\nTlf. 75 12 34 56",
        "Ida Holm | Holm Byg AS | +47 22 33 44 55",
        "Ida Holm\nSalg\nStorgatan 4, 111 22 Stockholm\nida@holm.example",
        "Sendt fra min iPhone",
        "Skickat från min Galaxy",
        "Von meinem iPhone gesendet",
        "Get Outlook for Android",
    ],
)
def test_signatures_go_and_the_letter_stays(block: str) -> None:
    parts = split(f"Pumpen er gået i stykker igen.\n\nHvad gør vi?\n\n{block}", sender_name="Ida Holm")
    assert parts.new_text.removesuffix("\n\nIda Holm") == "Pumpen er gået i stykker igen.\n\nHvad gør vi?"
    assert parts.signature


@pytest.mark.parametrize(
    "closing",
    ["Mvh", "Med venlig hilsen", "Vennlig hilsen", "Hilsen", "Med vänlig hälsning", "Hälsningar",
     "Mit freundlichen Grüßen", "Viele Grüße", "LG", "Best regards", "Kind regards,", "Thanks,", "Cheers"],
)  # fmt: skip
def test_below_a_greeting_the_name_stays_and_particulars_go(closing: str) -> None:
    parts = split(
        f"Det virker.\n\n{closing}\nIda Holm\nIndkøb\nHolm Byg ApS\nTlf. 75 12 34 56\n\nDenne e-mail er fortrolig."
    )
    assert parts.new_text == f"Det virker.\n\n{closing}\nIda Holm"
    assert "75 12 34 56" in parts.signature
    assert "fortrolig" in parts.signature


def test_a_postscript_below_the_signature_is_new_text() -> None:
    parts = split("Det virker.\n\nMvh\nIda\nTlf. 75 12 34 56\n\nPS: Send gerne en ekstra nøgle.")
    assert parts.new_text == "Det virker.\n\nMvh\nIda\n\nPS: Send gerne en ekstra nøgle."


@pytest.mark.parametrize(
    "text",
    [
        "Ring til mig på 75 12 34 56 i dag.",
        "Hej\n\nVarerne skal leveres her:\nHavnevej 3, 6000 Kolding\n\nKan I nå det?",
        "Thanks for the quick reply, but it still fails.",
        "Ihre Rechnung stimmt nicht.",
        "Best would be a call tomorrow.",
        "Tusind tak!\n\nDet virker stadig ikke.",
        "Thanks\n\nIt still fails with E-12",
        "Den nye leveringsadresse er:\n\nHolm Byg ApS\nHavnevej 3\n6000 Kolding",
        "Send den venligst til\nHolm Byg ApS\nHavnevej 3\n6000 Kolding",
        "Hei\n\nTakk\n\nKan dere ringe meg på 22 33 44 55?",
    ],
)
def test_particulars_and_thanks_within_the_letter_stay(text: str) -> None:
    assert split(text).new_text == text


def test_pgp_armour_is_taken_off() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nDet virker.\n"
        "-----BEGIN PGP SIGNATURE-----\n\niHUEAR\n-----END PGP SIGNATURE-----\n"
    )
    assert split(text).new_text == "Det virker."


@pytest.mark.parametrize(
    "line", ["Thanks for nothing!", "Hilsenen var forkert?", "Best price is 400", "Deres pumpe er defekt"]
)
def test_sentences_that_begin_like_a_greeting_are_none(line: str) -> None:
    assert not is_closing(line)


def test_all_words_of_the_text_are_in_one_of_the_parts() -> None:
    text = "Hej\n\nvirker ikke\n\nMvh\nIda\nTlf 75123456\n\nDen 2. mar. 2026 skrev Bo <bo@x.example>:\n> prøv\n\nok?"
    assert sorted(" ".join(split(text)).split()) == sorted(text.split())
