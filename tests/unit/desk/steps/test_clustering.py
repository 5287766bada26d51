"""Several customers report the same: their cases raise each other, and people hear of it once."""

from sqlalchemy import select

from agent.desk.audit import timeline
from agent.desk.customers.rights import erase_customer, export_customer
from agent.desk.escalations.incidents import close, reopen, take_out
from agent.desk.settings.rules import incident_rules_of
from agent.desk.steps.clustering import close_quiet_incidents
from agent.desk.steps.intake import check_once
from agent.store.queries.incidents import incident_of_case, open_incidents
from agent.store.tables import CaseRow, IncidentCaseRow, IncidentRow, MessageRow, NoticeRow, SignRow
from tests.house import TestHouse
from tests.unit.desk.conftest import letter

SAME = "Nobody can log in"


def write(home: TestHouse, number: int, subject: str, *, minutes: float = 1, answers: str = "") -> None:
    """A mail from customer `number`, through all steps. The house knows a mail's topic by its subject."""
    home.clock.advance(minutes=minutes)
    home.inbox.deliver(
        letter(
            "It does not work.",
            sender=f"C{number} <c{number}@customer.example>",
            subject=subject,
            message_id=f"<{number}-{home.clock().timestamp()}@customer.example>",
            extra=f"In-Reply-To: {answers}\r\n" if answers else "",
        )
    )
    check_once(home.house, home.mailbox_id)
    home.work()


def ordinary(home: TestHouse, first: int, last: int) -> None:
    for number in range(first, last):
        write(home, number, f"Question {number}", minutes=3)


def cases(home: TestHouse, subject: str = SAME) -> list[CaseRow]:
    with home.store.reading() as session:
        return list(session.scalars(select(CaseRow).where(CaseRow.subject == subject).order_by(CaseRow.id)))


def outage(home: TestHouse, customers: int = 4) -> None:
    ordinary(home, 100, 108)
    for number in range(customers):
        write(home, number, SAME)


def test_four_customers_raise_each_other_and_each_case_says_why(home: TestHouse) -> None:
    outage(home)
    for case in cases(home):
        reason = next(factor for factor in case.factors if factor["name"] == "incident")
        assert reason["evidence"].startswith("4 customers report the same since 09:")
        assert (case.priority, case.words_priority, case.score) == ("medium", "low", 4)
    with home.store.reading() as session:
        others = session.scalars(select(CaseRow).where(CaseRow.subject.like("Question%"))).all()
    assert {case.priority for case in others} == {"low"}


def test_a_raised_case_is_due_earlier_and_its_timeline_tells_of_the_change(home: TestHouse) -> None:
    outage(home, 3)
    before = cases(home)[0]
    write(home, 3, SAME)
    after = cases(home)[0]
    assert before.respond_by is not None
    assert after.respond_by is not None
    assert after.respond_by < before.respond_by
    assert after.version > before.version
    with home.store.reading() as session:
        events = {event.action: event for event in timeline(session, after.id)}
    assert events["incident.joined"].subject == "incident:1"
    changed = events["priority.changed"].detail
    assert (changed["before"], changed["after"], changed["cause"]) == ("low", "medium", "incident")
    assert changed["reasons"] == ["incident"]


def test_three_customers_or_one_who_writes_four_times_change_nothing(home: TestHouse) -> None:
    outage(home, 3)
    write(home, 2, SAME + "!")
    assert {case.priority for case in cases(home)} == {"low"}
    with home.store.reading() as session:
        assert open_incidents(session) == ()


def test_the_board_shows_the_incident_with_cause_beginning_and_cases(home: TestHouse) -> None:
    outage(home)
    write(home, 4, SAME)
    with home.store.reading() as session:
        (shown,) = open_incidents(session)
        assert [case.subject for case in shown.cases] == [SAME] * 5
        assert (shown.customers, shown.waiting) == (5, 5)
        assert shown.incident.cause
        assert incident_of_case(session, shown.cases[0].id) == shown.incident
        first = min(case.created_at for case in shown.cases)
    assert shown.incident.since <= first


