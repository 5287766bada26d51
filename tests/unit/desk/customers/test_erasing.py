"""Erasing a customer takes two people and the typed address."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.desk.customers.erasing import agree_erasure, ask_erasure, withdraw_erasure
from agent.errors import Conflict, WrongUse
from agent.store.session import Unit
from agent.store.tables import AuditRow, CaseRow, CustomerRow, ErasureRequestRow, PersonRow
from tests.house import TestHouse

ANNE = "anne@customer.example"


def act(home: TestHouse, do: Callable[..., Any], person: PersonRow, **more: Any) -> Any:
    with home.store.writing() as unit:
        customer_id = unit.session.query(CustomerRow.id).filter_by(email=ANNE).scalar() or 0
        return do(unit, home.house, customer_id=customer_id, person=person, **more)


def test_one_asks_a_lead_agrees_and_nothing_is_left_but_the_receipt(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    act(home, ask_erasure, home.person, typed=ANNE.upper())
    with pytest.raises(Conflict):
        act(home, agree_erasure, home.person, typed=ANNE)
    receipt = act(home, agree_erasure, home.other, typed=ANNE)
    assert receipt.done["customers"] == 1
    with home.store.reading() as session:
        assert session.query(CustomerRow).count() == session.query(CaseRow).count() == 0
        assert session.query(ErasureRequestRow).count() == 0
        actions = [row.action for row in session.query(AuditRow).order_by(AuditRow.id)]
    assert [name for name in actions if name.startswith(("erasure", "customer"))] == [
        "erasure.asked",
        "customer.erased",
    ]


def test_a_mistyped_address_erases_nobody(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    with pytest.raises(WrongUse):
        act(home, ask_erasure, home.person, typed="anna@customer.example")
    act(home, ask_erasure, home.person, typed=ANNE)
    with pytest.raises(WrongUse):
        act(home, agree_erasure, home.other, typed="")


def test_a_withdrawn_request_cannot_be_agreed_to(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    act(home, ask_erasure, home.person, typed=ANNE)
    act(home, withdraw_erasure, home.person)
    with pytest.raises(Conflict):
        act(home, agree_erasure, home.other, typed=ANNE)


def test_an_administrator_who_is_alone_may_agree_with_themselves(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()

    def leave_one(unit: Unit) -> None:
        unit.session.get_one(PersonRow, home.other.id).disabled = True
        unit.session.get_one(PersonRow, home.person.id).role = "admin"

    with home.store.writing() as unit:
        leave_one(unit)
    with home.store.reading() as session:
        alone = session.get_one(PersonRow, home.person.id)
    act(home, ask_erasure, alone, typed=ANNE)
    assert act(home, agree_erasure, alone, typed=ANNE).done["customers"] == 1
