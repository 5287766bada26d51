"""What leads decide about an incident, and how each decision is taken back."""

import pytest

from agent.desk.audit import first_break
from agent.desk.escalations.incident_letters import members
from agent.desk.escalations.incidents import close, describe, put_back, reopen, take_out
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.queries.incidents import incident, incident_of_case, open_incidents, past_incidents
from agent.store.tables import AuditRow, CaseRow, IncidentRow
from tests.house import TestHouse
from tests.unit.desk.incident_rows import an_incident


def decide(home: TestHouse, act: object, **more: object) -> None:
    with home.store.writing() as unit:
        act(unit, home.house, **({"person": home.other} | more))  # type: ignore[operator]


def reasons_of(home: TestHouse, case_id: int) -> str:
    with home.store.reading() as session:
        return " ".join(str(one["evidence"]) for one in session.get_one(CaseRow, case_id).factors)


def prioritised(home: TestHouse, cases: list[int]) -> None:
    """As the pipeline leaves them: with a level."""
    with home.store.writing() as unit:
        for number in cases:
            unit.session.get_one(CaseRow, number).priority = "medium"


def test_the_name_of_the_cause_stands_in_the_reasons_of_every_case(home: TestHouse) -> None:
    number, cases = an_incident(home)
    prioritised(home, cases)
    decide(home, describe, incident_id=number, name="  Login fails\n after 4.2 ", known="Fix due 20:00.")
    assert all("Login fails after 4.2" in reasons_of(home, case) for case in cases)
    with home.store.reading() as session:
        row = session.get_one(IncidentRow, number)
        assert (row.title, row.known, row.described_by_id) == (
            "Login fails after 4.2", "Fix due 20:00.", home.other.id,
        )  # fmt: skip
        assert first_break(session) is None


def test_without_a_name_the_glossary_speaks_again(home: TestHouse) -> None:
    number, cases = an_incident(home)
    prioritised(home, cases)
    decide(home, describe, incident_id=number, name="Login fails", known="")
    decide(home, describe, incident_id=number, name="", known="")
    with home.store.reading() as session:
        assert session.get_one(IncidentRow, number).title == "login"
    assert "Login fails" not in reasons_of(home, cases[0])


def test_the_same_words_twice_are_one_event(home: TestHouse) -> None:
    number, _ = an_incident(home)
    for _ in range(2):
        decide(home, describe, incident_id=number, name="Login", known="")
    with home.store.reading() as session:
        assert session.query(AuditRow).filter_by(action="incident.described").count() == 1


@pytest.mark.parametrize(
    ("name", "known", "code"), [("x" * 121, "", "incident.name"), ("", "x" * 2_001, "incident.known")]
)
def test_too_long_a_text_is_refused(home: TestHouse, name: str, known: str, code: str) -> None:
    number, _ = an_incident(home)
    with pytest.raises(WrongUse) as refused:
        decide(home, describe, incident_id=number, name=name, known=known)
    assert refused.value.code == code


def test_what_an_agent_decides_about_an_incident_is_refused(home: TestHouse) -> None:
    number, cases = an_incident(home)
    agent = home.person
    assert agent.role == "agent"
    for act, more in (
        (describe, {"name": "x", "known": ""}),
        (close, {}),
        (reopen, {}),
        (take_out, {"case_id": cases[0]}),
        (put_back, {"case_id": cases[0]}),
    ):
        with pytest.raises(WrongUse):
            decide(home, act, incident_id=number, person=agent, **more)


def test_a_case_taken_out_is_no_part_of_the_incident_until_it_is_put_back(home: TestHouse) -> None:
    number, cases = an_incident(home)
    prioritised(home, cases)
    decide(home, describe, incident_id=number, name="Login", known="")
    decide(home, take_out, incident_id=number, case_id=cases[1])
    with home.store.reading() as session:
        found = incident(session, number)
        assert found is not None
        assert [case.id for case in found.taken_out] == [cases[1]]
        assert cases[1] not in {case.id for case in found.cases}
        assert cases[1] not in {case.id for case in members(session, number)}
        assert incident_of_case(session, cases[1]) is None
    assert "4 customers report the same" in reasons_of(home, cases[0])
    assert "report the same" not in reasons_of(home, cases[1])
    decide(home, put_back, incident_id=number, case_id=cases[1])
    with home.store.reading() as session:
        assert {case.id for case in members(session, number)} == set(cases)
    assert "report the same" in reasons_of(home, cases[1])


def test_one_customer_alone_is_no_reason(home: TestHouse) -> None:
    number, cases = an_incident(home)
    prioritised(home, cases)
    for case in cases[1:]:
        decide(home, take_out, incident_id=number, case_id=case)
    assert "report the same" not in reasons_of(home, cases[0])


def test_a_case_that_never_belonged_cannot_be_taken_out(home: TestHouse) -> None:
    number, cases = an_incident(home)
    with pytest.raises(NotFound):
        decide(home, take_out, incident_id=number, case_id=max(cases) + 1)


def test_an_incident_that_a_lead_ends_is_off_the_board_and_can_be_opened_again(home: TestHouse) -> None:
    number, cases = an_incident(home)
    prioritised(home, cases)
    decide(home, close, incident_id=number)
    with home.store.reading() as session:
        assert open_incidents(session) == ()
        assert [(one.incident.id, one.cases) for one in past_incidents(session, 5)] == [(number, len(cases))]
    assert "report the same" not in reasons_of(home, cases[0])
    with pytest.raises(Conflict):
        decide(home, close, incident_id=number)
    decide(home, reopen, incident_id=number)
    with home.store.reading() as session:
        assert [one.incident.id for one in open_incidents(session)] == [number]
        assert session.get_one(IncidentRow, number).closed_by_id is None
    with pytest.raises(Conflict):
        decide(home, reopen, incident_id=number)


def test_languages_and_instants_of_an_incident_are_those_of_its_cases(home: TestHouse) -> None:
    number, cases = an_incident(home)
    with home.store.reading() as session:
        found = incident(session, number)
        assert found is not None
        assert found.languages == (("da", 2), ("de", 1), ("en", 1), ("sv", 1))
        assert set(found.reported) == set(cases)
