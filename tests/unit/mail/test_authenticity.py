"""Only our own server's word counts, and odd senders are named."""

from agent.mail.authenticity import Verdict, assess, foreign_reply_to
from tests.unit.mail.letters import message, person

RESULTS = "mx.ours.example; spf=pass smtp.mailfrom=x; dkim=fail header.d=x; dmarc=fail (p=none) header.from=x"


def test_results_under_our_servers_name_are_read() -> None:
    found = assess(
        message(headers={"authentication-results": RESULTS}), trusted_authserv_id="mx.ours.example"
    )
    assert (found.spf, found.dkim, found.dmarc) == (Verdict.PASS, Verdict.FAIL, Verdict.FAIL)
    assert any("could not confirm" in warning for warning in found.warnings)


def test_results_under_another_name_or_without_trust_are_unknown() -> None:
    forged = message(headers={"authentication-results": RESULTS.replace("mx.ours", "mx.evil")})
    assert assess(forged, trusted_authserv_id="mx.ours.example").spf is Verdict.UNKNOWN
    assert assess(message(headers={"authentication-results": RESULTS})).spf is Verdict.UNKNOWN


def test_a_result_in_a_comment_is_no_result() -> None:
    value = "mx.ours.example (spf=pass; (dkim=pass)); dmarc=none"
    found = assess(message(headers={"authentication-results": value}), trusted_authserv_id="mx.ours.example")
    assert (found.spf, found.dkim, found.dmarc) == (Verdict.UNKNOWN, Verdict.UNKNOWN, Verdict.NONE)


def test_the_topmost_of_two_headers_counts() -> None:
    mail = message()
    mail.headers["authentication-results"] = ("mx.ours.example; spf=fail", "mx.ours.example; spf=pass")
    assert assess(mail, trusted_authserv_id="MX.ours.example").spf is Verdict.FAIL


def test_a_name_that_shows_another_address_is_flagged() -> None:
    mail = message(sender=person("eve@evil.example", "boss@ours.example"))
    assert "eve@evil.example" in assess(mail).warnings[0]


def test_the_name_of_our_boss_on_a_foreign_address_is_flagged() -> None:
    mail = message(sender=person("eve@evil.example", "Holm, Ida"))
    assert any("name of someone here" in w for w in assess(mail, protected_names=["Ida Holm"]).warnings)
    assert not assess(mail, protected_names=["Bo Lund"]).warnings


def test_a_foreign_reply_to_is_flagged_and_one_of_the_same_house_is_not() -> None:
    mail = message(reply_to=(person("x@mail.sender.example"), person("y@else.example")))
    assert [address.email for address in foreign_reply_to(mail)] == ["y@else.example"]
    assert any("another house" in warning for warning in assess(mail).warnings)