def test_people_are_told_once_and_again_when_the_number_has_doubled(home: TestHouse) -> None:
    outage(home, 8)
    with home.store.reading() as session:
        (notice,) = session.scalars(select(NoticeRow).where(NoticeRow.key == "incident:1"))
        assert session.query(IncidentRow).count() == 1
    assert notice.text.startswith("8 customers report the same")
    evidence = {f["evidence"] for case in cases(home) for f in case.factors if f["name"] == "incident"}
    assert len(evidence) == 1
    assert evidence.pop().startswith("8 customers")


def test_what_a_person_set_stays_set(home: TestHouse) -> None:
    from agent.desk.casework.correcting import correct

    outage(home, 3)
    with home.store.writing() as unit:
        correct(unit, home.house, case_id=cases(home)[0].id, person=home.person, priority="high")
        correct(unit, home.house, case_id=cases(home)[0].id, person=home.person, priority="low")
    write(home, 3, SAME)
    assert [case.priority for case in cases(home)] == ["low", "medium", "medium", "medium"]


def test_a_quiet_incident_is_over(home: TestHouse) -> None:
    outage(home)
    home.clock.now += incident_rules_of(home.house.company).quiet / 2
    with home.store.writing() as unit:
        close_quiet_incidents(unit, home.house)
        assert open_incidents(unit.session)
    home.clock.now += incident_rules_of(home.house.company).quiet
    with home.store.writing() as unit:
        close_quiet_incidents(unit, home.house)
    with home.store.reading() as session:
        assert open_incidents(session) == ()
        assert session.scalars(select(NoticeRow).where(NoticeRow.resolved_at.is_(None))).all() == []


def test_a_case_that_was_taken_out_stays_out_whatever_its_customer_writes(home: TestHouse) -> None:
    outage(home, 5)
    apart = cases(home)[1].id
    with home.store.writing() as unit:
        theirs = select(MessageRow.message_id).where(MessageRow.case_id == apart).order_by(MessageRow.id)
        first = unit.session.scalars(theirs).first() or ""
        take_out(unit, home.house, incident_id=1, case_id=apart, person=home.other)
    write(home, 1, SAME, answers=first)
    write(home, 6, SAME)
    with home.store.reading() as session:
        (shown,) = open_incidents(session)
    assert apart not in {case.id for case in shown.cases}
    assert apart in {case.id for case in shown.taken_out}
    assert shown.customers == 5


def test_an_incident_that_is_opened_again_is_told_of_again(home: TestHouse) -> None:
    outage(home, 5)
    for act, standing in ((close, 0), (reopen, 1)):
        with home.store.writing() as unit:
            act(unit, home.house, incident_id=1, person=home.other)
        with home.store.reading() as session:
            open_ones = session.query(NoticeRow).filter_by(key="incident:1", resolved_at=None).all()
        assert len(open_ones) == standing
    assert open_ones[0].text.startswith("4 customers report the same")


def test_who_reports_an_ended_incident_begins_a_new_one(home: TestHouse) -> None:
    outage(home, 5)
    with home.store.writing() as unit:
        close(unit, home.house, incident_id=1, person=home.other)
    write(home, 6, SAME)
    with home.store.reading() as session:
        (shown,) = open_incidents(session)
    assert shown.incident.id != 1


def test_an_erased_customer_leaves_no_vector_and_no_membership_behind(home: TestHouse) -> None:
    outage(home)
    erased = cases(home)[0]
    with home.store.reading() as session:
        kept = export_customer(session, erased.customer_email)
    assert kept["incident_cases"]
    assert "vector" not in kept["signs"][0]
    with home.store.writing() as unit:
        erase_customer(unit, home.house, erased.customer_email, actor="system")
    with home.store.reading() as session:
        assert session.scalars(select(SignRow).where(SignRow.case_id == erased.id)).all() == []
        assert (
            session.scalars(select(IncidentCaseRow).where(IncidentCaseRow.case_id == erased.id)).all() == []
        )
    write(home, 9, SAME)
    with home.store.reading() as session:
        (shown,) = open_incidents(session)
    assert shown.customers == 4


def test_old_mails_are_forgotten(home: TestHouse) -> None:
    write(home, 1, SAME)
    home.clock.advance(days=30)
    write(home, 2, SAME)
    with home.store.reading() as session:
        assert session.query(SignRow).count() == 1
