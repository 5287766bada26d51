"""Outgoing mails: the same bytes for the same value, right headers, and no header from anybody's words."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.errors import WrongUse
from agent.mail.message import Address, Attachment, OutgoingMail
from agent.mail.parse import parse
from agent.mail.reply import quote_reply, render, reply_subject, to_html
from tests.unit.mail.letters import message, person

MAIL = OutgoingMail(
    message_id="<case.7.abc.0123@ours.example>",
    sender=Address("Ida på Nordvik", "desk@ours.example"),
    to=(Address("Jørgen, Sæther", "js@x.example"), Address("", "b@x.example")),
    subject="Re: Blåbær [#7]",
    text="Hej\n\nDet er på vej.\n",
    date=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
)


def head(mail: OutgoingMail) -> bytes:
    return render(mail).partition(b"\r\n\r\n")[0]


def test_the_same_value_gives_the_same_bytes() -> None:
    mail = replace(MAIL, html=to_html("Hej"), attachments=(Attachment("a.pdf", "application/pdf", b"%PDF"),))
    assert render(mail) == render(mail)
    assert render(mail) != render(replace(mail, text="Hej."))


def test_what_is_rendered_reads_back_the_same() -> None:
    mail = replace(
        MAIL,
        html=to_html(MAIL.text),
        cc=(Address("Bo", "bo@x.example"),),
        in_reply_to="<m1@x.example>",
        references=("<m0@x.example>", "<m1@x.example>"),
        attachments=(
            Attachment("mål.pdf", "application/pdf", b"%PDF"),
            Attachment("i.png", "image/png", b"P", "c1", True),
        ),
    )
    read = parse(render(mail))
    assert (read.message_id, read.sender, read.to, read.cc) == (
        mail.message_id,
        mail.sender,
        mail.to,
        mail.cc,
    )
    assert (read.subject, read.text, read.date) == (mail.subject, mail.text.strip(), mail.date)
    assert (read.in_reply_to, read.references) == (("<m1@x.example>",), mail.references)
    assert {(file.filename, file.content) for file in read.attachments} == {
        ("mål.pdf", b"%PDF"),
        ("i.png", b"P"),
    }
    assert "Det er på vej." in read.safe_html


def test_every_line_ends_with_crlf_and_is_ascii() -> None:
    raw = render(MAIL)
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: eve@evil.example", "x\nBcc: eve@evil.example", "x\u2028Bcc: eve@evil.example", "x\0y"]
)
def test_no_words_start_another_header(evil: str) -> None:
    mail = replace(
        MAIL,
        subject=evil,
        sender=Address(evil, "desk@ours.example"),
        to=(Address(evil, "a@x.example"),),
        attachments=(Attachment(evil, "application/pdf", b"", evil, True),),
    )
    read = parse(render(mail))
    assert b"\r\nbcc:" not in render(mail).lower()
    assert [address.email for address in read.to] == ["a@x.example"]


@pytest.mark.parametrize(
    "email",
    ["a@x.example\r\nBcc: e@x", "a b@x.example", "nobody", "a@x.example>, <e@x.example", "å@x.example", ""],
)
def test_an_address_that_cannot_stand_in_a_header_is_refused(email: str) -> None:
    with pytest.raises(WrongUse, match="address"):
        render(replace(MAIL, to=(Address("", email),)))


@pytest.mark.parametrize("message_id", ["", "m1@x", "<a b@x>", "<a@x>\r\nBcc: e@x", "<a><b>"])
def test_a_message_id_that_cannot_stand_in_a_header_is_refused(message_id: str) -> None:
    with pytest.raises(WrongUse, match="Message-ID"):
        render(replace(MAIL, message_id=message_id))


def test_long_references_are_kept_whole_on_folded_lines() -> None:
    references = tuple(f"<{'r' * 90}{number}@x.example>" for number in range(20))
    assert parse(render(replace(MAIL, references=references))).references == references


def test_an_automatic_mail_says_so_and_others_do_not() -> None:
    automatic = head(replace(MAIL, automatic=True))
    assert b"Auto-Submitted: auto-replied" in automatic
    assert b"X-Auto-Response-Suppress: All" in automatic
    assert b"Auto-Submitted" not in head(MAIL)


def test_a_domain_in_other_letters_goes_out_in_its_ascii_form() -> None:
    assert b"<a@xn--" in head(replace(MAIL, to=(Address("A", "a@blåbær.example"),)))


@pytest.mark.parametrize("content_type", ["message/rfc822", "multipart/mixed", "nonsense", "text/html; x=y"])
def test_attachments_of_any_type_go_out_byte_for_byte(content_type: str) -> None:
    content = b"From: x\n\nbare\nlines\r\n\0"
    read = parse(render(replace(MAIL, attachments=(Attachment("f.bin", content_type, content),))))
    assert [file.content for file in read.attachments] == [content]


@pytest.mark.parametrize(
    ("subject", "reply"),
    [
        ("Pumpe", "Re: Pumpe [#7]"),
        ("SV: AW: Re: Pumpe [#3]", "Re: Pumpe [#7]"),
        ("", "Re: [#7]"),
        ("a\r\nBcc: x", "Re: a Bcc: x [#7]"),
    ],
)
def test_a_reply_subject_has_one_mark_and_the_case(subject: str, reply: str) -> None:
    assert reply_subject(subject, 7) == reply


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("da", "Den 2. marts 2026 kl. 10:00 skrev Anne:"),
        ("nb", "Den 2. mars 2026 kl. 10:00 skrev Anne:"),
        ("sv", "Den 2 mars 2026 kl. 10:00 skrev Anne:"),
        ("de", "Am 2. März 2026 um 10:00 Uhr schrieb Anne:"),
        ("en", "On 2 March 2026 at 10:00, Anne wrote:"),
        ("fi", "On 2 March 2026 at 10:00, Anne wrote:"),
    ],
)
def test_the_quote_stands_below_the_answer_in_the_customers_language(language: str, line: str) -> None:
    original = message("Hvornår?\n> ældre", sender=person("anne@sender.example", "Anne"))
    quoted = quote_reply("I morgen.", original, language, ZoneInfo("Europe/Copenhagen"))
    assert quoted == f"I morgen.\n\n{line}\n> Hvornår?\n>> ældre\n"


def test_our_own_quote_is_found_again_in_the_answer_to_it() -> None:
    original = message("Hvornår kommer den?", sender=person("anne@sender.example", "Anne"))
    for language in ("da", "nb", "sv", "de", "en"):
        sent = quote_reply("I morgen.", original, language)
        assert parse(render(replace(MAIL, text=sent))).new_text == "I morgen."


def test_html_is_made_of_escaped_words_only() -> None:
    made = to_html('a <script>alert(1)</script> & "b"\n\n> quoted\n> more\n\nsee https://x.example/?a=1&b=2.')
    assert "<script>" not in made
    assert "<blockquote><p>quoted<br>\nmore</p></blockquote>" in made
    assert '<a href="https://x.example/?a=1&amp;b=2">https://x.example/?a=1&amp;b=2</a>.' in made
