"""Replies find their case; strangers with a reference or number do not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent.mail.authenticity import names_one_sender
from agent.mail.conversation import (
    AskPerson,
    Candidate,
    Decision,
    Join,
    NewCase,
    case_of,
    decide,
    is_reply_subject,
    new_message_id,
    plain_subject,
    subject_tag,
    tagged_case,
)
from tests.unit.mail.letters import message, person

KEY = b"k" * 32
NOW = datetime(2026, 3, 10, tzinfo=UTC)
OURS = new_message_id("ours.example", 7, "abc123", KEY)
CASE = Candidate(
    case_id=7,
    participants=frozenset({"Anne@sender.example"}),
    message_ids=frozenset({"<m0@sender.example>"}),
    subject="Crane stands still",
    last_activity=NOW - timedelta(days=3),
)


def decided(case: Candidate = CASE, /, **fields: Any) -> Decision:
    return decide(message(**fields), key=KEY, candidates=[case], now=NOW)


def test_our_ids_name_their_case_under_our_key_only() -> None:
    assert case_of(OURS, KEY) == 7
    assert case_of(OURS, b"other key") is None
    assert case_of(OURS.replace("case.7", "case.8"), KEY) is None
    assert case_of("<m0@sender.example>", KEY) is None


@pytest.mark.parametrize("nonce", ["", "UPPER", "a b", "a>\r\nBcc: x"])
def test_an_id_is_not_made_from_a_bad_nonce(nonce: str) -> None:
    with pytest.raises(ValueError, match="nonce"):
        new_message_id("ours.example", 7, nonce, KEY)


@pytest.mark.parametrize("fields", [{"in_reply_to": (OURS,)}, {"references": ("<x@y.example>", OURS)}])
def test_an_answer_to_our_mail_from_a_participant_joins(fields: dict[str, Any]) -> None:
    decision = decided(**fields)
    assert isinstance(decision, Join)
    assert decision.case_id == 7


def test_an_answer_to_a_mail_of_the_case_from_a_participant_joins() -> None:
    assert isinstance(decided(references=("<m0@sender.example>",)), Join)


@pytest.mark.parametrize(
    "fields",
    [
        {"in_reply_to": (OURS,)},
        {"references": ("<m0@sender.example>",)},
        {"subject": "Re: Crane stands still [#7]"},
    ],
)
def test_a_stranger_with_a_reference_or_number_never_joins(fields: dict[str, Any]) -> None:
    decision = decided(sender=person("eve@evil.example"), **fields)
    assert isinstance(decision, AskPerson)
    assert "#7" in decision.reason


def test_a_sender_that_programs_disagree_about_never_joins() -> None:
    headers = {"from": "anne@sender.example, eve@evil.example"}
    assert isinstance(decided(in_reply_to=(OURS,), headers=headers), AskPerson)
    assert not names_one_sender(message(headers=headers))


def test_a_forged_id_counts_as_unknown() -> None:
    forged = OURS.replace("case.7", "case.8")
    assert isinstance(decided(in_reply_to=(forged,)), NewCase)


def test_a_sealed_id_of_a_case_that_is_gone_opens_a_new_one() -> None:
    gone = new_message_id("ours.example", 99, "abc123", KEY)
    assert isinstance(decided(in_reply_to=(gone,)), NewCase)


def test_number_and_subject_join_number_alone_asks() -> None:
    assert isinstance(decided(subject="SV: Crane stands still [#7]"), Join)
    assert isinstance(decided(subject="Something else [#7]"), AskPerson)
    assert isinstance(decided(subject="Something else [#8]"), NewCase)


def test_the_same_subject_joins_only_as_a_reply_within_a_fortnight_of_an_open_case() -> None:
    assert isinstance(decided(subject="AW: crane  stands still"), Join)
    assert isinstance(decided(subject="Crane stands still"), NewCase)
    old = Candidate(7, CASE.participants, CASE.message_ids, CASE.subject, NOW - timedelta(days=15))
    assert isinstance(decided(old, subject="AW: Crane stands still"), NewCase)
    closed = Candidate(
        7, CASE.participants, CASE.message_ids, CASE.subject, CASE.last_activity, is_open=False
    )
    assert isinstance(decided(closed, subject="AW: Crane stands still"), NewCase)
    assert isinstance(decided(subject="AW: Crane stands still", sender=person("eve@evil.example")), NewCase)


def test_an_empty_subject_joins_nothing() -> None:
    empty = Candidate(7, CASE.participants, CASE.message_ids, "", CASE.last_activity)
    assert isinstance(decided(empty, subject="Re: "), NewCase)


@pytest.mark.parametrize(
    "subject",
    ["Re: Pumpe", "SV: Re: Pumpe", "AW: [#12] pumpe", "[#12] Antw: Pumpe", "Re[2]: Pumpe", "VS: pumpe"],
)
def test_reply_marks_and_case_marks_do_not_count_in_a_subject(subject: str) -> None:
    assert plain_subject(subject) == "pumpe"
    assert is_reply_subject(subject)


def test_forward_marks_are_no_reply_marks() -> None:
    assert plain_subject("Fwd: WG: Pumpe") == "pumpe"
    assert not is_reply_subject("Fwd: Pumpe")


def test_the_mark_of_a_case_is_found_again() -> None:
    assert tagged_case(f"Re: Pumpe {subject_tag(12)}") == 12
    assert tagged_case("Pumpe #12") is None
