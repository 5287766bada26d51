"""A group of like mails from several customers is an incident when it is a surprise."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from agent.cases.incidents import Sign, at_least, find, joins, load_incident_rules
from agent.errors import SettingError

RULES = load_incident_rules()
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DIM = 64
CANNOT_LOG_IN, WET_PARCEL = np.eye(DIM, dtype=np.float32)[:2]


def sign(
    number: int,
    about: np.ndarray | None = None,
    *,
    minutes: float = 0,
    sender: str = "",
    notions: Mapping[str, int] | None = None,
    codes: frozenset[str] = frozenset(),
    category: str = "technical",
    is_open: bool = True,
) -> Sign:
    """A mail about something, in words of its own; about something of its own where nothing is given."""
    vector = np.random.default_rng(number).standard_normal(DIM).astype(np.float32)
    vector /= np.linalg.norm(vector)
    if about is not None:
        vector = (about * 0.9 + vector * 0.6).astype(np.float32)
        vector /= np.linalg.norm(vector)
    at = NOON + timedelta(minutes=minutes)
    return Sign(
        number,
        number,
        sender or f"c{number}@x.example",
        at,
        vector,
        notions or {},
        codes,
        category,
        "login",
        is_open,
    )


OTHERS = [sign(number, minutes=-number) for number in range(100, 112)]
REPORTS = [sign(number, CANNOT_LOG_IN, minutes=-number) for number in range(1, 4)]


def test_four_customers_with_the_same_complaint_are_an_incident() -> None:
    found = find(sign(9, CANNOT_LOG_IN), [*OTHERS, *REPORTS], RULES)
    assert found is not None
    assert {one.case_id for one in found.signs} == {1, 2, 3, 9}
    assert (found.senders, found.since) == (4, NOON - timedelta(minutes=3))
    assert found.false_alarms < RULES.false_alarms


def test_other_mails_do_not_belong_to_it() -> None:
    assert find(sign(9), [*OTHERS, *REPORTS], RULES) is None
    assert find(sign(9, WET_PARCEL), [*OTHERS, *REPORTS], RULES) is None


def test_three_customers_are_not_enough_and_one_who_writes_often_is_one() -> None:
    same = [sign(number, CANNOT_LOG_IN, sender="c1@x.example") for number in range(4, 9)]
    assert find(sign(9, CANNOT_LOG_IN), [*OTHERS, *REPORTS[:2]], RULES) is None
    assert find(sign(9, CANNOT_LOG_IN), [*OTHERS, *REPORTS[:2], *same], RULES) is None


def test_what_was_written_long_before_is_not_part_of_it() -> None:
    yesterday = [sign(number, CANNOT_LOG_IN, minutes=-1440) for number in range(1, 4)]
    assert find(sign(9, CANNOT_LOG_IN), [*OTHERS, *yesterday], RULES) is None


def test_answered_cases_are_not_raised() -> None:
    done = [sign(number, CANNOT_LOG_IN, is_open=False) for number in range(1, 4)]
    assert find(sign(9, CANNOT_LOG_IN), [*OTHERS, *done], RULES) is None


def test_what_is_asked_every_day_is_no_surprise() -> None:
    usual = [
        sign(1000 + number, CANNOT_LOG_IN if number % 3 == 0 else None, minutes=-600 - 30 * number)
        for number in range(90)
    ]
    assert find(sign(9, CANNOT_LOG_IN), [*OTHERS, *REPORTS], RULES) is not None
    assert find(sign(9, CANNOT_LOG_IN), [*OTHERS, *REPORTS, *usual], RULES) is None


def test_much_mail_makes_a_few_like_ones_no_surprise() -> None:
    many = [sign(number, minutes=-number / 10) for number in range(200, 500)]
    assert find(sign(9, CANNOT_LOG_IN), [*many, *REPORTS], RULES) is None


def test_praise_is_no_incident() -> None:
    praise = [sign(number, CANNOT_LOG_IN, category="feedback") for number in range(1, 4)]
    assert find(sign(9, CANNOT_LOG_IN, category="feedback"), [*OTHERS, *praise], RULES) is None


def test_the_cause_is_named_by_shared_codes_and_notions_else_by_the_subcategory() -> None:
    words = {"log in": 1, "sms": 2}
    told = [
        sign(number, CANNOT_LOG_IN, notions=words, codes=frozenset({"e-503"}) if number < 3 else frozenset())
        for number in range(1, 4)
    ]
    found = find(sign(9, CANNOT_LOG_IN, notions=words), [*OTHERS, *told], RULES)
    assert found is not None
    assert found.cause == "e-503, log in, sms"
    silent = find(sign(9, CANNOT_LOG_IN), [*OTHERS, *REPORTS], RULES)
    assert silent is not None
    assert silent.cause == "login"


def test_what_all_mails_of_a_company_share_makes_none_of_them_alike() -> None:
    trade = np.eye(DIM, dtype=np.float32)[5]
    mails = [sign(number, trade, minutes=-number) for number in range(1, 200)]
    assert find(sign(999, trade), mails, RULES) is None


def test_a_further_mail_joins_an_open_incident_and_another_does_not() -> None:
    known = [*OTHERS, *REPORTS]
    joined = joins(sign(9, CANNOT_LOG_IN), {7: REPORTS}, known, RULES)
    assert joined is not None
    assert joined[0] == 7
    assert joins(sign(9), {7: REPORTS}, known, RULES) is None
    assert joins(sign(9, CANNOT_LOG_IN), {}, known, RULES) is None


def test_vectors_of_another_model_are_not_compared() -> None:
    old = [
        Sign(one.message_id, one.case_id, one.sender, one.at, one.vector[:32], {}, frozenset(), "technical")
        for one in REPORTS
    ]
    assert find(sign(9, CANNOT_LOG_IN), [*OTHERS, *old], RULES) is None


def test_the_first_mail_of_all_is_no_incident() -> None:
    assert find(sign(1), [], RULES) is None


def test_the_poisson_tail() -> None:
    assert at_least(0, 2.0) == pytest.approx(1.0)
    assert at_least(1, 2.0) == pytest.approx(1 - np.exp(-2.0))
    assert at_least(3, 0.5) == pytest.approx(0.01439, abs=1e-5)


def test_a_company_changes_the_numbers_and_a_mistyped_one_is_named() -> None:
    assert load_incident_rules({"group": {"senders": 6}}).senders == 6
    with pytest.raises(SettingError, match=r"incidents\.group\.sender"):
        load_incident_rules({"group": {"sender": 6}})
    with pytest.raises(SettingError, match="many"):
        load_incident_rules({"group": {"senders": "many"}})
