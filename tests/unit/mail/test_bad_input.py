"""Mails that break others: every one gives a message, or one clear sentence, in bounded time."""

import base64
import time

import pytest

from agent.errors import Unreadable
from agent.mail.limits import DEFAULT
from agent.mail.parse import parse
from tests.unit.mail.letters import HEAD, mail

TOKEN = "token-4711"
NO_ID = HEAD.replace(b"Message-ID: <m1@sender.example>\n", b"")
NO_FROM = HEAD.replace(b"From: Anne <anne@sender.example>\n", b"")


@pytest.mark.parametrize("value", [b"<>", b"<a@[>", b"", b"<a b@c>", b"<@c>", b"<<x@y>"])
def test_an_invalid_message_id_counts_as_none_or_is_cut_to_its_valid_part(value: bytes) -> None:
    found = parse(mail(standard=NO_ID, head=b"Message-ID: " + value + b"\n")).message_id
    assert found in {"", "<x@y>"}


def test_two_mails_without_message_id_both_have_none() -> None:
    assert [parse(mail(standard=NO_ID, body=body)).message_id for body in (b"one", b"two")] == ["", ""]


@pytest.mark.parametrize("value", [b"", b"<>", b"nobody at all", b"undisclosed-recipients:;"])
def test_a_from_without_address_gives_nobody_and_a_warning(value: bytes) -> None:
    message = parse(mail(standard=NO_FROM, head=b"From: " + value + b"\n"))
    assert message.sender.email == ""
    assert "This mail does not say who sent it." in message.warnings
    assert TOKEN in message.text


def test_no_from_falls_back_to_the_envelope_with_a_warning() -> None:
    message = parse(mail(standard=NO_FROM, head=b"Return-Path: <anne@sender.example>\n"))
    assert message.sender.email == "anne@sender.example"
    assert message.warnings


@pytest.mark.parametrize(
    "head",
    [
        b"From: boss@ours.example\nFrom: evil@x.example\n",
        b'From: "boss@ours.example" <boss@ours.example> <evil@x.example>\n',
    ],
)
def test_several_senders_give_a_warning_and_the_one_the_envelope_confirms(head: bytes) -> None:
    message = parse(mail(standard=NO_FROM, head=head + b"Return-Path: <evil@x.example>\n"))
    assert message.sender.email == "evil@x.example"
    assert any("several senders" in warning for warning in message.warnings)


def test_a_display_name_never_becomes_the_address() -> None:
    message = parse(mail(standard=NO_FROM, head=b'From: "Chef <boss@ours.example>" <evil@x.example>\n'))
    assert message.sender.email == "evil@x.example"
    assert message.sender.name == "Chef <boss@ours.example>"


@pytest.mark.parametrize(
    "name", [b"foo-bar", b"unknown-8bit", b"utf\0-8", b"", b"rot13", b"base64", b"undefined", b"utf-7"]
)
def test_unknown_and_harmful_charsets_still_give_the_words(name: bytes) -> None:
    body = "token-4711 blåbær".encode()
    message = parse(mail(head=b"Content-Type: text/plain; charset=" + name + b"\n", body=body))
    assert TOKEN in message.text


def test_latin1_under_a_wrong_label_is_read_as_western_text() -> None:
    message = parse(
        mail(
            head=b"Content-Type: text/plain; charset=foo-bar\n",
            body="Hilsen fra Søren på Læsø".encode("latin-1"),
        )
    )
    assert message.text == "Hilsen fra Søren på Læsø"
    assert message.warnings


def test_nul_and_controls_survive_nowhere() -> None:
    message = parse(b"From: a\0nne@sender.example\nSubject: he\0llo\x07\n\ntoken-4711\0\x08 end")
    assert message.subject == "hello"
    assert message.text == "token-4711 end"


def test_raw_latin1_headers_are_read() -> None:
    raw = "From: Jørgen Sæther <js@x.example>\nSubject: Blåbær på vej\n\ntoken-4711".encode("latin-1")
    message = parse(raw)
    assert (message.sender.name, message.subject) == ("Jørgen Sæther", "Blåbær på vej")


@pytest.mark.parametrize(
    "value",
    [
        "gestern",
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "Fri, 1 Jan 2040 00:00:00 +0000",
        "",
        "32 Foo 99999 99:99",
    ],
)
def test_a_nonsense_date_counts_as_none(value: str) -> None:
    assert parse(mail(head=f"Date: {value}\n".encode())).date is None


