"""Only our own server's word counts, and odd senders are named."""

import pytest

from agent.mail.authenticity import Verdict, assess, foreign_reply_to
from agent.mail.message import ParsedMessage
from tests.unit.mail.letters import message, person

RESULTS = "mx.ours.example; spf=pass smtp.mailfrom=x; dkim=fail header.d=x; dmarc=fail (p=none) header.from=x"


def test_results_under_our_servers_name_are_read() -> None:
    found = assess(message(headers={"authentication-results": RESULTS}), authserv_ids=["mx.ours.example"])
    assert (found.spf, found.dkim, found.dmarc) == (Verdict.PASS, Verdict.FAIL, Verdict.FAIL)
    assert any("could not confirm" in warning for warning in found.warnings)


def test_results_under_another_name_or_without_trust_are_unknown() -> None:
    forged = message(headers={"authentication-results": RESULTS.replace("mx.ours", "mx.evil")})
    assert assess(forged, authserv_ids=["mx.ours.example"]).spf is Verdict.UNKNOWN
    assert assess(message(headers={"authentication-results": RESULTS})).spf is Verdict.UNKNOWN


def test_a_result_in_a_comment_is_no_result() -> None:
    value = "mx.ours.example (spf=pass; (dkim=pass)); dmarc=none"
    found = assess(message(headers={"authentication-results": value}), authserv_ids=["mx.ours.example"])
    assert (found.spf, found.dkim, found.dmarc) == (Verdict.UNKNOWN, Verdict.UNKNOWN, Verdict.NONE)


def test_the_topmost_of_two_headers_counts() -> None:
    mail = message()
    mail.headers["authentication-results"] = ("mx.ours.example; spf=fail", "mx.ours.example; spf=pass")
    assert assess(mail, authserv_ids=["MX.ours.example"]).spf is Verdict.FAIL


def test_a_name_that_shows_another_address_is_flagged() -> None:
    mail = message(sender=person("eve@evil.example", "boss@ours.example"))
    assert "eve@evil.example" in assess(mail).warnings[0]


PEOPLE = {"ida@ours.example": "Ida Holm", "bo@ours.example": "Bo"}


def bears_a_name(mail: ParsedMessage) -> bool:
    return any("name of someone here" in warning for warning in assess(mail, people=PEOPLE).warnings)


@pytest.mark.parametrize("name", ["Holm, Ida", "IDA HOLM (CEO)", "Ida M. Holm", "Ｉda Holm"])
def test_the_name_of_our_boss_on_a_foreign_address_is_flagged(name: str) -> None:
    assert bears_a_name(message(sender=person("eve@evil.example", name)))


@pytest.mark.parametrize(
    ("email", "name"),
    [("Ida@ours.example", "Ida Holm"), ("ida@else.example", "Ida Berg"), ("bo@else.example", "Bo Lund")],
    ids=["she herself", "another Ida", "one whose first name is all we know of ours"],
)
def test_people_who_only_share_a_name_are_not(email: str, name: str) -> None:
    assert not bears_a_name(message(sender=person(email, name)))


@pytest.mark.parametrize(
    ("results", "doubted"),
    [
        ("spf=fail smtp.mailfrom=x", True),
        ("spf=softfail", True),
        ("dkim=fail header.d=x; spf=none", True),
        ("spf=fail; dkim=fail; dmarc=fail", True),
        ("spf=fail; dkim=pass; dmarc=pass", False),
        ("spf=pass; dkim=pass; dmarc=pass", False),
        ("spf=none; dkim=none", False),
        ("spf=pass; dkim=temperror", False),
    ],
)
def test_a_failed_check_is_told_unless_dmarc_passed(results: str, doubted: bool) -> None:
    mail = message(headers={"authentication-results": f"mx.ours.example 1; {results}"})
    assert bool(assess(mail, authserv_ids=["mx.ours.example"]).warnings) == doubted


@pytest.mark.parametrize(
    "value",
    [
        'mx.ours.example; dmarc=fail; spf=none smtp.mailfrom="a dmarc=pass"@evil.example',
        'mx.ours.example; dmarc=fail; spf=none reason="x; dmarc=pass"',
        'mx.ours.example; spf=none smtp.mailfrom="("@evil.example; dmarc=fail',
        "mx.ours.example (; dmarc=pass); dmarc=fail",
    ],
)
def test_what_a_sender_may_fill_in_is_no_result(value: str) -> None:
    mail = message(headers={"authentication-results": value})
    assert assess(mail, authserv_ids=["mx.ours.example"]).dmarc is Verdict.FAIL


def test_a_foreign_reply_to_is_flagged_and_one_of_the_same_house_is_not() -> None:
    mail = message(reply_to=(person("x@mail.sender.example"), person("y@else.example")))
    assert [address.email for address in foreign_reply_to(mail)] == ["y@else.example"]
    assert any("another house" in warning for warning in assess(mail).warnings)
