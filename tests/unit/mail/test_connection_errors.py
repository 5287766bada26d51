"""Each way of not reaching a server has its own sentence, and says what to do."""

import socket
import ssl

import pytest

from agent.mail.connection_errors import explained, login_refused, no_tls_offered, tls_context
from agent.mail.mailbox import ConnectionLost
from agent.mail.server_url import parse_server_url

SERVER = parse_server_url("imap://anna@mail.example.com:143", protocol="imap")


def untrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "failed")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("error", "code", "words", "remedy"),
    [
        (untrusted(), "mail.certificate", "self-signed certificate", "--insecure"),
        (ssl.SSLError(1, "wrong version"), "mail.tls", "cannot agree on TLS", "imaps://"),
        (socket.gaierror(-2, "unknown"), "mail.unknown_host", "mail.example.com is not known", "--imap"),
        (ConnectionRefusedError(), "mail.connection_refused", "mail.example.com:143 refuses", "running"),
        (TimeoutError(), "mail.timeout", "did not answer in time", "firewall"),
        (ConnectionResetError(), "mail.connection_lost", "ConnectionResetError", "Try again"),
        (ssl.SSLEOFError(8, "eof"), "mail.connection_lost", "closed the connection", "--imap"),
        (OSError(113, "No route to host"), "mail.connection_lost", "broke off", "Try again"),
    ],
)
def test_a_fault_has_a_sentence_and_a_remedy(error: OSError, code: str, words: str, remedy: str) -> None:
    told = explained(error, SERVER)
    assert told.code == code
    assert words in told.message
    assert remedy in told.remedy


def test_only_faults_of_a_running_session_end_it() -> None:
    assert isinstance(explained(TimeoutError(), SERVER), ConnectionLost)
    assert not isinstance(explained(ConnectionRefusedError(), SERVER), ConnectionLost)


def test_what_waiting_does_not_change_is_permanent() -> None:
    assert explained(untrusted(), SERVER).permanent
    assert no_tls_offered(SERVER).permanent
    assert login_refused(SERVER).permanent
    assert not login_refused(SERVER, permanent=False).permanent
    assert not explained(TimeoutError(), SERVER).permanent


def test_certificates_are_checked_unless_waived() -> None:
    assert tls_context(SERVER).verify_mode is ssl.CERT_REQUIRED
    waived = parse_server_url("imaps://anna@mail.example.com", protocol="imap", insecure=True)
    assert tls_context(waived).verify_mode is ssl.CERT_NONE
