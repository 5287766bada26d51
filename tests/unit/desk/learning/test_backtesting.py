"""Two ways of working over past mails: what each makes of them, what people say, and that nothing is touched."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from agent.backtest.outcome import Compared
from agent.desk.casework.correcting import correct
from agent.desk.learning.backtesting import Redone, Way, compare_mail
from agent.desk.learning.rollout import set_mode
from agent.desk.replies.approval import write_own
from agent.desk.steps.sweeping import sweep
from agent.store.base import Table
from agent.store.queries.past_mails import past_mail_ids
from agent.store.tables import CaseRow, CustomerRow, MessageRow
from agent.triage.reading import CategoryDecision, FactorName, Signal
from tests.house import CALM, ScriptedUnderstanding, TestHouse
from tests.unit.desk.conftest import approve_newest, letter, only_case

Receive = Callable[..., None]
EVERYTHING = Redone.PRIORITY | Redone.READING | Redone.DRAFT


def way(home: TestHouse, *, overrides: dict[str, Any] | None = None, **reading: Any) -> Way:
    """A way that reads every mail as `reading` says, and otherwise as usual."""
    understanding = ScriptedUnderstanding(reading=replace(CALM, **reading))
    company = replace(home.house.company, overrides=overrides or {})
    return Way(understanding, company)  # type: ignore[arg-type]


def compare(home: TestHouse, before: Way, after: Way, redone: Redone = EVERYTHING) -> Compared | None:
    with home.store.reading() as session:
        (message_id,) = session.scalars(select(MessageRow.id).where(MessageRow.direction == "in"))
    return compare_mail(home.house, before, after, message_id, redone)


def compared(home: TestHouse, before: Way, after: Way, redone: Redone = EVERYTHING) -> Compared:
    found = compare(home, before, after, redone)
    assert found is not None
    return found


BILLING = CategoryDecision("billing", "", 0.6, True)


def test_each_way_reads_ranks_and_drafts_by_itself(home: TestHouse, receive: Receive) -> None:
    receive()
    deadline = Signal(FactorName.TIME_CRITICALITY, "by noon")
    found = compared(home, way(home), way(home, category=BILLING, signals=(deadline,)))
    assert (found.before.category, found.before.needs_review, found.before.priority) == (
        "technical",
        False,
        "low",
    )
    assert (found.after.category, found.after.needs_review, found.after.priority) == (
        "billing",
        True,
        "medium",
    )
    for outcome in (found.before, found.after):
        assert outcome.draft is not None
        assert outcome.draft.words > 5


def test_new_weights_alone_need_neither_reading_nor_drafts(home: TestHouse, receive: Receive) -> None:
    home.understanding.reading = replace(CALM, signals=(Signal(FactorName.TIME_CRITICALITY, "by noon"),))
    receive()
    before, after = way(home), way(home, overrides={"priority": {"levels": {"high": 3}}})
    found = compared(home, before, after, Redone.PRIORITY)
    assert (found.before.priority, found.after.priority) == ("medium", "high")
    assert found.before.draft is None
    assert isinstance(before.understanding, ScriptedUnderstanding)
    assert before.understanding.seen == before.understanding.requests == []


def test_nothing_is_written_and_nothing_is_sent(home: TestHouse, receive: Receive) -> None:
    receive()

    def everything() -> dict[str, list[Any]]:
        with home.store.engine.connect() as connection:
            return {
                name: connection.execute(select(table)).all() for name, table in Table.metadata.tables.items()
            }

    before, sent = everything(), len(home.outgoing.sent)
    compared(home, way(home), way(home, category=BILLING))
    assert everything() == before
    home.work()
    assert len(home.outgoing.sent) == sent


def test_a_correction_is_the_truth(home: TestHouse, receive: Receive) -> None:
    receive()
    with home.store.writing() as unit:
        correct(
            unit,
            home.house,
            case_id=only_case(home).id,
            person=home.person,
            category="billing",
            priority="high",
        )
    found = compared(home, way(home), way(home, category=BILLING))
    assert (found.truth.category, found.truth.category_corrected) == ("billing", True)
    assert (found.truth.priority, found.truth.priority_corrected) == ("high", True)
    assert found.group == "billing"


def test_what_people_let_stand_is_the_truth_once_they_answered(home: TestHouse, receive: Receive) -> None:
    receive()
    assert compared(home, way(home), way(home)).truth.category == ""
    with home.store.writing() as unit:
        unit.session.get_one(CaseRow, only_case(home).id).state = "done"
    truth = compared(home, way(home), way(home)).truth
    assert (truth.category, truth.category_corrected) == ("technical", False)


def test_a_case_that_still_waits_to_be_sorted_says_nothing_of_its_category(
    home: TestHouse, receive: Receive
) -> None:
    receive()
    with home.store.writing() as unit:
        case = unit.session.get_one(CaseRow, only_case(home).id)
        case.state, case.needs_review = "done", True
    assert compared(home, way(home), way(home)).truth.category == ""


@pytest.mark.parametrize("own", [True, False], ids=["our draft", "written without one"])
def test_drafts_are_compared_with_the_letter_that_was_sent(
    home: TestHouse, receive: Receive, own: bool
) -> None:
    if not own:
        with home.store.writing() as unit:
            set_mode(unit, home.house, "shadow", reason="trying it out")
    receive()
    if not own:
        with home.store.writing() as unit:
            write_own(
                unit,
                home.house,
                case_id=only_case(home).id,
                text="The parcel arrives on Thursday.",
                subject=None,
                person=home.person,
            )
    approve_newest(home)
    home.clock.advance(seconds=30)
    sweep(home.house)
    home.work()
    found = compared(home, way(home), way(home))
    assert found.own_letter is own
    assert found.before.draft is not None
    assert found.before.draft.likeness is not None
    assert (found.before.draft.likeness > 0.3) is own


def test_who_objects_to_drafts_is_left_out(home: TestHouse, receive: Receive) -> None:
    with home.store.writing() as unit:
        unit.session.add(
            CustomerRow(email="anne@customer.example", objections=["drafts"], created_at=home.clock())
        )
    receive()
    assert compare(home, way(home), way(home)) is None


def test_the_newest_mails_come_first_and_can_be_narrowed_down(home: TestHouse, receive: Receive) -> None:
    start = home.clock()
    for number in range(3):
        receive(letter(subject=f"Help {number}", message_id=f"<{number}@customer.example>"))
        home.clock.advance(days=1)

    def ids(**wanted: Any) -> tuple[int, ...]:
        with home.store.reading() as session:
            return past_mail_ids(session, **{"since": start, "limit": 10} | wanted)

    everything = ids()
    assert len(everything) == 3
    assert list(everything) == sorted(everything, reverse=True)
    assert ids(limit=2) == everything[:2]
    assert ids(category="billing") == ids(language="da") == ()
    assert ids(category="technical", language="en") == everything
