"""Header blocks, encoded words, ids, parameters and addresses as senders really write them."""

import pytest

from agent.mail.addresses import parse_addresses
from agent.mail.charset import decode
from agent.mail.flowed import unflow
from agent.mail.headers import decode_words, message_ids, parameters, read_block
from agent.mail.limits import DEFAULT


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?iso-8859-1?Q?Bl=E5b=E6r?=", "Blåbær"),
        ("=?UTF-8?B?w6bDuMOl?= x", "æøå x"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=A5?=", "å"),
        ("=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8?Q?Why??=", "Why?"),
        ("=?utf-8*da?Q?hej?=", "hej"),
        ("=?nonsense?Q?abc?=", "abc"),
        ("=?utf-8?Q?unfinished", "=?utf-8?Q?unfinished"),
    ],
)
def test_encoded_words(value: str, text: str) -> None:
    assert decode_words(value) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"Holm, Ida" <ida@x.example>', [("Holm, Ida", "ida@x.example")]),
        ("ida@X.EXAMPLE", [("", "ida@x.example")]),
        ("Team: a@x.example, b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
        ("=?utf-8?q?Hansen,_Jens?= <j@x.example>", [("Hansen, Jens", "j@x.example")]),
        ("Ida (at work) <ida@x.example>", [("Ida", "ida@x.example")]),
        ("<@relay:ida@x.example>", [("", "ida@x.example")]),
        ('"a" <a@b.example> <c@d.example>', [("a", "a@b.example"), ("", "c@d.example")]),
        ('"x <y@z.example>" <ida@x.example>', [("x <y@z.example>", "ida@x.example")]),
        ("undisclosed-recipients:;", []),
        ("'Ida' <ida@x.example>", [("Ida", "ida@x.example")]),
        ("Ida\u202e\u200b <ida@x.example>", [("Ida", "ida@x.example")]),
    ],
)
def test_addresses(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(address.name, address.email) for address in parse_addresses(value, 10)] == expected


def test_message_ids_keep_first_and_newest_of_a_long_chain() -> None:
    chain = " ".join(f"<{number}@x.example>" for number in range(500))
    found = message_ids(chain, 10)
    assert len(found) == 10
    assert (found[0], found[-1]) == ("<0@x.example>", "<499@x.example>")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('attachment; filename="a;b.pdf"', "a;b.pdf"),
        ("attachment; filename=a b.pdf", "a b.pdf"),
        ("attachment; filename*=utf-8''bl%C3%A5.pdf; filename=bla.pdf", "blå.pdf"),
        ("attachment; filename*0=long; filename*1=name.pdf", "longname.pdf"),
        ('attachment; filename="=?utf-8?q?bl=C3=A5.pdf?="', "blå.pdf"),
        ('attachment; filename="unclosed.pdf', "unclosed.pdf"),
    ],
)
def test_file_names_in_parameters(value: str, name: str) -> None:
    assert parameters(value) == ("attachment", {"filename": name})


def test_a_header_that_some_program_broke_does_not_end_the_block() -> None:
    raw = b"X-Long: abc\ndef ghi jkl\nFrom: a@x.example\nSubject: s\n\nbody"
    block = read_block(raw, DEFAULT)
    assert block.first("from") == "a@x.example"
    assert raw[block.body_at :] == b"body"


def test_a_body_without_an_empty_line_above_it_is_not_lost() -> None:
    raw = b"From: a@x.example\nHello there,\nmy crane stands still.\n"
    block = read_block(raw, DEFAULT)
    assert raw[block.body_at :].startswith(b"Hello there")


def test_the_mark_of_an_mbox_is_passed_over() -> None:
    assert read_block(b"From a@x Tue Mar  3\nSubject: s\n\nbody", DEFAULT).first("subject") == "s"


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("æøå".encode(), "us-ascii", "æøå"),
        ("æøå".encode("latin-1"), "utf-8", "æøå"),
        ("smørrebrød".encode("cp1252"), "", "smørrebrød"),
        ("Größe".encode("utf-16"), "utf-16", "Größe"),
        (
            "Привет, как дела сегодня? Насос сломан".encode("koi8-r"),
            "koi8-r",
            "Привет, как дела сегодня? Насос сломан",
        ),
        ("€".encode("cp1252"), "iso-8859-1", "€"),
    ],
)
def test_charsets(data: bytes, charset: str, text: str) -> None:
    assert decode(data, charset)[0] == text


def test_flowed_lines_are_joined_within_their_quote_depth() -> None:
    assert (
        unflow("one \ntwo\n> three \n> four\n-- \nIda", delete_space=False)
        == "one two\n> three four\n-- \nIda"
    )
    assert unflow("Donau \ndampf", delete_space=True) == "Donaudampf"
