"""Two people label independently; what they agree on counts, where they differ a lead decides; all can be undone."""

import pytest

from agent.desk.learning.label_checks import choose, decide, draw_sample, open_checks, reopen, take_back
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.queries.label_checks import count_waiting, disagreements, next_for, progress
from agent.store.tables import AuditRow, CorrectionRow, LabelCheckRow, PersonRow
from tests.builders import a_case, a_message
from tests.house import TestHouse


@pytest.fixture
def third(home: TestHouse) -> PersonRow:
    with home.store.writing() as unit:
        person = PersonRow(
            email="x@x.example", name="x", role="agent", password_hash="", created_at=home.clock()
        )
        unit.session.add(person)
    return person


def a_check(home: TestHouse, text: str = "The invoice", cause: str = "sample") -> int:
    with home.store.writing() as unit:
        row = CorrectionRow(
            field="category",
            before="",
            after="billing",
            redacted_text=text,
            weight=1.0,
            created_at=home.clock(),
        )
        unit.session.add(row)
        unit.session.flush()
        open_checks(unit, [row], cause=cause, now=home.clock())
        unit.session.flush()
        return unit.session.query(LabelCheckRow).order_by(LabelCheckRow.id.desc()).first().id


def pick(home: TestHouse, check_id: int, category: str, person: PersonRow) -> str:
    with home.store.writing() as unit:
        return choose(unit, home.house, check_id=check_id, category=category, person=person)


def correction(home: TestHouse) -> tuple[str, float]:
    with home.store.reading() as session:
        row = session.query(CorrectionRow).one()
    return row.after, row.weight


def test_a_label_under_check_counts_half(home: TestHouse) -> None:
    a_check(home)
    assert correction(home) == ("billing", 0.5)


def test_what_both_choose_counts_fully_even_against_the_imported_label(home: TestHouse) -> None:
    check = a_check(home)
    assert pick(home, check, "technical", home.person) == "open"
    assert correction(home) == ("billing", 0.5)
    assert pick(home, check, "technical", home.other) == "agreed"
    assert correction(home) == ("technical", 1.0)


def test_while_two_differ_it_counts_for_nothing_and_a_lead_decides(home: TestHouse) -> None:
    check = a_check(home)
    pick(home, check, "technical", home.person)
    assert pick(home, check, "delivery", home.other) == "disagreed"
    assert correction(home) == ("billing", 0.0)
    with home.store.reading() as session:
        (one,) = disagreements(session)
    assert [(person.name, choice) for person, choice in one.votes] == [
        ("ida", "technical"),
        ("emil", "delivery"),
    ]
    with home.store.writing() as unit, pytest.raises(WrongUse, match="lead"):
        decide(unit, home.house, check_id=check, category="delivery", person=home.person)
    with home.store.writing() as unit:
        decide(unit, home.house, check_id=check, category="delivery", person=home.other)
    assert correction(home) == ("delivery", 1.0)


def test_a_lead_may_have_nothing_learnt_from_a_mail_and_take_that_back(home: TestHouse) -> None:
    check = a_check(home)
    pick(home, check, "technical", home.person)
    pick(home, check, "delivery", home.other)
    with home.store.writing() as unit:
        decide(unit, home.house, check_id=check, category="", person=home.other)
    assert correction(home)[1] == 0.0
    with home.store.reading() as session:
        assert disagreements(session) == []
    with home.store.writing() as unit:
        reopen(unit, home.house, person=home.other)
    with home.store.reading() as session:
        assert len(disagreements(session)) == 1


def test_a_person_is_asked_once_and_a_third_is_not_needed(home: TestHouse, third: PersonRow) -> None:
    check = a_check(home)
    pick(home, check, "billing", home.person)
    with home.store.reading() as session:
        assert next_for(session, home.person.id) is None
        assert next_for(session, third.id) is not None
    with pytest.raises(Conflict):
        pick(home, check, "billing", home.person)
    pick(home, check, "billing", home.other)
    with home.store.reading() as session:
        assert next_for(session, third.id) is None
    with pytest.raises(Conflict):
        pick(home, check, "billing", third)


def test_what_is_skipped_goes_to_somebody_else(home: TestHouse, third: PersonRow) -> None:
    check = a_check(home)
    pick(home, check, "", home.person)
    with home.store.reading() as session:
        assert (count_waiting(session, home.person.id), count_waiting(session, third.id)) == (0, 1)
    pick(home, check, "billing", home.other)
    assert pick(home, check, "billing", third) == "agreed"


