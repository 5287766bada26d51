"""While a draft is on its way, the panel says what is really done, what runs, and what is to come."""

import re
from datetime import timedelta

import pytest

from agent.desk.steps.researching import NO_INDEX
from agent.store.tables import CaseRow, MessageRow
from tests.builders import a_case, a_customer, a_match, a_message, a_triage
from tests.unit.api.conftest import WebDesk

HELD = timedelta(seconds=30)
_STEP = re.compile(r'<li class="(\w+)"><svg.*?</svg>(.*?)</li>', re.DOTALL)


def on_its_way(desk: WebDesk, step: str, *, running: bool = True, **mail: object) -> CaseRow:
    """A case whose mail is at `step`, with what the steps before have stored."""
    now = desk.house.clock()
    done = ["redact", "triage", "research", "draft"].index(step if step != "assign" else "triage")
    with desk.house.store.writing() as unit:
        case = a_case(unit.session, now, desk.mailbox, draft_state="writing", language="en")
        redacted = {} if done else {"redacted_new_text": None, "redacted_text": None}
        values = {"step": step, "hidden_count": 2 if done else 0, **redacted, **mail}
        message = a_message(unit.session, now, case, lease_until=now + HELD if running else None, **values)
        if step in {"assign", "research", "draft"}:
            a_triage(unit.session, now, message)
        if step == "draft":
            a_match(unit.session, message, 0, "kb-1", "It crashes", passage="Restart.", language="en")
    return case


def shown(desk: WebDesk, case: CaseRow) -> list[tuple[str, str]]:
    page = desk.get(f"/cases/{case.id}").text
    return _STEP.findall(page.partition('class="prog-l"')[2].partition("</ol>")[0])


HIDING, SORTING, FINDING = "Hiding personal details", "Reading and sorting the mail", "Looking for sources"
HIDDEN, SORTED, FOUND = "Personal details hidden: 2", "Mail read and sorted", "Sources found: 1"
UNKNOWN = "Writing the reply · Checking every sentence"
WRITING = "Writing in English · Checking every sentence"


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("redact", [("now", HIDING), ("todo", SORTING), ("todo", FINDING), ("todo", UNKNOWN)]),
        ("triage", [("ok", HIDDEN), ("now", SORTING), ("todo", FINDING), ("todo", UNKNOWN)]),
        ("assign", [("ok", HIDDEN), ("now", SORTING), ("todo", FINDING), ("todo", WRITING)]),
        ("research", [("ok", HIDDEN), ("ok", SORTED), ("now", FINDING), ("todo", WRITING)]),
        ("draft", [("ok", HIDDEN), ("ok", SORTED), ("ok", FOUND), ("now", WRITING)]),
    ],
)
def test_only_what_is_stored_counts_as_done(
    signed_in: WebDesk, step: str, expected: list[tuple[str, str]]
) -> None:
    assert shown(signed_in, on_its_way(signed_in, step)) == expected


@pytest.mark.parametrize(("step", "possible"), [("redact", False), ("research", False), ("draft", True)])
def test_stop_is_there_where_stopping_is_possible(signed_in: WebDesk, step: str, possible: bool) -> None:
    case = on_its_way(signed_in, step)
    page = signed_in.get(f"/cases/{case.id}").text
    assert (f'action="/cases/{case.id}/stop"' in page) is possible
    assert ("A draft is being written" in page) is possible
    assert signed_in.post(f"/cases/{case.id}/stop").status_code == (303 if possible else 409)


def test_what_no_worker_holds_waits(signed_in: WebDesk) -> None:
    case = on_its_way(signed_in, "research", running=False)
    assert [state for state, _ in shown(signed_in, case)] == ["ok", "ok", "todo", "todo"]


def test_a_robots_mail_that_came_meanwhile_changes_nothing(signed_in: WebDesk) -> None:
    case = on_its_way(signed_in, "draft")
    before = shown(signed_in, case)
    with signed_in.house.store.writing() as unit:
        kept = unit.session.get_one(CaseRow, case.id)
        answered = kept.latest_in_id
        a_message(unit.session, signed_in.house.clock(), kept, came=timedelta(), kind="auto_reply")
        kept.latest_in_id = answered
    assert shown(signed_in, case) == before
    assert f'action="/cases/{case.id}/stop"' in signed_in.get(f"/cases/{case.id}").text


def test_an_index_that_did_not_answer_is_not_counted_as_no_sources(signed_in: WebDesk) -> None:
    case = on_its_way(signed_in, "draft", warnings=[NO_INDEX])
    assert shown(signed_in, case)[2] == (
        "warn",
        "The search index does not answer; drafts are written without sources.",
    )


def test_the_steps_can_be_asked_for_alone_until_the_draft_is_there(signed_in: WebDesk) -> None:
    case = on_its_way(signed_in, "research")
    assert "Looking for sources" in signed_in.get(f"/live/cases/{case.id}/steps").text
    with signed_in.house.store.writing() as unit:
        unit.session.query(MessageRow).one().step = "draft"
    assert "Sources found: 0" in signed_in.get(f"/live/cases/{case.id}/steps").text
    with signed_in.house.store.writing() as unit:
        unit.session.get_one(CaseRow, case.id).draft_state = "ready"
    assert signed_in.get(f"/live/cases/{case.id}/steps").status_code == 204


def test_no_draft_is_promised_to_a_customer_who_objects(signed_in: WebDesk) -> None:
    case = on_its_way(signed_in, "triage")
    assert "A draft follows" in signed_in.get(f"/cases/{case.id}").text
    with signed_in.house.store.writing() as unit:
        customer = a_customer(unit.session, signed_in.house.clock(), email="c@x.example")
        customer.objections = ["drafts"]
        unit.session.get_one(CaseRow, case.id).customer_id = customer.id
    assert "A draft follows" not in signed_in.get(f"/cases/{case.id}").text
    assert len(shown(signed_in, case)) == 3
