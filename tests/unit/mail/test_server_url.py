"""Reading the URLs of mail servers, and saying what is wrong with them."""

import pytest

from agent.errors import SettingError
from agent.mail.server_url import MailServer, Security, parse_server_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("imaps://anna@mail.example.com", MailServer("imap", "anna", "mail.example.com", 993, Security.TLS)),
        (
            "imap://anna@mail.example.com",
            MailServer("imap", "anna", "mail.example.com", 143, Security.STARTTLS),
        ),
        ("smtps://anna@mail.example.com", MailServer("smtp", "anna", "mail.example.com", 465, Security.TLS)),
        (
            "smtp://anna@mail.example.com",
            MailServer("smtp", "anna", "mail.example.com", 587, Security.STARTTLS),
        ),
        (
            "  imaps://support@firma.dk@Mail.Firma.dk:9993/ ",
            MailServer("imap", "support@firma.dk", "mail.firma.dk", 9993, Security.TLS),
        ),
        (
            "imaps://support%40firma.dk@mail.firma.dk",
            MailServer("imap", "support@firma.dk", "mail.firma.dk", 993, Security.TLS),
        ),
        ("imaps://a%3Ab@h.example", MailServer("imap", "a:b", "h.example", 993, Security.TLS)),
        ("imaps://a@[2001:db8::1]:993", MailServer("imap", "a", "2001:db8::1", 993, Security.TLS)),
    ],
)
def test_a_url_gives_server_user_and_protection(url: str, expected: MailServer) -> None:
    assert parse_server_url(url, protocol=expected.protocol) == expected


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]"])
def test_on_loopback_plain_text_and_any_certificate_will_do(host: str) -> None:
    server = parse_server_url(f"imap://a@{host}", protocol="imap")
    assert (server.security, server.verify_certificate) == (Security.STARTTLS_IF_OFFERED, False)


@pytest.mark.parametrize("host", ["127.0.0.1.example.com", "2130706433", "10.0.0.1", "localhost.example.com"])
def test_what_only_looks_like_loopback_needs_tls(host: str) -> None:
    server = parse_server_url(f"smtp://a@{host}", protocol="smtp")
    assert (server.security, server.verify_certificate) == (Security.STARTTLS, True)


def test_insecure_waives_tls_and_certificate_where_asked() -> None:
    plain = parse_server_url("imap://a@mail.example.com", protocol="imap", insecure=True)
    assert (plain.security, plain.verify_certificate) == (Security.STARTTLS_IF_OFFERED, False)
    encrypted = parse_server_url("imaps://a@mail.example.com", protocol="imap", insecure=True)
    assert (encrypted.security, encrypted.verify_certificate) == (Security.TLS, False)


def test_tls_from_the_first_byte_is_verified_even_on_loopback() -> None:
    assert parse_server_url("imaps://a@127.0.0.1", protocol="imap").verify_certificate


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mail.example.com", "is not a URL"),
        ("", "is not a URL"),
        ("pop3://a@mail.example.com", "begins with pop3://"),
        ("smtp://a@mail.example.com", "begins with smtp://"),
        ("imaps://mail.example.com", "names no user"),
        ("imaps://@mail.example.com", "names no user"),
        ("imaps://a@", "names no host"),
        ("imaps://a@ho st", "names no host"),
        ("imaps://a@h.example:imap", "port that is not a number"),
        ("imaps://a@h.example:0", "port that is not a number"),
        ("imaps://a@h.example:70000", "port that is not a number"),
        ("imaps://a@h.example/INBOX", "--folder"),
        ("imaps://a@h.example?x=1", "goes on after the port"),
        ("imaps://a@[::1", "brackets"),
    ],
)
def test_a_wrong_url_is_told_with_an_example(url: str, words: str) -> None:
    with pytest.raises(SettingError, match=words) as refused:
        parse_server_url(url, protocol="imap")
    assert "imaps://support@example.com@mail.example.com:993" in refused.value.remedy


@pytest.mark.parametrize(
    "url", ["imaps://anna:hunter2@h.example", "http://anna:hunter2@h.example", "imaps://anna:hunter2@"]
)
def test_a_password_in_the_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingError) as refused:
        parse_server_url(url, protocol="imap")
    assert "hunter2" not in str(refused.value)


def test_a_password_in_the_url_is_sent_to_its_place() -> None:
    with pytest.raises(SettingError, match="--password-file"):
        parse_server_url("imaps://anna:hunter2@h.example", protocol="imap")


@pytest.mark.parametrize(
    "url",
    [
        "imaps://support@firma.dk@mail.firma.dk:993",
        "imap://a%3Ab@h.example:143",
        "imaps://a@[2001:db8::1]:993",
    ],
)
def test_the_url_is_found_again(url: str) -> None:
    assert parse_server_url(url, protocol="imap").url == url