def test_a_date_long_after_arrival_counts_as_none() -> None:
    head = b"Received: from a by b; Mon, 2 Mar 2026 10:00:00 +0000\nDate: Mon, 9 Mar 2026 10:00:00 +0000\n"
    assert parse(mail(head=head)).date is None


def test_dates_are_given_in_utc() -> None:
    date = parse(mail(head=b"Date: Mon, 2 Mar 2026 10:00:00 +0100\n")).date
    assert date is not None
    assert date.isoformat() == "2026-03-02T09:00:00+00:00"


@pytest.mark.parametrize("depth", [100, 1_000, 20_000])
def test_multiparts_nested_without_end_are_refused_with_a_sentence(depth: int) -> None:
    body = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
    with pytest.raises(Unreadable, match="nested too deeply"):
        parse(HEAD + body + b"\ntoken-4711")


def test_mails_nested_in_mails_without_end_are_refused() -> None:
    with pytest.raises(Unreadable, match="nested too deeply"):
        parse(HEAD + b"Content-Type: message/rfc822\n\n" * 2_000 + b"token-4711")


def test_ten_thousand_parts_are_capped() -> None:
    part = b"--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=x.pdf\n\nx\n"
    body = b"--b\n\ntoken-4711\n" + part * 10_000 + b"--b--\n"
    message = parse(mail(head=b"Content-Type: multipart/mixed; boundary=b\n", body=body))
    assert TOKEN in message.text
    assert len(message.attachments) == DEFAULT.attachments
    assert any("attachments" in warning for warning in message.warnings)


def test_a_hundred_thousand_received_lines_are_cut() -> None:
    message = parse(b"Received: from a by b; Mon, 2 Mar 2026 10:00:00 +0000\n" * 100_000 + mail())
    assert message.sender.email == "anne@sender.example"
    assert len(message.headers["received"]) == DEFAULT.values_per_header
    assert TOKEN in message.text


@pytest.mark.parametrize(
    "subject", [b"x" * 10_000_000, b"xxxx yyyy\n " * 1_000_000, b"=?utf-8?q?" * 1_000_000]
)
def test_a_subject_of_ten_megabytes_is_cut(subject: bytes) -> None:
    started = time.process_time()
    message = parse(b"Subject: " + subject + b"\n" + mail())
    assert 0 < len(message.subject) <= DEFAULT.subject
    assert TOKEN in message.text
    assert time.process_time() - started < 5


def test_twenty_thousand_recipients_are_cut() -> None:
    to = b", ".join(b"u%d@x.example" % number for number in range(20_000))
    message = parse(mail(standard=HEAD.replace(b"desk@ours.example", to)))
    assert len(message.to) == DEFAULT.recipients
    assert any("recipients" in warning for warning in message.warnings)


def test_five_thousand_nested_comments_in_an_address_are_passed_over() -> None:
    to = b"(" * 5_000 + b")" * 5_000 + b" desk@ours.example"
    message = parse(mail(standard=HEAD.replace(b"desk@ours.example", to)))
    assert [address.email for address in message.to] == ["desk@ours.example"]


def test_no_line_break_survives_in_a_subject_or_name() -> None:
    head = b"From: =?utf-8?q?x=0D=0ABcc:_e=40x?= <a@b.example>\nSubject: =?utf-8?q?hi=0D=0ABcc:_e=40x?=\n"
    message = parse(head + b"\ntoken-4711")
    assert message.subject == "hi Bcc: e@x"
    assert message.sender.name == "x Bcc: e@x"


@pytest.mark.parametrize(
    "head", [b"Content-Type: multipart/mixed\n", b'Content-Type: multipart/mixed; boundary=""\n']
)
def test_a_missing_or_empty_boundary_is_taken_from_the_body(head: bytes) -> None:
    body = b"--xyz\nContent-Type: text/plain\n\ntoken-4711\n--xyz\nContent-Type: image/png; name=a.png\n\nP\n--xyz--\n"
    message = parse(mail(head=head, body=body))
    assert message.text == "token-4711"
    assert [file.filename for file in message.attachments] == ["a.png"]


def test_a_multipart_that_is_none_is_read_as_text() -> None:
    assert TOKEN in parse(mail(head=b"Content-Type: multipart/mixed; boundary=nowhere\n")).text


