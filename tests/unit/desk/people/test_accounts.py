"""Who may sign in, and how they are shut out."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import select

from agent.desk.people.accounts import add_person, disable_person, list_people, password_matches
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.tables import ApiTokenRow, AuditRow, PersonRow, SignInRow
from tests.house import TestHouse

PASSWORD = "correct horse"


def add(
    home: TestHouse, email: str = "mads@nordlys.example", role: str = "agent", password: str = PASSWORD
) -> PersonRow:
    with home.store.writing() as unit:
        return add_person(unit, email=email, role=role, password=password, now=home.clock())


def test_a_new_person_can_sign_in_and_the_password_is_not_stored(home: TestHouse) -> None:
    person = add(home, " Mads@Nordlys.example ")
    assert person.email == "mads@nordlys.example"
    assert PASSWORD not in person.password_hash
    assert password_matches(person, PASSWORD)
    assert not password_matches(person, "wrong horse")


def test_a_password_costs_whoever_guesses_it_what_the_library_asks_for(home: TestHouse) -> None:
    """Tests of the desk sign in with a cheaper hash of their own making: the product must never make one."""
    made = extract_parameters(add(home).password_hash)
    assert made == extract_parameters(PasswordHasher().hash(PASSWORD)) == RFC_9106_LOW_MEMORY


def test_an_unknown_person_never_matches() -> None:
    assert not password_matches(None, "nobody has this password")


@pytest.mark.parametrize(
    ("email", "role", "password"),
    [("ida", "agent", PASSWORD), ("ida@x.example", "boss", PASSWORD), ("ida@x.example", "agent", "short")],
)
def test_what_cannot_be_meant_is_refused(home: TestHouse, email: str, role: str, password: str) -> None:
    with pytest.raises(WrongUse) as refused:
        add(home, email, role, password)
    assert refused.value.remedy


def test_an_address_belongs_to_one_person(home: TestHouse) -> None:
    add(home)
    with pytest.raises(Conflict):
        add(home, "MADS@nordlys.example")


def test_disabling_ends_sessions_and_tokens_at_once(home: TestHouse) -> None:
    person, now = add(home), home.clock()
    with home.store.writing() as unit:
        times = {"created_at": now, "last_seen_at": now, "expires_at": now}
        unit.session.add(SignInRow(token_hash="a", person_id=person.id, **times))
        unit.session.add(ApiTokenRow(person_id=person.id, name="crm", token_hash="b", created_at=now))
    with home.store.writing() as unit:
        disable_person(unit, person.email, now=now)
    with home.store.reading() as session:
        assert session.scalars(select(SignInRow)).all() == []
        assert session.scalars(select(ApiTokenRow)).one().revoked_at == now
        assert not password_matches(session.get_one(PersonRow, person.id), PASSWORD)
        assert "person.disabled" in session.scalars(select(AuditRow.action)).all()


def test_a_disabled_person_can_be_let_in_again(home: TestHouse) -> None:
    person = add(home)
    with home.store.writing() as unit:
        disable_person(unit, person.email, now=home.clock())
    again = add(home, role="lead", password="another horse")
    assert (again.id, again.role) == (person.id, "lead")
    assert password_matches(again, "another horse")


def test_the_last_admin_cannot_be_shut_out(home: TestHouse) -> None:
    with home.store.writing() as unit:
        for other in list_people(unit.session):
            other.role = "agent"
    first = add(home, "first@nordlys.example", "admin")
    with pytest.raises(Conflict), home.store.writing() as unit:
        disable_person(unit, first.email, now=home.clock())
    add(home, "second@nordlys.example", "admin")
    with home.store.writing() as unit:
        assert disable_person(unit, first.email, now=home.clock()).disabled


def test_disabling_nobody_is_said(home: TestHouse) -> None:
    with pytest.raises(NotFound), home.store.writing() as unit:
        disable_person(unit, "nobody@nordlys.example", now=home.clock())
