"""The reasons for a case's priority on its page: what counts, what somebody put right, what may be added."""

import re

import pytest

from agent.store.tables import CaseRow, CorrectionRow, TriageRow
from agent.store.values import dump
from agent.triage.reading import FactorName, Signal
from tests.builders import a_case, a_message
from tests.house import CALM
from tests.unit.api.conftest import WebDesk
from tests.unit.api.web.case.test_taking_back import now_of, press_z


@pytest.fixture
def case(signed_in: WebDesk) -> CaseRow:
    """A customer names a day and is told to be at a standstill."""
    now = signed_in.house.clock()
    signals = (
        Signal(FactorName.BUSINESS_IMPACT, "nothing works"),
        Signal(FactorName.TIME_CRITICALITY, "today"),
    )
    with signed_in.house.store.writing() as unit:
        row = a_case(
            unit.session, now, signed_in.mailbox, priority="high", score=7, words_priority="high",
            factors=[
                {"name": "business_impact", "points": 4, "evidence": "nothing works"},
                {"name": "time_criticality", "points": 3, "evidence": "today"},
            ],
        )  # fmt: skip
        message = a_message(unit.session, now, row)
        row.latest_in_id = message.id
        reading = dump(CALM) | {"signals": [dump(signal) for signal in signals]}
        unit.session.add(TriageRow(message_id=message.id, engine="local", reading=reading, created_at=now))
    return row


def say(desk: WebDesk, case: CaseRow, **fields: str) -> str:
    """The page that follows."""
    answer = desk.post(f"/cases/{case.id}/correct", fields | {"view": "unassigned"})
    assert answer.status_code == 303
    return desk.get(answer.headers["location"]).text


def why(html: str) -> str:
    """The text of the section, and the names of its buttons."""
    found = re.search(r'<section class="sec" id="sec-why">(.*?)</section>', html, re.DOTALL)
    assert found
    return found[1]


def buttons(html: str) -> set[tuple[str, str]]:
    return set(re.findall(r'name="(is_so|not_so)" value="(\w+)"', why(html)))


def test_each_reason_of_the_words_can_be_put_right_and_others_added(
    signed_in: WebDesk, case: CaseRow
) -> None:
    html = signed_in.get(f"/cases/{case.id}").text
    assert buttons(html) == {
        ("not_so", "business_impact"),
        ("not_so", "time_criticality"),
        ("is_so", "escalation_risk"),
        ("is_so", "sentiment"),
    }, "a complex mail carries no points here"


def test_what_is_not_so_stays_in_sight_without_points_and_says_who(signed_in: WebDesk, case: CaseRow) -> None:
    html = say(signed_in, case, not_so="business_impact")
    assert "The reasons for its priority were changed." in html
    assert (now_of(signed_in, case).priority, now_of(signed_in, case).score) == ("medium", 3)
    refused = why(html).split('<li class="no">')[1].split("</li>")[0]
    assert "nothing works" in refused
    assert "ida says that it is not so." in refused
    assert 'name="is_so" value="business_impact"' in refused
    assert "pts" not in refused


def test_what_is_so_after_all_counts_again(signed_in: WebDesk, case: CaseRow) -> None:
    say(signed_in, case, not_so="business_impact")
    html = say(signed_in, case, is_so="business_impact")
    assert (now_of(signed_in, case).priority, now_of(signed_in, case).score) == ("high", 7)
    assert 'class="no"' not in why(html)
    assert "added this" not in why(html), "it was found, not added"


def test_what_somebody_added_says_who_and_can_be_refused(signed_in: WebDesk, case: CaseRow) -> None:
    html = say(signed_in, case, is_so="escalation_risk")
    assert "ida added this." in why(html)
    assert ("not_so", "escalation_risk") in buttons(html)
    assert now_of(signed_in, case).score == 10
    html = say(signed_in, case, not_so="escalation_risk")
    assert ("is_so", "escalation_risk") in buttons(html)
    assert 'class="no"' not in why(html), "nobody but a person ever said so"


def test_z_takes_it_back(signed_in: WebDesk, case: CaseRow) -> None:
    html = press_z(signed_in, say(signed_in, case, not_so="time_criticality"))
    assert now_of(signed_in, case).factors == case.factors
    assert 'class="no"' not in why(html)
    with signed_in.house.store.reading() as session:
        assert session.query(CorrectionRow).one().undone_at is not None


def test_an_unknown_reason_is_refused_in_words(signed_in: WebDesk, case: CaseRow) -> None:
    answer = signed_in.post(f"/cases/{case.id}/correct", {"not_so": "weather", "view": "unassigned"})
    assert answer.status_code == 422
    assert "is not a reason that can be changed" in answer.text
    assert now_of(signed_in, case).factors == case.factors


def test_a_case_that_nobody_has_judged_has_nothing_to_put_right(signed_in: WebDesk) -> None:
    now = signed_in.house.clock()
    with signed_in.house.store.writing() as unit:
        row = a_case(unit.session, now, signed_in.mailbox, priority="")
        a_message(unit.session, now, row)
    assert buttons(signed_in.get(f"/cases/{row.id}").text) == set()
