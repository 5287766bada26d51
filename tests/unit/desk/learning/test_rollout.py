"""Shadow mode: drafts nobody sees, drafts nobody writes, and the decisions behind them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from agent.desk.audit import timeline
from agent.desk.learning.rollout import set_mode, take_back
from agent.desk.replies.approval import approve, write_own
from agent.desk.steps.sweeping import sweep
from agent.errors import Conflict, WrongUse
from agent.store.queries.case_page import load_case
from agent.store.queries.rollouts import (
    decisions,
    first_sortings,
    mails_by_category,
    mode_of,
    unseen_drafts,
)
from agent.store.tables import AuditRow, DraftRow, RolloutRow
from tests.house import SUPPORT, TestHouse
from tests.unit.desk.conftest import approve_newest, letter, newest, only_case

Receive = Callable[..., None]


def decide(home: TestHouse, mode: str, **what: object) -> RolloutRow:
    with home.store.writing() as unit:
        return set_mode(unit, home.house, mode, reason="trying it out", person=home.other, **what)  # type: ignore[arg-type]


def test_a_shadow_draft_is_written_and_kept_from_the_agents(home: TestHouse, receive: Receive) -> None:
    decide(home, "shadow", category="technical")
    receive()
    draft, case = newest(home), only_case(home)
    assert (draft.state, case.draft_state) == ("shadow", "none")
    assert "restart the app" in draft.text
    with home.store.reading() as session:
        page = load_case(session, case.id)
        actions = [event.action for event in timeline(session, case.id)]
    assert page.drafts == ()
    assert page.draft is None
    assert "draft.written_unseen" in actions


def test_nobody_can_approve_a_shadow_draft(home: TestHouse, receive: Receive) -> None:
    decide(home, "shadow")
    receive()
    draft = newest(home)
    with pytest.raises(Conflict), home.store.writing() as unit:
        approve(
            unit,
            home.house,
            case_id=draft.case_id,
            draft_id=draft.id,
            content_hash=draft.content_hash,
            person=home.person,
        )


def test_off_writes_nothing(home: TestHouse, receive: Receive) -> None:
    decide(home, "off", mailbox=SUPPORT)
    receive()
    assert only_case(home).draft_state == "none"
    assert home.understanding.requests == []


def test_other_categories_go_on_as_before(home: TestHouse, receive: Receive) -> None:
    decide(home, "shadow", category="billing")
    receive()
    assert newest(home).state == "ready"


def test_what_people_send_is_compared_with_the_unseen_draft(home: TestHouse, receive: Receive) -> None:
    decide(home, "shadow")
    receive()
    case = only_case(home)
    with home.store.writing() as unit:
        write_own(
            unit,
            home.house,
            case_id=case.id,
            text="Please restart the app.",
            subject=None,
            person=home.person,
        )
    approve_newest(home)
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    since = home.clock() - timedelta(days=1)
    with home.store.reading() as session:
        (pair,) = unseen_drafts(session, since=since)
        assert mails_by_category(session, since=since) == {"technical": 1}
        (sorted_,) = first_sortings(session, since=since)
        states = session.query(DraftRow.state).order_by(DraftRow.version).all()
    assert (pair.category, pair.sent) == ("technical", "Please restart the app.")
    assert (sorted_.category, sorted_.stood) == ("technical", True)
    assert [state for (state,) in states] == ["shadow", "sent"]


def test_a_second_mail_gets_a_shadow_draft_of_its_own(home: TestHouse, receive: Receive) -> None:
    decide(home, "shadow")
    receive()
    receive(
        letter(
            "It crashes again.",
            message_id="<2@customer.example>",
            extra="In-Reply-To: <1@customer.example>\r\n",
        )
    )
    with home.store.reading() as session:
        drafts = session.query(DraftRow).order_by(DraftRow.version).all()
    assert {draft.state for draft in drafts} == {"shadow"}
    assert len({draft.message_id for draft in drafts}) == len(drafts) == 2


def test_taking_back_lets_the_decision_before_hold_again(home: TestHouse, receive: Receive) -> None:
    decide(home, "shadow", category="technical")
    second = decide(home, "off", category="technical")
    receive()
    with home.store.writing() as unit:
        take_back(unit, home.house, rollout_id=second.id, person=home.other)
    with home.store.reading() as session:
        assert mode_of(session, only_case(home)) == "shadow"
        assert [one.person.name for one in decisions(session) if one.person] == ["emil", "emil"]
        actions = [row.action for row in session.query(AuditRow) if row.action.startswith("rollout.")]
    assert actions == ["rollout.set", "rollout.set", "rollout.undone"]


def test_only_what_holds_can_be_taken_back(home: TestHouse) -> None:
    first = decide(home, "shadow", category="technical")
    decide(home, "off", category="technical")
    with pytest.raises(Conflict), home.store.writing() as unit:
        take_back(unit, home.house, rollout_id=first.id, person=home.other)


def test_agents_do_not_decide(home: TestHouse) -> None:
    with pytest.raises(WrongUse, match="Only leads"), home.store.writing() as unit:
        set_mode(unit, home.house, "off", reason="because", person=home.person)


@pytest.mark.parametrize(
    ("mode", "what", "named"),
    [
        ("maybe", {}, "not a mode"),
        ("on", {"category": "weather"}, "not a category"),
        ("on", {"mailbox": "nobody@nordlys.example"}, "no mailbox"),
        ("on", {"mailbox": SUPPORT, "category": "billing"}, "category or about a mailbox"),
        ("on", {"share": 20}, "belongs to a mailbox"),
        ("on", {"mailbox": SUPPORT, "share": 0}, "cannot be meant"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    home: TestHouse, mode: str, what: dict[str, object], named: str
) -> None:
    with pytest.raises(WrongUse, match=named):
        decide(home, mode, **what)


def test_a_decision_needs_a_reason(home: TestHouse) -> None:
    with pytest.raises(WrongUse, match="reason"), home.store.writing() as unit:
        set_mode(unit, home.house, "off", reason=" ", person=home.other)