def test_taking_a_choice_back_reopens_what_it_settled(home: TestHouse) -> None:
    check = a_check(home)
    pick(home, check, "technical", home.person)
    pick(home, check, "technical", home.other)
    with home.store.writing() as unit:
        take_back(unit, home.house, person=home.other)
    assert correction(home) == ("billing", 0.5)
    with home.store.reading() as session:
        assert count_waiting(session, home.other.id) == 1


def test_nothing_is_taken_back_over_a_leads_head_or_without_a_choice(home: TestHouse) -> None:
    check = a_check(home)
    with home.store.writing() as unit, pytest.raises(NotFound):
        take_back(unit, home.house, person=home.person)
    pick(home, check, "technical", home.person)
    pick(home, check, "delivery", home.other)
    with home.store.writing() as unit:
        decide(unit, home.house, check_id=check, category="delivery", person=home.other)
    with home.store.writing() as unit, pytest.raises(Conflict):
        take_back(unit, home.house, person=home.person)


def test_a_category_that_does_not_exist_is_refused(home: TestHouse) -> None:
    with pytest.raises(WrongUse, match="nonsense"):
        pick(home, a_check(home), "nonsense", home.person)


def test_disputed_and_half_done_labels_come_first(home: TestHouse) -> None:
    a_check(home, "plain")
    half = a_check(home, "half done")
    disputed = a_check(home, "disputed", "dispute")
    pick(home, half, "billing", home.other)
    order = []
    for _ in range(3):
        with home.store.reading() as session:
            waiting = next_for(session, home.person.id)
        assert waiting is not None
        order.append(waiting.text)
        pick(home, waiting.check_id, "billing", home.person)
    assert order == ["disputed", "half done", "plain"]
    assert disputed


def test_progress_tells_how_far_it_is_and_how_well_people_agree(home: TestHouse) -> None:
    for mine, theirs in (
        ("billing", "billing"),
        ("technical", "technical"),
        ("billing", "technical"),
        ("other", ""),
    ):
        check = a_check(home)
        pick(home, check, mine, home.person)
        pick(home, check, theirs, home.other)
    with home.store.reading() as session:
        seen = progress(session, home.person.id)
    assert (seen.waiting, seen.disagreed, seen.settled, seen.total) == (1, 1, 2, 4)
    assert (seen.agreement.count, seen.agreement.agreed) == (3, 2)
    assert seen.can_undo


def test_a_correction_that_was_undone_waits_for_nobody(home: TestHouse) -> None:
    a_check(home)
    with home.store.writing() as unit:
        unit.session.query(CorrectionRow).one().undone_at = home.clock()
    with home.store.reading() as session:
        assert next_for(session, home.person.id) is None
        assert progress(session, home.person.id).waiting == 0


def test_a_lead_draws_disputed_corrections_first(home: TestHouse) -> None:
    with home.store.writing() as unit:
        from agent.store.tables import MailboxRow

        mailbox = unit.session.get_one(MailboxRow, home.mailbox_id)
        case = a_case(unit.session, home.clock(), mailbox)
        a_message(unit.session, home.clock(), case)
        for after, case_id in (
            ("billing", None),
            ("delivery", None),
            ("technical", case.id),
            ("usability", case.id),
        ):
            unit.session.add(
                CorrectionRow(
                    field="category", before="", after=after, case_id=case_id,
                    redacted_text=after, created_at=home.clock(),
                )
            )  # fmt: skip
    with home.store.writing() as unit, pytest.raises(WrongUse):
        draw_sample(unit, home.house, size=2, seed=1, person=home.person)
    with home.store.writing() as unit:
        assert draw_sample(unit, home.house, size=3, seed=1, person=home.other) == 3
    with home.store.reading() as session:
        causes = sorted(check.cause for check in session.query(LabelCheckRow))
    assert causes == ["dispute", "dispute", "sample"]


def test_every_step_is_in_the_trail_without_words(home: TestHouse) -> None:
    check = a_check(home, "secret words")
    pick(home, check, "billing", home.person)
    with home.store.writing() as unit:
        take_back(unit, home.house, person=home.person)
    with home.store.reading() as session:
        events = session.query(AuditRow).order_by(AuditRow.id).all()
    assert [event.action for event in events] == ["label.chosen", "label.taken_back"]
    assert "secret" not in str([event.detail for event in events])