def test_broken_base64_gives_what_can_be_read() -> None:
    data = base64.b64encode(b"token-4711 and more")
    body = data[:10] + b"\n***" + data[10:] + b"=A"
    assert TOKEN in parse(mail(head=b"Content-Transfer-Encoding: base64\n", body=body)).text


def test_a_uuencoded_file_in_the_text_becomes_an_attachment() -> None:
    body = b"token-4711\nbegin 644 note.txt\n%:&5L;&\\\n`\nend\nafter\n"
    message = parse(mail(body=body))
    assert [(file.filename, file.content) for file in message.attachments] == [("note.txt", b"hello")]
    assert message.text == "token-4711\nafter"


def test_words_that_begin_and_end_are_not_taken_for_uuencode() -> None:
    body = b"begin 100 things\nthen\nend\ntoken-4711"
    assert parse(mail(body=body)).text == body.decode()


def test_winmail_dat_is_kept_with_a_warning() -> None:
    body = b"--b\n\ntoken-4711\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n\nTNEF\n--b--\n"
    message = parse(mail(head=b"Content-Type: multipart/mixed; boundary=b\n", body=body))
    assert [file.filename for file in message.attachments] == ["winmail.dat"]
    assert any("winmail.dat" in warning for warning in message.warnings)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"../../x\0.pdf", "x.pdf"),
        (b"C:\\\\temp\\\\a.doc", "a.doc"),
        ("fdp.\u202etxt.exe".encode(), "fdp.txt.exe"),
        (b".htaccess", "htaccess"),
        (b"..", "attachment-1"),
    ],
)
def test_file_names_lose_folders_controls_and_direction_marks(sent: bytes, kept: str) -> None:
    head = b'Content-Type: application/octet-stream; name="' + sent + b'"\nContent-Disposition: attachment\n'
    assert parse(mail(head=head)).attachments[0].filename == kept


def test_a_file_name_of_five_hundred_characters_is_cut_and_keeps_its_ending() -> None:
    head = b'Content-Type: application/pdf; name="' + b"a" * 500 + b'.pdf"\nContent-Disposition: attachment\n'
    name = parse(mail(head=head)).attachments[0].filename
    assert len(name) <= DEFAULT.filename
    assert name.endswith(".pdf")


def test_a_mail_of_fifty_megabytes_is_read_as_headers_and_first_text() -> None:
    body = b"--b\n\ntoken-4711\n--b\nContent-Type: application/zip\n\n" + b"A" * 50 * 2**20 + b"\n--b--\n"
    message = parse(mail(head=b"Content-Type: multipart/mixed; boundary=b\n", body=body))
    assert message.text == "token-4711"
    assert message.subject == "Hello"
    assert any("very large" in warning for warning in message.warnings)


@pytest.mark.parametrize(
    "body",
    [
        (b" on " * 1_000 + b" at " * 50) * 50,
        b"On " + b"on at " * 50_000 + b"\n> x",
        b"On x at 10:00 a@b wrote\n" * 8_000,
        b"From: \n" * 28_000,
        b"> " * 100_000,
        b"Mvh\n" * 50_000,
        b"begin 644 x\n" * 10_000 + b"end\n" * 10_000,
    ],
)
def test_quote_bombs_take_linear_time_and_show_the_whole_text(body: bytes) -> None:
    started = time.process_time()
    message = parse(mail(body=body))
    assert time.process_time() - started < 6
    assert len(message.text) >= min(len(body.strip()), DEFAULT.text) * 0.9


def test_two_hundred_thousand_divs_are_read_as_plain_text() -> None:
    started = time.process_time()
    message = parse(mail(head=b"Content-Type: text/html\n", body=b"<div>" * 200_000 + b"token-4711"))
    assert message.text == TOKEN
    assert message.safe_html == ""
    assert time.process_time() - started < 3


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\0\0\0"])
def test_no_mail_at_all_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="empty"):
        parse(raw)


@pytest.mark.parametrize(
    "raw", [bytes(range(256)) * 50, b"\xff\xfe" * 500, b":" * 1_000, b"a\rb\rc", b"--\n--\n--"]
)
def test_garbage_gives_a_message(raw: bytes) -> None:
    assert parse(raw).sender.email == ""


def test_headers_that_a_stranger_may_not_set_are_not_kept() -> None:
    message = parse(mail(head=b"X-Priority: 1\nX-Genklang-Priority: critical\nImportance: high\n"))
    assert not {"x-priority", "x-genklang-priority", "importance"} & set(message.headers)
