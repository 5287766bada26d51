"""The figures equal a count by hand over cases whose times and outcomes are written down here.

Nordlys works from 8 to 16 in Copenhagen, which is 7 to 15 UTC in November. High is due in 2 working hours, medium in
one business day. All cases but one came in the week from Monday 16 to Sunday 22 November 2026.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from agent.desk.audit import record
from agent.desk.insight import facts_of
from agent.insight.facts import By
from agent.insight.figures import Figure, Name, figures
from agent.store.tables import ApprovalRow, CaseRow, CorrectionRow, EditRow, MailboxRow, TriageRow
from agent.store.values import dump
from tests.builders import a_case, a_draft, a_letter, a_message, an_escalation
from tests.house import CALM, TestHouse

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
NOW = MONDAY + timedelta(days=7, hours=8)
WEEK = MONDAY - timedelta(hours=1), MONDAY + timedelta(days=7, hours=-1)  # midnight in Copenhagen


@dataclass(frozen=True)
class Line:
    """One case as told by a person: day and UTC hour it came, hours to the answer, and what happened."""

    day: int
    came: float
    answered_after: float | None = None
    priority: str = "high"
    category: str = "technical"
    predicted: str = "technical"
    language: str = "da"
    draft: str = "unchanged"  # unchanged | edited | own | none
    wrote_again_after: float | None = None  # hours after the answer
    second_answer: bool = False
    escalated: bool = False
    worked: tuple[float, ...] = ()  # minutes after the mail at which Ida did something
    state: str = "waiting"
    rejected: bool = False


WEEK_OF_CASES = (
    Line(0, 8, 0.5, worked=(20, 25, 30)),
    Line(0, 9, 1.0, worked=(50, 60), draft="edited"),
    Line(0, 10, 1.5, worked=(60, 80, 90), wrote_again_after=2, second_answer=True),
    Line(1, 8, 2.0, worked=(120,), language="de"),
    Line(1, 9, 2.5, worked=(10, 150), language="de", escalated=True),  # late; two sittings of a minute
    Line(1, 14, 18.0, category="billing", predicted="technical"),  # 1 h on Tuesday, 1 h on Wednesday: in time
    Line(2, 8, 0.25, category="billing", predicted="billing", draft="edited"),
    Line(2, 9, 0.75, category="billing", predicted="billing", rejected=True, draft="own"),
    Line(3, 8, 30.0, priority="medium", category="billing", predicted="billing"),  # Friday 14: late by 6 h
    Line(3, 9, 3.0, priority="medium", wrote_again_after=24 * 8),  # too long after to be the same thing
    Line(3, 10, 4.0, priority="medium", state="done"),
    Line(4, 8, None, state="open", escalated=True),  # overdue, nobody answered
    Line(4, 9, None, state="done"),  # no answer was wanted
)
LATER = (Line(7, 7.5, None, state="open"), Line(2, 8, 1, state="spam"))


def lay_out(home: TestHouse) -> dict[Line, int]:
    """The cases as rows; their numbers by line."""
    numbers: dict[Line, int] = {}
    with home.store.writing() as unit:
        session = unit.session
        box = session.get_one(MailboxRow, home.mailbox_id)
        for line in (*WEEK_OF_CASES, *LATER):
            came = MONDAY + timedelta(days=line.day, hours=line.came)
            case = a_case(
                session, came, box, came=timedelta(), due_in=None, priority=line.priority, category=line.category,
                language=line.language, state=line.state,
            )  # fmt: skip
            numbers[line] = case.id
            message = a_message(session, came, case, came=timedelta())
            reading = replace(CALM, category=replace(CALM.category, value=line.predicted))
            session.add(
                TriageRow(message_id=message.id, engine="local", reading=dump(reading), created_at=came)
            )
            if line.category != line.predicted:
                session.add(
                    CorrectionRow(
                        case_id=case.id, person_id=home.person.id, field="category", before=line.predicted,
                        after=line.category, created_at=came,
                    )
                )  # fmt: skip
            if line.escalated:
                an_escalation(session, came, case, cause="overdue")
            for minutes in line.worked:
                record(
                    unit, "note.added", actor=f"person:{home.person.id}", now=came + timedelta(minutes=minutes),
                    case_id=case.id,
                )  # fmt: skip
            answer(unit, home, case, line, came)
    return numbers


def answer(unit, home: TestHouse, case: CaseRow, line: Line, came: datetime) -> None:  # type: ignore[no-untyped-def]
    session = unit.session
    if line.answered_after is None:
        return
    left = came + timedelta(hours=line.answered_after)
    own = line.draft == "own"
    first = a_draft(
        session, left, case, [[("Hej.", [])]], state="rejected" if line.rejected else "superseded"
    )
    if line.rejected:
        record(
            unit, "draft.rejected", actor=f"person:{home.person.id}", now=left, case_id=case.id,
            subject=f"draft:{first.id}",
        )  # fmt: skip
    sent = first
    if line.draft != "unchanged":
        sent = a_draft(session, left, case, [[("Hejsa.", [])]], version=2, engine="person", state="sent")
        if not own:
            session.add(EditRow(draft_id=sent.id, case_id=case.id, written_id=first.id, learnt_at=left))
    approval = ApprovalRow(
        draft_id=sent.id, person_id=home.person.id, content_hash=sent.content_hash, created_at=left
    )
    session.add(approval)
    session.flush()
    a_letter(session, left, case, sent, state="sent", sent_at=left, approval_id=approval.id)
    case.first_answer_at = left
    a_message(
        session, left, case, text="Svar", direction="out", kind="reply", came=timedelta(),
    )  # fmt: skip
    if line.wrote_again_after is not None:
        again = left + timedelta(hours=line.wrote_again_after)
        a_message(session, again, case, text="Igen", came=timedelta())
        if line.second_answer:
            a_message(
                session, again + timedelta(hours=1), case, text="Svar 2", direction="out", kind="reply",
                came=timedelta(),
            )  # fmt: skip


@pytest.fixture
def counted(home: TestHouse) -> tuple[dict[Name, Figure], dict[Line, int]]:
    numbers = lay_out(home)
    with home.store.reading() as session:
        facts = facts_of(session, home.house.company, *WEEK, now=NOW)
    return figures(facts), numbers


BY_HAND = {
    # name: value, cases it rests on
    Name.NEW: (13, 13),
    Name.MAILS_IN: (14, 14),  # 13 first mails, one written again this week (the other comes after it)
    Name.MAILS_OUT: (12, 12),  # 11 first answers and one second
    Name.FIRST_MEDIAN: (2 * 3600, 11),  # ¼ ½ ¾ 1 1½ 2 2 2½ 3 4 14 hours
    Name.FIRST_P90: (4 * 3600, 11),  # the tenth of eleven
    Name.IN_TIME: (9 / 12, 12),  # late: Tuesday's 2½ h, Thursday's 30 h, Friday's without an answer
    Name.ONE_ANSWER: (9 / 11, 11),
    Name.HANDLING: (6 * 60, 6),  # 10, 10, 30, 1, 2, and a minute for the rejection
    Name.CAME_BACK: (1 / 11, 11),
    Name.ESCALATED: (2 / 13, 13),
    Name.UNCHANGED: (8 / 11, 11),
    Name.EDITED: (2 / 11, 11),
    Name.REJECTED: (1 / 11, 11),
    Name.RIGHT_CATEGORY: (12 / 13, 13),
}


@pytest.mark.parametrize("name", list(Name))
def test_each_figure_is_what_a_hand_count_gives(
    counted: tuple[dict[Name, Figure], dict[Line, int]], name: Name
) -> None:
    figure = counted[0][name]
    value, n = BY_HAND[name]
    assert figure.value == pytest.approx(value)
    assert figure.n == n


def test_the_times_by_hand_are_those_of_the_lines() -> None:
    """Two of the lines run over a night: 18 h hold 2 working hours, 30 h hold 14."""
    hours = {18.0: 2.0, 30.0: 14.0}
    times = [
        hours.get(line.answered_after, line.answered_after) for line in WEEK_OF_CASES if line.answered_after
    ]
    assert median(times) * 3600 == BY_HAND[Name.FIRST_MEDIAN][0]
    assert sorted(times)[9] * 3600 == BY_HAND[Name.FIRST_P90][0]


def test_each_figure_opens_to_the_cases_behind_it(
    counted: tuple[dict[Name, Figure], dict[Line, int]],
) -> None:
    found, numbers = counted
    late = {numbers[line] for line in (WEEK_OF_CASES[4], WEEK_OF_CASES[8], WEEK_OF_CASES[11])}
    assert set(found[Name.IN_TIME].misses) == late
    assert found[Name.CAME_BACK].hits == (numbers[WEEK_OF_CASES[2]],)
    assert found[Name.RIGHT_CATEGORY].misses == (numbers[WEEK_OF_CASES[5]],)
    assert found[Name.FIRST_P90].hits[0] == numbers[WEEK_OF_CASES[8]]


def test_groups_add_up_to_the_whole(home: TestHouse) -> None:
    lay_out(home)
    with home.store.reading() as session:
        facts = facts_of(session, home.house.company, *WEEK, now=NOW)
    for by in By:
        groups = [figures(facts.of(by, value)) for value in facts.values(by)]
        for name in (Name.NEW, Name.IN_TIME, Name.UNCHANGED):
            whole = figures(facts)[name]
            assert sum(len(group[name].hits) for group in groups) == len(whole.hits)
            assert sum(group[name].n for group in groups) == whole.n
    assert figures(facts.of(By.LANGUAGE, "de"))[Name.NEW].value == 2


def test_agents_see_their_own_cases_alone(home: TestHouse) -> None:
    lay_out(home)
    with home.store.reading() as session:
        mine = figures(facts_of(session, home.house.company, *WEEK, now=NOW, person_id=home.person.id))
        others = figures(facts_of(session, home.house.company, *WEEK, now=NOW, person_id=home.other.id))
    assert (mine[Name.NEW].value, others[Name.NEW].value) == (11, 0)  # whom nobody answered is nobody's
    assert others[Name.IN_TIME].value is None
